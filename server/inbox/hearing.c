#include "inbox/hearing.h"

#include "base/log.h"
#include "inbox/hearing_batch.h"
#include "inbox/hearing_mark.h"
#include "loop/loop.h"
#include "pg/transaction.h"
#include "store/sql.h"

enum { LOOK_MS = 2000, FIRST_WAIT_MS = 100, LONGEST_WAIT_MS = 5000 };

/* clang-format off */
#define HEARING_STATES(X)                                                      \
	X(IDLE,      "nothing waits as far as is known, or it waits itself")   \
	X(TAKING,    "transaction open, payloads are taken")                   \
	X(HEARING,   "on a pool thread")                                       \
	X(FINDING,   "their invitations are made and looked up")               \
	X(WRITING,   "answers and ends are written")                           \
	X(FINISHING, "commit or rollback")                                     \
	X(PARTING,   "a payload that makes statements fail is set apart")

enum hearing_state {
#define X(name, words) HEARING_##name,
	HEARING_STATES(X)
#undef X
};

#define BIT(name) (1u << HEARING_##name)

static const unsigned next_states[] = {
	[HEARING_IDLE]      = BIT(TAKING),
	[HEARING_TAKING]    = BIT(HEARING) | BIT(FINISHING),
	[HEARING_HEARING]   = BIT(FINDING),
	[HEARING_FINDING]   = BIT(WRITING) | BIT(FINISHING),
	[HEARING_WRITING]   = BIT(FINISHING),
	[HEARING_FINISHING] = BIT(PARTING) | BIT(IDLE),
	[HEARING_PARTING]   = BIT(IDLE),
};
/* clang-format on */

struct hearing {
	struct hearing_settings settings;
	enum hearing_state state;
	struct loop_timer *timer;
	struct pg_transaction *transaction;
	struct hearing_batch *batch;
	struct hearing_mark *mark;
	bool woken, stopping;
	bool answered;	  /* of this batch: some count */
	size_t singly;	  /* payloads to be taken one by one, after a batch that failed or
			     that a process died of */
	uint64_t wait_ms; /* after the last failure */
	struct hearing_counts counts;
};

static void enter(struct hearing *h, enum hearing_state to)
{
	must((next_states[h->state] & (1u << to)) != 0);
	h->state = to;
}

static void look(void *arg);

/** `wait_ms` 0: at once, in the next turn of the loop. */
static void rest(struct hearing *h, uint64_t wait_ms)
{
	hearing_batch_free(h->batch);
	h->batch = NULL;
	enter(h, HEARING_IDLE);
	if (!h->stopping)
		loop_timer_start(h->timer, wait_ms > 0 ? wait_ms : 1);
}

/* A round's end */

/** The world's doing passes; anything else is a payload's. */
static bool passes(enum status status)
{
	return status == E_BUSY || status == E_UNKNOWN || status == E_GONE;
}

static void rest_longer(struct hearing *h)
{
	h->wait_ms = h->wait_ms == 0 ? FIRST_WAIT_MS : h->wait_ms * 2;
	if (h->wait_ms > LONGEST_WAIT_MS)
		h->wait_ms = LONGEST_WAIT_MS;
	rest(h, h->wait_ms);
}

static void parted(void *arg, const struct pg_answer *answer)
{
	struct hearing *h = arg;
	if (answer->status == OK)
		rest(h, 0);
	else
		rest_longer(h);
}

static void part(struct hearing *h)
{
	struct pg_value values[HEARING_END_VALUES];
	enter(h, HEARING_PARTING);
	hearing_batch_part(h->batch, values);
	pg_pool_run(h->settings.pool, &SQL_HEARING_END, values, COUNT_OF(values), parted, h);
}

static void round_failed(struct hearing *h, const struct trouble *why)
{
	size_t rows = h->batch != NULL ? hearing_batch_rows(h->batch) : 0;
	log_warn("hearing.failed", LOG_NUMBER("payloads", rows), LOG_TEXT("err", why->words));
	if (passes(why->status) || rows == 0) {
		rest_longer(h);
	} else if (rows == 1) {
		part(h);
	} else {
		h->singly = rows;
		rest(h, 0);
	}
}

static void ended(void *arg, enum status status, const struct trouble *why)
{
	struct hearing *h = arg;
	size_t rows = h->batch != NULL ? hearing_batch_rows(h->batch) : 0;
	h->transaction = NULL;
	if (h->state != HEARING_FINISHING)
		enter(h, HEARING_FINISHING);
	if (rows > 0)
		hearing_mark_end(h->mark);
	if (status != OK) {
		round_failed(h, why);
		return;
	}
	h->wait_ms = 0;
	if (rows > 0)
		hearing_batch_count(h->batch, &h->counts);
	if (h->answered && h->settings.answered != NULL)
		h->settings.answered(h->settings.arg);
	rest(h, rows > 0 || h->woken ? 0 : LOOK_MS);
}

/* A round */

static void commit(void *arg, const struct pg_answer *answer)
{
	struct hearing *h = arg;
	(void)answer;
	enter(h, HEARING_FINISHING);
	pg_transaction_commit(h->transaction);
}

static void answers_written(void *arg, const struct pg_answer *answer)
{
	struct hearing *h = arg;
	h->answered = pg_rows(answer->result) > 0;
}

static void judge(struct hearing *h, const struct pg_result *invitations)
{
	struct pg_value answers[HEARING_ANSWER_VALUES], ends[HEARING_END_VALUES];
	enter(h, HEARING_WRITING);
	hearing_batch_judge(h->batch, invitations);
	if (hearing_batch_answers(h->batch, answers))
		pg_transaction_run(h->transaction, &SQL_HEARING_ANSWER, answers, COUNT_OF(answers),
				   answers_written);
	hearing_batch_ends(h->batch, ends);
	pg_transaction_run(h->transaction, &SQL_HEARING_END, ends, COUNT_OF(ends), commit);
}

static void found(void *arg, const struct pg_answer *answer)
{
	judge(arg, answer->result);
}

static void heard(void *arg)
{
	struct hearing *h = arg;
	struct pg_value contacts[HEARING_CONTACT_VALUES], asked[HEARING_FIND_VALUES];
	enter(h, HEARING_FINDING);
	if (hearing_batch_contacts(h->batch, contacts))
		pg_transaction_run(h->transaction, &SQL_HEARING_CONTACTS, contacts,
				   COUNT_OF(contacts), NULL);
	if (hearing_batch_find(h->batch, asked))
		pg_transaction_run(h->transaction, &SQL_HEARING_FIND, asked, COUNT_OF(asked),
				   found);
	else
		judge(h, NULL);
}

static void hear(void *arg)
{
	struct hearing *h = arg;
	hearing_batch_hear(h->batch);
}

static void taken(void *arg, const struct pg_answer *answer)
{
	struct hearing *h = arg;
	struct pg_result *rows = pg_answer_keep(answer);
	h->singly -= h->singly > 0 ? 1 : 0;
	if (pg_rows(rows) == 0) {
		h->singly = 0;
		pg_result_free(&rows);
		enter(h, HEARING_FINISHING);
		pg_transaction_leave(h->transaction);
		return;
	}
	h->batch = hearing_batch_new(&rows, h->settings.sources, h->settings.catalogue,
				     hearing_mark_given_up(h->mark));
	hearing_mark_begin(h->mark, hearing_batch_rows(h->batch), hearing_batch_first(h->batch));
	enter(h, HEARING_HEARING);
	loop_offload(h->settings.loop, hear, heard, h);
}

static void begun(void *arg, struct pg_transaction *t)
{
	struct hearing *h = arg;
	struct pg_value values[] = {pg_int4(h->singly > 0 ? 1 : HEARING_BATCH),
				    pg_int8(HEARING_BYTES)};
	h->transaction = t;
	pg_transaction_run(t, &SQL_HEARING_TAKE, values, COUNT_OF(values), taken);
}

static void look(void *arg)
{
	struct hearing *h = arg;
	if (h->state != HEARING_IDLE || h->stopping)
		return;
	if (!sources_ready(h->settings.sources) || !catalogue_ready(h->settings.catalogue)) {
		loop_timer_start(h->timer, LOOK_MS);
		return;
	}
	h->woken = false;
	h->answered = false;
	enter(h, HEARING_TAKING);
	pg_transaction_open(h->settings.pool, "begin", begun, ended, h);
}

struct hearing *hearing_new(const struct hearing_settings *settings)
{
	struct hearing *h = memory_new(sizeof(*h));
	bool has_folder = settings->spool != NULL && spool_usable(settings->spool, NULL) == OK;
	*h = (struct hearing){.settings = *settings};
	h->mark = hearing_mark_new(has_folder ? spool_folder_path(settings->spool) : NULL);
	h->singly = hearing_mark_left(h->mark);
	h->timer = loop_timer_new(settings->loop, look, h);
	loop_timer_start(h->timer, 1);
	return h;
}

void hearing_wake(struct hearing *h)
{
	h->woken = true;
	if (h->state == HEARING_IDLE && !h->stopping && h->wait_ms == 0)
		loop_timer_start(h->timer, 1);
}

void hearing_stop(struct hearing *h)
{
	h->stopping = true;
	loop_timer_stop(h->timer);
}

bool hearing_busy(const struct hearing *h)
{
	return h->state != HEARING_IDLE;
}

void hearing_free(struct hearing *h)
{
	if (h == NULL)
		return;
	must(h->stopping && h->state == HEARING_IDLE);
	loop_timer_free(&h->timer);
	hearing_mark_free(h->mark);
	memory_free(h);
}

struct hearing_counts hearing_counts(const struct hearing *h)
{
	return h->counts;
}
