#include "api/result_posts.h"

#include "api/access.h"
#include "api/caller.h"
#include "api/changing.h"
#include "api/json_body.h"
#include "api/problem_of.h"
#include "api/results.h"
#include "api/upload_answer.h"
#include "api/upload_options.h"
#include "http/problem.h"
#include "store/sql.h"
#include "store/stored_result.h"

enum { ANSWER_BYTES = 16 * 1024 * 1024, PARTS = 3, OUTCOMES_FIRST = 64, FATE_UNKNOWN = 0xff };

_Static_assert((int)RESULT_POST_BYTES <= (int)UPLOAD_PART_BYTES, "a body is one part of an upload");
_Static_assert((int)ROW_FATES_COUNT < (int)FATE_UNKNOWN, "a fate fits a byte");

/** Results on their way in. They all are there: they are stored also where the client is gone. */
struct posting {
	struct caller caller;
	struct api *api;
	struct upload *upload;
	struct buf body;
	struct slice parts[PARTS]; /* "[", the body, "]" round one */
	size_t next_part;
	bool one, matched; /* a result by itself; with If-Match */
	int wave_id;
	struct slice place; /* "/v1/programmes/p/waves/w/uploads"; the exchange's */
	char result_id[RESULT_ID_BYTES];
	size_t id_len;
	uint8_t *fates; /* of rows, from 1 */
	size_t fates_room;
};

static void end_posting(struct posting *p)
{
	buf_fini(&p->body);
	memory_free(p->fates);
	memory_free(p);
}

static void note_row(void *arg, uint64_t row, enum row_fate fate)
{
	struct posting *p = arg;
	size_t before = p->fates_room;
	while (row >= p->fates_room)
		p->fates_room = p->fates_room > 0 ? p->fates_room * 2 : OUTCOMES_FIRST;
	if (p->fates_room > before) {
		p->fates = memory_resize(p->fates, p->fates_room, 1);
		memset(p->fates + before, FATE_UNKNOWN, p->fates_room - before);
	}
	p->fates[row] = (uint8_t)fate;
}

/** FATE_UNKNOWN: the row was no result at all. */
static unsigned fate_of(const struct posting *p, uint64_t row)
{
	return row < p->fates_room ? p->fates[row] : (unsigned)FATE_UNKNOWN;
}

/* Answers */

static const char *outcome_of(unsigned fate)
{
	switch (fate) {
	case ROW_FRESH:
	case ROW_STORED:
		return "accepted";
	case ROW_SAME:
	case ROW_TWIN:
		return "duplicate";
	case ROW_REPLACED:
		return "replaced";
	default:
		return "rejected";
	}
}

static void answer_many(struct posting *p, const struct upload_report *report)
{
	struct buf body;
	buf_init(&body, ANSWER_BYTES);
	struct json_out j = json_out_on(&body);
	json_open_object(&j);
	upload_report_json(&j, p->place, report);
	json_key(&j, "outcomes");
	json_open_array(&j);
	for (uint64_t row = 1; row <= report->counts.received; row++)
		json_text(&j, slice_of(outcome_of(fate_of(p, row))));
	json_close_array(&j);
	json_close_object(&j);
	exchange_answer(p->caller.x, report->counts.accepted > 0 ? 201 : 200, "application/json",
			buf_slice(&body));
	buf_fini(&body);
}

static void answer_faults(struct posting *p, const struct upload_report *report)
{
	exchange_problem_errors(p->caller.x, 422, "result_faults", "What was sent has faults",
				SLICE_NONE, report->errors);
}

/** Which revision is stored, for who wants to replace it. */
static void conflict_looked_up(void *arg, const struct pg_answer *answer)
{
	struct posting *p = arg;
	struct exchange *x = p->caller.x;
	bool there = answer->status == OK && pg_rows(answer->result) == 1;
	end_posting(p);
	if (x == NULL)
		return;
	if (!there) {
		exchange_problem(x, 409, "result_id_conflict", "It is stored with other content",
				 SLICE_NONE);
		return;
	}
	int32_t revision = pg_get_int4(answer->result, 0, STORED_RESULT_COLUMNS - 2);
	exchange_answer_add_header(x, "ETag", slice_of(arena_print(x->arena, "\"%d\"", revision)));
	exchange_problem(
		x, 409, "result_id_conflict", "It is stored with other content",
		slice_of(arena_print(
			x->arena, "revision %d is stored: with If-Match: \"%d\" this replaces it",
			revision, revision)));
}

static void answer_conflict(struct posting *p)
{
	struct pg_value values[] = {pg_int4(p->wave_id),
				    pg_text((struct slice){p->result_id, p->id_len})};
	pg_pool_run(p->api->pool, &SQL_RESULT_GET, values, COUNT_OF(values), conflict_looked_up, p);
}

static void answer_view(struct posting *p, int status)
{
	struct slice id = {p->result_id, p->id_len};
	result_view_answer(p->caller.x, catalogue_wave_by_id(p->api->catalogue, p->wave_id), id,
			   status);
}

static void answer_absent(const struct posting *p)
{
	if (p->matched)
		exchange_problem(p->caller.x, 412, "precondition_failed", "There is no such result",
				 SLICE("If-Match names a revision of a stored one"));
	else
		exchange_problem(p->caller.x, 409, "wave_not_fielding",
				 "The wave takes no results now",
				 SLICE("only what is stored is replaced"));
}

/** True where `p` is still needed. */
static bool answer_one(struct posting *p, const struct upload_report *report)
{
	switch (fate_of(p, 1)) {
	case ROW_FRESH:
	case ROW_STORED:
		answer_view(p, 201);
		return false;
	case ROW_SAME:
	case ROW_REPLACED:
		answer_view(p, 200);
		return false;
	case ROW_DIFFERS:
		answer_conflict(p);
		return true;
	case ROW_DECIDED:
		exchange_problem(p->caller.x, 409, "result_reviewed", "Review has decided about it",
				 SLICE("correct it, or take the decision back first"));
		return false;
	case ROW_CHANGED:
		exchange_problem(p->caller.x, 412, "precondition_failed",
				 "Somebody changed the result before", SLICE_NONE);
		return false;
	case ROW_ABSENT:
		answer_absent(p);
		return false;
	default:
		answer_faults(p, report);
		return false;
	}
}

static void ended(void *arg, const struct upload_report *report)
{
	struct posting *p = arg;
	const struct admission_counts *c = &report->counts;
	bool needed = false;
	if (p->caller.x == NULL) {
		end_posting(p);
		return;
	}
	if (report->status != OK && !p->one)
		upload_answer(p->caller.x, p->place, report);
	else if (report->status != OK)
		answer_trouble(p->caller.x, &report->why);
	else if (p->one)
		needed = answer_one(p, report);
	else if (c->rejected > 0 && c->rejected == c->received)
		answer_faults(p, report);
	else
		answer_many(p, report);
	if (!needed)
		end_posting(p);
}

/* The way in */

static void resumed(void *arg)
{
	struct posting *p = arg;
	enum flow flow = FLOW_MORE;
	while (flow == FLOW_MORE && p->next_part < PARTS) {
		struct slice part = p->parts[p->next_part++];
		if (part.len > 0)
			flow = upload_feed(p->upload, part);
	}
	if (flow == FLOW_MORE)
		upload_finish(p->upload);
}

/** An array or a single result: what the first character says. False: answered. */
static bool take_body(struct posting *p, struct slice body)
{
	struct exchange *x = p->caller.x;
	struct record record;
	size_t at = 0;
	while (at < body.len && strchr(" \t\r\n", body.at[at]) != NULL)
		at++;
	p->one = at < body.len && body.at[at] != '[';
	buf_init(&p->body, RESULT_POST_BYTES);
	buf_add(&p->body, body);
	p->parts[1] = buf_slice(&p->body);
	if (!p->one)
		return true;
	p->parts[0] = SLICE("[");
	p->parts[2] = SLICE("]");
	if (!json_body_read(x, body, &record))
		return false;
	const struct field *id = json_body_find(&record, "result_id");
	if (id == NULL)
		id = json_body_find(&record, "contact_id");
	/* None, or one that is too long, is a fault that reading it will find. */
	if (id != NULL && id->value.len <= RESULT_ID_BYTES) {
		p->id_len = id->value.len;
		memcpy(p->result_id, id->value.at, id->value.len);
	}
	return true;
}

/** If-Match replaces that revision, and nothing where there is none. False: answered. */
static bool read_wish(struct posting *p, struct upload_request *request)
{
	struct exchange *x = p->caller.x;
	p->matched = exchange_header(x, "if-match").at != NULL;
	if (!result_options_of(x, request))
		return false;
	if (!p->matched)
		return true;
	if (!p->one) {
		json_body_refuse(x, "If-Match goes with one result, not with an array");
		return false;
	}
	request->replace = request->stored_only = true;
	request->revision = changing_revision(x);
	return true;
}

static void begin(struct exchange *x)
{
	(void)access_check(x); /* refuses before the body is sent */
}

static void whole(struct exchange *x, struct slice body)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct upload_request request;
	if (wave == NULL)
		return;
	struct posting *p = memory_new(sizeof(*p));
	p->caller.x = x;
	p->api = api_of(x);
	p->wave_id = wave->wave_id;
	p->place = slice_of(arena_print(x->arena, "%.*s/uploads",
					(int)(x->path.len - strlen("/results")), x->path.at));
	upload_request_init(&request, wave, key->organisation_id, slice_of(key->key_id));
	if (!take_body(p, body) || !read_wish(p, &request)) {
		end_posting(p);
		return;
	}
	x->state = p;
	struct upload_listener listener = {
		.resume = resumed, .ended = ended, .row = note_row, .arg = p};
	p->upload = upload_open(p->api->ingest, &request, &listener);
}

const struct handler result_post = {.begin = begin, .whole = whole, .gone = caller_gone};
