#include "inbox/insert.h"

#include "base/clock.h"
#include "base/hash.h"
#include "store/sql.h"

/** Room for the numbers of those that were new. */
enum { ANSWER_BYTES = 16 * 1024, TABLE_SLOTS = 2 * INBOX_BATCH };

struct insert {
	size_t sent;
	uint64_t asked_us;
	uint16_t item_of[INBOX_BATCH]; /**< that was sent as the n-th */
	void (*done)(void *arg, const struct inserted *what);
	void *arg;
};

static bool are_same(const struct inbox_item *a, const struct inbox_item *b)
{
	return a->source_id == b->source_id && slice_equal(a->dedupe_key, b->dedupe_key);
}

/** The items whose key none before them has; how many. */
static size_t choose_first(const struct inbox_item *const *items, size_t count,
			   uint16_t chosen[INBOX_BATCH])
{
	uint16_t table[TABLE_SLOTS] = {0}; /* number of an item, from 1 on */
	size_t len = 0;
	for (size_t i = 0; i < count; i++) {
		uint64_t hash = hash_bytes(items[i]->dedupe_key);
		size_t slot = hash % TABLE_SLOTS;
		while (table[slot] != 0 && !are_same(items[table[slot] - 1], items[i]))
			slot = (slot + 1) % TABLE_SLOTS;
		if (table[slot] != 0)
			continue;
		table[slot] = (uint16_t)(i + 1);
		chosen[len++] = (uint16_t)i;
	}
	return len;
}

static void answered(void *arg, const struct pg_answer *answer)
{
	struct insert in = *(struct insert *)arg;
	bool taken[INBOX_BATCH] = {false};
	struct inserted what = {.status = answer->status,
				.why = &answer->why,
				.taken = taken,
				.asked_us = in.asked_us};
	memory_free(arg);
	if (answer->status == OK) {
		struct arena arena;
		arena_init(&arena, ANSWER_BYTES);
		int32_t *numbers = pg_get_int4_array(answer->result, 0, 0, &arena,
						     &what.taken_count);
		must(what.taken_count <= in.sent && (numbers != NULL || what.taken_count == 0));
		for (size_t i = 0; i < what.taken_count; i++) {
			must(numbers[i] >= 1 && (size_t)numbers[i] <= in.sent);
			taken[in.item_of[numbers[i] - 1]] = true;
		}
		what.now = pg_get_timestamptz(answer->result, 0, 1);
		arena_fini(&arena);
	}
	in.done(in.arg, &what);
}

/** One column of the items that are sent. */
struct columns {
	int32_t source_id[INBOX_BATCH];
	int64_t received_at[INBOX_BATCH];
	struct slice key[INBOX_BATCH], query[INBOX_BATCH], headers[INBOX_BATCH], body[INBOX_BATCH];
};

/** `at` NULL would be null. */
static struct slice present(struct slice bytes)
{
	return bytes.at != NULL ? bytes : SLICE("");
}

static size_t fill_columns(struct columns *c, const struct insert *in,
			   const struct inbox_item *const *items)
{
	size_t bytes = 0;
	for (size_t i = 0; i < in->sent; i++) {
		const struct inbox_item *item = items[in->item_of[i]];
		const struct payload *p = &item->payload;
		c->source_id[i] = item->source_id;
		c->received_at[i] = p->received_at;
		c->key[i] = present(item->dedupe_key);
		c->query[i] = present(p->query);
		c->headers[i] = present(p->headers);
		c->body[i] = present(p->body);
		bytes += item->dedupe_key.len + p->query.len + p->headers.len + p->body.len;
	}
	return bytes;
}

void inbox_insert(struct pg_pool *pool, const struct inbox_item *const *items, size_t count,
		  void (*done)(void *arg, const struct inserted *what), void *arg)
{
	must(count > 0 && count <= INBOX_BATCH);
	struct insert *in = memory_new(sizeof(*in));
	struct columns *c = memory_new(sizeof(*c));
	struct arena arena;
	*in = (struct insert){.done = done, .arg = arg, .asked_us = clock_monotonic_us()};
	in->sent = choose_first(items, count, in->item_of);
	/* Beside the bytes: a length each, and what arrays begin with. */
	arena_init(&arena, fill_columns(c, in, items) + in->sent * 64 + 4096);
	const struct pg_value values[] = {
		pg_int4_array(&arena, c->source_id, in->sent),
		pg_text_array(&arena, c->key, in->sent),
		pg_timestamptz_array(&arena, c->received_at, in->sent),
		pg_text_array(&arena, c->query, in->sent),
		pg_text_array(&arena, c->headers, in->sent),
		pg_bytea_array(&arena, c->body, in->sent),
	};
	pg_pool_run(pool, &SQL_INBOX_ADD, values, COUNT_OF(values), answered, in);
	arena_fini(&arena);
	memory_free(c);
}
