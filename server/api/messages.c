#include "api/messages.h"

#include "api/access.h"
#include "api/caller.h"
#include "api/document_faults.h"
#include "api/json_column.h"
#include "api/problem_of.h"
#include "base/json_out.h"
#include "http/problem.h"
#include "pg/value.h"
#include "provider/message_order.h"
#include "store/sql.h"

enum { PAGE_DEFAULT = 100, PAGE_MOST = 1000, ANSWER_BYTES = 8 * 1024 * 1024 };

/* POST */

/** Orders on their way to the database. */
struct ordering {
	struct caller caller;
	struct api *api;
	const struct known_source *source; /* held */
	struct message_orders orders;
};

static void end(struct ordering *o)
{
	source_release(&o->source);
	message_orders_fini(&o->orders);
	memory_free(o);
}

static void refuse(struct ordering *o)
{
	struct programme_faults faults = message_orders_faults(&o->orders);
	if (o->caller.x != NULL)
		answer_document_faults(o->caller.x, "bad_messages", "These messages cannot be sent",
				       &faults);
	end(o);
}

/** Whether the answer is good and somebody waits for it; ends it otherwise. */
static bool goes_on(struct ordering *o, const struct pg_answer *answer)
{
	if (o->caller.x != NULL && answer->status == OK)
		return true;
	if (o->caller.x != NULL)
		answer_trouble(o->caller.x, &answer->why);
	end(o);
	return false;
}

static size_t order_of(const struct message_orders *o, int64_t invitation_id, struct slice column)
{
	size_t i = 0;
	while (i < o->ready_len && (o->ready[i].invitation_id != invitation_id ||
				    !slice_equal(o->ready[i].column, column)))
		i++;
	must(i < o->ready_len);
	return o->ready[i].order;
}

static void print_stored(struct json_out *j, const struct message_orders *o,
			 const struct pg_result *rows, int row)
{
	struct slice column = pg_get_bytes(rows, row, 2);
	json_open_object(j);
	json_pair_number(j, "message", pg_get_int8(rows, row, 0));
	json_pair_int(j, "index", (int64_t)order_of(o, pg_get_int8(rows, row, 1), column));
	json_pair_text(j, "question", column);
	json_pair_text(j, "state", pg_get_bytes(rows, row, 3));
	json_pair_bool(j, "repeated", !pg_get_bool(rows, row, 4));
	json_close_object(j);
}

static void stored(void *arg, const struct pg_answer *answer)
{
	struct ordering *o = arg;
	struct buf body;
	if (answer->status == OK)
		sender_wake(o->api->providers->sender);
	if (!goes_on(o, answer))
		return;
	buf_init(&body, ANSWER_BYTES);
	struct json_out j = json_out_on(&body);
	json_open_object(&j);
	json_key(&j, "data");
	json_open_array(&j);
	for (int row = 0; row < pg_rows(answer->result); row++)
		print_stored(&j, &o->orders, answer->result, row);
	json_close_array(&j);
	json_close_object(&j);
	exchange_answer(o->caller.x, 202, "application/json", buf_slice(&body));
	buf_fini(&body);
	end(o);
}

static void store(struct ordering *o)
{
	struct message_orders *orders = &o->orders;
	struct arena *a = &orders->memory;
	size_t len = orders->ready_len;
	int64_t *invitations = arena_take_array(a, len, sizeof(*invitations));
	struct slice *columns = arena_take_array(a, len, sizeof(*columns)),
		     *bodies = arena_take_array(a, len, sizeof(*bodies));
	must(invitations != NULL && columns != NULL && bodies != NULL);
	for (size_t i = 0; i < len; i++) {
		invitations[i] = orders->ready[i].invitation_id;
		columns[i] = orders->ready[i].column;
		bodies[i] = orders->ready[i].body;
	}
	struct pg_value values[] = {pg_int4(o->source->source_id),
				    pg_int8_array(a, invitations, len),
				    pg_text_array(a, columns, len), pg_text_array(a, bodies, len)};
	pg_pool_run(o->api->pool, &SQL_MESSAGE_ADD, values, COUNT_OF(values), stored, o);
}

static void take_invitation(struct message_orders *orders, const struct pg_result *rows, int row)
{
	size_t at = (size_t)pg_get_int8(rows, row, 0) - 1;
	struct message_order *order = &orders->at[at];
	order->invitation_id = pg_get_int8(rows, row, 1);
	if (pg_is_null(rows, row, 2))
		message_orders_fault(orders, at, NULL, "no_token",
				     "an invitation that was made here: this one has no token");
	else if (pg_get_bool(rows, row, 3))
		message_orders_fault(orders, at, NULL, "invitation_expired",
				     "an invitation that has not expired");
	else
		order->own_token = arena_copy(&orders->memory, pg_get_bytes(rows, row, 2));
}

static void invitations_came(void *arg, const struct pg_answer *answer)
{
	struct ordering *o = arg;
	struct message_orders *orders = &o->orders;
	if (!goes_on(o, answer))
		return;
	for (int row = 0; row < pg_rows(answer->result); row++)
		take_invitation(orders, answer->result, row);
	for (size_t i = 0; i < orders->len; i++)
		if (orders->at[i].invitation_id == 0)
			message_orders_fault(
				orders, i, NULL, "unknown_invitation",
				"the contact_id or token of an invitation of the wave");
	if (message_orders_faults(orders).total > 0 || !message_orders_write(orders))
		refuse(o);
	else
		store(o);
}

static void look_up(struct ordering *o)
{
	struct message_orders *orders = &o->orders;
	struct arena *a = &orders->memory;
	struct slice *tokens = arena_take_array(a, orders->len, sizeof(*tokens)),
		     *contacts = arena_take_array(a, orders->len, sizeof(*contacts));
	must(tokens != NULL && contacts != NULL);
	for (size_t i = 0; i < orders->len; i++) {
		tokens[i] = orders->at[i].token;
		contacts[i] = orders->at[i].contact;
	}
	struct pg_value values[] = {pg_int4(o->source->wave_id),
				    pg_text_array(a, tokens, orders->len),
				    pg_text_array(a, contacts, orders->len)};
	pg_pool_run(o->api->pool, &SQL_MESSAGE_INVITATIONS, values, COUNT_OF(values),
		    invitations_came, o);
}

/** Messenger's alone so far; the others are written to by whoever runs them. */
static bool can_send(struct exchange *x, const struct known_source *source)
{
	const struct adapter *adapter = source->setup->adapter;
	if (adapter == NULL || strcmp(adapter->kind, "messenger") != 0) {
		exchange_problem(x, 409, "sends_nothing", "This kind of source sends no messages",
				 SLICE("messages are sent by sources of the kind messenger"));
		return false;
	}
	if (source->access_token.len > 0 && source->faults == 0)
		return true;
	exchange_problem(x, 409, "source_not_set_up", "The source is not set up for sending",
			 source->faults > 0 ? SLICE("its document has faults")
					    : SLICE("it has no access_token"));
	return false;
}

static void begin(struct exchange *x)
{
	(void)access_check(x); /* refuses before the body is sent */
}

static void whole_post(struct exchange *x, struct slice body)
{
	const struct known_key *key = access_check(x);
	const struct known_source *source = key != NULL ? access_source(x, key) : NULL;
	if (source == NULL || !can_send(x, source))
		return;
	struct ordering *o = memory_new(sizeof(*o));
	*o = (struct ordering){.caller = {.x = x}, .api = api_of(x), .source = source};
	source_hold(source);
	message_orders_init(&o->orders);
	if (!message_orders_read(&o->orders, body, source->setup, source->programme->programme,
				 source->wave)) {
		refuse(o);
		return;
	}
	x->state = o;
	look_up(o);
}

/* GET a page */

struct listing {
	struct caller caller;
	int32_t limit;
};

static void print_message(struct json_out *j, const struct pg_result *rows, int row)
{
	json_open_object(j);
	json_pair_number(j, "message", pg_get_int8(rows, row, 0));
	json_pair_text(j, "contact_id", pg_get_bytes(rows, row, 1));
	json_pair_text(j, "question", pg_get_bytes(rows, row, 2));
	json_pair_text(j, "state", pg_get_bytes(rows, row, 3));
	json_pair_int(j, "attempts", pg_get_int2(rows, row, 4));
	json_pair_instant(j, "made_at", rows, row, 5);
	json_pair_instant(j, "next_try_at", rows, row, 6);
	json_pair_instant(j, "ended_at", rows, row, 7);
	json_pair_text(j, "code", pg_get_bytes(rows, row, 8));
	json_pair_text(j, "note", pg_get_bytes(rows, row, 9));
	json_pair_text(j, "provider_id", pg_get_bytes(rows, row, 10));
	json_close_object(j);
}

static void page_came(void *arg, const struct pg_answer *answer)
{
	struct listing last = *(struct listing *)arg;
	struct buf body;
	memory_free(arg);
	if (last.caller.x == NULL)
		return;
	if (answer->status != OK) {
		answer_trouble(last.caller.x, &answer->why);
		return;
	}
	int len = pg_rows(answer->result);
	buf_init(&body, ANSWER_BYTES);
	struct json_out j = json_out_on(&body);
	json_open_object(&j);
	json_key(&j, "data");
	json_open_array(&j);
	for (int row = 0; row < len; row++)
		print_message(&j, answer->result, row);
	json_close_array(&j);
	if (len == last.limit)
		json_pair_number(&j, "next_cursor", pg_get_int8(answer->result, len - 1, 0));
	else
		json_pair_null(&j, "next_cursor");
	json_close_object(&j);
	exchange_answer(last.caller.x, 200, "application/json", buf_slice(&body));
	buf_fini(&body);
}

static bool is_state(struct slice word)
{
	static const char *const states[] = {"waiting", "sending", "sent", "failed", "unknown"};
	for (size_t i = 0; i < COUNT_OF(states); i++)
		if (slice_is(word, states[i]))
			return true;
	return false;
}

static void begin_list(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_source *source = key != NULL ? access_source(x, key) : NULL;
	struct slice text, state = SLICE_NONE;
	int64_t limit = PAGE_DEFAULT, after = 0;
	bool good = true;
	if (source == NULL)
		return;
	if (exchange_query(x, "limit", &text))
		good = slice_to_int64(text, &limit) && limit >= 1 && limit <= PAGE_MOST;
	if (good && exchange_query(x, "cursor", &text))
		good = slice_to_int64(text, &after);
	if (good && exchange_query(x, "state", &state))
		good = is_state(state);
	if (!good) {
		exchange_problem(x, 400, "bad_page",
				 "limit is 1 to 1000, cursor is what an answer gave, state is "
				 "waiting, sending, sent, failed or unknown",
				 SLICE_NONE);
		return;
	}
	struct listing *l = memory_new(sizeof(*l));
	*l = (struct listing){{.x = x}, (int32_t)limit};
	x->state = l;
	struct pg_value values[] = {pg_int4(source->source_id), pg_int8(after), pg_int4(l->limit),
				    pg_text(state)};
	pg_pool_run(api_of(x)->pool, &SQL_MESSAGE_LIST, values, COUNT_OF(values), page_came, l);
}

const struct handler messages_post = {.begin = begin, .whole = whole_post, .gone = caller_gone};
const struct handler messages_list = {.begin = begin_list, .gone = caller_gone};
