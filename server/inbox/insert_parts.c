#include "inbox/insert_parts.h"

#include "base/clock.h"
#include "pg/transaction.h"
#include "store/sql.h"

struct insert_parts {
	const struct inbox_item *item; /**< NULL: abandoned */
	struct pg_transaction *transaction;
	size_t sent_bytes;
	int32_t sent;
	bool is_new;
	int64_t now;
	uint64_t asked_us;
	void (*done)(void *arg, const struct inserted *what);
	void *arg;
};

static void ended(void *arg, enum status status, const struct trouble *why)
{
	struct insert_parts in = *(struct insert_parts *)arg;
	struct inserted what = {.status = status,
				.why = why,
				.taken = &in.is_new,
				.taken_count = in.is_new,
				.now = in.now,
				.asked_us = in.asked_us};
	memory_free(arg);
	in.done(in.arg, &what);
}

static void stored(void *arg, const struct pg_answer *answer)
{
	struct insert_parts *in = arg;
	in->is_new = pg_get_bool(answer->result, 0, 0);
	in->now = pg_get_timestamptz(answer->result, 0, 1);
	pg_transaction_commit(in->transaction);
}

/** `at` NULL would be null. */
static struct pg_value text_of(struct slice text)
{
	return pg_text(text.at != NULL ? text : SLICE(""));
}

static void store(struct insert_parts *in)
{
	const struct payload *p = &in->item->payload;
	const struct pg_value values[] = {
		pg_int4(in->item->source_id),
		pg_text(in->item->dedupe_key),
		pg_timestamptz(p->received_at),
		text_of(p->query),
		text_of(p->headers),
	};
	in->asked_us = clock_monotonic_us();
	pg_transaction_run(in->transaction, &SQL_INBOX_ADD_PARTS, values, COUNT_OF(values), stored);
}

static void give_up(struct insert_parts *in)
{
	struct trouble why;
	(void)trouble(&why, E_BUSY, "PostgreSQL was not waited for");
	pg_transaction_fail(in->transaction, &why);
}

/** One part at a time. */
static void go_on(void *arg, const struct pg_answer *answer)
{
	struct insert_parts *in = arg;
	(void)answer;
	if (in->item == NULL) {
		give_up(in);
		return;
	}
	struct slice part = slice_from(in->item->payload.body, in->sent_bytes);
	if (part.len > INSERT_PART_BYTES)
		part.len = INSERT_PART_BYTES;
	if (part.len == 0) {
		store(in);
		return;
	}
	in->sent_bytes += part.len;
	const struct pg_value values[] = {pg_int4(++in->sent), pg_bytea(part)};
	pg_transaction_run(in->transaction, &SQL_INBOX_PART_ADD, values, COUNT_OF(values), go_on);
}

static void begun(void *arg, struct pg_transaction *t)
{
	struct insert_parts *in = arg;
	in->transaction = t;
	pg_transaction_run(t, &SQL_INBOX_PART_TABLE, NULL, 0, go_on);
}

struct insert_parts *insert_parts(struct pg_pool *pool, const struct inbox_item *item,
				  void (*done)(void *arg, const struct inserted *what), void *arg)
{
	struct insert_parts *in = memory_new(sizeof(*in));
	*in = (struct insert_parts){.item = item, .done = done, .arg = arg};
	pg_transaction_open(pool, "begin", begun, ended, in);
	return in;
}

void insert_parts_abandon(struct insert_parts *in)
{
	in->item = NULL;
}
