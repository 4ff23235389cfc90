#include "survey/tally.h"

#include <criterion/criterion.h>

#include "base/buf.h"

enum { AREAS = 2, ITEMS = 3, QUESTIONS = 2, RESULTS = 400 };

struct sample {
	struct result result;
	int16_t answers[ITEMS], cx[QUESTIONS];
	int32_t areas[AREAS];
	int shopper;
};

static struct sample samples[RESULTS];

/** A fixed sequence: a test says the same every time. */
static uint32_t next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33);
}

static void fill(struct sample *s, uint64_t *state)
{
	struct result *r = &s->result;
	*r = (struct result){.answers = s->answers, .cx = s->cx, .area_scores = s->areas};
	r->company = (int)(next_random(state) % 7) * 1000;
	r->channel = (int)(next_random(state) % 3) * 15;
	r->answered = next_random(state) % 10 > 0;
	r->score = r->answered ? (int32_t)(next_random(state) % 10001) : 0;
	if (next_random(state) % 20 == 0)
		r->score = SCORE_NONE;
	r->wait_seconds = next_random(state) % 3 ? (int)(next_random(state) % 900) : SECONDS_NONE;
	for (int a = 0; a < AREAS; a++)
		s->areas[a] = r->answered ? (int32_t)(next_random(state) % 11) * 1000 : SCORE_NONE;
	for (int i = 0; i < ITEMS; i++)
		s->answers[i] = next_random(state) % 4 ? (int16_t)(next_random(state) % 5 - 2)
						       : ANSWER_NONE;
	for (int q = 0; q < QUESTIONS; q++)
		s->cx[q] = next_random(state) % 4 ? (int16_t)(next_random(state) % 11)
						  : ANSWER_NONE;
	s->shopper = (int)(next_random(state) % 50) - 1;
}

static void arrange(void)
{
	uint64_t state = 42;
	for (int i = 0; i < RESULTS; i++)
		fill(&samples[i], &state);
}

TestSuite(tally, .init = arrange);

static struct tally *given_empty(void)
{
	return tally_new(AREAS, ITEMS, QUESTIONS);
}

static void count(struct tally *t, int i, int sign)
{
	tally_add(t, &samples[i].result, samples[i].shopper, sign);
}

static struct tally *given_tally(int from, int until)
{
	struct tally *t = given_empty();
	for (int i = from; i < until; i++)
		count(t, i, 1);
	return t;
}

static struct buf packed(const struct tally *t)
{
	struct buf bytes;
	buf_init(&bytes, 1 << 24);
	tally_pack(t, &bytes);
	cr_assert_not(buf_over(&bytes));
	return bytes;
}

static bool same_bytes(const struct tally *a, const struct tally *b)
{
	struct buf of_a = packed(a), of_b = packed(b);
	bool same = slice_equal(buf_slice(&of_a), buf_slice(&of_b));
	buf_fini(&of_a);
	buf_fini(&of_b);
	return same;
}

static int64_t counted(const struct tally *t, int metric, int32_t value)
{
	size_t len;
	const struct tally_cell *cells = tally_cells(t, &len);
	cr_assert_eq(len, 1);
	const struct histogram *h = tally_histogram(t, &cells[0], metric);
	for (size_t i = 0; i < h->len; i++)
		if (h->bins[i].value == value)
			return h->bins[i].count;
	return 0;
}

static struct tally *given_counted(bool answered, int32_t score)
{
	int16_t answers[ITEMS] = {4, ANSWER_NONE, -2}, cx[QUESTIONS] = {10, ANSWER_NONE};
	int32_t areas[AREAS] = {5000, SCORE_NONE};
	struct result r = {.company = 5,
			   .channel = 2,
			   .answered = answered,
			   .wait_seconds = 33,
			   .answers = answers,
			   .cx = cx,
			   .score = score,
			   .area_scores = areas};
	struct tally *t = given_empty();
	tally_add(t, &r, 9, 1);
	return t;
}

Test(tally, an_answered_contact_is_counted_in_every_metric)
{
	struct tally *t = given_counted(true, 7777);
	cr_assert_eq(counted(t, METRIC_CONTACTS, 1), 1);
	cr_assert_eq(counted(t, METRIC_SCORE, 7777), 1);
	cr_assert_eq(counted(t, METRIC_WAIT, 33), 1);
	cr_assert_eq(counted(t, METRIC_SHOPPER, 9), 1);
	cr_assert_eq(counted(t, METRIC_SHOPPER_SUM, 9), 7777);
	cr_assert_eq(counted(t, METRIC_AREA + 0, 5000), 1);
	cr_assert_eq(counted(t, METRIC_ITEM + 0, 4), 1);
	cr_assert_eq(counted(t, METRIC_ITEM + 2, -2), 1);
	cr_assert_eq(counted(t, METRIC_CX + 0, 10), 1);
	size_t len;
	const struct tally_cell *cell = tally_cells(t, &len);
	cr_assert_eq(cell->company, 5);
	cr_assert_eq(cell->channel, 2);
	cr_assert_eq(tally_histogram(t, cell, METRIC_AREA + 1)->len, 0);
	cr_assert_eq(tally_histogram(t, cell, METRIC_ITEM + 1)->len, 0);
	cr_assert_eq(tally_histogram(t, cell, METRIC_CX + 1)->len, 0);
	tally_free(t);
}

Test(tally, a_contact_nobody_answered_is_a_contact_without_score)
{
	struct tally *t = given_counted(false, 0);
	size_t len;
	const struct tally_cell *cell = tally_cells(t, &len);
	cr_assert_eq(counted(t, METRIC_CONTACTS, 0), 1);
	cr_assert_eq(counted(t, METRIC_WAIT, 33), 1);
	cr_assert_eq(tally_histogram(t, cell, METRIC_SCORE)->len, 0);
	cr_assert_eq(tally_histogram(t, cell, METRIC_AREA)->len, 0);
	cr_assert_eq(tally_histogram(t, cell, METRIC_SHOPPER)->len, 0);
	tally_free(t);
}

Test(tally, an_answered_contact_without_a_score_has_no_shopper_figures)
{
	struct tally *t = given_counted(true, SCORE_NONE);
	size_t len;
	const struct tally_cell *cell = tally_cells(t, &len);
	cr_assert_eq(tally_histogram(t, cell, METRIC_SCORE)->len, 0);
	cr_assert_eq(tally_histogram(t, cell, METRIC_SHOPPER_SUM)->len, 0);
	tally_free(t);
}

Test(tally, cells_ascend_by_company_then_channel)
{
	struct tally *t = given_tally(0, RESULTS);
	size_t len;
	const struct tally_cell *cells = tally_cells(t, &len);
	cr_assert_eq(len, 21);
	for (size_t c = 1; c < len; c++)
		cr_assert(cells[c - 1].company < cells[c].company ||
			  (cells[c - 1].company == cells[c].company &&
			   cells[c - 1].channel < cells[c].channel));
	tally_free(t);
}

Test(tally, every_histogram_ascends_and_has_no_zero_counts)
{
	struct tally *t = given_tally(0, RESULTS);
	for (int i = 0; i < RESULTS; i += 3)
		count(t, i, -1);
	size_t len;
	const struct tally_cell *cells = tally_cells(t, &len);
	for (size_t c = 0; c < len; c++) {
		const struct histogram *h = tally_histogram(t, &cells[c], METRIC_SCORE);
		for (size_t i = 0; i < h->len; i++) {
			cr_assert_gt(h->bins[i].count, 0);
			cr_assert(i == 0 || h->bins[i - 1].value < h->bins[i].value);
		}
	}
	tally_free(t);
}

Test(tally, any_order_gives_the_same_tally)
{
	struct tally *forward = given_tally(0, RESULTS), *other = given_empty();
	for (int i = 0; i < RESULTS; i++)
		count(other, (i * 147 + 11) % RESULTS, 1); /* 147 and 400 share no factor */
	cr_assert(tally_equal(forward, other));
	cr_assert(same_bytes(forward, other));
	tally_free(forward);
	tally_free(other);
}

Test(tally, any_split_merged_equals_all_added)
{
	struct tally *all = given_tally(0, RESULTS);
	for (int cut = 0; cut <= RESULTS; cut += 57) {
		struct tally *left = given_tally(0, cut), *right = given_tally(cut, RESULTS);
		tally_merge(right, left);
		cr_assert(tally_equal(all, right));
		cr_assert(same_bytes(all, right));
		tally_free(left);
		tally_free(right);
	}
	tally_free(all);
}

Test(tally, taking_back_all_leaves_nothing)
{
	struct tally *t = given_tally(0, RESULTS), *empty = given_empty();
	for (int i = RESULTS - 1; i >= 0; i--)
		count(t, (i * 147) % RESULTS, -1);
	size_t len;
	tally_cells(t, &len);
	cr_assert_eq(len, 0);
	cr_assert(tally_equal(t, empty));
	cr_assert(same_bytes(t, empty));
	tally_free(t);
	tally_free(empty);
}

Test(tally, a_correction_merges_as_if_it_had_been_right_at_once)
{
	struct tally *t = given_tally(0, RESULTS), *delta = given_empty();
	struct tally *right = given_tally(1, RESULTS);
	count(delta, 0, -1);
	count(delta, 1, 1);
	tally_merge(t, delta);
	count(right, 1, 1);
	cr_assert(tally_equal(t, right));
	tally_free(t);
	tally_free(delta);
	tally_free(right);
}

Test(tally, a_delta_and_its_opposite_merge_to_nothing)
{
	struct tally *t = given_tally(0, 50), *back = given_empty();
	for (int i = 0; i < 50; i++)
		count(back, i, -1);
	tally_merge(t, back);
	size_t len;
	tally_cells(t, &len);
	cr_assert_eq(len, 0);
	tally_free(t);
	tally_free(back);
}

Test(tally, a_copy_is_equal_and_lives_on_its_own)
{
	struct tally *t = given_tally(0, RESULTS), *copy = tally_copy(t);
	cr_assert(tally_equal(t, copy));
	count(t, 0, 1);
	cr_assert_not(tally_equal(t, copy));
	tally_free(t);
	cr_assert_gt(tally_bytes(copy), 0);
	tally_free(copy);
}

Test(tally, tallies_of_other_cells_values_or_metrics_are_not_equal)
{
	struct tally *t = given_counted(true, 100), *other_value = given_counted(true, 101);
	struct tally *more_values = given_counted(false, 0), *other_cell = given_empty();
	struct tally *other_metrics = tally_new(AREAS, ITEMS, 0), *empty = given_empty();
	struct sample moved = samples[0];
	moved.result.company = 6;
	tally_add(other_cell, &moved.result, 1, 1);
	tally_merge(more_values, t);
	cr_assert_not(tally_equal(t, other_value));
	cr_assert_not(tally_equal(t, more_values));
	cr_assert_not(tally_equal(t, other_cell));
	cr_assert_not(tally_equal(t, empty));
	cr_assert_not(tally_equal(other_metrics, empty));
	tally_free(t);
	tally_free(other_value);
	tally_free(more_values);
	tally_free(other_cell);
	tally_free(other_metrics);
	tally_free(empty);
	tally_free(NULL);
}

Test(tally, unpacking_a_packed_tally_gives_it_back)
{
	struct tally *t = given_tally(0, RESULTS), *back = given_empty();
	count(t, 3, -1);
	count(t, 3, -1); /* a negative count, as in a delta */
	struct buf bytes = packed(t);
	cr_assert_eq(tally_unpack(back, buf_slice(&bytes), NULL), OK);
	cr_assert(tally_equal(t, back));
	cr_assert(same_bytes(t, back));
	buf_fini(&bytes);
	tally_free(t);
	tally_free(back);
}

Test(tally, unpacking_adds_to_what_is_there)
{
	struct tally *all = given_tally(0, RESULTS), *t = given_tally(0, 123);
	struct tally *rest = given_tally(123, RESULTS);
	struct buf bytes = packed(rest);
	cr_assert_eq(tally_unpack(t, buf_slice(&bytes), NULL), OK);
	cr_assert(tally_equal(all, t));
	buf_fini(&bytes);
	tally_free(all);
	tally_free(t);
	tally_free(rest);
}

Test(tally, an_empty_tally_packs_and_unpacks)
{
	struct tally *empty = given_empty();
	struct buf bytes = packed(empty);
	cr_assert_eq(tally_unpack(empty, buf_slice(&bytes), NULL), OK);
	size_t len;
	tally_cells(empty, &len);
	cr_assert_eq(len, 0);
	buf_fini(&bytes);
	tally_free(empty);
}

Test(tally, the_packed_form_is_what_its_description_says)
{
	struct tally *t = tally_new(0, 1, 0);
	int16_t answers[] = {-3};
	struct result r = {.company = 300,
			   .channel = 1,
			   .answered = false,
			   .wait_seconds = SECONDS_NONE,
			   .answers = answers};
	tally_add(t, &r, -1, -1);
	struct buf bytes = packed(t);
	/* version 1, 0 areas, 1 item, 0 questions, 1 cell; company 300 (two bytes), channel 1,
	 * 2 metrics; slot 0: 1 bin, value 0, count -1; slot 5: 1 bin, value -3, count -1 */
	static const unsigned char expected[] = {1, 0, 1, 0, 1, 0xAC, 2, 1, 2,
						 0, 1, 0, 1, 5, 1,    5, 1};
	cr_assert_eq(bytes.len, sizeof(expected));
	cr_assert_eq(memcmp(bytes.at, expected, sizeof(expected)), 0);
	buf_fini(&bytes);
	tally_free(t);
}

static void refused(const unsigned char *bytes, size_t len)
{
	struct tally *t = tally_new(0, 1, 0), *empty = tally_new(0, 1, 0);
	struct trouble why = {0};
	cr_expect_eq(tally_unpack(t, (struct slice){(const char *)bytes, len}, &why), E_INPUT);
	cr_expect_str_eq(why.code, "not_a_tally");
	cr_expect(tally_equal(t, empty));
	tally_free(t);
	tally_free(empty);
}

#define REFUSED(...)                                                                               \
	refused((const unsigned char[]){__VA_ARGS__}, sizeof((const unsigned char[]){__VA_ARGS__}))

Test(tally, what_pack_would_not_write_is_refused)
{
	refused(NULL, 0);
	REFUSED(2, 0, 1, 0, 0);						  /* version */
	REFUSED(1, 0, 2, 0, 0);						  /* another instrument */
	REFUSED(1, 0, 1, 0, 0, 0);					  /* goes on */
	REFUSED(1, 0, 1, 0, 1);						  /* ends early */
	REFUSED(1, 0, 1, 0, 0x81, 0, 3, 1, 1, 0, 1, 0, 2);		  /* a longer varint */
	REFUSED(1, 0, 1, 0, 1, 3, 1, 0);				  /* no metrics */
	REFUSED(1, 0, 1, 0, 1, 3, 1, 1, 0, 0);				  /* no values */
	REFUSED(1, 0, 1, 0, 1, 3, 1, 1, 0, 1, 0, 0);			  /* no count */
	REFUSED(1, 0, 1, 0, 1, 3, 1, 1, 0, 1, 4, 2);			  /* 2 contacts answered? */
	REFUSED(1, 0, 1, 0, 1, 3, 1, 1, 6, 1, 0, 2);			  /* no such metric */
	REFUSED(1, 0, 1, 0, 1, 3, 32, 1, 0, 1, 0, 2);			  /* no such channel */
	REFUSED(1, 0, 1, 0, 1, 3, 1, 2, 5, 1, 0, 2, 0, 1, 0, 2);	  /* metrics out of order */
	REFUSED(1, 0, 1, 0, 2, 3, 1, 1, 0, 1, 0, 2, 3, 1, 1, 0, 1, 0, 2); /* a cell twice */
	REFUSED(1, 0, 1, 0, 1, 3, 1, 1, 0, 1, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
		0xFF, 1); /* a count near 2^63 */
	REFUSED(1, 0, 1, 0, 1, 3, 1, 1, 0, 1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
		0xFF, 2); /* more than 64 bits */
	REFUSED(0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1);
}

Test(tally, every_beginning_of_packed_bytes_is_refused)
{
	struct tally *t = given_tally(0, 20), *to = given_empty(), *empty = given_empty();
	struct buf bytes = packed(t);
	for (size_t len = 0; len < bytes.len; len++)
		cr_assert_eq(tally_unpack(to, (struct slice){bytes.at, len}, NULL), E_INPUT);
	cr_assert(tally_equal(to, empty));
	buf_fini(&bytes);
	tally_free(t);
	tally_free(to);
	tally_free(empty);
}

Test(tally, changed_bytes_are_refused_or_are_another_tally_in_its_own_form)
{
	struct tally *t = given_tally(0, 20);
	struct buf bytes = packed(t);
	uint64_t state = 7;
	int accepted = 0;
	for (int run = 0; run < 20000; run++) {
		struct tally *to = given_empty();
		size_t at = next_random(&state) % bytes.len;
		char before = bytes.at[at];
		bytes.at[at] = (char)next_random(&state);
		if (tally_unpack(to, buf_slice(&bytes), NULL) == OK) {
			struct buf again = packed(to);
			cr_assert(slice_equal(buf_slice(&again), buf_slice(&bytes)));
			buf_fini(&again);
			accepted++;
		}
		bytes.at[at] = before;
		tally_free(to);
	}
	cr_assert_gt(accepted, 0);
	cr_assert_lt(accepted, 20000);
	buf_fini(&bytes);
	tally_free(t);
}

Test(histogram, values_ascend_whatever_their_order_of_arrival)
{
	struct histogram h = {0};
	static const int32_t values[] = {5, -1, 900, 6, 5, 7, 0, 899, INT32_MAX, INT32_MIN};
	for (size_t i = 0; i < COUNT_OF(values); i++)
		histogram_add(&h, values[i], 1);
	static const int32_t sorted[] = {INT32_MIN, -1, 0, 5, 6, 7, 899, 900, INT32_MAX};
	cr_assert_eq(h.len, COUNT_OF(sorted));
	for (size_t i = 0; i < h.len; i++)
		cr_assert_eq(h.bins[i].value, sorted[i]);
	cr_assert_eq(h.bins[3].count, 2);
	cr_assert_eq(histogram_total(&h), 10);
	histogram_fini(&h);
}

Test(histogram, a_count_that_returns_to_zero_is_gone)
{
	struct histogram h = {0};
	histogram_add(&h, 3, 2);
	histogram_add(&h, 4, 0);
	histogram_add(&h, 3, -2);
	cr_assert_eq(h.len, 0);
	histogram_fini(&h);
}

Test(histogram, every_value_of_a_scale_with_gaps_is_found_again)
{
	struct histogram h = {0};
	for (int32_t v = 0; v < 3000; v++)
		histogram_add(&h, (v * 7919) % 3000 * 3, 1);
	for (int32_t v = 0; v < 3000; v++)
		histogram_add(&h, v * 3, 1);
	cr_assert_eq(h.len, 3000);
	for (size_t i = 0; i < h.len; i++)
		cr_assert_eq(h.bins[i].count, 2);
	histogram_fini(&h);
}

Test(histogram, merging_adds_and_drops_what_cancels)
{
	struct histogram a = {0}, b = {0};
	histogram_add(&a, 1, 1);
	histogram_add(&a, 3, 5);
	histogram_add(&b, 2, 1);
	histogram_add(&b, 3, -5);
	histogram_add(&b, 9, 4);
	histogram_merge(&a, &b);
	cr_assert_eq(a.len, 3);
	cr_assert_eq(a.bins[2].value, 9);
	cr_assert_eq(histogram_total(&a), 6);
	histogram_fini(&a);
	histogram_fini(&b);
}

Test(histogram, one_with_room_for_a_single_value_takes_more)
{
	struct histogram one = {0}, copy = {0};
	histogram_add(&one, 7, 1);
	histogram_merge(&copy, &one);
	for (int value = 0; value < 100; value++)
		histogram_add(&copy, value, 1);
	cr_assert_eq(copy.len, 100);
	cr_assert_eq(histogram_total(&copy), 101);
	histogram_fini(&one);
	histogram_fini(&copy);
}
