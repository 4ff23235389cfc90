#include "ingest/shopper_numbers.h"

#include "pg/value.h"
#include "store/sql.h"

enum { CODES_BYTES = 64 * 1024 * 1024 };

struct asking {
	struct pg_pool *pool;
	struct shopper_order order;
	struct batch *batch;
	void (*done)(void *arg, const struct trouble *why);
	void *arg;
};

static void end(struct asking *a, const struct trouble *why)
{
	struct asking last = *a;
	memory_free(a);
	last.done(last.arg, why);
}

static int32_t made_up(struct shopper_book *book, struct slice code)
{
	int32_t number = shopper_book_find(book, code);
	if (number >= 0)
		return number;
	number = INT32_MAX - (int32_t)shopper_book_len(book);
	shopper_book_add(book, code, number);
	return number;
}

/** Numbers in the order of the codes, written into the rows when all are there. */
static enum status number_rows(struct asking *a, const struct pg_result *rows, struct trouble *why)
{
	size_t count = a->batch->new_shoppers_len;
	struct slice *codes = memory_resize(NULL, count, sizeof(*codes));
	int32_t *numbers = memory_resize(NULL, count, sizeof(*numbers));
	struct shopper_book *found = shopper_book_new(count);
	enum status st = OK;
	for (int row = 0; row < pg_rows(rows); row++) {
		shopper_book_add(found, pg_get_bytes(rows, row, 1), pg_get_int4(rows, row, 0));
		shopper_book_add(a->order.book, pg_get_bytes(rows, row, 1),
				 pg_get_int4(rows, row, 0));
	}
	batch_new_shopper_codes(a->batch, codes);
	for (size_t i = 0; i < count; i++) {
		numbers[i] = shopper_book_find(found, codes[i]);
		if (numbers[i] < 0 && a->order.dry)
			numbers[i] = made_up(a->order.book, codes[i]);
		else if (numbers[i] < 0) /* the answer to their making was lost, and they with it */
			st = trouble(why, E_BUSY, "the database does not know new shoppers yet");
		else if (numbers[i] >= TALLY_SHOPPERS_LIMIT)
			st = trouble_code(why, E_LIMIT, "too_many_shoppers",
					  "an organisation has at most %d shoppers",
					  TALLY_SHOPPERS_LIMIT);
	}
	if (st == OK)
		batch_set_shoppers(a->batch, numbers);
	shopper_book_free(found);
	memory_free(numbers);
	memory_free(codes);
	return st;
}

static void found(void *arg, const struct pg_answer *answer)
{
	struct asking *a = arg;
	struct trouble why = answer->why;
	enum status st = answer->status;
	if (st == OK)
		st = number_rows(a, answer->result, &why);
	end(a, st == OK ? NULL : &why);
}

static void run_with_codes(struct asking *a, const struct pg_statement *statement,
			   void (*done)(void *arg, const struct pg_answer *answer))
{
	size_t count = a->batch->new_shoppers_len;
	struct slice *codes = memory_resize(NULL, count, sizeof(*codes));
	struct arena arena;
	arena_init(&arena, CODES_BYTES);
	batch_new_shopper_codes(a->batch, codes);
	struct pg_value values[] = {pg_int4(a->order.organisation_id),
				    pg_text_array(&arena, codes, count)};
	pg_pool_run(a->pool, statement, values, COUNT_OF(values), done, a);
	arena_fini(&arena);
	memory_free(codes);
}

static void added(void *arg, const struct pg_answer *answer)
{
	struct asking *a = arg;
	/* Not knowing whether they were added is no trouble: the next question tells. */
	if (answer->status == OK || answer->status == E_UNKNOWN)
		run_with_codes(a, &SQL_SHOPPER_FIND, found);
	else
		end(a, &answer->why);
}

void shopper_numbers_ask(struct pg_pool *pool, const struct shopper_order *order,
			 struct batch *batch, void (*done)(void *arg, const struct trouble *why),
			 void *arg)
{
	struct asking *a = memory_new(sizeof(*a));
	*a = (struct asking){
		.pool = pool, .order = *order, .batch = batch, .done = done, .arg = arg};
	if (order->dry)
		run_with_codes(a, &SQL_SHOPPER_FIND, found);
	else
		run_with_codes(a, &SQL_SHOPPER_ADD, added);
}
