#include <criterion/criterion.h>
#include <string.h>

#include "base/clock.h"
#include "pg/answer.h"
#include "pg/backoff.h"
#include "pg/conn.h"
#include "pg/conninfo.h"
#include "pg/statement.h"
#include "pg/value.h"

Test(pg_value, a_number_is_big_endian_inside_the_value)
{
	struct pg_value v = pg_int4(-2);
	cr_expect(v.is_inline && !v.null);
	cr_expect_eq(v.len, 4);
	cr_expect_arr_eq(v.here, "\377\377\377\376", 4);
}

Test(pg_value, no_instant_and_no_text_are_null)
{
	cr_expect(pg_timestamptz(CLOCK_NO_INSTANT).null);
	cr_expect(pg_text(SLICE_NONE).null);
	cr_expect_not(pg_text(SLICE("")).null);
}

Test(pg_value, an_array_that_does_not_fit_the_arena_says_so)
{
	struct arena a;
	arena_init(&a, 27);
	cr_expect(pg_int4_array(&a, (int32_t[]){1}, 1).failed, "28 bytes are needed");
	arena_fini(&a);
	arena_init(&a, 28);
	cr_expect_not(pg_int4_array(&a, (int32_t[]){1}, 1).failed);
	arena_fini(&a);
}

Test(pg_value, a_count_beyond_what_postgresql_takes_is_refused_before_a_byte_is_read)
{
	struct arena a;
	arena_init(&a, 100);
	cr_expect(pg_int8_array(&a, NULL, SIZE_MAX / 2).failed);
	arena_fini(&a);
}

/* Expected statuses by PostgreSQL's manual, appendix A. */
static const struct {
	const char *sqlstate;
	enum status status;
} states[] = {
	{"00000", OK},	       {"23505", E_CONFLICT}, {"23503", E_CONFLICT}, {"23514", E_INPUT},
	{"23502", E_INPUT},    {"22003", E_INPUT},    {"40001", E_BUSY},     {"40P01", E_BUSY},
	{"40003", E_UNKNOWN},  {"08006", E_BUSY},     {"08007", E_UNKNOWN},  {"53300", E_BUSY},
	{"57P01", E_BUSY},     {"57014", E_BUSY},     {"55P03", E_BUSY},     {"25006", E_BUSY},
	{"42P01", E_INTERNAL}, {"42501", E_DENIED},   {"54000", E_LIMIT},    {"P0002", E_GONE},
	{"XX000", E_INTERNAL}, {"25P02", E_INTERNAL}, {"", E_INTERNAL},
};

Test(pg_answer, an_sqlstate_says_what_the_caller_can_do)
{
	for (size_t i = 0; i < COUNT_OF(states); i++)
		cr_expect_eq(pg_status_of(states[i].sqlstate), states[i].status, "%s",
			     states[i].sqlstate);
}

static uint64_t fixed(void *arg)
{
	return *(uint64_t *)arg;
}

Test(pg_backoff, the_wait_doubles_up_to_the_most_and_starts_again)
{
	uint64_t zero = 0;
	struct pg_backoff b = {.first_ms = 100, .most_ms = 500};
	const uint32_t expected[] = {100, 200, 400, 500, 500};
	for (size_t i = 0; i < COUNT_OF(expected); i++)
		cr_expect_eq(pg_backoff_next(&b, (struct pg_random){fixed, &zero}), expected[i]);
	pg_backoff_reset(&b);
	cr_expect_eq(pg_backoff_next(&b, (struct pg_random){fixed, &zero}), 100);
}

Test(pg_backoff, jitter_takes_away_at_most_half)
{
	for (uint64_t random = 0; random < 200; random++) {
		struct pg_backoff b = {.first_ms = 100, .most_ms = 500};
		uint32_t wait = pg_backoff_next(&b, (struct pg_random){fixed, &random});
		cr_expect(wait >= 50 && wait <= 100);
	}
}

Test(pg_backoff, after_any_number_of_failures_the_wait_stays_in_its_bounds)
{
	uint64_t zero = 0;
	struct pg_backoff b = {.first_ms = 1, .most_ms = UINT32_MAX};
	for (int i = 0; i < 100; i++)
		pg_backoff_next(&b, (struct pg_random){fixed, &zero});
	cr_expect_eq(pg_backoff_next(&b, (struct pg_random){fixed, &zero}), UINT32_MAX);
}

Test(pg_statement, the_parts_join_to_one_text)
{
	const char *const parts[] = {"select 1,\n", "2", NULL};
	char *text = pg_text_join(parts);
	cr_expect_str_eq(text, "select 1,\n2");
	memory_free(text);
}

Test(pg_statement, built_in_types_have_their_numbers)
{
	cr_expect_eq(pg_type_oid("int8"), 20);
	cr_expect_eq(pg_type_oid("text[]"), 1009);
	cr_expect_eq(pg_type_oid("no_such_type"), 0);
}

static const char *value_of(const struct conninfo *c, const char *keyword, size_t *place)
{
	for (*place = 0; c->keywords[*place] != NULL; ++*place)
		if (strcmp(c->keywords[*place], keyword) == 0)
			return c->values[*place];
	return NULL;
}

/* Which faults each of them answers: reliability, 2.4. */
static const struct {
	const char *keyword, *value;
	bool may_be_overridden;
} wanted[] = {
	{"application_name", "plauditd", true}, {"gssencmode", "disable", true},
	{"connect_timeout", "7", true},		{"tcp_user_timeout", "15000", true},
	{"keepalives_idle", "10", true},	{"client_encoding", "UTF8", false},
};

Test(pg_conninfo, carries_what_keeps_a_connection_honest)
{
	struct conninfo c;
	struct trouble why;
	size_t database, place;
	struct pg_settings settings = {.conninfo = "host=/tmp", .connect_timeout_s = 7};
	cr_assert_eq(conninfo_make(&c, &settings, &why), OK);
	cr_expect_str_eq(value_of(&c, "dbname", &database), "host=/tmp");
	for (size_t i = 0; i < COUNT_OF(wanted); i++) {
		const char *value = value_of(&c, wanted[i].keyword, &place);
		cr_assert_not_null(value, "%s", wanted[i].keyword);
		cr_expect_str_eq(value, wanted[i].value);
		cr_expect_eq(place < database, wanted[i].may_be_overridden);
	}
	cr_expect_null(value_of(&c, "options", &place));
}

Test(pg_conninfo, the_timeout_is_added_to_the_operators_options)
{
	struct conninfo c;
	struct trouble why;
	size_t place;
	struct pg_settings settings = {.conninfo = "options='-c work_mem=64MB'",
				       .statement_timeout_ms = 30000};
	cr_assert_eq(conninfo_make(&c, &settings, &why), OK);
	cr_expect_str_eq(value_of(&c, "options", &place),
			 "-c work_mem=64MB -c statement_timeout=30000");
}

Test(pg_conninfo, what_cannot_be_read_is_not_quoted)
{
	struct conninfo c;
	struct trouble why;
	struct pg_settings settings = {.conninfo = "password secret"};
	cr_expect_eq(conninfo_make(&c, &settings, &why), E_INPUT);
	cr_expect_null(strstr(why.words, "secret"));
}
