/* Every byte of a row, read as the PostgreSQL manual describes COPY's binary format. */
#include <criterion/criterion.h>

#include "base/clock.h"
#include "given.h"
#include "ingest/fault_row.h"
#include "ingest/result_row.h"

struct reader {
	const unsigned char *at, *end;
};

static uint64_t number(struct reader *r, size_t bytes)
{
	uint64_t value = 0;
	cr_assert_geq((size_t)(r->end - r->at), bytes);
	for (size_t i = 0; i < bytes; i++)
		value = value << 8 | *r->at++;
	return value;
}

static int32_t length(struct reader *r)
{
	return (int32_t)number(r, 4);
}

#define EXPECT_NUMBER(r, bytes, value)                                                             \
	do {                                                                                       \
		cr_expect_eq(length(r), (bytes));                                                  \
		cr_expect_eq(number((r), (bytes)), (uint64_t)(value));                             \
	} while (0)

static void expect_null(struct reader *r)
{
	cr_expect_eq(length(r), -1);
}

static void expect_text(struct reader *r, const char *text)
{
	int32_t len = length(r);
	struct slice found = {(const char *)r->at, (size_t)len};
	cr_expect(slice_is(found, text), "%.*s", len, r->at);
	r->at += len;
}

enum { INT2 = 21, INT4 = 23, NONE = INT32_MIN };

/** One dimension from 1; NONE stands for a null. */
static void expect_array(struct reader *r, uint32_t oid, const int32_t *values, size_t count)
{
	size_t width = oid == INT2 ? 2 : 4, nulls = 0, bytes = 20;
	for (size_t i = 0; i < count; i++) {
		nulls += values[i] == NONE;
		bytes += 4 + (values[i] == NONE ? 0 : width);
	}
	cr_expect_eq(length(r), (int32_t)bytes);
	cr_expect_eq(number(r, 4), 1, "dimensions");
	cr_expect_eq(number(r, 4), nulls > 0, "has nulls");
	cr_expect_eq(number(r, 4), oid);
	cr_expect_eq(number(r, 4), count);
	cr_expect_eq(number(r, 4), 1, "lower bound");
	for (size_t i = 0; i < count; i++) {
		if (values[i] == NONE)
			expect_null(r);
		else
			EXPECT_NUMBER(r, (int32_t)width, (uint32_t)values[i]);
	}
}

static struct buf bytes;

static struct reader encoded(const struct result *result, int32_t shopper)
{
	buf_init(&bytes, 1 << 20);
	result_row_encode(&bytes, result, given_instrument(), 77, 5, shopper);
	cr_assert_not(buf_over(&bytes));
	struct reader r = {(const unsigned char *)bytes.at,
			   (const unsigned char *)bytes.at + bytes.len};
	cr_expect_eq(number(&r, 2), 18, "fields");
	return r;
}

static void expect_end(struct reader *r)
{
	cr_expect_eq(r->at, r->end);
	buf_fini(&bytes);
}

Test(result_row, every_field_stands_in_its_place)
{
	struct result result = given_result("K-17");
	result.status = REVIEW_EXCLUDED;
	result.breaches = 1u << BREACH_CUSTOMER;
	struct reader r = encoded(&result, 42);
	EXPECT_NUMBER(&r, 8, 77);
	EXPECT_NUMBER(&r, 8, 641304900000000);
	EXPECT_NUMBER(&r, 4, 5);
	EXPECT_NUMBER(&r, 4, 2);
	EXPECT_NUMBER(&r, 4, 42);
	EXPECT_NUMBER(&r, 4, 17);
	EXPECT_NUMBER(&r, 4, 245);
	EXPECT_NUMBER(&r, 4, 5333);
	EXPECT_NUMBER(&r, 2, 1);
	EXPECT_NUMBER(&r, 2, 3);
	EXPECT_NUMBER(&r, 1, 1);
	expect_array(&r, INT2, (const int32_t[]){1, 0, 5}, 3);
	expect_array(&r, INT2, (const int32_t[]){4, 9}, 2);
	expect_array(&r, INT4, (const int32_t[]){10000, 4167}, 2);
	expect_text(&r, "K-17");
	expect_text(&r, "så bra");
	EXPECT_NUMBER(&r, 2, REVIEW_EXCLUDED);
	EXPECT_NUMBER(&r, 4, 1 << BREACH_CUSTOMER);
	expect_end(&r);
}

Test(result_row, what_is_not_given_is_null)
{
	struct result result = given_result("a");
	result.contacted_at = CLOCK_NO_INSTANT;
	result.answered = false;
	result.attempt = ATTEMPT_NONE;
	result.wait_seconds = result.duration_seconds = SECONDS_NONE;
	result.score = SCORE_NONE;
	result.answers[0] = result.answers[2] = ANSWER_NONE;
	result.cx[0] = result.cx[1] = ANSWER_NONE;
	result.area_scores[1] = SCORE_NONE;
	result.comment = SLICE_NONE;
	struct reader r = encoded(&result, -1);
	EXPECT_NUMBER(&r, 8, 77);
	expect_null(&r);
	EXPECT_NUMBER(&r, 4, 5);
	EXPECT_NUMBER(&r, 4, 2);
	for (int i = 0; i < 4; i++)
		expect_null(&r);
	EXPECT_NUMBER(&r, 2, 1);
	expect_null(&r);
	EXPECT_NUMBER(&r, 1, 0);
	expect_array(&r, INT2, (const int32_t[]){NONE, 0, NONE}, 3);
	expect_array(&r, INT2, (const int32_t[]){NONE, NONE}, 2);
	expect_array(&r, INT4, (const int32_t[]){10000, NONE}, 2);
	expect_text(&r, "a");
	expect_null(&r);
	EXPECT_NUMBER(&r, 2, REVIEW_SUBMITTED);
	EXPECT_NUMBER(&r, 4, 0);
	expect_end(&r);
}

Test(result_row, negative_answers_keep_their_sign)
{
	struct result result = given_result("a");
	result.answers[1] = -2;
	struct reader r = encoded(&result, 0);
	r.at += 12 + 12 + 6 * 8 + 2 * 6 + 5;
	expect_array(&r, INT2, (const int32_t[]){1, 0xFFFE, 5}, 3);
	buf_fini(&bytes);
}

Test(result_row, an_array_without_elements_has_no_dimension)
{
	static const struct instrument nothing;
	struct result result = given_result("a");
	buf_init(&bytes, 1 << 20);
	result_row_encode(&bytes, &result, &nothing, 77, 5, 0);
	struct reader r = {(const unsigned char *)bytes.at,
			   (const unsigned char *)bytes.at + bytes.len};
	r.at += 2 + 12 + 12 + 6 * 8 + 2 * 6 + 5;
	for (int i = 0; i < 3; i++) {
		cr_expect_eq(length(&r), 12);
		cr_expect_eq(number(&r, 4), 0, "dimensions");
		cr_expect_eq(number(&r, 4), 0, "has nulls");
		cr_expect_eq(number(&r, 4), i < 2 ? INT2 : INT4);
	}
	buf_fini(&bytes);
}

Test(fault_row, every_field_stands_in_its_place)
{
	struct fault_words words = {SLICE("off_scale"), SLICE("csat"), SLICE("9"), SLICE("1 to 5")};
	buf_init(&bytes, 1 << 20);
	fault_row_encode(&bytes, 77, 1234567890123, 2, &words);
	struct reader r = {(const unsigned char *)bytes.at,
			   (const unsigned char *)bytes.at + bytes.len};
	cr_expect_eq(number(&r, 2), 7);
	EXPECT_NUMBER(&r, 8, 77);
	EXPECT_NUMBER(&r, 8, 1234567890123);
	EXPECT_NUMBER(&r, 2, 2);
	expect_text(&r, "off_scale");
	expect_text(&r, "csat");
	expect_text(&r, "9");
	expect_text(&r, "1 to 5");
	expect_end(&r);
}

Test(fault_row, words_that_are_not_there_are_empty_not_null)
{
	struct fault_words words = {.code = SLICE("not_json")};
	buf_init(&bytes, 1 << 20);
	fault_row_encode(&bytes, 1, 0, 1, &words);
	struct reader r = {(const unsigned char *)bytes.at,
			   (const unsigned char *)bytes.at + bytes.len};
	r.at += 2 + 12 + 12 + 6;
	expect_text(&r, "not_json");
	for (int i = 0; i < 3; i++)
		expect_text(&r, "");
	expect_end(&r);
}

Test(fault_row, conflicts_name_the_id_and_what_would_do)
{
	struct fault_words twice, other;
	cr_assert(fault_of_fate(ROW_CLASH, SLICE("K1"), &twice));
	cr_assert(fault_of_fate(ROW_DIFFERS, SLICE("K1"), &other));
	cr_expect(slice_is(twice.code, "result_id_twice"));
	cr_expect(slice_is(other.code, "result_id_conflict"));
	cr_expect(slice_is(twice.value, "K1") && slice_is(other.value, "K1"));
	cr_expect(slice_is(twice.column, "result_id") && slice_is(other.column, "result_id"));
	cr_expect_gt(twice.expected.len, 0);
	cr_expect_gt(other.expected.len, 0);
}

Test(fault_row, a_row_that_was_stored_known_or_replaced_has_no_fault)
{
	static const enum row_fate good[] = {ROW_FRESH, ROW_STORED, ROW_SAME, ROW_TWIN,
					     ROW_REPLACED};
	struct fault_words words;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		cr_expect_not(fault_of_fate(good[i], SLICE("K1"), &words), "%s",
			      row_fate_words(good[i]));
}
