#include "api/wave_steps.h"

#include "api/access.h"
#include "api/json_body.h"
#include "api/problem_of.h"
#include "api/waves.h"
#include "pg/value.h"
#include "store/sql.h"

enum { ARRAY_BYTES = 4096 };

/** A step in a wave's life. */
struct step {
	enum wave_state to;
	enum wave_state from;	       /* without further ado */
	enum wave_state from_with_why; /* where a reason is given; the same where there is none */
	const char *event;	       /* in audit */
};

/** A step under way; x is NULL once the client is gone. */
struct stepping {
	struct exchange *x;
	struct api *api;
	const struct step *step;
	int wave_id;
};

static const struct step open_step = {WAVE_FIELDING, WAVE_DRAFT, WAVE_CLOSED, "wave.open"};
static const struct step close_step = {WAVE_CLOSED, WAVE_FIELDING, WAVE_FIELDING, "wave.close"};

static void finish(struct stepping *s, const struct trouble *why)
{
	struct stepping last = *s;
	memory_free(s);
	if (last.x == NULL)
		return;
	const struct known_wave *wave = catalogue_wave_by_id(last.api->catalogue, last.wave_id);
	if (why != NULL)
		answer_trouble(last.x, why);
	else if (wave != NULL)
		wave_answer(last.x, wave);
	else
		exchange_answer(last.x, 204, NULL, SLICE_NONE);
}

static void reloaded(void *arg, enum status st)
{
	struct trouble why;
	if (st < 0) {
		/* The step is done; only this server's memory is behind, and it will catch up. */
		(void)trouble(&why, E_BUSY, "done, but the catalogue could not be read again yet");
		finish(arg, &why);
	} else {
		finish(arg, NULL);
	}
}

/** Why the wave did not move; OK where it did. */
static enum status refusal_of(const struct step *step, const struct pg_answer *answer,
			      struct trouble *why)
{
	enum wave_state now;
	*why = answer->why;
	if (answer->status != OK)
		return answer->status;
	bool there = pg_rows(answer->result) == 1;
	if (there && pg_get_bool(answer->result, 0, 1))
		return OK;
	bool known = there && wave_state_from(pg_get_bytes(answer->result, 0, 0), &now);
	if (known && now == step->from_with_why && now != step->from)
		return trouble_code(why, E_INPUT, "reason_required",
				    "the wave was closed: opening it again needs a reason");
	return trouble_code(why, E_CONFLICT, "wrong_state",
			    "the wave's state does not allow this now");
}

static void stepped(void *arg, const struct pg_answer *answer)
{
	struct stepping *s = arg;
	struct trouble why;
	/* Nobody to answer, perhaps because the server stops and its catalogue is gone: the
	 * database's notification tells everyone who still serves. */
	if (s->x == NULL)
		memory_free(s);
	else if (refusal_of(s->step, answer, &why) < 0)
		finish(s, &why);
	else
		catalogue_reload(s->api->catalogue, reloaded, s);
}

static void take_step(struct exchange *x, const struct step *step, const struct known_key *key,
		      const struct known_wave *wave, struct slice reason)
{
	struct arena arena;
	struct stepping *s = memory_new(sizeof(*s));
	struct slice from[] = {slice_of(wave_state_name(step->from)),
			       slice_of(wave_state_name(step->from_with_why))};
	*s = (struct stepping){.x = x, .api = api_of(x), .step = step, .wave_id = wave->wave_id};
	x->state = s;
	arena_init(&arena, ARRAY_BYTES);
	struct pg_value values[] = {
		pg_int4(s->wave_id),
		pg_text(slice_of(wave_state_name(step->to))),
		pg_text_array(&arena, from, reason.len > 0 ? 2 : 1),
		pg_int4(key->organisation_id),
		pg_text(slice_of(key->key_id)),
		pg_text(slice_of(step->event)),
		pg_text(reason.len > 0 ? reason : SLICE_NONE),
	};
	pg_pool_run(s->api->pool, &SQL_WAVE_SET_STATE, values, COUNT_OF(values), stepped, s);
	arena_fini(&arena);
}

static void begin(struct exchange *x)
{
	(void)access_check(x); /* refuses before the body is sent */
}

static void whole(struct exchange *x, const struct step *step, struct slice body)
{
	static const char *const names[] = {"reason", NULL};
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct record record;
	struct slice reason;
	if (wave != NULL && json_body_read(x, body, &record) &&
	    json_body_has_only(x, &record, names) &&
	    json_body_text(x, &record, "reason", REVIEW_REASON_BYTES, &reason))
		take_step(x, step, key, wave, reason);
}

static void whole_open(struct exchange *x, struct slice body)
{
	whole(x, &open_step, body);
}

static void whole_close(struct exchange *x, struct slice body)
{
	whole(x, &close_step, body);
}

static void gone(struct exchange *x)
{
	struct stepping *s = x->state;
	if (s != NULL)
		s->x = NULL;
}

const struct handler wave_open = {.begin = begin, .whole = whole_open, .gone = gone};
const struct handler wave_close = {.begin = begin, .whole = whole_close, .gone = gone};
