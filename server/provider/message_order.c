#include "provider/message_order.h"

#include <stdlib.h>

#include "decode/json_scan.h"

/* The tree, 1000 orders of 600 bytes, and bodies of 3 KiB at most a question. */
enum { MEMORY_BYTES = 32 * 1024 * 1024, TEXT_MOST = 1000, DAYS_STANDARD = 1 };

static const char *const order_keys[] = {"contact_id", "token",	   "to",  "questions",
					 "form",       "language", "tag", "expires_in_days",
					 NULL};

void message_orders_init(struct message_orders *o)
{
	*o = (struct message_orders){0};
	arena_init(&o->memory, MEMORY_BYTES);
	o->reading = (struct reading){.memory = &o->memory, .words = &o->memory};
}

void message_orders_fini(struct message_orders *o)
{
	cJSON_Delete(o->tree);
	arena_fini(&o->memory);
}

struct programme_faults message_orders_faults(const struct message_orders *o)
{
	return (struct programme_faults){o->reading.faults, o->reading.len, o->reading.total};
}

static bool is_good(const struct message_orders *o)
{
	return o->reading.total == 0;
}

/** The node of an order; `list` has to live as long. */
static struct node node_of(const struct message_orders *o, size_t order, struct node *list)
{
	*list = (struct node){.json = o->tree};
	if (!o->is_list)
		return *list;
	return (struct node){.json = o->at[order].json, .up = list, .index = order};
}

void message_orders_fault(struct message_orders *o, size_t order, const char *key, const char *code,
			  const char *expected)
{
	struct node list, at = node_of(o, order, &list);
	if (key != NULL)
		reading_fault_at_key(&o->reading, &at, key, code, expected);
	else
		reading_fault(&o->reading, &at, code, "%s", expected);
}

/* One order */

static void read_whom(struct message_orders *o, const struct node *at, struct message_order *order)
{
	struct node contact = node_field(at, "contact_id"), token = node_field(at, "token"),
		    to = node_field(at, "to");
	if ((contact.json == NULL) == (token.json == NULL))
		reading_fault(&o->reading, at, "missing",
			      "the contact_id or the token of an invitation, one of the two");
	if (contact.json != NULL)
		order->contact = read_text(&o->reading, &contact, TEXT_MOST);
	if (token.json != NULL)
		order->token = read_text(&o->reading, &token, TEXT_MOST);
	if (!read_given(&o->reading, &to))
		return;
	order->to = read_text(&o->reading, &to, MESSAGE_TO_BYTES);
	for (size_t i = 0; i < order->to.len; i++)
		if (order->to.at[i] < '0' || order->to.at[i] > '9') {
			reading_fault(&o->reading, &to, "not_a_number",
				      "the page's own number of the customer (PSID), in digits");
			return;
		}
}

/** A question of the wave whose answer the source will hear by the same name. */
static bool find_question(const struct message_orders *o, struct slice column,
			  struct form_question *found)
{
	const struct form_question *asked = form_find(&o->setup->form, column);
	const struct instrument *instrument = &o->p->instruments[o->p->waves[o->wave].instrument];
	int at = instrument_find_question(instrument, column);
	if (at < 0 || !slice_equal(setup_column(o->setup, o->p, o->wave, column), column))
		return false;
	const struct question *q = &instrument->questions[at];
	*found = (struct form_question){.column = q->code,
					.measure = q->measure,
					.high_is_effort = q->high_is_effort,
					.scale_min = q->scale_min,
					.scale_max = q->scale_max};
	if (asked != NULL)
		*found = *asked;
	return true;
}

static void read_questions(struct message_orders *o, const struct node *at,
			   struct message_order *order)
{
	struct node list = node_field(at, "questions");
	if (!read_given(&o->reading, &list))
		return;
	size_t len = read_list(&o->reading, &list, 1, FORM_QUESTIONS_MOST);
	struct node one = node_first(&list);
	for (size_t i = 0; i < len; i++, node_next(&one)) {
		struct slice column = read_code(&o->reading, &one);
		if (slice_is(column, "comment"))
			order->comment = true;
		else if (column.at != NULL &&
			 find_question(o, column, &order->questions[order->len]))
			order->len++;
		else if (column.at != NULL)
			reading_fault(&o->reading, &one, "unknown_question",
				      "a question of the wave that the source's form or questions "
				      "name, csat, ces, nps, or comment");
	}
	if (len > 0 && order->len == 0)
		reading_fault(&o->reading, &list, "missing", "a question that is asked");
}

static void read_how(struct message_orders *o, const struct node *at, struct message_order *order)
{
	static const char *const forms[] = {[MESSENGER_TEMPLATE] = "template",
					    [MESSENGER_QUICK_REPLIES] = "quick_replies",
					    NULL};
	struct node form = node_field(at, "form"), language = node_field(at, "language"),
		    tag = node_field(at, "tag"), days = node_field(at, "expires_in_days");
	int choice = MESSENGER_TEMPLATE;
	int64_t expires = DAYS_STANDARD;
	read_choice(&o->reading, &form, forms, &choice);
	order->form = (enum messenger_form)choice;
	read_bool(&o->reading, &tag, &order->tagged);
	read_integer(&o->reading, &days, 1, MESSENGER_DAYS_MOST, &expires);
	order->expires_days = (int)expires;
	if (language.json == NULL)
		return;
	struct slice word = read_text(&o->reading, &language, TEXT_MOST);
	if (word.at != NULL && !form_language_from(word, &order->language))
		reading_fault(&o->reading, &language, "unknown_language", "en, nb, ko or vi");
}

static void read_order(struct message_orders *o, const struct node *at, struct message_order *order)
{
	*order = (struct message_order){.json = at->json, .language = o->setup->form.language};
	if (!read_object(&o->reading, at, order_keys))
		return;
	read_whom(o, at, order);
	read_questions(o, at, order);
	read_how(o, at, order);
}

/* All */

static size_t count_questions(const struct message_orders *o)
{
	size_t count = 0;
	for (size_t i = 0; i < o->len; i++)
		count += o->at[i].len;
	return count;
}

static void read_all(struct message_orders *o)
{
	struct node root = {.json = o->tree};
	o->is_list = cJSON_IsArray(o->tree);
	o->len = o->is_list ? read_list(&o->reading, &root, 1, MESSAGE_ORDERS_MOST) : 1;
	o->at = reading_take(&o->reading, o->len, sizeof(*o->at));
	struct node at = o->is_list ? node_first(&root) : root;
	for (size_t i = 0; i < o->len; i++) {
		read_order(o, &at, &o->at[i]);
		if (o->is_list)
			node_next(&at);
	}
	if (count_questions(o) > MESSAGE_ORDERS_MOST)
		reading_fault(&o->reading, &root, "too_many", "%d questions in all",
			      MESSAGE_ORDERS_MOST);
}

bool message_orders_read(struct message_orders *o, struct slice body, const struct setup *setup,
			 const struct programme *p, int wave)
{
	o->setup = setup;
	o->p = p;
	o->wave = wave;
	struct node root = {.json = NULL};
	struct json_verdict verdict = json_judge(body, JSON_DEPTH, JSON_KEYS);
	if (verdict.code == NULL)
		o->tree = cJSON_ParseWithLength(body.at, body.len);
	if (o->tree != NULL)
		read_all(o);
	else
		reading_fault(&o->reading, &root, verdict.code != NULL ? verdict.code : "not_json",
			      "JSON");
	return is_good(o);
}

/* What is sent */

static void write_one(struct message_orders *o, size_t order, size_t i, struct buf *to)
{
	const struct message_order *m = &o->at[order];
	struct trouble why;
	struct messenger_question q = {.form = m->form,
				       .to = m->to,
				       .token = m->own_token,
				       .question = &m->questions[i],
				       .language = m->language,
				       .comment = m->comment && i == 0,
				       .tagged = m->tagged,
				       .expires_days = m->expires_days,
				       .privacy_url = o->setup->privacy_url};
	buf_clear(to);
	if (messenger_body(&q, to, &why) < 0) {
		const char *code = arena_copy(&o->memory, slice_of(why.code)).at;
		message_orders_fault(o, order, "questions", code != NULL ? code : "refused",
				     why.words);
		return;
	}
	struct slice body = arena_copy(&o->memory, buf_slice(to));
	if (buf_over(to) || body.at == NULL) {
		message_orders_fault(o, order, "questions", "too_large", "fewer words");
		return;
	}
	o->ready[o->ready_len++] = (struct message_ready){.invitation_id = m->invitation_id,
							  .column = m->questions[i].column,
							  .body = body,
							  .order = order};
}

/** For sorting. */
struct ready_at {
	const struct message_ready *ready;
};

static int by_question(const void *a, const void *b)
{
	const struct message_ready *x = ((const struct ready_at *)a)->ready;
	const struct message_ready *y = ((const struct ready_at *)b)->ready;
	if (x->invitation_id != y->invitation_id)
		return x->invitation_id < y->invitation_id ? -1 : 1;
	return slice_compare(x->column, y->column);
}

static void find_twice(struct message_orders *o)
{
	struct ready_at *all = reading_take(&o->reading, o->ready_len, sizeof(*all));
	for (size_t i = 0; i < o->ready_len; i++)
		all[i].ready = &o->ready[i];
	qsort(all, o->ready_len, sizeof(*all), by_question);
	for (size_t i = 1; i < o->ready_len; i++)
		if (by_question(&all[i - 1], &all[i]) == 0)
			message_orders_fault(o, all[i].ready->order, "questions", "twice",
					     "each question once to a customer");
}

bool message_orders_write(struct message_orders *o)
{
	struct buf to;
	o->ready = reading_take(&o->reading, count_questions(o), sizeof(*o->ready));
	buf_init(&to, MESSENGER_BODY_BYTES);
	for (size_t order = 0; order < o->len; order++)
		for (size_t i = 0; i < o->at[order].len; i++)
			write_one(o, order, i, &to);
	buf_fini(&to);
	if (is_good(o))
		find_twice(o);
	return is_good(o);
}
