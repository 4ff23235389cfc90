/* Results change after they were stored: what is counted follows to the last digit, once. */
#include "db/ingest_scene.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

TestSuite(review, .timeout = 120);

static struct scene s;

/* Changing */

struct single {
	bool done;
	enum status status;
	char code[48];
	bool changed;
	int32_t revision;
	int64_t appeal_id;
	char faults[200];
};

static void note_single(void *arg, const struct review_single_outcome *outcome)
{
	struct single *one = arg;
	cr_expect_not(one->done, "answered twice");
	*one = (struct single){.done = true,
			       .status = outcome->status,
			       .changed = outcome->changed,
			       .revision = outcome->revision,
			       .appeal_id = outcome->appeal_id};
	if (outcome->status != OK)
		memcpy(one->code, outcome->why.code, sizeof(one->code));
	for (size_t i = 0; outcome->reject != NULL && i < outcome->reject->faults_len; i++) {
		const struct fault *f = &outcome->reject->faults[i];
		size_t len = strlen(one->faults);
		snprintf(one->faults + len, sizeof(one->faults) - len, "%s:%.*s ", f->code,
			 SLICE_ARGS(f->column));
	}
}

static struct review_order order_for(const char *reason)
{
	const struct known_wave *wave = catalogue_wave_by_id(s.server.catalogue, s.wave_id);
	return (struct review_order){.wave = wave,
				     .organisation_id = s.organisation_id,
				     .key_id = SLICE("aaaaaaaa"),
				     .reason = slice_of(reason)};
}

static struct single changed_by(struct server *server, const struct review_single *single,
				const char *reason)
{
	struct single one = {0};
	struct review_order order = order_for(reason);
	review_change_single(server->review, &order, single, note_single, &one);
	turn_until(&s, &one.done);
	return one;
}

static struct single set_status(const char *id, enum review_state status, const char *reason)
{
	struct review_single single = {.result_id = slice_of(id), .status = status};
	return changed_by(&s.server, &single, reason);
}

static struct single corrected(const char *id, const char *column, const char *value,
			       const char *reason)
{
	struct field field = {
		.name = slice_of(column), .value = slice_of(value), .kind = FIELD_TEXT};
	struct record content = {.row = 1, .fields = &field, .fields_len = 1};
	struct review_single single = {
		.result_id = slice_of(id), .status = REVIEW_COUNT, .content = &content};
	return changed_by(&s.server, &single, reason);
}

struct many {
	bool done;
	enum status status;
	char code[48];
	uint64_t changed, unchanged;
	char unknown[200];
};

static void note_many(void *arg, const struct review_outcome *outcome)
{
	struct many *many = arg;
	cr_expect_not(many->done, "answered twice");
	*many = (struct many){.done = true,
			      .status = outcome->status,
			      .changed = outcome->changed,
			      .unchanged = outcome->unchanged};
	if (outcome->status != OK)
		memcpy(many->code, outcome->why.code, sizeof(many->code));
	for (size_t i = 0; i < outcome->unknown_len; i++) {
		size_t len = strlen(many->unknown);
		snprintf(many->unknown + len, sizeof(many->unknown) - len, "%.*s ",
			 SLICE_ARGS(outcome->unknown[i]));
	}
}

static struct many set_many(const struct review_wish *wishes, size_t len, const char *reason)
{
	struct many many = {0};
	struct review_order order = order_for(reason);
	review_change_many(s.server.review, &order, wishes, len, note_many, &many);
	turn_until(&s, &many.done);
	return many;
}

static struct many set_where(const struct review_filter *filter, enum review_state status)
{
	struct many many = {0};
	struct review_order order = order_for(NULL);
	review_change_where(s.server.review, &order, filter, status, note_many, &many);
	turn_until(&s, &many.done);
	return many;
}

static void upload_to(int wave_id, const char *text, uint64_t accepted)
{
	struct sending sending;
	open_upload(&s, &s.server, &sending, wave_id, text);
	turn_until(&s, &sending.ended);
	cr_expect_eq(sending.report.status, OK, "%s", sending.report.why.words);
	cr_expect_eq(sending.report.counts.accepted, accepted, "%s", sending.errors);
}

#define ROW_A "a,C1,phone,1,1,5,4,9\n"
#define ROW_B "b,C2,chat,0,1,0,2,0\n"
#define ROW_C "c,C2,chat,1,1,,,10\n"

static void given_results(const struct scene_wish *wish)
{
	given_scene(&s, wish);
	upload_to(s.wave_id, HEADER ROW_A ROW_B ROW_C, 3);
}

static long long version(void)
{
	return number(&s, "select coalesce(sum(changes), 0) from (select changes from tally_delta "
			  "where wave_id = 1 union all select changes from tally_snapshot where "
			  "wave_id = 1) all_of_them");
}

static void end_exact(void)
{
	EXPECT_EXACT(&s);
	end_scene(&s);
}

Test(review, an_excluded_result_leaves_the_counts_by_exactly_that_row)
{
	given_results(NULL);
	struct single one = set_status("b", REVIEW_EXCLUDED, "spoilt");
	cr_expect_eq(one.status, OK);
	cr_expect(one.changed);
	cr_expect_eq(one.revision, 2);
	cr_expect_eq(version(), 4);
	upload_to(s.other_wave_id, HEADER ROW_A ROW_C, 2);
	expect_waves_count_alike(&s);
	cr_expect_eq(number(&s, "select count(*) from result where wave_id = 1"), 3);
	end_exact();
}

Test(review, a_result_taken_back_into_the_counts_is_counted_as_before)
{
	given_results(NULL);
	set_status("b", REVIEW_EXCLUDED, NULL);
	cr_expect_eq(set_status("b", REVIEW_APPROVED, NULL).revision, 3);
	upload_to(s.other_wave_id, HEADER ROW_A ROW_B ROW_C, 3);
	expect_waves_count_alike(&s);
	end_exact();
}

Test(review, approving_changes_no_count_and_no_version)
{
	given_results(NULL);
	cr_expect(set_status("a", REVIEW_APPROVED, NULL).changed);
	cr_expect_eq(version(), 3);
	cr_expect_eq(number(&s, "select count(*) from tally_delta"), 1);
	end_exact();
}

Test(review, the_same_status_again_leaves_no_trace)
{
	given_results(NULL);
	set_status("a", REVIEW_APPROVED, NULL);
	struct single again = set_status("a", REVIEW_APPROVED, NULL);
	cr_expect_eq(again.status, OK);
	cr_expect_not(again.changed);
	cr_expect_eq(again.revision, 2);
	cr_expect_eq(number(&s, "select count(*) from audit where event = 'result.review'"), 1);
	end_exact();
}

Test(review, the_board_shows_a_change_before_it_is_answered)
{
	char board[65536];
	given_results(NULL);
	cr_assert_eq(board_of(&s, &s.server, s.wave_id, board, sizeof(board)), OK);
	cr_expect_not_null(strstr(board, "\"version\":3,"), "%s", board);
	set_status("b", REVIEW_EXCLUDED, NULL);
	cr_assert_eq(board_of(&s, &s.server, s.wave_id, board, sizeof(board)), OK);
	cr_expect_not_null(strstr(board, "\"version\":4,"), "%s", board);
	end_exact();
}

Test(review, a_correction_moves_the_counts_from_the_old_row_to_the_new_one)
{
	given_results(NULL);
	struct single one = corrected("a", "q2", "0", "heard again");
	cr_expect_eq(one.status, OK, "%s %s", one.code, one.faults);
	corrected("a", "company", "C3", "the wrong company");
	corrected("c", "nps", "", "not asked");
	corrected("c", "shopper", "S-1", "was missing");
	upload_to(s.other_wave_id,
		  "result_id,company,channel,q1,q2,q3,csat,nps,shopper\n"
		  "a,C3,phone,1,0,5,4,9,\nb,C2,chat,0,1,0,2,0,\nc,C2,chat,1,1,,,,S-1\n",
		  3);
	expect_waves_count_alike(&s);
	end_exact();
}

Test(review, a_correction_is_read_as_an_upload_is_and_all_its_faults_are_told)
{
	given_results(NULL);
	struct field fields[] = {
		{.name = SLICE("q2"), .value = SLICE("7"), .kind = FIELD_TEXT},
		{.name = SLICE("company"), .value = SLICE("C9"), .kind = FIELD_TEXT},
		{.name = SLICE("colour"), .value = SLICE("red"), .kind = FIELD_TEXT},
	};
	struct record content = {.row = 1, .fields = fields, .fields_len = COUNT_OF(fields)};
	struct review_single single = {
		.result_id = SLICE("a"), .status = REVIEW_COUNT, .content = &content};
	struct single one = changed_by(&s.server, &single, "a test");
	cr_expect_eq(one.status, E_INPUT);
	cr_expect_str_eq(one.faults, "unknown_company:company not_an_option:q2 "
				     "unknown_column:colour ");
	cr_expect_eq(number(&s, "select count(*) from result_revision"), 0);
	end_exact();
}

Test(review, the_id_of_a_result_is_not_corrected)
{
	given_results(NULL);
	struct single one = corrected("a", "result_id", "z", "a test");
	cr_expect_eq(one.status, E_INPUT);
	cr_expect_str_eq(one.faults, "cannot_change:result_id ");
	end_exact();
}

Test(review, what_a_result_was_is_kept_with_who_changed_it_and_why)
{
	given_results(NULL);
	corrected("a", "q2", "0", "heard again");
	set_status("a", REVIEW_APPROVED, NULL);
	cr_expect_eq(number(&s, "select count(*) from result_revision where result_id = 'a' and "
				"revision = 1 and was->'answers'->>1 = '1' and "
				"reason = 'heard again' and key_id = 'aaaaaaaa'"),
		     1);
	cr_expect_eq(number(&s, "select count(*) from result_revision where result_id = 'a' and "
				"revision = 2 and was->'answers'->>1 = '0' and reason = ''"),
		     1);
	cr_expect_eq(number(&s, "select count(*) from audit where key_id = 'aaaaaaaa' and "
				"subject = 'result 1/a' and (event, detail->>'to') in "
				"(('result.correct', 'submitted'), ('result.review', 'approved'))"),
		     2);
	end_exact();
}

Test(review, a_correction_needs_a_reason_in_every_state)
{
	given_results(NULL);
	struct single one = corrected("a", "q2", "0", NULL);
	cr_expect_eq(one.status, E_INPUT);
	cr_expect_str_eq(one.code, "reason_required");
	end_exact();
}

static void expect_reason_needed(const char *state)
{
	char text[100];
	given_results(NULL);
	snprintf(text, sizeof(text), "update wave set state = '%s' where wave_id = 1", state);
	sql(&s, text);
	struct single one = set_status("a", REVIEW_EXCLUDED, NULL);
	cr_expect_eq(one.status, E_INPUT);
	cr_expect_str_eq(one.code, "reason_required");
	cr_expect_eq(version(), 3);
	cr_expect_eq(set_status("a", REVIEW_EXCLUDED, "told so").status, OK);
	end_exact();
}

Test(review, a_closed_wave_is_not_changed_without_a_reason)
{
	expect_reason_needed("closed");
}

Test(review, a_published_wave_is_not_changed_without_a_reason)
{
	expect_reason_needed("published");
}

Test(review, of_two_who_change_the_same_revision_one_is_refused)
{
	given_results(NULL);
	struct review_order order = order_for(NULL);
	struct review_single first = {
		.result_id = SLICE("a"), .revision = 1, .status = REVIEW_APPROVED};
	struct review_single second = first;
	struct single one = {0}, two = {0};
	second.status = REVIEW_EXCLUDED;
	review_change_single(s.server.review, &order, &first, note_single, &one);
	review_change_single(s.server.review, &order, &second, note_single, &two);
	turn_until(&s, &one.done);
	turn_until(&s, &two.done);
	cr_expect_eq((one.status == OK) + (two.status == OK), 1);
	struct single *refused = one.status == OK ? &two : &one;
	cr_expect_eq(refused->status, E_CONFLICT);
	cr_expect_str_eq(refused->code, "precondition_failed");
	cr_expect_eq(number(&s, "select revision from result where result_id = 'a'"), 2);
	end_exact();
}

Test(review, what_is_not_stored_is_not_found)
{
	given_results(NULL);
	struct single one = set_status("z", REVIEW_APPROVED, NULL);
	cr_expect_eq(one.status, E_GONE);
	cr_expect_str_eq(one.code, "unknown_result");
	end_exact();
}

/* Many */

Test(review, of_many_each_is_changed_unchanged_or_unknown)
{
	given_results(NULL);
	set_status("b", REVIEW_EXCLUDED, NULL);
	struct review_wish wishes[] = {
		{.result_id = SLICE("z"), .status = REVIEW_EXCLUDED},
		{.result_id = SLICE("b"), .status = REVIEW_EXCLUDED},
		{.result_id = SLICE("a"), .status = REVIEW_EXCLUDED},
		{.result_id = SLICE("a"), .status = REVIEW_EXCLUDED},
	};
	struct many many = set_many(wishes, COUNT_OF(wishes), NULL);
	cr_expect_eq(many.status, OK);
	cr_expect_eq(many.changed, 1);
	cr_expect_eq(many.unchanged, 2);
	cr_expect_str_eq(many.unknown, "z ");
	upload_to(s.other_wave_id, HEADER ROW_C, 1);
	expect_waves_count_alike(&s);
	end_exact();
}

Test(review, ten_thousand_are_excluded_in_one_go_and_the_counts_follow)
{
	static struct review_wish wishes[REVIEW_IDS_MOST];
	static char ids[REVIEW_IDS_MOST][16];
	given_scene(&s, NULL);
	upload_to(s.wave_id, rows_of("r", 0, 12000), 12000);
	for (size_t i = 0; i < REVIEW_IDS_MOST; i++) {
		int len = snprintf(ids[i], sizeof(ids[i]), "r%06d", (int)i);
		wishes[i] = (struct review_wish){.result_id = {ids[i], (size_t)len},
						 .status = REVIEW_EXCLUDED};
	}
	struct many many = set_many(wishes, REVIEW_IDS_MOST, "all of a day");
	cr_expect_eq(many.changed, REVIEW_IDS_MOST);
	cr_expect_eq(number(&s, "select count(*) from tally_delta where upload_id = 0"),
		     REVIEW_IDS_MOST / REVIEW_CHUNK, "one delta a chunk");
	cr_expect_eq(number(&s, "select count(*) from audit where event = 'result.review'"),
		     REVIEW_IDS_MOST);
	upload_to(s.other_wave_id, rows_of("r", 10000, 2000), 2000);
	expect_waves_count_alike(&s);
	end_exact();
}

Test(review, what_a_filter_finds_is_changed_page_by_page)
{
	given_scene(&s, NULL);
	upload_to(s.wave_id, rows_of("r", 0, 6000), 6000);
	struct review_filter filter = {.status = REVIEW_SUBMITTED,
				       .company = 0,
				       .channel = -1,
				       .contacted_before = CLOCK_NO_INSTANT};
	struct many many = set_where(&filter, REVIEW_APPROVED);
	cr_expect_eq(many.status, OK);
	cr_expect_eq(many.changed, 2000);
	cr_expect_eq(number(&s, "select count(*) from result where status = 1 and company = 0"),
		     2000);
	cr_expect_eq(set_where(&filter, REVIEW_APPROVED).changed, 0);
	end_exact();
}

Test(review, breaches_are_set_and_cleared_beside_the_status)
{
	given_results(NULL);
	struct review_wish found = {.result_id = SLICE("a"),
				    .status = REVIEW_EXCLUDED,
				    .breaches_found = 1u << BREACH_SHOPPER_TWICE};
	struct review_wish gone = {.result_id = SLICE("a"),
				   .status = REVIEW_SUBMITTED,
				   .breaches_gone = 1u << BREACH_SHOPPER_TWICE};
	cr_expect_eq(set_many(&found, 1, "found").changed, 1);
	cr_expect_eq(number(&s, "select breaches from result where result_id = 'a'"),
		     1 << BREACH_SHOPPER_TWICE);
	cr_expect_eq(set_many(&gone, 1, "gone").changed, 1);
	cr_expect_eq(number(&s, "select breaches from result where result_id = 'a'"), 0);
	end_exact();
}

/* Appeals */

Test(review, an_appeal_dismissed_puts_the_result_back_where_it_was)
{
	given_results(NULL);
	set_status("a", REVIEW_APPROVED, NULL);
	struct review_single open = {.result_id = SLICE("a"),
				     .status = REVIEW_COUNT,
				     .appeal = APPEAL_OPENS,
				     .words = SLICE("we did answer")};
	struct single opened = changed_by(&s.server, &open, NULL);
	cr_expect_eq(opened.status, OK);
	cr_expect_eq(number(&s, "select status from result where result_id = 'a'"),
		     REVIEW_DISPUTED);
	struct review_single close = {.result_id = SLICE("a"),
				      .status = REVIEW_APPROVED,
				      .appeal = APPEAL_CLOSES,
				      .appeal_id = opened.appeal_id,
				      .words = SLICE("the recording says no")};
	cr_expect_eq(changed_by(&s.server, &close, NULL).status, OK);
	cr_expect_eq(number(&s, "select status from result where result_id = 'a'"),
		     REVIEW_APPROVED);
	cr_expect_eq(number(&s, "select count(*) from appeal where outcome = 'dismissed' and "
				"status_before = 1 and closed_by = 'aaaaaaaa'"),
		     1);
	struct single again = changed_by(&s.server, &close, NULL);
	cr_expect_eq(again.status, E_CONFLICT);
	cr_expect_str_eq(again.code, "appeal_not_open");
	end_exact();
}

Test(review, while_an_appeal_is_open_only_its_outcome_changes_the_status)
{
	given_results(NULL);
	struct review_single open = {.result_id = SLICE("a"),
				     .status = REVIEW_COUNT,
				     .appeal = APPEAL_OPENS,
				     .words = SLICE("no")};
	changed_by(&s.server, &open, NULL);
	struct single one = set_status("a", REVIEW_APPROVED, NULL);
	cr_expect_eq(one.status, E_CONFLICT);
	cr_expect_str_eq(one.code, "appeal_open");
	cr_expect_eq(changed_by(&s.server, &open, NULL).status, E_CONFLICT);
	struct review_wish wish = {.result_id = SLICE("a"), .status = REVIEW_EXCLUDED};
	cr_expect_eq(set_many(&wish, 1, NULL).unchanged, 1);
	end_exact();
}

/* Files sent again */

static struct sending sent_again(const char *rows)
{
	struct sending sent = uploaded(&s, rows);
	cr_expect_eq(sent.report.status, OK);
	return sent;
}

Test(review, a_row_that_was_corrected_is_known_in_its_old_form_and_in_its_new_one)
{
	given_results(NULL);
	corrected("a", "q2", "0", "heard again");
	set_status("a", REVIEW_EXCLUDED, NULL);
	struct sending old = sent_again(HEADER ROW_A);
	EXPECT_REPORT(&old, 1, 0, 1, 0);
	struct sending new = sent_again(HEADER "a,C1,phone,1,0,5,4,9\n");
	EXPECT_REPORT(&new, 1, 0, 1, 0);
	struct sending other = sent_again(HEADER "a,C1,phone,0,0,5,4,9\n");
	EXPECT_REPORT(&other, 1, 0, 0, 1);
	end_exact();
}

/* What the network and PostgreSQL can do */

static const struct scene_wish behind_proxy = {.proxy = true};

static void expect_once_in_spite_of(const char *message, enum proxy_act act)
{
	given_results(&behind_proxy);
	pg_proxy_rule(s.proxy, message, 0, 1, act, NULL);
	struct single one = set_status("b", REVIEW_EXCLUDED, "spoilt");
	cr_expect_eq(pg_proxy_acted(s.proxy), 1);
	cr_expect_eq(one.status, OK, "%s", one.code);
	cr_expect(one.changed);
	cr_expect_eq(one.revision, 2);
	cr_expect_eq(number(&s, "select revision from result where result_id = 'b'"), 2);
	cr_expect_eq(number(&s, "select count(*) from audit where event = 'result.review'"), 1);
	cr_expect_eq(version(), 4);
	upload_to(s.other_wave_id, HEADER ROW_A ROW_C, 2);
	expect_waves_count_alike(&s);
	end_exact();
}

Test(review, a_commit_whose_answer_was_lost_is_not_made_twice)
{
	expect_once_in_spite_of("=commit", PROXY_CUT_AFTER);
}

Test(review, a_commit_that_never_arrived_is_made_again)
{
	expect_once_in_spite_of("=commit", PROXY_CUT_BEFORE);
}

Test(review, a_connection_killed_while_rows_are_written_counts_once)
{
	expect_once_in_spite_of("result_review", PROXY_KILL);
}

Test(review, a_connection_killed_before_the_counts_counts_once)
{
	expect_once_in_spite_of("tally_delta_add", PROXY_KILL);
}

Test(review, a_lost_commit_is_in_the_board_of_the_server_that_made_it)
{
	char board[65536];
	given_results(&behind_proxy);
	cr_assert_eq(board_of(&s, &s.server, s.wave_id, board, sizeof(board)), OK);
	pg_proxy_rule(s.proxy, "=commit", 0, 1, PROXY_CUT_AFTER, NULL);
	set_status("b", REVIEW_EXCLUDED, NULL);
	cr_assert_eq(board_of(&s, &s.server, s.wave_id, board, sizeof(board)), OK);
	cr_expect_not_null(strstr(board, "\"version\":4,"), "%s", board);
	end_exact();
}

Test(review, another_server_hears_of_a_change)
{
	static char board[65536];
	given_results(NULL);
	given_other_server(&s);
	cr_assert_eq(board_of(&s, &s.other, s.wave_id, board, sizeof(board)), OK);
	set_status("b", REVIEW_EXCLUDED, NULL);
	for (int i = 0; i < 200 && strstr(board, "\"version\":4,") == NULL; i++)
		cr_assert_eq(board_of(&s, &s.other, s.wave_id, board, sizeof(board)), OK);
	cr_expect_not_null(strstr(board, "\"version\":4,"), "%s", board);
	end_exact();
}

Test(review, what_is_taken_back_before_it_was_heard_of_leaves_no_count_below_zero)
{
	static char here[65536], there[65536];
	struct sending theirs;
	given_results(NULL);
	given_other_server(&s);
	cr_assert_eq(board_of(&s, &s.server, s.wave_id, here, sizeof(here)), OK);
	open_upload(&s, &s.other, &theirs, s.wave_id, HEADER "late,C2,chat,1,1,5,4,9\n");
	turn_until(&s, &theirs.ended);
	cr_assert_eq(theirs.report.counts.accepted, 1);
	/* No one has told this server of it. */
	set_status("late", REVIEW_EXCLUDED, NULL);
	cr_assert_eq(board_of(&s, &s.server, s.wave_id, here, sizeof(here)), OK);
	cr_expect_not_null(strstr(here, "\"version\":5,"), "%s", here);
	for (int i = 0; i < 200 && strcmp(here, there) != 0; i++)
		cr_assert_eq(board_of(&s, &s.other, s.wave_id, there, sizeof(there)), OK);
	cr_expect_str_eq(here, there);
	end_exact();
}

/* Any sequence */

enum { ROWS = 40, CHANGES = 1000 };

static struct row {
	int company, q[3], csat;
	enum review_state status;
	int64_t appeal_id;
	enum review_state before;
} rows[ROWS];

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void print_row(char *text, size_t room, int i)
{
	const struct row *r = &rows[i];
	size_t len = strlen(text);
	snprintf(text + len, room - len, "r%02d,C%d,phone,%d,%d,%d,%d,\n", i, r->company, r->q[0],
		 r->q[1], r->q[2], r->csat);
}

static void change_content(int i, const char *id, uint32_t random)
{
	static const char *const columns[] = {"company", "q1", "q2", "q3", "csat"};
	char value[8];
	struct row *r = &rows[i];
	int choice = (int)(random % 3), column = (int)(random / 3 % COUNT_OF(columns));
	if (column == 0)
		snprintf(value, sizeof(value), "C%d", r->company = choice + 1);
	else if (column == 4)
		snprintf(value, sizeof(value), "%d", r->csat = choice + 1);
	else
		snprintf(value, sizeof(value), "%d",
			 r->q[column - 1] = (choice > 0) * (column == 3 ? 5 : 1));
	cr_expect_eq(corrected(id, columns[column], value, "random").status, OK);
}

static void appeal(int i, const char *id, enum review_state status)
{
	struct row *r = &rows[i];
	bool opens = r->status != REVIEW_DISPUTED;
	struct review_single single = {.result_id = slice_of(id),
				       .status = opens ? REVIEW_COUNT : status,
				       .appeal = opens ? APPEAL_OPENS : APPEAL_CLOSES,
				       .appeal_id = r->appeal_id,
				       .words = SLICE("random")};
	struct single one = changed_by(&s.server, &single, NULL);
	cr_expect_eq(one.status, OK, "%s", one.code);
	r->appeal_id = one.appeal_id;
	r->status = opens ? REVIEW_DISPUTED : status;
}

static void change_something(uint32_t *seed)
{
	static const enum review_state states[] = {REVIEW_SUBMITTED, REVIEW_APPROVED,
						   REVIEW_RETURNED, REVIEW_EXCLUDED};
	char id[8];
	int i = (int)(next_random(seed) % ROWS);
	enum review_state status = states[next_random(seed) % COUNT_OF(states)];
	uint32_t what = next_random(seed) % 8;
	snprintf(id, sizeof(id), "r%02d", i);
	if (what < 3) {
		change_content(i, id, next_random(seed));
	} else if (what == 3) {
		appeal(i, id, status);
	} else {
		struct review_wish wish = {.result_id = slice_of(id), .status = status};
		cr_expect_eq(set_many(&wish, 1, NULL).status, OK);
		rows[i].status = rows[i].status == REVIEW_DISPUTED ? REVIEW_DISPUTED : status;
	}
}

Test(review, a_thousand_changes_count_as_if_only_the_last_state_had_been_sent)
{
	static char all[ROWS * 40], last[ROWS * 40];
	uint32_t seed = 20200504;
	uint64_t counting = 0;
	given_scene(&s, NULL);
	snprintf(all, sizeof(all), HEADER);
	for (int i = 0; i < ROWS; i++) {
		rows[i] = (struct row){.company = i % 3 + 1, .q = {1, i % 2, 5}, .csat = i % 5 + 1};
		print_row(all, sizeof(all), i);
	}
	upload_to(s.wave_id, all, ROWS);
	for (int i = 0; i < CHANGES; i++)
		change_something(&seed);
	snprintf(last, sizeof(last), HEADER);
	for (int i = 0; i < ROWS; i++) {
		if (rows[i].status == REVIEW_EXCLUDED || rows[i].status == REVIEW_RETURNED)
			continue;
		print_row(last, sizeof(last), i);
		counting++;
	}
	cr_expect(counting > 0 && counting < ROWS);
	upload_to(s.other_wave_id, last, counting);
	expect_waves_count_alike(&s);
	end_exact();
}
