#include "review/settle.h"

#include "base/log.h"
#include "pg/transaction.h"
#include "pg/value.h"
#include "store/sql.h"
#include "survey/breach.h"

enum {
	WISHES_MOST = 10000,
	WISHES_BYTES = 8 * 1024 * 1024,
	REASON_BYTES = 100,
	IDLE_ROUNDS = 3, /* rounds that change nothing, before giving up */
};

struct job {
	struct job *next;
	struct settler *settler;
	int wave_id, organisation_id;
	char key_id[KEY_ID_CHARS + 1];
	void (*done)(void *arg, const struct trouble *why);
	void *arg;
	struct pg_transaction *transaction;
	int idle_rounds;
	uint64_t changed;
};

struct settler {
	struct loop *loop;
	struct pg_pool *pool;
	struct catalogue *catalogue;
	struct review *review;
	struct job *first; /* runs; the others wait */
	unsigned running;
};

struct settler *settler_new(struct loop *loop, struct pg_pool *pool, struct catalogue *catalogue,
			    struct review *review)
{
	struct settler *s = memory_new(sizeof(*s));
	*s = (struct settler){.loop = loop, .pool = pool, .catalogue = catalogue, .review = review};
	return s;
}

void settler_free(struct settler *s)
{
	must(s == NULL || s->running == 0);
	memory_free(s);
}

unsigned settler_running(const struct settler *s)
{
	return s->running;
}

static const struct fieldwork_rules *rules_of(const struct known_wave *known)
{
	return &known->programme->programme->waves[known->index].fieldwork;
}

/** The rules among results that exclude. */
static uint32_t excluding(const struct known_wave *known)
{
	return breaches_with_action(rules_of(known), BREACH_EXCLUDES) & BREACHES_AMONG;
}

/* A job's end */

static void start_first(void *arg);

static void ended(void *arg, enum status status, const struct trouble *why)
{
	struct job *job = arg;
	struct settler *s = job->settler;
	struct job last = *job;
	must(s->first == job);
	s->first = job->next;
	s->running--;
	memory_free(job);
	if (s->first != NULL)
		loop_later(s->loop, start_first, s);
	if (status != OK || last.changed > 0)
		log_info("settle.ended", LOG_NUMBER("wave", last.wave_id),
			 LOG_NUMBER("changed", last.changed), LOG_TEXT("err", why->words));
	last.done(last.arg, status != OK ? why : NULL);
}

/* Rounds: what is not in line is read, and those alike are changed, until all is in line */

static void read_wishes(struct job *job);

static void wishes_granted(void *arg, const struct review_outcome *outcome)
{
	struct job *job = arg;
	struct trouble why = outcome->why;
	why.status = outcome->status;
	job->changed += outcome->changed;
	job->idle_rounds = outcome->changed > 0 ? 0 : job->idle_rounds + 1;
	if (outcome->status == OK && job->idle_rounds == IDLE_ROUNDS)
		(void)trouble_code(&why, E_BUSY, "try_again",
				   "results are being reviewed while breaches are settled");
	if (why.status != OK)
		pg_transaction_fail(job->transaction, &why);
	else
		read_wishes(job);
}

/** The rules by name, for the trace a change leaves. */
static void print_reason(struct buf *to, bool excluded, uint32_t breaks)
{
	buf_add_text(to, breaks == 0 ? "no breach any more" : "breach");
	for (int b = 0; b < BREACH_COUNT; b++)
		if (breaks & (UINT32_C(1) << b))
			buf_print(to, " %s", breach_code((enum breach)b));
	if (excluded && breaks != 0)
		buf_add_text(to, " now");
}

static struct review_wish wish_for(struct slice result_id, bool excluded, uint32_t breaks)
{
	struct review_wish wish = {.result_id = result_id,
				   .status = REVIEW_EXCLUDED,
				   .breaches_found = breaks,
				   .breaches_gone = ~breaks & (uint32_t)BREACHES_AMONG};
	if (excluded)
		wish.status = breaks == 0 ? REVIEW_SUBMITTED : REVIEW_COUNT;
	return wish;
}

/** Those that are like the first row: the same change for the same reason. */
static void grant(struct job *job, const struct known_wave *known, const struct pg_result *rows,
		  struct review_wish *wishes)
{
	bool excluded = pg_get_bool(rows, 0, 1);
	uint32_t breaks = (uint32_t)pg_get_int4(rows, 0, 2);
	struct buf reason;
	int len = 0;
	for (; len < pg_rows(rows); len++) {
		if (pg_get_bool(rows, len, 1) != excluded ||
		    (uint32_t)pg_get_int4(rows, len, 2) != breaks)
			break;
		wishes[len] = wish_for(pg_get_bytes(rows, len, 0), excluded, breaks);
	}
	buf_init(&reason, REASON_BYTES);
	print_reason(&reason, excluded, breaks);
	struct review_order order = {
		.wave = known,
		.organisation_id = job->organisation_id,
		.key_id = slice_of(job->key_id),
		.reason = buf_slice(&reason),
		.by_rules = true,
		.from = 1u << (excluded ? REVIEW_EXCLUDED : REVIEW_SUBMITTED),
	};
	review_change_many(job->settler->review, &order, wishes, (size_t)len, wishes_granted, job);
	buf_fini(&reason);
}

static void wishes_came(void *arg, const struct pg_answer *answer)
{
	struct job *job = arg;
	const struct known_wave *known = catalogue_wave_by_id(job->settler->catalogue,
							      job->wave_id);
	struct arena arena;
	if (known == NULL || pg_rows(answer->result) == 0) {
		pg_transaction_leave(job->transaction);
		return;
	}
	arena_init(&arena, WISHES_BYTES);
	struct review_wish *wishes = arena_take_array(&arena, WISHES_MOST, sizeof(*wishes));
	must(wishes != NULL);
	grant(job, known, answer->result, wishes);
	arena_fini(&arena);
}

static int limit_of(int limit, const struct fieldwork_rules *rules, enum breach rule)
{
	return rules->action[rule] == BREACH_EXCLUDES ? limit : 0;
}

static void read_wishes(struct job *job)
{
	const struct known_wave *known = catalogue_wave_by_id(job->settler->catalogue,
							      job->wave_id);
	if (known == NULL || excluding(known) == 0) {
		pg_transaction_leave(job->transaction);
		return;
	}
	const struct fieldwork_rules *r = rules_of(known);
	struct pg_value values[] = {
		pg_int4(job->wave_id),
		pg_text(known->programme->programme->waves[known->index].time_zone),
		pg_int4(limit_of(r->contacts_per_company, r, BREACH_SHOPPER_TWICE)),
		pg_int4(limit_of(r->contacts_per_wave, r, BREACH_SHOPPER_OFTEN)),
		pg_int4(limit_of(r->contacts_per_day, r, BREACH_SHOPPER_OFTEN)),
		pg_int4((int32_t)excluding(known)),
		pg_int4(WISHES_MOST),
	};
	pg_transaction_run(job->transaction, &SQL_SETTLE_WISHES, values, COUNT_OF(values),
			   wishes_came);
}

/* A job's beginning */

static void locked(void *arg, const struct pg_answer *answer)
{
	(void)answer;
	read_wishes(arg);
}

static void begun(void *arg, struct pg_transaction *t)
{
	struct job *job = arg;
	struct pg_value wave[] = {pg_int4(job->wave_id)};
	job->transaction = t;
	pg_transaction_run(t, &SQL_SETTLE_LOCK, wave, COUNT_OF(wave), locked);
}

static void start_first(void *arg)
{
	struct settler *s = arg;
	pg_transaction_open(s->pool, "begin; set local work_mem = '32MB'", begun, ended, s->first);
}

bool settler_run(struct settler *s, const struct settle_origin *origin,
		 void (*done)(void *arg, const struct trouble *why), void *arg)
{
	const struct known_wave *known = catalogue_wave_by_id(s->catalogue, origin->wave_id);
	struct job **last = &s->first;
	if (known == NULL || excluding(known) == 0)
		return false;
	struct job *job = memory_new(sizeof(*job));
	*job = (struct job){.settler = s,
			    .wave_id = origin->wave_id,
			    .organisation_id = origin->organisation_id,
			    .done = done,
			    .arg = arg};
	must(origin->key_id.len < sizeof(job->key_id));
	memcpy(job->key_id, origin->key_id.at, origin->key_id.len);
	while (*last != NULL)
		last = &(*last)->next;
	*last = job;
	s->running++;
	if (s->first == job)
		loop_later(s->loop, start_first, s);
	return true;
}
