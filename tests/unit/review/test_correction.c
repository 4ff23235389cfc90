/* A correction changes what it names and nothing else; a status follows the rules of review. */
#include <criterion/criterion.h>

#include "base/clock.h"
#include "review/correction.h"
#include "review/decision.h"
#include "survey/tally.h"

static const char programme[] =
	"{\"programme\":\"p\",\"name\":{},\"channels\":[{\"code\":\"phone\"},{\"code\":\"chat\"}],"
	"\"companies\":[{\"code\":\"A\"},{\"code\":\"B\"}],"
	"\"instruments\":[{\"code\":\"i\",\"areas\":[{\"code\":\"all\"}],\"items\":["
	"{\"code\":\"q1\",\"area\":\"all\",\"options\":[{\"answer\":0,\"points\":0},"
	"{\"answer\":1,\"points\":1}]},"
	"{\"code\":\"kpi\",\"area\":\"all\",\"measured\":{\"min\":0,\"max\":100,\"decimals\":1,"
	"\"unit\":\"percent\",\"at_least\":80,\"points\":1}}],"
	"\"questions\":[{\"code\":\"nps\",\"measure\":\"nps\",\"scale\":{\"min\":0,\"max\":10}}]}],"
	"\"waves\":[{\"code\":\"w\",\"instrument\":\"i\",\"sectors\":[{\"code\":\"S\","
	"\"companies\":[\"A\",\"B\"]}],\"fieldwork\":{\"limits\":{\"phone\":{\"wait_seconds\":60}},"
	"\"breaches\":{\"over_limit\":\"excludes\",\"shopper_is_customer\":\"warns\"}}}]}";

static struct programme *p;
static struct arena arena;
static struct reject reject;
static struct trouble why;

static void start(void)
{
	struct programme_faults faults = {0};
	arena_init(&arena, 1 << 20);
	cr_assert_eq(programme_parse(SLICE(programme), &arena, &p, &faults), OK, "%s at %.*s",
		     faults.len > 0 ? faults.at[0].code : "",
		     SLICE_ARGS(faults.len > 0 ? faults.at[0].pointer : SLICE("")));
}

static void end(void)
{
	programme_free(p);
	arena_fini(&arena);
}

TestSuite(correction, .init = start, .fini = end);
TestSuite(decision, .init = start, .fini = end);

/** Company A by phone, 45 s, q1 1, kpi 82.5, nps 9, the shopper a customer. */
static struct stored_result given_stored(void)
{
	static int16_t answers[] = {1, 825}, cx[] = {9};
	static int32_t areas[] = {10000};
	return (struct stored_result){.result = {.result_id = SLICE("r"),
						 .shopper = SLICE("S"),
						 .contacted_at = 641304900123456,
						 .answered = true,
						 .attempt = 2,
						 .wait_seconds = 45,
						 .duration_seconds = SECONDS_NONE,
						 .answers = answers,
						 .cx = cx,
						 .score = 10000,
						 .area_scores = areas,
						 .comment = SLICE("så bra"),
						 .breaches = 1u << BREACH_CUSTOMER},
				      .shopper = 7,
				      .revision = 3};
}

static enum status corrected(const struct stored_result *before, const struct field *fields,
			     size_t len, struct stored_result *after, bool *differs)
{
	struct record content = {.row = 1, .fields = fields, .fields_len = len};
	return correction_make(p, 0, before, &content, &arena, after, differs, &reject, &why);
}

static struct field field(const char *name, const char *value)
{
	return (struct field){.name = slice_of(name), .value = slice_of(value), .kind = FIELD_TEXT};
}

Test(correction, what_it_does_not_name_stays_to_the_last_digit)
{
	struct stored_result before = given_stored(), after;
	struct field one = field("q1", "0");
	bool differs;
	cr_assert_eq(corrected(&before, &one, 1, &after, &differs), OK);
	const struct result *r = &after.result;
	cr_expect(differs);
	cr_expect_eq(r->answers[0], 0);
	cr_expect_eq(r->answers[1], 825);
	cr_expect_eq(r->score, 5000);
	cr_expect_eq(r->contacted_at, 641304900123456);
	cr_expect_eq(r->attempt, 2);
	cr_expect_eq(r->wait_seconds, 45);
	cr_expect_eq(r->cx[0], 9);
	cr_expect(slice_is(r->comment, "så bra"));
	cr_expect_eq(r->breaches, 1u << BREACH_CUSTOMER);
	cr_expect_eq(after.shopper, 7);
}

Test(correction, the_same_content_is_no_difference)
{
	struct stored_result before = given_stored(), after;
	struct field same[] = {field("kpi", "82.5"), field("company", "A")};
	bool differs;
	cr_assert_eq(corrected(&before, same, 2, &after, &differs), OK);
	cr_expect_not(differs);
}

Test(correction, an_empty_value_takes_the_stored_one_out)
{
	struct stored_result before = given_stored(), after;
	struct field gone[] = {field("nps", ""), field("wait_seconds", ""), field("shopper", "")};
	bool differs;
	cr_assert_eq(corrected(&before, gone, 3, &after, &differs), OK);
	cr_expect_eq(after.result.cx[0], ANSWER_NONE);
	cr_expect_eq(after.result.wait_seconds, SECONDS_NONE);
	cr_expect_eq(after.shopper, -1);
}

Test(correction, a_column_given_twice_is_a_fault)
{
	struct stored_result before = given_stored(), after;
	struct field twice[] = {field("q1", "0"), field("q1", "1")};
	twice[1].group = SLICE("answers");
	bool differs;
	cr_assert_eq(corrected(&before, twice, 2, &after, &differs), E_INPUT);
	cr_expect_eq(reject.faults_len, 1);
	cr_expect_str_eq(reject.faults[0].code, "twice");
}

Test(correction, content_that_breaks_a_rule_anew_excludes_the_result)
{
	struct stored_result before = given_stored(), after;
	struct field late = field("wait_seconds", "61");
	bool differs;
	cr_assert_eq(corrected(&before, &late, 1, &after, &differs), OK);
	cr_expect_eq(after.result.status, REVIEW_EXCLUDED);
	cr_expect(after.result.breaches & 1u << BREACH_OVER_LIMIT);
}

Test(correction, a_rule_that_was_broken_before_does_not_overrule_a_reviewer)
{
	struct stored_result before = given_stored(), after;
	struct field other = field("q1", "0");
	bool differs;
	before.result.wait_seconds = 61;
	before.result.breaches |= 1u << BREACH_OVER_LIMIT;
	before.result.status = REVIEW_APPROVED;
	cr_assert_eq(corrected(&before, &other, 1, &after, &differs), OK);
	cr_expect_eq(after.result.status, REVIEW_APPROVED);
}

Test(decision, all_states_but_disputed_lead_to_each_other)
{
	for (int from = 0; from < REVIEW_COUNT; from++) {
		for (int to = 0; to < REVIEW_COUNT; to++) {
			if (to == REVIEW_DISPUTED)
				continue;
			struct decision d = {.before = given_stored()};
			struct review_wish wish = {.status = (enum review_state)to};
			d.before.result.status = (enum review_state)from;
			decision_by_wish(&d, &wish, UINT32_MAX);
			cr_expect_eq((int)d.after.result.status,
				     from == REVIEW_DISPUTED ? REVIEW_DISPUTED : to, "%d to %d",
				     from, to);
		}
	}
}

Test(decision, counts_move_only_where_a_state_that_counts_is_left_or_reached)
{
	unsigned counts = 1u << REVIEW_SUBMITTED | 1u << REVIEW_APPROVED;
	static const struct {
		enum review_state from, to;
		int contacts;
	} cases[] = {{REVIEW_SUBMITTED, REVIEW_APPROVED, 0},
		     {REVIEW_SUBMITTED, REVIEW_EXCLUDED, -1},
		     {REVIEW_RETURNED, REVIEW_APPROVED, 1},
		     {REVIEW_RETURNED, REVIEW_EXCLUDED, 0}};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct decision d = {.before = given_stored(), .after = given_stored()};
		struct tally *t = tally_new(1, 2, 1);
		size_t len;
		d.before.result.status = cases[i].from;
		d.after.result.status = cases[i].to;
		cr_expect_eq(decision_count(&d, counts, t), cases[i].contacts != 0);
		const struct tally_cell *cells = tally_cells(t, &len);
		cr_assert_eq(len, cases[i].contacts != 0);
		if (len > 0)
			cr_expect_eq(tally_histogram(t, cells, METRIC_CONTACTS)->bins[0].count,
				     cases[i].contacts);
		tally_free(t);
	}
}
