#include "inbox/inbox.h"

#include "base/clock.h"
#include "base/log.h"
#include "inbox/database_clock.h"
#include "inbox/insert.h"
#include "inbox/insert_parts.h"
#include "inbox/item.h"
#include "inbox/journal.h"
#include "store/sql.h"

/* clang-format off */
#define INBOX_STATES(X)                                                                         \
	X(DIRECT,      "payloads go to PostgreSQL")                                             \
	X(JOURNALLING, "payloads go to the journal; PostgreSQL is asked now and then")          \
	X(DRAINING,    "payloads go to the journal, and from its front to PostgreSQL")          \
	X(TURNING,     "the journal's last records go to PostgreSQL; what comes waits for them")

enum inbox_state {
#define X(name, words) INBOX_##name,
	INBOX_STATES(X)
#undef X
};

static const char *const state_words[] = {
#define X(name, words) words,
	INBOX_STATES(X)
#undef X
};

#define BIT(name) (1U << INBOX_##name)

static const unsigned next_states[] = {
	[INBOX_DIRECT]      = BIT(JOURNALLING),
	[INBOX_JOURNALLING] = BIT(DRAINING) | BIT(TURNING) | BIT(DIRECT),
	[INBOX_DRAINING]    = BIT(TURNING) | BIT(JOURNALLING),
	[INBOX_TURNING]     = BIT(DIRECT) | BIT(JOURNALLING),
};
/* clang-format on */

enum {
	WAITING_BYTES = 64 * 1024 * 1024,
	PATIENCE_MS = 1000,
	FLIGHTS = 2, /* one is filled while the other is flushed to PostgreSQL's disk */
	RETRY_MS = 200,
	STUCK_MS = 2000,
	LOOK_MS = 60000,
	LOOK_AGAIN_MS = 1000,
	LOST_MOST = 4 /* flights that nobody waits for, but whose bytes are held */
};

/** Items on their way to PostgreSQL. */
struct flight {
	struct inbox *inbox;
	struct item_list items; /**< empty: they went to the journal, because it took too long */
	struct insert_parts *parts; /**< of one large item; NULL: they are a batch */
	uint64_t begun_ms;
};

struct inbox {
	struct loop *loop;
	struct pg_pool *pool;
	struct journal *journal;
	struct inbox_settings settings;
	enum inbox_state state;
	bool stopping, turning_due;

	struct item_list waiting, refused, writing;
	uint64_t last_number;
	size_t held_bytes;				/**< of all items that are not answered */
	const struct inbox_item *pointers[INBOX_BATCH]; /**< of `writing` */

	struct flight *flights[FLIGHTS]; /**< that are waited for; NULL: none */
	unsigned lost;
	struct loop_timer *patience; /**< with the older flight */
	struct loop_timer *turning;  /**< with the end of the journal */
	struct loop_timer *retry, *look;
	bool draining; /**< a batch of the journal is being read, or on its way */
	const struct inbox_item *const *batch; /**< that was read and is not stored; NULL: none */
	size_t batch_len;

	struct database_clock clock;
	bool looking;
	uint64_t looked_us; /**< when it was asked last */
	struct inbox_counts counts;
};

static void turn_soon(struct inbox *in);
static void drain_on(struct inbox *in);

static void enter(struct inbox *in, enum inbox_state to)
{
	must((next_states[in->state] & (1U << to)) != 0);
	in->state = to;
	if (to == INBOX_DIRECT)
		log_info("inbox.direct", LOG_TEXT("state", state_words[to]));
	if (to == INBOX_JOURNALLING)
		log_warn("inbox.journalling", LOG_TEXT("state", state_words[to]),
			 LOG_NUMBER("records", journal_unread(in->journal)));
}

/** From now on payloads go to the journal. */
static void journal_on(struct inbox *in)
{
	loop_timer_stop(in->turning);
	if (in->state != INBOX_JOURNALLING)
		enter(in, INBOX_JOURNALLING);
	loop_timer_start(in->retry, RETRY_MS);
	turn_soon(in);
}

/* Answering */

static void answer(struct inbox *in, struct item *item, enum inbox_fate fate,
		   const struct trouble *why)
{
	struct item last = *item;
	uint64_t *counts[] = {[INBOX_TAKEN] = &in->counts.taken,
			      [INBOX_REPEATED] = &in->counts.repeated,
			      [INBOX_JOURNALLED] = &in->counts.journalled};
	in->held_bytes -= item->bytes;
	++*(why != NULL ? &in->counts.failed : counts[fate]);
	memory_free(item);
	last.done(last.arg, fate, why);
}

static void answer_all(struct inbox *in, struct item_list *list, enum inbox_fate fate,
		       const struct trouble *why)
{
	struct item *item;
	while ((item = item_take(list)) != NULL)
		answer(in, item, fate, why);
}

static void refuse_all(struct inbox *in)
{
	struct item *item;
	while ((item = item_take(&in->refused)) != NULL) {
		struct trouble why = item->why;
		answer(in, item, INBOX_TAKEN, &why);
	}
}

/* To PostgreSQL */

static void note_arrivals(struct inbox *in, const struct inserted *what)
{
	database_clock_told(&in->clock, what->now, what->asked_us);
	if (what->taken_count > 0 && in->settings.arrived != NULL)
		in->settings.arrived(in->settings.arg);
}

/** NULL: this one is not waited for. */
static struct flight **place_of(struct inbox *in, const struct flight *f)
{
	for (size_t i = 0; i < FLIGHTS; i++)
		if (in->flights[i] == f)
			return &in->flights[i];
	return NULL;
}

static bool is_flying(const struct inbox *in)
{
	bool any = false;
	for (size_t i = 0; i < FLIGHTS; i++)
		any |= in->flights[i] != NULL;
	return any;
}

/** What is left of somebody's patience with a flight. */
static uint64_t left_ms(const struct inbox *in, const struct flight *f)
{
	uint64_t flown_ms = clock_monotonic_ms() - f->begun_ms;
	return flown_ms < in->settings.patience_ms ? in->settings.patience_ms - flown_ms : 0;
}

static void watch_flights(struct inbox *in)
{
	uint64_t least = UINT64_MAX;
	for (size_t i = 0; i < FLIGHTS; i++)
		if (in->flights[i] != NULL && left_ms(in, in->flights[i]) < least)
			least = left_ms(in, in->flights[i]);
	if (is_flying(in))
		loop_timer_start(in->patience, least);
	else
		loop_timer_stop(in->patience);
}

static void landed(void *arg, const struct inserted *what)
{
	struct flight f = *(struct flight *)arg;
	struct inbox *in = f.inbox;
	struct flight **place = place_of(in, arg);
	memory_free(arg);
	if (what->status == OK)
		note_arrivals(in, what);
	if (place == NULL) {
		in->lost--;
		return;
	}
	*place = NULL;
	watch_flights(in);
	if (what->status != OK) {
		log_warn("inbox.away", LOG_TEXT("err", what->why->words));
		item_put_back(&in->waiting, &f.items);
		journal_on(in);
		return;
	}
	struct item *item;
	for (size_t i = 0; (item = item_take(&f.items)) != NULL; i++)
		answer(in, item, what->taken[i] ? INBOX_TAKEN : INBOX_REPEATED, NULL);
	turn_soon(in);
}

/** NULL: in one statement. */
static struct insert_parts *insert(struct inbox *in, const struct inbox_item *const *items,
				   size_t count,
				   void (*done)(void *arg, const struct inserted *what), void *arg)
{
	if (count == 1 && items[0]->payload.body.len > INSERT_PART_BYTES)
		return insert_parts(in->pool, items[0], done, arg);
	inbox_insert(in->pool, items, count, done, arg);
	return NULL;
}

/** Two that carry the same keys could wait for each other. */
static bool fly_one(struct inbox *in, struct flight **place)
{
	const struct inbox_item *pointers[INBOX_BATCH];
	const struct flight *other = in->flights[place == in->flights ? 1 : 0];
	struct flight *f = memory_new(sizeof(*f));
	size_t count = item_take_batch(&in->waiting, &f->items,
				       other != NULL ? &other->items : NULL, pointers);
	if (count == 0) {
		memory_free(f);
		return false;
	}
	f->inbox = in;
	f->begun_ms = clock_monotonic_ms();
	*place = f;
	f->parts = insert(in, pointers, count, landed, f);
	return true;
}

static void fly(struct inbox *in)
{
	struct flight **place;
	if (in->waiting.first != NULL && in->lost >= LOST_MOST) {
		journal_on(in);
		return;
	}
	while (in->waiting.first != NULL && (place = place_of(in, NULL)) != NULL)
		if (!fly_one(in, place))
			break;
	watch_flights(in);
}

/** Whoever waits is answered from the journal; what becomes of the flight is found out later. */
static void patience_ended(void *arg)
{
	struct inbox *in = arg;
	bool any = false;
	for (size_t i = 0; i < FLIGHTS; i++) {
		if (in->flights[i] == NULL || left_ms(in, in->flights[i]) > 0)
			continue;
		if (in->flights[i]->parts != NULL)
			insert_parts_abandon(in->flights[i]->parts);
		item_put_back(&in->waiting, &in->flights[i]->items);
		in->flights[i] = NULL;
		in->lost++;
		any = true;
	}
	watch_flights(in);
	if (!any)
		return;
	log_warn("inbox.silent", LOG_NUMBER("waited_ms", in->settings.patience_ms));
	journal_on(in);
}

static void turning_ended(void *arg)
{
	journal_on(arg);
}

/* To the journal */

static void journalled(void *arg, const struct trouble *why)
{
	struct inbox *in = arg;
	struct item_list written = in->writing;
	in->writing = (struct item_list){0};
	answer_all(in, &written, INBOX_JOURNALLED, why);
	turn_soon(in);
}

/** Whoever flew before those that wait and does not arrive stands before them here, too. */
static void write_waiting(struct inbox *in)
{
	if (in->waiting.first == NULL || journal_writing(in->journal) || is_flying(in))
		return;
	size_t count = item_take_batch(&in->waiting, &in->writing, NULL, in->pointers);
	journal_write(in->journal, in->pointers, count, journalled, in);
}

/* From the journal to PostgreSQL */

static void retry(void *arg)
{
	drain_on(arg);
}

static void wait_longer(struct inbox *in, const struct inserted *what)
{
	journal_on(in);
	if (what->status == E_BUSY || what->status == E_UNKNOWN)
		return;
	/* It is there and says no: a human being has changed something. */
	log_error("inbox.stuck", LOG_TEXT("err", what->why->words));
	loop_timer_start(in->retry, STUCK_MS);
}

static void drained(void *arg, const struct inserted *what)
{
	struct inbox *in = arg;
	in->draining = false;
	if (what->status != OK) {
		if (!in->stopping)
			wait_longer(in, what);
		return;
	}
	note_arrivals(in, what);
	in->batch = NULL;
	journal_drop(in->journal);
	if (in->stopping)
		return;
	if (in->state == INBOX_JOURNALLING) {
		loop_timer_stop(in->retry);
		enter(in, INBOX_DRAINING);
	}
	turn_soon(in);
}

static void send_batch(struct inbox *in)
{
	in->draining = true;
	(void)insert(in, in->batch, in->batch_len, drained, in);
}

static void fetched(void *arg, const struct inbox_item *const *items, size_t count)
{
	struct inbox *in = arg;
	in->draining = false;
	in->batch = count > 0 ? items : NULL;
	in->batch_len = count;
	if (count == 0)
		journal_drop(in->journal); /* it was damaged */
	drain_on(in);
}

static void turn_direct(struct inbox *in)
{
	loop_timer_stop(in->turning);
	loop_timer_stop(in->retry);
	enter(in, INBOX_DIRECT);
	turn_soon(in);
}

static void begin_turning(struct inbox *in)
{
	enter(in, INBOX_TURNING);
	loop_timer_start(in->turning, in->settings.patience_ms);
}

static void drain_on(struct inbox *in)
{
	if (in->state == INBOX_DIRECT || in->draining || in->stopping)
		return;
	bool is_written = journal_writing(in->journal);
	uint64_t unread = journal_unread(in->journal);
	if (in->state == INBOX_DRAINING && unread <= INBOX_BATCH)
		begin_turning(in);
	if (in->batch != NULL) {
		send_batch(in);
	} else if (unread > 0) {
		in->draining = true;
		journal_read(in->journal, fetched, in);
	} else if (in->state == INBOX_JOURNALLING && (is_written || in->lost >= LOST_MOST)) {
		loop_timer_start(in->retry, RETRY_MS);
	} else if (!is_written) {
		turn_direct(in);
	}
}

/* One turn, for all that came in this turn of the loop */

static void turn(void *arg)
{
	struct inbox *in = arg;
	in->turning_due = false;
	refuse_all(in);
	if (in->state == INBOX_DIRECT)
		fly(in);
	else if (in->state != INBOX_TURNING)
		write_waiting(in);
	if (in->state == INBOX_DRAINING || in->state == INBOX_TURNING)
		drain_on(in);
}

static void turn_soon(struct inbox *in)
{
	if (in->turning_due)
		return;
	in->turning_due = true;
	loop_later(in->loop, turn, in);
}

/* The clock */

static void looked(void *arg, const struct pg_answer *a)
{
	struct inbox *in = arg;
	in->looking = false;
	if (a->status == OK)
		database_clock_told(&in->clock, pg_get_timestamptz(a->result, 0, 0), in->looked_us);
	else if (!in->stopping)
		loop_timer_start(in->look, LOOK_AGAIN_MS);
}

static void look(void *arg)
{
	struct inbox *in = arg;
	if (in->stopping)
		return;
	loop_timer_start(in->look, LOOK_MS);
	if (in->looking)
		return;
	in->looking = true;
	in->looked_us = clock_monotonic_us();
	pg_pool_run(in->pool, &SQL_SERVER_TIME, NULL, 0, looked, in);
}

int64_t inbox_now(const struct inbox *in)
{
	return database_clock_says(&in->clock);
}

/* Outside */

void inbox_put(struct inbox *in, const struct inbox_item *item,
	       void (*done)(void *arg, enum inbox_fate fate, const struct trouble *why), void *arg)
{
	struct trouble why = {0};
	int64_t now = inbox_now(in);
	size_t bytes = item_bytes(item);
	must(item->dedupe_key.len > 0);
	if (in->stopping)
		(void)trouble_code(&why, E_BUSY, "inbox_full", "the server is stopping");
	else if (item->payload.body.len > INBOX_BODY_BYTES)
		(void)trouble_code(&why, E_LIMIT, "payload_too_large",
				   "a payload may have %d bytes", INBOX_BODY_BYTES);
	else if (in->held_bytes + bytes > in->settings.waiting_bytes)
		(void)trouble_code(&why, E_BUSY, "inbox_full", "too many payloads wait");
	struct item *copy = why.status < 0 ? item_refused(&why) : item_copy(item);
	copy->is.payload.received_at = now != CLOCK_NO_INSTANT ? now : clock_now();
	copy->done = done;
	copy->arg = arg;
	copy->number = ++in->last_number;
	in->held_bytes += copy->bytes;
	item_append(why.status < 0 ? &in->refused : &in->waiting, copy);
	turn_soon(in);
}

void inbox_stop(struct inbox *in)
{
	in->stopping = true;
	loop_timer_stop(in->look);
	loop_timer_stop(in->retry);
	if (in->state == INBOX_TURNING) {
		loop_timer_stop(in->turning);
		enter(in, INBOX_JOURNALLING);
	}
	turn_soon(in);
}

bool inbox_busy(const struct inbox *in)
{
	return in->turning_due || in->waiting.first != NULL || in->refused.first != NULL ||
	       is_flying(in) || journal_writing(in->journal) || (in->draining && in->batch == NULL);
}

bool inbox_journalling(const struct inbox *in)
{
	return in->state != INBOX_DIRECT;
}

struct inbox_counts inbox_counts(const struct inbox *in)
{
	struct inbox_counts counts = in->counts;
	counts.journal_waiting = journal_unread(in->journal);
	counts.journal_bytes = (uint64_t)journal_bytes(in->journal);
	return counts;
}

struct inbox *inbox_new(const struct inbox_settings *settings)
{
	struct inbox *in = memory_new(sizeof(*in));
	bool has_folder = settings->spool != NULL && spool_usable(settings->spool, NULL) == OK;
	in->settings = *settings;
	if (settings->waiting_bytes == 0)
		in->settings.waiting_bytes = WAITING_BYTES;
	if (settings->patience_ms == 0)
		in->settings.patience_ms = PATIENCE_MS;
	in->loop = settings->loop;
	in->pool = settings->pool;
	in->clock.instant = CLOCK_NO_INSTANT;
	in->patience = loop_timer_new(in->loop, patience_ended, in);
	in->turning = loop_timer_new(in->loop, turning_ended, in);
	in->retry = loop_timer_new(in->loop, retry, in);
	in->look = loop_timer_new(in->loop, look, in);
	in->journal = journal_new(&(struct journal_settings){
		.loop = in->loop,
		.folder = has_folder ? spool_folder_path(settings->spool) : NULL,
		.bytes_most = settings->journal_bytes});
	if (journal_unread(in->journal) > 0)
		journal_on(in);
	look(in);
	return in;
}

void inbox_free(struct inbox *in)
{
	if (in == NULL)
		return;
	must(!inbox_busy(in) && in->lost == 0 && !in->draining && !in->looking);
	loop_timer_free(&in->patience);
	loop_timer_free(&in->turning);
	loop_timer_free(&in->retry);
	loop_timer_free(&in->look);
	journal_free(in->journal);
	memory_free(in);
}
