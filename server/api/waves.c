#include "api/waves.h"

#include "api/access.h"
#include "api/caller.h"
#include "api/json_column.h"
#include "api/problem_of.h"
#include "api/shown.h"
#include "base/json_out.h"
#include "pg/value.h"
#include "store/sql.h"

enum { HISTORY_STEPS = 100 };

/** A look at a wave's life. */
struct looking {
	struct caller caller;
	int wave_id;
};

static void print_history(struct json_out *j, const struct pg_result *steps)
{
	json_key(j, "history");
	json_open_array(j);
	for (int row = 0; row < pg_rows(steps); row++) {
		json_open_object(j);
		json_pair_instant(j, "at", steps, row, 0);
		json_pair_text(j, "key", pg_get_bytes(steps, row, 1));
		json_pair_text(j, "from", pg_get_bytes(steps, row, 2));
		json_pair_text(j, "to", pg_get_bytes(steps, row, 3));
		json_pair_text_or_null(j, "reason", steps, row, 4);
		json_close_object(j);
	}
	json_close_array(j);
	json_pair_int(j, "history_total", pg_rows(steps) > 0 ? pg_get_int8(steps, 0, 5) : 0);
}

/** `steps` is NULL for readers to whom they are not shown. */
static void print_wave(struct buf *to, const struct known_wave *wave, const struct pg_result *steps)
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
	if (steps != NULL)
		print_history(&j, steps);
	json_close_object(&j);
}

static void answer_with(struct exchange *x, const struct known_wave *wave,
			const struct pg_result *steps)
{
	struct buf body;
	buf_init(&body, PROGRAMME_BYTES_LIMIT);
	print_wave(&body, wave, steps);
	exchange_answer(x, 200, "application/json", buf_slice(&body));
	buf_fini(&body);
}

void wave_answer(struct exchange *x, const struct known_wave *wave)
{
	answer_with(x, wave, NULL);
}

static void steps_came(void *arg, const struct pg_answer *answer)
{
	struct looking last = *(struct looking *)arg;
	memory_free(arg);
	if (last.caller.x == NULL)
		return;
	const struct known_wave *wave = catalogue_wave_by_id(api_of(last.caller.x)->catalogue,
							     last.wave_id);
	struct trouble why = answer->why;
	if (answer->status == OK && wave == NULL)
		(void)trouble_code(&why, E_GONE, "unknown_wave", "there is no such wave");
	if (why.status == OK)
		answer_with(last.caller.x, wave, answer->result);
	else
		answer_trouble(last.caller.x, &why);
}

/** Who made which step and why is the firm's own. */
static void look_at_life(struct exchange *x, const struct known_key *key,
			 const struct known_wave *wave)
{
	struct looking *l = memory_new(sizeof(*l));
	*l = (struct looking){.caller = {.x = x}, .wave_id = wave->wave_id};
	x->state = l;
	struct pg_value values[] = {pg_int4(wave->wave_id), pg_text(slice_of(key->key_id)),
				    pg_int4(HISTORY_STEPS)};
	pg_pool_run(api_of(x)->pool, &SQL_WAVE_STEPS, values, COUNT_OF(values), steps_came, l);
}

static void answer_shown(struct exchange *x, const struct shown_request *request)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = catalogue_wave_by_id(api_of(x)->catalogue,
							     request->wave_id);
	struct trouble why;
	if (key == NULL)
		return; /* revoked meanwhile, and told so */
	if (wave == NULL) {
		(void)trouble_code(&why, E_GONE, "unknown_wave", "there is no such wave");
		answer_trouble(x, &why);
	} else if (key->role == ROLE_FIRM) {
		look_at_life(x, key, wave);
	} else {
		wave_answer(x, wave);
	}
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

const struct handler wave_get = {.begin = begin_get, .gone = caller_gone};
