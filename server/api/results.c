#include "api/results.h"

#include "api/access.h"
#include "api/export_question.h"
#include "api/json_column.h"
#include "api/problem_of.h"
#include "api/result_json.h"
#include "base/clock.h"
#include "http/problem.h"
#include "store/sql.h"

enum {
	PAGE_DEFAULT = 100,
	PAGE_MOST = 1000,
	LATEST_MOST = 100, /* revisions, notes and appeals in a view */
	ANSWER_BYTES = 128 * 1024 * 1024,
	ARRAYS_BYTES = 16 * 1024 * 1024,
	LISTING_BYTES = 256 * 1024,
	STRETCH_ROWS = 20000 /* looked at for one page of chosen results */
};

static enum status print_rows(struct json_out *j, const struct shared_programme *shared, int wave,
			      const struct pg_result *rows, struct trouble *why)
{
	const struct programme *p = shared->programme;
	struct stored_result stored;
	struct arena arena;
	enum status st = OK;
	arena_init(&arena, ARRAYS_BYTES);
	for (int row = 0; row < pg_rows(rows) && st == OK; row++) {
		st = stored_result_read(rows, row, &p->instruments[p->waves[wave].instrument],
					&arena, &stored, why);
		if (st < 0)
			break;
		json_open_object(j);
		result_json(j, p, wave, &stored);
		json_close_object(j);
	}
	arena_fini(&arena);
	return st;
}

/* A page: of chosen results one question looks at STRETCH_ROWS of the wave, and a page that found
 * too few says where to go on. */

struct listing {
	struct caller caller;
	struct api *api;
	struct shared_programme *programme;
	int wave, wave_id;
	int32_t limit;
	struct arena arena; /* of what follows */
	struct slice after, until;
	struct pg_value chosen[3]; /* scan_wanted_values() */
};

static void end_listing(struct listing *l)
{
	shared_programme_release(&l->programme);
	arena_fini(&l->arena);
	memory_free(l);
}

static void print_page(struct json_out *j, const struct listing *l, const struct pg_result *rows,
		       struct trouble *why)
{
	int len = pg_rows(rows);
	json_open_object(j);
	json_key(j, "data");
	json_open_array(j);
	why->status = print_rows(j, l->programme, l->wave, rows, why);
	json_close_array(j);
	if (len == l->limit)
		json_pair_text(j, "next_cursor", pg_get_bytes(rows, len - 1, 0));
	else if (l->until.at != NULL)
		json_pair_text(j, "next_cursor", l->until);
	else
		json_pair_null(j, "next_cursor");
	json_close_object(j);
}

static enum status fits(const struct buf *body, struct trouble *why)
{
	if (!buf_over(body))
		return OK;
	return trouble(why, E_LIMIT, "the page is larger than an answer may be: ask for fewer");
}

static void page_came(void *arg, const struct pg_answer *answer)
{
	struct listing *l = arg;
	struct exchange *x = l->caller.x;
	struct trouble why = answer->why;
	struct buf body;
	buf_init(&body, ANSWER_BYTES);
	struct json_out j = json_out_on(&body);
	if (x != NULL && answer->status == OK)
		print_page(&j, l, answer->result, &why);
	if (x != NULL && why.status == OK && fits(&body, &why) == OK)
		exchange_answer(x, 200, "application/json", buf_slice(&body));
	else if (x != NULL)
		answer_trouble(x, &why);
	end_listing(l);
	buf_fini(&body);
}

static void ask_page(struct listing *l)
{
	struct pg_value values[] = {pg_int4(l->wave_id), pg_text(l->after), pg_int4(l->limit),
				    l->chosen[0],	 l->chosen[1],	    l->chosen[2],
				    pg_text(l->until)};
	pg_pool_run(l->api->pool, &SQL_RESULT_LIST, values, COUNT_OF(values), page_came, l);
}

static void stretch_came(void *arg, const struct pg_answer *answer)
{
	struct listing *l = arg;
	struct exchange *x = l->caller.x;
	if (x == NULL || answer->status != OK) {
		if (x != NULL)
			answer_trouble(x, &answer->why);
		end_listing(l);
		return;
	}
	if (pg_rows(answer->result) > 0)
		l->until = arena_copy(&l->arena, pg_get_bytes(answer->result, 0, 0));
	ask_page(l);
}

static struct listing *new_listing(struct exchange *x, const struct known_wave *wave,
				   const struct scan_wanted *w)
{
	struct listing *l = memory_new(sizeof(*l));
	l->caller.x = x;
	l->api = api_of(x);
	l->programme = wave->programme;
	shared_programme_hold(l->programme);
	l->wave = wave->index;
	l->wave_id = wave->wave_id;
	arena_init(&l->arena, LISTING_BYTES);
	scan_wanted_values(w, &l->arena, l->chosen);
	x->state = l;
	return l;
}

/** False: 4xx was answered. */
static bool read_page(struct exchange *x, int64_t *limit, struct slice *after)
{
	static const char *const of_files[] = {"dialect", "formulas", "columns", "end_row"};
	struct slice text;
	for (size_t i = 0; i < COUNT_OF(of_files); i++) {
		if (!exchange_query(x, of_files[i], &text))
			continue;
		exchange_problem(x, 422, "bad_export_option", "A page has no such form",
				 SLICE("ask for .csv or .ndjson"));
		return false;
	}
	*limit = PAGE_DEFAULT;
	*after = SLICE("");
	(void)exchange_query(x, "cursor", after);
	bool given = exchange_query(x, "limit", &text);
	if ((!given || slice_to_int64(text, limit)) && *limit >= 1 && *limit <= PAGE_MOST &&
	    after->len <= RESULT_ID_BYTES)
		return true;
	exchange_problem(x, 400, "bad_page", "limit is 1 to 1000, cursor is what an answer gave",
			 SLICE_NONE);
	return false;
}

void results_page(struct exchange *x, const struct known_wave *wave)
{
	struct scan_wanted wanted;
	struct trouble why;
	struct slice after;
	int64_t limit;
	x->state = NULL;
	if (results_wanted_read(x, wave, &wanted, &why) < 0) {
		answer_trouble(x, &why);
		return;
	}
	if (!read_page(x, &limit, &after))
		return;
	struct listing *l = new_listing(x, wave, &wanted);
	l->limit = (int32_t)limit;
	l->after = arena_copy(&l->arena, after);
	if (!scan_wanted_chooses(&wanted)) {
		ask_page(l);
		return;
	}
	struct pg_value values[] = {pg_int4(l->wave_id), pg_text(l->after), pg_int4(STRETCH_ROWS)};
	pg_pool_run(l->api->pool, &SQL_RESULT_STRETCH, values, COUNT_OF(values), stretch_came, l);
}

/* One, with what belongs to it */

enum part { PART_RESULT, PART_REVISIONS, PART_NOTES, PART_APPEALS, PARTS };

struct viewing {
	struct caller caller;
	struct api *api;
	struct shared_programme *programme;
	int wave_id, wave, status;
	char result_id[RESULT_ID_BYTES];
	size_t id_len;
	enum part next;
	struct pg_result *parts[PARTS];
};

static void end_view(struct viewing *v)
{
	for (size_t i = 0; i < PARTS; i++)
		pg_result_free(&v->parts[i]);
	shared_programme_release(&v->programme);
	memory_free(v);
}

static enum status print_revisions(struct json_out *j, const struct viewing *v, struct trouble *why)
{
	const struct programme *p = v->programme->programme;
	const struct pg_result *rows = v->parts[PART_REVISIONS];
	struct stored_result was;
	struct arena arena;
	enum status st = OK;
	arena_init(&arena, ARRAYS_BYTES);
	json_key(j, "revisions");
	json_open_array(j);
	for (int row = 0; row < pg_rows(rows) && st == OK; row++) {
		st = stored_result_read(rows, row, &p->instruments[p->waves[v->wave].instrument],
					&arena, &was, why);
		if (st < 0)
			break;
		json_open_object(j);
		result_json(j, p, v->wave, &was);
		json_pair_instant(j, "changed_at", rows, row, STORED_RESULT_COLUMNS);
		json_pair_text(j, "changed_by", pg_get_bytes(rows, row, STORED_RESULT_COLUMNS + 1));
		json_pair_text(j, "reason", pg_get_bytes(rows, row, STORED_RESULT_COLUMNS + 2));
		json_close_object(j);
	}
	json_close_array(j);
	arena_fini(&arena);
	return st;
}

static void print_each(struct json_out *j, const char *key, const struct pg_result *rows,
		       void (*print)(struct json_out *j, const struct pg_result *rows, int row))
{
	json_key(j, key);
	json_open_array(j);
	for (int row = 0; row < pg_rows(rows); row++)
		print(j, rows, row);
	json_close_array(j);
}

static enum status print_view(struct json_out *j, const struct viewing *v, int32_t *revision,
			      struct trouble *why)
{
	const struct programme *p = v->programme->programme;
	struct stored_result stored;
	struct arena arena;
	arena_init(&arena, ARRAYS_BYTES);
	enum status st = stored_result_read(v->parts[PART_RESULT], 0,
					    &p->instruments[p->waves[v->wave].instrument], &arena,
					    &stored, why);
	if (st == OK) {
		*revision = stored.revision;
		json_open_object(j);
		result_json(j, p, v->wave, &stored);
		st = print_revisions(j, v, why);
		print_each(j, "notes", v->parts[PART_NOTES], note_json);
		print_each(j, "appeals", v->parts[PART_APPEALS], appeal_json);
		json_close_object(j);
	}
	arena_fini(&arena);
	return st;
}

static void answer_view(struct viewing *v)
{
	struct exchange *x = v->caller.x;
	struct trouble why;
	int32_t revision = 0;
	struct buf body;
	buf_init(&body, ANSWER_BYTES);
	struct json_out j = json_out_on(&body);
	enum status st = print_view(&j, v, &revision, &why);
	if (st == OK) {
		const char *etag = arena_print(x->arena, "\"%d\"", revision);
		exchange_answer_add_header(x, "ETag", slice_of(etag));
		exchange_answer(x, v->status, "application/json", buf_slice(&body));
	} else {
		answer_trouble(x, &why);
	}
	buf_fini(&body);
}

static void ask_part(struct viewing *v);

static void part_came(void *arg, const struct pg_answer *answer)
{
	struct viewing *v = arg;
	struct exchange *x = v->caller.x;
	v->parts[v->next] = pg_answer_keep(answer);
	bool there = v->next != PART_RESULT || pg_rows(answer->result) == 1;
	if (x != NULL && answer->status == OK && there && v->next + 1 < PARTS) {
		v->next++;
		ask_part(v);
		return;
	}
	if (x != NULL && answer->status != OK)
		answer_trouble(x, &answer->why);
	else if (x != NULL && !there)
		exchange_problem(x, 404, "unknown_result", "There is no such result", SLICE_NONE);
	else if (x != NULL)
		answer_view(v);
	end_view(v);
}

static void ask_part(struct viewing *v)
{
	struct slice id = {v->result_id, v->id_len};
	struct pg_value values[] = {pg_int4(v->wave_id), pg_text(id), pg_int4(LATEST_MOST)};
	struct pg_value appeals[] = {pg_int4(v->wave_id), pg_int8(0), pg_int4(LATEST_MOST),
				     pg_text(id),	  pg_null(),  pg_null()};
	static const struct pg_statement *const statements[PARTS] = {
		[PART_RESULT] = &SQL_RESULT_GET,
		[PART_REVISIONS] = &SQL_RESULT_REVISIONS,
		[PART_NOTES] = &SQL_NOTE_LIST,
		[PART_APPEALS] = &SQL_APPEAL_LIST,
	};
	const struct pg_statement *statement = statements[v->next];
	pg_pool_run(v->api->pool, statement, v->next == PART_APPEALS ? appeals : values,
		    statement->parameter_count, part_came, v);
}

void result_view_answer(struct exchange *x, const struct known_wave *wave, struct slice result_id,
			int status)
{
	x->state = NULL;
	if (wave == NULL || result_id.len > RESULT_ID_BYTES) {
		exchange_problem(x, 404, "unknown_result", "There is no such result", SLICE_NONE);
		return;
	}
	struct viewing *v = memory_new(sizeof(*v));
	v->caller.x = x;
	v->api = api_of(x);
	v->programme = wave->programme;
	v->wave_id = wave->wave_id;
	v->wave = wave->index;
	v->status = status;
	v->id_len = result_id.len;
	memcpy(v->result_id, result_id.at, result_id.len);
	shared_programme_hold(v->programme);
	x->state = v;
	ask_part(v);
}

static void begin_get(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct slice id = SLICE_NONE;
	if (wave == NULL)
		return;
	must(exchange_parameter(x, "result", &id));
	result_view_answer(x, wave, id, 200);
}

const struct handler result_get = {.begin = begin_get, .gone = caller_gone};
