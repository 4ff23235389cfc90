#include "api/source_work.h"

#include "api/problem_of.h"
#include "api/source_view.h"
#include "http/problem.h"
#include "store/sql.h"

enum { VIEW_BYTES = 1024 * 1024 };

struct source_work *source_begin(struct exchange *x, const struct known_key *key, struct slice code)
{
	struct source_work *w = memory_new(sizeof(*w));
	*w = (struct source_work){
		.caller = {.x = x}, .api = api_of(x), .organisation_id = key->organisation_id};
	if (code.len <= PROGRAMME_CODE_BYTES)
		memcpy(w->code, code.at, code.len);
	x->state = w;
	return w;
}

struct exchange *source_came(struct source_work *w, const struct pg_answer *answer)
{
	struct exchange *x = w->caller.x;
	if (x != NULL && answer->status == OK)
		return x;
	memory_free(w);
	if (x != NULL)
		answer_trouble(x, &answer->why);
	return NULL;
}

void source_refuse(struct source_work *w, int status, const char *code, const char *title)
{
	struct exchange *x = w->caller.x;
	memory_free(w);
	exchange_problem(x, status, code, title, SLICE_NONE);
}

void source_unknown(struct source_work *w)
{
	source_refuse(w, 404, "unknown_source", "There is no such source");
}

static void view_came(void *arg, const struct pg_answer *answer)
{
	struct source_work *w = arg;
	struct exchange *x = source_came(w, answer);
	struct buf body;
	if (x == NULL)
		return;
	if (pg_rows(answer->result) == 0) {
		source_unknown(w);
		return;
	}
	buf_init(&body, VIEW_BYTES);
	struct json_out j = json_out_on(&body);
	source_view_print(&j, w->api, answer->result, 0);
	const char *tag = arena_print(x->arena, "\"%d\"", source_view_revision(answer->result, 0));
	if (tag != NULL)
		exchange_answer_add_header(x, "ETag", slice_of(tag));
	int status = w->status;
	memory_free(w);
	exchange_answer(x, status, "application/json", buf_slice(&body));
	buf_fini(&body);
}

void source_show(struct source_work *w, int status)
{
	struct pg_value values[] = {pg_int4(w->organisation_id), pg_text(SLICE("")), pg_int4(1),
				    pg_text(slice_of(w->code))};
	w->status = status;
	pg_pool_run(w->api->pool, &SQL_SOURCE_LIST, values, COUNT_OF(values), view_came, w);
}

static void reloaded(void *arg, enum status st)
{
	struct source_work *w = arg;
	struct exchange *x = w->caller.x;
	struct trouble why;
	if (x == NULL || st < 0) {
		memory_free(w);
		(void)trouble(&why, E_BUSY, "stored, but the sources are not read again yet");
		if (x != NULL)
			answer_trouble(x, &why);
	} else if (w->status == 204) {
		memory_free(w);
		exchange_answer(x, 204, NULL, SLICE_NONE);
	} else {
		source_show(w, w->status);
	}
}

void source_changed(struct source_work *w, int status)
{
	w->status = status;
	sources_reload(w->api->sources, reloaded, w);
}
