#include "inbox/merging.h"

#include "base/clock.h"
#include "base/log.h"
#include "inbox/merging_round.h"
#include "pg/value.h"
#include "store/sql.h"

enum { PAUSE_MS = 300, LOOK_MS = 2000, FAILED_MS = 1000 };

/* clang-format off */
#define MERGING_STATES(X)                                                  \
	X(RESTING,   "nothing is to be merged as far as is known")         \
	X(LOOKING,   "asking which waves have answers to be merged")       \
	X(CLAIMING,  "claiming invitations of one of them")                \
	X(READING,   "reading their answers")                              \
	X(MEETING,   "reading what is stored under their ids")             \
	X(UPLOADING, "an upload of a group's records runs")                \
	X(ENDING,    "writing what became of the group")

enum merging_state {
#define X(name, words) MERGING_##name,
	MERGING_STATES(X)
#undef X
};

#define BIT(name) (1u << MERGING_##name)

static const unsigned next_states[] = {
	[MERGING_RESTING]   = BIT(LOOKING),
	[MERGING_LOOKING]   = BIT(CLAIMING) | BIT(RESTING),
	[MERGING_CLAIMING]  = BIT(CLAIMING) | BIT(READING) | BIT(RESTING),
	[MERGING_READING]   = BIT(MEETING) | BIT(RESTING),
	[MERGING_MEETING]   = BIT(UPLOADING) | BIT(CLAIMING) | BIT(RESTING),
	[MERGING_UPLOADING] = BIT(ENDING),
	[MERGING_ENDING]    = BIT(UPLOADING) | BIT(CLAIMING) | BIT(RESTING),
};
/* clang-format on */

struct merging {
	struct merging_settings settings;
	enum merging_state state;
	struct loop_timer *timer;
	struct pg_result *waves; /* of this look */
	int next_wave;
	struct merging_round *round;
	struct upload *upload;
	struct slice text; /* of the group, what is not fed yet */
	int most;	   /* invitations a round */
	bool worked;	   /* since the last look: something was claimed */
	bool woken, stopping;
	uint64_t looked_at_ms;
};

static void enter(struct merging *m, enum merging_state to)
{
	must((next_states[m->state] & (1u << to)) != 0);
	m->state = to;
}

/* Resting */

static void rest(struct merging *m, uint64_t wait_ms)
{
	merging_round_free(m->round);
	m->round = NULL;
	pg_result_free(&m->waves);
	enter(m, MERGING_RESTING);
	if (!m->stopping)
		loop_timer_start(m->timer, wait_ms);
}

/** What was claimed comes again when the claim ends. */
static void fail(struct merging *m, const struct trouble *why)
{
	log_warn("merging.failed", LOG_TEXT("err", why->words));
	if (why->status == E_LIMIT && m->most > 1)
		m->most /= 2;
	rest(m, FAILED_MS);
}

static bool failed(struct merging *m, const struct pg_answer *answer)
{
	if (answer->status == OK)
		return false;
	fail(m, &answer->why);
	return true;
}

/* A group */

static void next_group(struct merging *m);
static void next_wave(struct merging *m);

static void group_ended(void *arg, const struct pg_answer *answer)
{
	struct merging *m = arg;
	if (!failed(m, answer))
		next_group(m);
}

static void upload_ended(void *arg, const struct upload_report *report)
{
	struct merging *m = arg;
	struct pg_value values[MERGING_END_VALUES];
	m->upload = NULL;
	enter(m, MERGING_ENDING);
	merging_round_end(m->round, report, values);
	pg_pool_run(m->settings.pool, &SQL_MERGING_END, values, COUNT_OF(values), group_ended, m);
}

static void upload_resumed(void *arg)
{
	struct merging *m = arg;
	enum flow flow = FLOW_MORE;
	while (flow == FLOW_MORE && m->text.len > 0) {
		struct slice part = m->text;
		if (part.len > UPLOAD_PART_BYTES)
			part.len = UPLOAD_PART_BYTES;
		m->text = slice_from(m->text, part.len);
		flow = upload_feed(m->upload, part);
	}
	if (flow == FLOW_MORE)
		upload_finish(m->upload);
}

static void row_ended(void *arg, uint64_t row, enum row_fate fate)
{
	struct merging *m = arg;
	merging_round_row(m->round, row, fate);
}

static void next_group(struct merging *m)
{
	struct upload_request request;
	const struct upload_listener listener = {
		.resume = upload_resumed, .ended = upload_ended, .row = row_ended, .arg = m};
	if (!merging_round_next(m->round, &request, &m->text)) {
		m->most = MERGING_ROUND;
		next_wave(m);
		return;
	}
	enter(m, MERGING_UPLOADING);
	m->upload = upload_open(m->settings.ingest, &request, &listener);
}

/* A round */

static void results_came(void *arg, const struct pg_answer *answer)
{
	struct merging *m = arg;
	struct trouble why;
	if (failed(m, answer))
		return;
	struct pg_result *rows = pg_answer_keep(answer);
	if (merging_round_meet(m->round, &rows, &why) < 0)
		fail(m, &why);
	else
		next_group(m);
}

static void answers_came(void *arg, const struct pg_answer *answer)
{
	struct merging *m = arg;
	struct pg_value values[MERGING_STORED_VALUES];
	struct trouble why;
	if (failed(m, answer))
		return;
	struct pg_result *rows = pg_answer_keep(answer);
	if (merging_round_read(m->round, &rows, values, &why) < 0) {
		fail(m, &why);
		return;
	}
	enter(m, MERGING_MEETING);
	pg_pool_run(m->settings.pool, &SQL_MERGING_STORED, values, COUNT_OF(values), results_came,
		    m);
}

static void claimed(void *arg, const struct pg_answer *answer)
{
	struct merging *m = arg;
	const struct known_wave *wave;
	struct pg_value values[MERGING_READ_VALUES];
	if (failed(m, answer))
		return;
	wave = catalogue_wave_by_id(m->settings.catalogue,
				    pg_get_int4(m->waves, m->next_wave - 1, 0));
	if (wave == NULL || pg_rows(answer->result) == 0) {
		next_wave(m);
		return;
	}
	struct pg_result *rows = pg_answer_keep(answer);
	m->worked = true;
	m->round = merging_round_new(wave, &rows);
	merging_round_ask(m->round, values);
	enter(m, MERGING_READING);
	pg_pool_run(m->settings.pool, &SQL_MERGING_READ, values, COUNT_OF(values), answers_came, m);
}

static void next_wave(struct merging *m)
{
	merging_round_free(m->round);
	m->round = NULL;
	const struct known_wave *wave = NULL;
	while (wave == NULL && m->next_wave < pg_rows(m->waves))
		wave = catalogue_wave_by_id(m->settings.catalogue,
					    pg_get_int4(m->waves, m->next_wave++, 0));
	if (wave == NULL || m->stopping) {
		rest(m, m->worked || m->woken ? m->settings.pause_ms : LOOK_MS);
		return;
	}
	struct pg_value values[] = {pg_int4(wave->wave_id), pg_int4(m->most),
				    pg_int4(MERGING_LEASE_S)};
	enter(m, MERGING_CLAIMING);
	pg_pool_run(m->settings.pool, &SQL_MERGING_CLAIM, values, COUNT_OF(values), claimed, m);
}

static void waves_came(void *arg, const struct pg_answer *answer)
{
	struct merging *m = arg;
	if (failed(m, answer))
		return;
	m->waves = pg_answer_keep(answer);
	m->next_wave = 0;
	next_wave(m);
}

static void look(void *arg)
{
	struct merging *m = arg;
	if (m->state != MERGING_RESTING || m->stopping)
		return;
	if (!catalogue_ready(m->settings.catalogue)) {
		loop_timer_start(m->timer, m->settings.pause_ms);
		return;
	}
	m->woken = false;
	m->worked = false;
	m->looked_at_ms = clock_monotonic_ms();
	enter(m, MERGING_LOOKING);
	pg_pool_run(m->settings.pool, &SQL_MERGING_WAVES, NULL, 0, waves_came, m);
}

struct merging *merging_new(const struct merging_settings *settings)
{
	struct merging *m = memory_new(sizeof(*m));
	*m = (struct merging){.settings = *settings, .most = MERGING_ROUND};
	if (m->settings.pause_ms == 0)
		m->settings.pause_ms = PAUSE_MS;
	m->timer = loop_timer_new(settings->loop, look, m);
	loop_timer_start(m->timer, 1);
	return m;
}

void merging_wake(struct merging *m)
{
	uint64_t since_ms = clock_monotonic_ms() - m->looked_at_ms;
	m->woken = true;
	if (m->state == MERGING_RESTING && !m->stopping)
		loop_timer_start(m->timer, since_ms < m->settings.pause_ms
						   ? m->settings.pause_ms - since_ms
						   : 1);
}

void merging_stop(struct merging *m)
{
	m->stopping = true;
	loop_timer_stop(m->timer);
}

bool merging_busy(const struct merging *m)
{
	return m->state != MERGING_RESTING;
}

void merging_free(struct merging *m)
{
	if (m == NULL)
		return;
	must(m->stopping && m->state == MERGING_RESTING);
	loop_timer_free(&m->timer);
	memory_free(m);
}
