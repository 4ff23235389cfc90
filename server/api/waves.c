#include "api/waves.h"

#include "api/access.h"
#include "api/problem_of.h"
#include "api/shown.h"
#include "base/json_out.h"
#include "pg/value.h"
#include "store/sql.h"

enum { ANSWER_BYTES = 64 * 1024, ARRAY_BYTES = 4096 };

/** A step in a wave's life. */
struct step {
	enum wave_state to;
	enum wave_state from[2];
	size_t from_len;
	const char *event; /* in audit */
};

/** A step under way; x is NULL once the client is gone. */
struct stepping {
	struct exchange *x;
	struct api *api;
	const struct step *step;
	int wave_id, organisation_id;
	char key_id[KEY_ID_CHARS + 1];
};

static const struct step open_step = {WAVE_FIELDING, {WAVE_DRAFT, WAVE_CLOSED}, 2, "wave.open"};
static const struct step close_step = {WAVE_CLOSED, {WAVE_FIELDING}, 1, "wave.close"};

static void print_wave(struct buf *to, const struct known_wave *wave)
{
	const struct programme *p = wave->programme->programme;
	const struct wave *w = &p->waves[wave->index];
	struct json_out j = json_out_on(to);
	json_open_object(&j);
	json_pair_text(&j, "programme", p->code);
	json_pair_text(&j, "wave", w->code);
	json_key(&j, "name");
	json_raw(&j, w->name.json);
	json_pair_text(&j, "state", slice_of(wave_state_name(wave->state)));
	json_pair_int(&j, "revision", wave->revision);
	json_pair_text(&j, "instrument", p->instruments[w->instrument].code);
	json_key(&j, "sectors");
	json_open_array(&j);
	for (size_t i = 0; i < w->sectors_len; i++) {
		json_open_object(&j);
		json_pair_text(&j, "code", w->sectors[i].code);
		json_key(&j, "name");
		json_raw(&j, w->sectors[i].name.json);
		json_pair_int(&j, "companies", (int64_t)w->sectors[i].companies_len);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_close_object(&j);
}

static void answer_wave(struct exchange *x, const struct known_wave *wave)
{
	struct buf body;
	buf_init(&body, PROGRAMME_BYTES_LIMIT);
	print_wave(&body, wave);
	exchange_answer(x, 200, "application/json", buf_slice(&body));
	buf_fini(&body);
}

static void answer_shown(struct exchange *x, const struct shown_request *request)
{
	const struct known_wave *wave = catalogue_wave_by_id(api_of(x)->catalogue,
							     request->wave_id);
	struct trouble why;
	if (wave != NULL) {
		answer_wave(x, wave);
		return;
	}
	(void)trouble_code(&why, E_GONE, "unknown_wave", "there is no such wave");
	answer_trouble(x, &why);
}

static void begin_get(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	if (wave == NULL)
		return;
	const struct shown_request request = {key->organisation_id, wave->wave_id};
	shown_then(x, &request, answer_shown);
}

static void finish_step(struct stepping *s, const struct trouble *why)
{
	struct stepping last = *s;
	memory_free(s);
	if (last.x == NULL)
		return;
	const struct known_wave *wave = catalogue_wave_by_id(last.api->catalogue, last.wave_id);
	if (why != NULL)
		answer_trouble(last.x, why);
	else if (wave != NULL)
		answer_wave(last.x, wave);
	else
		exchange_answer(last.x, 204, NULL, SLICE_NONE);
}

static void reloaded(void *arg, enum status st)
{
	struct trouble why;
	if (st < 0) {
		/* The step is done; only this server's memory is behind, and it will catch up. */
		(void)trouble(&why, E_BUSY, "done, but the catalogue could not be read again yet");
		finish_step(arg, &why);
	} else {
		finish_step(arg, NULL);
	}
}

static void stepped(void *arg, const struct pg_answer *answer)
{
	struct stepping *s = arg;
	struct trouble why = answer->why;
	/* Nobody to answer, perhaps because the server stops and its catalogue is gone: the
	 * database's notification tells everyone who still serves. */
	if (s->x == NULL) {
		memory_free(s);
		return;
	}
	if (answer->status == OK && pg_rows(answer->result) == 1) {
		catalogue_reload(s->api->catalogue, reloaded, s);
		return;
	}
	if (answer->status == OK)
		(void)trouble_code(&why, E_CONFLICT, "wrong_state",
				   "the wave's state does not allow this now");
	finish_step(s, &why);
}

static void begin_step(struct exchange *x, const struct step *step)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct arena arena;
	if (wave == NULL)
		return;
	struct stepping *s = memory_new(sizeof(*s));
	*s = (struct stepping){.x = x,
			       .api = api_of(x),
			       .step = step,
			       .wave_id = wave->wave_id,
			       .organisation_id = key->organisation_id};
	memcpy(s->key_id, key->key_id, sizeof(s->key_id));
	x->state = s;
	struct slice from[2];
	for (size_t i = 0; i < step->from_len; i++)
		from[i] = slice_of(wave_state_name(step->from[i]));
	arena_init(&arena, ARRAY_BYTES);
	struct pg_value values[] = {
		pg_int4(s->wave_id),
		pg_text(slice_of(wave_state_name(step->to))),
		pg_text_array(&arena, from, step->from_len),
		pg_int4(s->organisation_id),
		pg_text(slice_of(s->key_id)),
		pg_text(slice_of(step->event)),
	};
	pg_pool_run(s->api->pool, &SQL_WAVE_SET_STATE, values, COUNT_OF(values), stepped, s);
	arena_fini(&arena);
}

static void begin_open(struct exchange *x)
{
	begin_step(x, &open_step);
}

static void begin_close(struct exchange *x)
{
	begin_step(x, &close_step);
}

static void step_gone(struct exchange *x)
{
	struct stepping *s = x->state;
	if (s != NULL)
		s->x = NULL;
}

const struct handler wave_get = {.begin = begin_get, .gone = shown_gone};
const struct handler wave_open = {.begin = begin_open, .gone = step_gone};
const struct handler wave_close = {.begin = begin_close, .gone = step_gone};
