/* What becomes of a row that breaks a rule of fieldwork, by what the rule's action is. */
#include <criterion/criterion.h>

#include "base/clock.h"
#include "given.h"
#include "survey/breach.h"

static struct arena arena;
static struct programme *p;
static struct zone *zone;
static struct channel_limit limits[2];
static struct wave wave;
static struct intake *in;
static struct result result;
static struct reject reject;

/** Weekdays Monday and Friday, 9 to 15 in Oslo; the phone is answered within five minutes. */
static void arrange(void)
{
	int64_t now;
	cr_assert(clock_parse(SLICE("2020-05-04T12:00:00Z"), &now));
	arena_init(&arena, 1 << 20);
	p = given_programme(slice_of(given_text));
	zone = zone_new(SLICE("Europe/Oslo"));
	limits[0] = (struct channel_limit){.wait_seconds = 300, .sent_until_minute = 14 * 60};
	wave = p->waves[0];
	wave.zone = zone;
	wave.fieldwork = (struct fieldwork_rules){.limits = limits};
	for (int b = 0; b < BREACH_COUNT; b++)
		wave.fieldwork.action[b] = BREACH_WARNS;
	p->waves = &wave;
	in = intake_new(p, 0, now);
}

static void clear(void)
{
	intake_free(in);
	programme_free(p);
	zone_free(zone);
	arena_fini(&arena);
}

TestSuite(intake_breaches, .init = arrange, .fini = clear);

#define READ(...)                                                                                  \
	intake_read(in,                                                                            \
		    (const struct record[]){GIVEN_RECORD(&arena, "result_id", "r1", "company",     \
							 "C1", "channel", "phone", __VA_ARGS__)},  \
		    &arena, &result, &reject)

#define SUNDAY "contacted_at", "2020-05-03T10:00:00+02:00"
#define MONDAY "contacted_at", "2020-05-04T10:00:00+02:00"

Test(intake_breaches, a_contact_that_keeps_every_rule_has_none)
{
	cr_assert_eq(READ(MONDAY, "wait_seconds", "300", "customer", "0"), OK);
	cr_expect_eq(result.breaches, 0);
	cr_expect_eq(result.status, REVIEW_SUBMITTED);
	cr_expect_not(result.customer);
}

Test(intake_breaches, a_rule_that_warns_leaves_the_result_counting)
{
	cr_assert_eq(READ(SUNDAY, "wait_seconds", "301"), OK);
	cr_expect_eq(result.breaches, 1u << BREACH_OUTSIDE_HOURS | 1u << BREACH_OVER_LIMIT);
	cr_expect_eq(result.status, REVIEW_SUBMITTED);
}

Test(intake_breaches, a_rule_that_excludes_excludes)
{
	wave.fieldwork.action[BREACH_CUSTOMER] = BREACH_EXCLUDES;
	cr_assert_eq(READ(SUNDAY, "customer", "true"), OK);
	cr_expect(result.customer);
	cr_expect_eq(result.breaches, 1u << BREACH_OUTSIDE_HOURS | 1u << BREACH_CUSTOMER);
	cr_expect_eq(result.status, REVIEW_EXCLUDED);
}

Test(intake_breaches, a_rule_that_ignores_leaves_no_trace)
{
	wave.fieldwork.action[BREACH_OUTSIDE_HOURS] = BREACH_IGNORES;
	cr_assert_eq(READ(SUNDAY), OK);
	cr_expect_eq(result.breaches, 0);
}

Test(intake_breaches, a_rule_that_rejects_is_a_fault_of_the_column_that_breaks_it)
{
	static const char *const columns[] = {"contacted_at", "customer", "wait_seconds",
					      "contacted_at"};
	for (int b = 0; b <= BREACH_SENT_LATE; b++)
		wave.fieldwork.action[b] = BREACH_REJECTS;
	cr_assert_eq(READ("contacted_at", "2020-05-03T14:00:00+02:00", "wait_seconds", "301",
			  "customer", "1"),
		     E_INPUT);
	cr_assert_eq(reject.faults_len, 4);
	/* In the order of the fields: when, how long, who. */
	static const int order[] = {BREACH_OUTSIDE_HOURS, BREACH_SENT_LATE, BREACH_OVER_LIMIT,
				    BREACH_CUSTOMER};
	for (size_t i = 0; i < 4; i++) {
		cr_expect_str_eq(reject.faults[i].code, breach_code(order[i]));
		cr_expect(slice_is(reject.faults[i].column, columns[order[i]]));
		cr_expect_gt(reject.faults[i].expected.len, 0);
	}
	cr_expect(slice_is(reject.faults[2].value, "301"));
}

Test(intake_breaches, a_row_with_other_faults_is_told_of_them_alone)
{
	wave.fieldwork.action[BREACH_OUTSIDE_HOURS] = BREACH_REJECTS;
	cr_assert_eq(READ(SUNDAY, "wait_seconds", "soon"), E_INPUT);
	cr_expect_eq(reject.faults_len, 1);
	cr_expect_str_eq(reject.faults[0].code, "not_an_integer");
}

Test(intake_breaches, a_customer_is_a_boolean)
{
	cr_assert_eq(READ("customer", "perhaps"), E_INPUT);
	cr_expect_str_eq(reject.faults[0].code, "not_a_boolean");
	cr_expect(slice_is(reject.faults[0].column, "customer"));
}
