/* What waits in the inbox becomes answers of invitations, exactly once and in any order. */
#include "db/answering.h"

TestSuite(hearing, .timeout = 120);

#define A TOKEN(a)
#define B TOKEN(b)

static long long answers_that(const char *condition)
{
	char text[1000];
	snprintf(text, sizeof(text),
		 "select count(*) from answer join invitation using (invitation_id) where %s",
		 condition);
	return number(&s, text);
}

static void expect_end(const char *key, const char *state, const char *note)
{
	char text[1000];
	snprintf(
		text, sizeof(text),
		"select count(*) from inbox where dedupe_key = '%s' and state = '%s' and note = '%s'",
		key, state, note);
	cr_expect_eq(number(&s, text), 1, "%s is not %s: %s", key, state, note);
}

Test(hearing, an_answer_by_token_is_stored_with_its_scale_and_instant)
{
	given_answering();
	given_invitation("c1", A);
	given_payload(1, "k", 0, A " - - nps 9 0 10 7");
	all_answered();
	cr_expect_eq(
		answers_that(
			"contact = 'c1' and column_name = 'nps' and value = '9' and scale_min = "
			"0 and scale_max = 10 and observed_at = '2000-01-01T00:00:07Z' and "
			"inbox_id = 1 and version = 1"),
		1);
	expect_end("k", "heard", "");
	end_answering();
}

Test(hearing, what_is_no_answer_of_the_question_is_noted_and_never_counted)
{
	static const struct {
		const char *line, *note;
	} cases[] = {{A " - - nps 11 - - -", "off_scale"},
		     {A " - - csat 0 - - -", "off_scale"},
		     {A " - - csat 5 1 7 -", "other_scale"},
		     {A " - - csat 4.5 - - -", "not_an_integer"},
		     {A " - - csat four - - -", "not_an_integer"},
		     {A " - - ces 5 - - -", "unknown_question"},
		     {A " - - q1 1 - - -", "unknown_question"},
		     {B " - - nps 9 - - -", "unknown_token"},
		     {"short - - nps 9 - - -", "unknown_token"},
		     {"- someone page1 nps 9 - - -", "no_invitation"},
		     {"bad not_json", NULL},
		     {"nothing bounce", "bounce"}};
	char key[20];
	given_answering();
	given_invitation("c1", A);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		snprintf(key, sizeof(key), "k%zu", i);
		given_payload(1, key, 0, cases[i].line);
	}
	all_answered();
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		snprintf(key, sizeof(key), "k%zu", i);
		if (cases[i].note != NULL)
			expect_end(key, "ignored", cases[i].note);
		else
			expect_end(key, "failed", "not_json");
	}
	cr_expect_eq(number(&s, "select count(*) from answer"), 0);
	cr_expect_eq(number(&s, "select count(*) from result"), 0);
	end_answering();
}

Test(hearing, a_payload_of_which_some_counts_says_both)
{
	given_answering();
	given_invitation("c1", A);
	given_payload(1, "k", 0,
		      A " - - nps 9 - - -\n" A " - - csat 9 - - -\n" A " - - comment fine - - -");
	all_answered();
	expect_end("k", "heard", "counted 2, off_scale 1");
	cr_expect_eq(number(&s, "select answers from inbox"), 3);
	cr_expect_eq(answers_that("contact = 'c1'"), 2);
	end_answering();
}

Test(hearing, tokens_are_read_in_either_case)
{
	given_answering();
	given_invitation("c1", A);
	given_payload(1, "k", 0, "AAaaaaaaaaaaaaaaaaaa - - nps 9 - - -");
	all_answered();
	expect_end("k", "heard", "");
	end_answering();
}

Test(hearing, what_comes_after_the_end_is_expired_whenever_it_is_read)
{
	given_answering();
	given_invitation("c1", A);
	sql(&s, "update invitation set expires_at = '2026-01-01T00:00:10Z'");
	given_payload(1, "late", 11, A " - - nps 1 - - 5");
	given_payload(1, "in time", 10, A " - - nps 9 - - 5");
	all_answered();
	expect_end("late", "ignored", "expired");
	expect_end("in time", "heard", "");
	cr_expect_eq(answers_that("value = '9'"), 1);
	end_answering();
}

Test(hearing, a_token_of_another_organisation_is_unknown)
{
	given_answering();
	sql(&s, "insert into organisation (code) values ('other')");
	given_invitation("c1", A);
	sql(&s, "update invitation set organisation_id = 2");
	given_payload(1, "k", 0, A " - - nps 9 - - -");
	all_answered();
	expect_end("k", "ignored", "unknown_token");
	end_answering();
}

Test(hearing, a_paused_source_is_noted_and_heard_when_run_again)
{
	given_answering();
	given_invitation("c1", A);
	sql(&s, "update source set paused = true");
	reload_sources(&s, &s.server);
	given_payload(1, "k", 0, A " - - nps 9 - - -");
	all_answered();
	expect_end("k", "ignored", "source_paused");
	sql(&s, "update source set paused = false; update inbox set state = 'waiting'");
	reload_sources(&s, &s.server);
	all_answered();
	expect_end("k", "heard", "");
	end_answering();
}

Test(hearing, a_contact_nobody_invited_is_one_of_its_own_at_an_open_source)
{
	given_answering();
	given_payload(3, "k1", 0, "- peter page1 nps 9 - - -\n- mary page2 nps 3 - - -");
	given_payload(3, "k2", 1, "- peter page1 csat 5 - - -");
	given_payload(3, "k3", 1, "- paul page9 csat 5 - - -");
	all_answered();
	expect_end("k2", "heard", "");
	expect_end("k3", "ignored", "unknown_company");
	cr_expect_eq(number(&s, "select count(*) from invitation where token is null"), 2);
	cr_expect_eq(
		number(&s,
		       "select count(*) from result where result_id = 's3-peter' and company = 0 "
		       "and channel = 1 and cx = '{5,9}'"),
		1);
	cr_expect_eq(
		number(&s,
		       "select count(*) from result where result_id = 's3-mary' and company = 1"),
		1);
	end_answering();
}

Test(hearing, a_contact_is_told_of_alike_in_any_order_and_without_an_answer_is_no_result)
{
	given_answering();
	given_payload(3, "k1", 0, "- peter page2 nps 11 - - -");
	all_answered();
	given_payload(3, "k2", 1, "- peter page1 nps 12 - - -");
	all_answered();
	cr_expect_eq(number(&s, "select count(*) from invitation where version = 0 and "
				"record::json->>'company' = 'C1'"),
		     1);
	given_payload(3, "k3", 2, "- peter page2 nps 9 - - -");
	all_answered();
	cr_expect_eq(number(&s, "select count(*) from result where company = 0 and revision = 1"),
		     1);
	end_answering();
}

Test(hearing, an_id_that_another_contact_has_is_not_taken_from_it)
{
	given_answering();
	given_invitation("s3-peter", A);
	given_payload(3, "k1", 0, "- peter page1 nps 9 - - -");
	all_answered();
	expect_end("k1", "ignored", "contact_taken");
	end_answering();
}

Test(hearing, a_long_contact_key_still_has_an_id_that_fits)
{
	char body[400], key[HEARD_CONTACT_BYTES + 1];
	memset(key, 'x', HEARD_CONTACT_BYTES);
	key[HEARD_CONTACT_BYTES] = '\0';
	given_answering();
	snprintf(body, sizeof(body), "- %s page1 nps 9 - - -", key);
	given_payload(3, "k1", 0, body);
	all_answered();
	cr_expect_eq(
		number(&s,
		       "select count(*) from result where octet_length(result_id) between 100 and "
		       "200 and result_id like 's3-xxx%'"),
		1);
	end_answering();
}

Test(hearing, a_payload_that_cannot_be_stored_does_not_hold_up_the_others)
{
	given_answering();
	given_invitation("c1", A);
	given_invitation("c2", B);
	sql(&s,
	    "create function refuse() returns trigger language plpgsql as $$ begin "
	    "if new.value = '1' then raise exception 'never'; end if; return new; end $$; "
	    "create trigger refuse before insert on answer for each row execute function refuse()");
	given_payload(1, "k1", 0, A " - - nps 8 - - -");
	given_payload(1, "sick", 0, A " - - csat 1 - - -");
	given_payload(1, "k2", 0, B " - - nps 9 - - -");
	all_answered();
	expect_end("k1", "heard", "");
	expect_end("k2", "heard", "");
	expect_end("sick", "waiting", "cannot_be_stored");
	for (int i = 1; i < HEARING_ATTEMPTS; i++) {
		sql(&s, "update inbox set next_try_at = now() where state = 'waiting'");
		all_answered();
	}
	expect_end("sick", "failed", "cannot_be_stored");
	cr_expect_eq(number(&s, "select attempts from inbox where dedupe_key = 'sick'"),
		     HEARING_ATTEMPTS);
	sql(&s, "drop trigger refuse on answer; update inbox set state = 'waiting'");
	all_answered();
	expect_end("sick", "heard", "");
	cr_expect_eq(number(&s, "select count(*) from result where cx = '{1,8}'"), 1);
	end_answering();
}

static void given_a_reader_that_died(char folder[], const char *line)
{
	char path[200];
	cr_assert_not_null(mkdtemp(folder));
	s.server.spool = spool_new(
		&(struct spool_settings){.loop = s.loop, .directory = folder, .database = "scene"});
	snprintf(path, sizeof(path), "%s/hearing", spool_folder_path(s.server.spool));
	FILE *file = fopen(path, "w");
	cr_assert_not_null(file);
	fprintf(file, "%-63s\n", line);
	cr_assert_eq(fclose(file), 0);
}

static void remove_folder(const char *folder)
{
	char command[200];
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	cr_assert_eq(system(command), 0);
}

Test(hearing, what_three_processes_died_of_is_not_read_and_the_others_are)
{
	char folder[] = "/tmp/plaudit-hearing-XXXXXX";
	given_answering();
	close_answering(&answering);
	given_a_reader_that_died(folder, "1 1 2");
	given_invitation("c1", A);
	given_payload(1, "deadly", 0, A " - - nps 1 - - 9");
	given_payload(1, "good", 1, A " - - nps 9 - - 5");
	open_answering(&answering, &s.server);
	all_answered();
	expect_end("deadly", "failed", "reader_died");
	expect_end("good", "heard", "");
	cr_expect_eq(answers_that("value = '9'"), 1);
	end_answering();
	remove_folder(folder);
}

Test(hearing, a_batch_that_a_process_died_of_is_read_one_by_one)
{
	char folder[] = "/tmp/plaudit-hearing-XXXXXX";
	given_answering();
	close_answering(&answering);
	given_a_reader_that_died(folder, "2 1 0");
	given_invitation("c1", A);
	given_payload(1, "first", 0, A " - - nps 1 - - 5");
	given_payload(1, "second", 1, A " - - csat 4 - - 5");
	open_answering(&answering, &s.server);
	all_answered();
	expect_end("first", "heard", "");
	expect_end("second", "heard", "");
	cr_expect_eq(number(&s, "select count(distinct ended_at) from inbox"), 2);
	end_answering();
	remove_folder(folder);
}

Test(hearing, a_payload_of_a_source_nobody_knows_waits_and_then_fails)
{
	given_answering();
	given_payload(77, "k", 0, A " - - nps 8 - - -");
	all_answered();
	expect_end("k", "waiting", "unknown_source");
	for (int i = 1; i < HEARING_ATTEMPTS; i++) {
		sql(&s, "update inbox set next_try_at = now()");
		all_answered();
	}
	expect_end("k", "failed", "unknown_source");
	end_answering();
}

Test(hearing, an_answer_of_a_wave_this_server_does_not_know_yet_is_tried_again)
{
	given_answering();
	given_invitation("c1", A);
	given_invitation("c2", B);
	sql(&s,
	    "insert into wave (programme_id, code, state) values (1, 'newer', 'fielding'); "
	    "update invitation set wave_id = (select max(wave_id) from wave) where contact = 'c2'");
	given_payload(1, "k", 0, A " - - nps 8 - - -\n" B " - - nps 9 - - -");
	all_answered();
	expect_end("k", "waiting", "counted 1, unknown_wave 1");
	cr_expect_eq(number(&s, "select count(*) from result where cx = '{null,8}'"), 1);
	sql(&s, "update invitation set wave_id = 1; update inbox set next_try_at = now()");
	all_answered();
	expect_end("k", "heard", "");
	cr_expect_eq(number(&s, "select count(*) from result"), 2);
	end_answering();
}

Test(hearing, an_answer_of_a_wave_that_is_gone_is_not_tried_for_ever)
{
	given_answering();
	given_invitation("c1", A);
	sql(&s, "insert into wave (programme_id, code, state) values (1, 'newer', 'fielding'); "
		"update invitation set wave_id = (select max(wave_id) from wave)");
	given_payload(1, "k", 0, A " - - nps 8 - - -");
	all_answered();
	for (int i = 1; i < HEARING_ATTEMPTS; i++) {
		sql(&s, "update inbox set next_try_at = now() where state = 'waiting'");
		all_answered();
	}
	expect_end("k", "ignored", "unknown_wave");
	end_answering();
}

Test(hearing, the_last_answer_stands_or_the_first_by_the_rule_of_the_source)
{
	given_answering();
	given_invitation("c1", A);
	given_invitation("c2", B);
	given_payload(1, "k1", 0, A " - - nps 1 - - 10");
	given_payload(1, "k2", 0, A " - - nps 2 - - 30");
	given_payload(1, "k3", 0, A " - - nps 3 - - 20");
	given_payload(2, "k4", 0, B " - - nps 4 - - 20");
	given_payload(2, "k5", 0, B " - - nps 5 - - 10");
	given_payload(2, "k6", 0, B " - - nps 6 - - 30");
	all_answered();
	cr_expect_eq(answers_that("contact = 'c1' and value = '2'"), 1);
	cr_expect_eq(answers_that("contact = 'c2' and value = '5'"), 1);
	end_answering();
}

/* In any order and however often: the same answers */

enum { EVENTS = 40, ORDERS = 12 };

/** Events of two contacts and two rules, some at the same instant. */
static void given_events(unsigned seed)
{
	unsigned random = seed;
	for (int i = 0; i < EVENTS; i++) {
		char key[20], body[200];
		random = random * 1103515245u + 12345u;
		unsigned r = random >> 16;
		snprintf(key, sizeof(key), "e%d", i);
		snprintf(body, sizeof(body), "%s - - %s %u - - %u", r % 2 ? A : B,
			 r / 2 % 2 ? "nps" : "csat", 1 + r / 4 % 5, r / 32 % 8);
		given_payload(1 + (int)(r / 256 % 2), key, 0, body);
	}
}

static long long digest_of_answers(void)
{
	return number(
		&s,
		"select ('x' || substr(md5(string_agg(concat_ws(' ', contact, column_name, value, "
		"observed_at, inbox_id, first_stands), ',' order by contact, column_name)), 1, 15))"
		"::bit(60)::bigint from answer join invitation using (invitation_id)");
}

Test(hearing, any_order_and_any_repetition_give_the_same_answers)
{
	long long first = 0;
	given_answering();
	given_invitation("c1", A);
	given_invitation("c2", B);
	given_events(7);
	sql(&s, "update inbox set state = 'failed'");
	for (int order = 0; order < ORDERS; order++) {
		run_sql("delete from answer; select setseed(%f); "
			"create table if not exists shuffled (inbox_id bigint, place int)",
			order / 100.0);
		/* In pieces of a few, each event twice. */
		run_sql("truncate shuffled; select setseed(%f); insert into shuffled select inbox_id, "
			"row_number() over (order by random()) from inbox, generate_series(1, 2)",
			order / 100.0);
		for (int from = 0; from < 2 * EVENTS; from += 1 + order * 7) {
			run_sql("update inbox set state = 'waiting' where inbox_id in (select inbox_id from "
				"shuffled where place > %d and place <= %d)",
				from, from + 1 + order * 7);
			hearing_wake(answering.hearing);
			until_none("select count(*) from inbox where state = 'waiting'");
		}
		if (order == 0)
			first = digest_of_answers();
		cr_expect_eq(digest_of_answers(), first, "order %d", order);
	}
	all_answered();
	end_answering();
}
