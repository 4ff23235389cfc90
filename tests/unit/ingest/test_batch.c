#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "given.h"
#include "ingest/batch.h"

enum { LIMIT = 256 * 1024, FIELDS = 14 };

static struct batch *given_batch(void)
{
	struct batch *b = batch_new(given_instrument(),
				    1u << REVIEW_SUBMITTED | 1u << REVIEW_APPROVED);
	batch_clear(b, 1, LIMIT);
	return b;
}

static void add(struct batch *b, const char *id, uint64_t row)
{
	struct result r = given_result(id);
	batch_add(b, &r, row, -1, false);
}

/** "a1 b3* c2" after sorting: ids with row numbers, a star at what does not stay. */
static void expect_order(struct batch *b, const char *order)
{
	char said[1024] = "";
	size_t len = 0;
	for (size_t i = 0; i < b->rows_len; i++) {
		const struct batch_row *row = &b->row[i];
		const char *mark = row->fate == ROW_TWIN       ? "="
				   : row->fate == ROW_CLASH    ? "!"
				   : row->fate == ROW_DOUBTFUL ? "?"
							       : "";
		len += (size_t)snprintf(said + len, sizeof(said) - len, "%s%.*s:%d%s",
					len > 0 ? " " : "", SLICE_ARGS(batch_row_id(b, row)),
					(int)row->row, mark);
	}
	cr_expect_str_eq(said, order);
}

Test(batch, a_new_one_is_empty)
{
	struct batch *b = given_batch();
	cr_expect(batch_is_empty(b));
	cr_expect_not(batch_is_full(b));
	cr_expect_eq(batch_bytes(b), 0);
	batch_sort(b);
	batch_free(b);
}

Test(batch, rows_are_sorted_by_id_in_byte_order)
{
	struct batch *b = given_batch();
	static const char *const ids[] = {"b",
					  "a",
					  "ab",
					  "aa",
					  "B",
					  "é",
					  "~",
					  "a-very-long-id-2",
					  "a-very-long-id-10",
					  "a-very-long-id-1"};
	for (size_t i = 0; i < COUNT_OF(ids); i++)
		add(b, ids[i], i + 1);
	batch_sort(b);
	expect_order(b, "B:5 a:2 a-very-long-id-1:10 a-very-long-id-10:9 a-very-long-id-2:8 "
			"aa:4 ab:3 b:1 ~:7 é:6");
	batch_free(b);
}

Test(batch, ids_that_share_a_long_beginning_are_sorted_behind_it)
{
	struct batch *b = given_batch();
	add(b, "survey-2026-wave-1-contact-000000000000000123", 1);
	add(b, "survey-2026-wave-1-contact-000000000000000122", 2);
	add(b, "survey-2026-wave-1-contact-000000000000000122x", 3);
	add(b, "survey-2026-wave-1-contact-0000000000000001", 4);
	batch_sort(b);
	cr_expect_eq(b->row[0].row, 4);
	cr_expect_eq(b->row[1].row, 2);
	cr_expect_eq(b->row[2].row, 3);
	cr_expect_eq(b->row[3].row, 1);
	batch_free(b);
}

Test(batch, of_rows_alike_the_first_by_row_number_stays)
{
	struct batch *b = given_batch();
	add(b, "a", 9);
	add(b, "b", 5);
	add(b, "a", 3);
	add(b, "a", 7);
	batch_sort(b);
	expect_order(b, "a:3 a:7= a:9= b:5");
	batch_free(b);
}

Test(batch, of_rows_that_differ_under_one_id_the_first_stays_and_twins_are_its_twins)
{
	struct batch *b = given_batch();
	struct result other = given_result("a");
	other.answers[0] = 0;
	add(b, "a", 1);
	batch_add(b, &other, 2, -1, false);
	add(b, "a", 3);
	batch_add(b, &other, 4, -1, false);
	batch_sort(b);
	expect_order(b, "a:1 a:2! a:3= a:4!");
	batch_free(b);
}

Test(batch, every_field_makes_a_clash)
{
	for (size_t i = 0; i < FIELDS; i++) {
		struct batch *b = given_batch();
		struct result r = given_result("a");
		int32_t shopper = 4;
		add(b, "z", 3);
		struct result first = given_result("a");
		batch_add(b, &first, 1, 4, false);
		switch (i) {
		case 0:
			r.company = 1;
			break;
		case 1:
			r.channel = 0;
			break;
		case 2:
			r.contacted_at++;
			break;
		case 3:
			r.answered = false;
			break;
		case 4:
			r.attempt = ATTEMPT_NONE;
			break;
		case 5:
			r.wait_seconds = SECONDS_NONE;
			break;
		case 6:
			r.duration_seconds++;
			break;
		case 7:
			r.answers[2] = ANSWER_NONE;
			break;
		case 8:
			r.cx[1] = 10;
			break;
		case 9:
			r.score = SCORE_NONE;
			break;
		case 10:
			r.area_scores[1]++;
			break;
		case 11:
			r.comment = SLICE("så bra!");
			break;
		case 12:
			r.comment = SLICE_NONE;
			break;
		default:
			shopper = -1;
			break;
		}
		batch_add(b, &r, 2, shopper, false);
		batch_sort(b);
		cr_expect_eq(b->row[0].fate, ROW_FRESH, "field %zu", i);
		cr_expect_eq(b->row[1].fate, ROW_CLASH, "field %zu", i);
		cr_expect_eq(batch_fates(b, ROW_TWIN), 0, "field %zu", i);
		batch_free(b);
	}
}

Test(batch, twins_are_twins_wherever_their_bytes_lie)
{
	/* Comments of every length shift what stands behind them. */
	struct batch *b = given_batch();
	char comment[64], id[16];
	memset(comment, 'x', sizeof(comment));
	for (uint64_t row = 1; row <= 120; row++) {
		struct result r = given_result("");
		int len = snprintf(id, sizeof(id), "id%02d", (int)(row - 1) % 60);
		r.result_id = (struct slice){id, (size_t)len};
		r.comment = (struct slice){comment, (row - 1) % 60};
		batch_add(b, &r, row, -1, false);
	}
	batch_sort(b);
	cr_expect_eq(batch_fates(b, ROW_FRESH), 60);
	cr_expect_eq(batch_fates(b, ROW_TWIN), 60);
	batch_free(b);
}

Test(batch, a_row_seen_before_is_doubtful)
{
	struct batch *b = given_batch();
	struct result r = given_result("b");
	add(b, "a", 1);
	batch_add(b, &r, 2, -1, true);
	batch_sort(b);
	expect_order(b, "a:1 b:2?");
	batch_free(b);
}

Test(batch, doubting_all_leaves_twins_and_clashes)
{
	struct batch *b = given_batch();
	struct result other = given_result("a");
	other.score = 1;
	add(b, "a", 1);
	add(b, "a", 2);
	batch_add(b, &other, 3, -1, false);
	add(b, "b", 4);
	batch_sort(b);
	batch_doubt_all(b);
	expect_order(b, "a:1? a:2= a:3! b:4?");
	batch_free(b);
}

Test(batch, what_was_decided_in_a_lost_transaction_is_doubtful_again)
{
	struct batch *b = given_batch();
	static const char *const ids[] = {"a", "b", "c", "d", "d"};
	for (size_t i = 0; i < COUNT_OF(ids); i++)
		add(b, ids[i], i + 1);
	batch_sort(b);
	b->row[0].fate = ROW_STORED;
	b->row[1].fate = ROW_SAME;
	b->row[2].fate = ROW_DIFFERS;
	batch_doubt_decided(b);
	expect_order(b, "a:1? b:2? c:3? d:4 d:5=");
	batch_free(b);
}

/* Shoppers */

Test(batch, new_shoppers_get_their_numbers_in_every_row)
{
	struct batch *b = given_batch();
	struct slice codes[2];
	struct result r = given_result("a"), s = given_result("b"), t = given_result("c");
	batch_add(b, &r, 1, batch_new_shopper(b, SLICE("P1")), false);
	batch_add(b, &s, 2, 9, false);
	batch_add(b, &t, 3, batch_new_shopper(b, SLICE("P2")), false);
	cr_assert_eq(b->new_shoppers_len, 2);
	batch_new_shopper_codes(b, codes);
	cr_expect(slice_is(codes[0], "P1"));
	cr_expect(slice_is(codes[1], "P2"));
	batch_set_shoppers(b, (const int32_t[]){300, 400});
	cr_expect_eq(b->new_shoppers_len, 0);
	batch_sort(b);
	static const int32_t wanted[] = {300, 9, 400};
	for (size_t i = 0; i < 3; i++) {
		struct buf row;
		buf_init(&row, 65536);
		batch_row_encode(b, &b->row[i], 1, 1, &row);
		/* Behind the count of fields, upload, instant, wave and company: four bytes long.
		 */
		const unsigned char *at = (const unsigned char *)row.at + 2 + 12 + 12 + 8 + 8;
		cr_expect_eq(at[3], 4);
		cr_expect_eq(at[6] << 8 | at[7], wanted[i]);
		buf_fini(&row);
	}
	batch_count(b);
	size_t len;
	const struct tally_cell *cells = tally_cells(b->tally, &len);
	cr_assert_eq(len, 1);
	const struct histogram *shoppers = tally_histogram(b->tally, cells, METRIC_SHOPPER);
	cr_assert_eq(shoppers->len, 3);
	cr_expect_eq(shoppers->bins[0].value, 9);
	cr_expect_eq(shoppers->bins[1].value, 300);
	cr_expect_eq(shoppers->bins[2].value, 400);
	batch_free(b);
}

Test(batch, long_shopper_codes_fill_it_too)
{
	struct batch *b = given_batch();
	char id[16], code[SHOPPER_BYTES];
	memset(code, 'P', sizeof(code));
	uint64_t row = 0;
	while (!batch_is_full(b)) {
		int len = snprintf(id, sizeof(id), "%d", (int)row);
		struct result r = given_result("");
		r.result_id = (struct slice){id, (size_t)len};
		r.comment = SLICE_NONE;
		batch_add(b, &r, ++row, batch_new_shopper(b, (struct slice){code, sizeof(code)}),
			  false);
	}
	cr_expect_gt(row, 1000);
	cr_expect_lt(b->rows.len + b->new_shoppers.len, LIMIT + BATCH_SPARE_BYTES);
	batch_free(b);
}

/* Counting */

Test(batch, the_counts_equal_a_tally_of_the_rows_that_are_stored)
{
	struct batch *b = given_batch();
	struct tally *direct = tally_new(2, 3, 2);
	char id[16];
	for (uint64_t row = 1; row <= 500; row++) {
		int len = snprintf(id, sizeof(id), "id%d", (int)row);
		struct result r = given_result("");
		r.result_id = (struct slice){id, (size_t)len};
		r.company = (int)(row % 3);
		r.channel = (int)(row % 2);
		r.answered = row % 5 != 0;
		r.score = row % 11 == 0 ? SCORE_NONE : (int)(row * 37 % 10001);
		r.wait_seconds = row % 7 == 0 ? SECONDS_NONE : (int)row;
		r.answers[row % 3] = ANSWER_NONE;
		r.cx[0] = (int16_t)(row % 5 + 1);
		r.area_scores[0] = (int)(row * 13 % 10001);
		batch_add(b, &r, row, (int32_t)(row % 20) - 1, false);
		if (row % 4 != 0)
			tally_add(direct, &r, (int)(row % 20) - 1, 1);
	}
	batch_sort(b);
	static const enum row_fate others[] = {ROW_SAME, ROW_DIFFERS, ROW_TWIN, ROW_CLASH,
					       ROW_DOUBTFUL};
	for (size_t i = 0; i < b->rows_len; i++) {
		struct batch_row *row = &b->row[i];
		if (row->row % 4 == 0)
			row->fate = (uint8_t)others[row->row / 4 % COUNT_OF(others)];
		else if (row->row % 2 == 0)
			row->fate = ROW_STORED;
	}
	batch_count(b);
	cr_expect(tally_equal(b->tally, direct));
	batch_count(b);
	cr_expect(tally_equal(b->tally, direct), "counting again starts anew");
	tally_free(direct);
	batch_free(b);
}

Test(batch, only_rows_whose_status_counts_are_counted)
{
	struct batch *b = given_batch();
	static const enum review_state states[] = {REVIEW_SUBMITTED, REVIEW_EXCLUDED,
						   REVIEW_APPROVED, REVIEW_RETURNED};
	static const char *const ids[] = {"a", "b", "c", "d"};
	struct tally *direct = tally_new(2, 3, 2);
	for (size_t i = 0; i < COUNT_OF(ids); i++) {
		struct result r = given_result(ids[i]);
		r.status = states[i];
		batch_add(b, &r, i + 1, -1, false);
		if (i % 2 == 0)
			tally_add(direct, &r, -1, 1);
	}
	batch_sort(b);
	batch_count(b);
	cr_expect(tally_equal(b->tally, direct));
	tally_free(direct);
	batch_free(b);
}

/* Filling and clearing */

Test(batch, it_is_full_at_its_bytes_and_takes_one_record_more)
{
	struct batch *b = given_batch();
	static char comment[COMMENT_BYTES];
	memset(comment, 'x', sizeof(comment));
	uint64_t row = 0;
	char id[16];
	while (!batch_is_full(b)) {
		int len = snprintf(id, sizeof(id), "%d", (int)row);
		struct result r = given_result("");
		r.result_id = (struct slice){id, (size_t)len};
		r.comment = (struct slice){comment, sizeof(comment)};
		batch_add(b, &r, ++row, -1, false);
	}
	cr_expect_geq(batch_bytes(b), LIMIT);
	cr_expect_lt(batch_bytes(b), LIMIT + COMMENT_BYTES + 1024);
	struct result more = given_result("more");
	batch_add(b, &more, row + 1, -1, false);
	batch_free(b);
}

Test(batch, clearing_makes_it_as_new)
{
	struct batch *b = given_batch();
	struct result r = given_result("a");
	batch_add(b, &r, 1, batch_new_shopper(b, SLICE("P1")), false);
	batch_set_shoppers(b, (const int32_t[]){1});
	batch_sort(b);
	batch_count(b);
	batch_clear(b, 2, LIMIT);
	cr_expect(batch_is_empty(b));
	cr_expect_eq(b->number, 2);
	cr_expect_eq(b->new_shoppers_len, 0);
	cr_expect_null(b->tally);
	add(b, "b", 1);
	batch_sort(b);
	expect_order(b, "b:1");
	batch_free(b);
}

Test(batch, every_fate_has_words)
{
	for (int fate = ROW_FRESH; fate <= ROW_DIFFERS; fate++)
		cr_expect_gt(strlen(row_fate_words((enum row_fate)fate)), 0);
}

Test(batch, freeing_none_is_allowed)
{
	batch_free(NULL);
}
