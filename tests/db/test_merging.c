/* Answers become results through the ordinary upload: once, whole, and what the answers say. */
#include "db/answering.h"

TestSuite(merging, .timeout = 120);

#define A TOKEN(a)
#define B TOKEN(b)

static void expect_note(const char *contact, const char *note)
{
	char text[1000];
	snprintf(
		text, sizeof(text),
		"select count(*) from invitation where contact = '%s' and note = '%s' and version = "
		"merged",
		contact, note);
	cr_expect_eq(number(&s, text), 1, "%s is not noted %s", contact, note);
}

static void told(const char *key, const char *body)
{
	given_payload(1, key, 0, body);
	all_answered();
}

Test(merging, partial_answers_today_and_tomorrow_are_one_result)
{
	given_answering();
	given_invitation("c1", A);
	told("k1", A " - - nps 9 - - 1");
	cr_expect_eq(
		number(&s, "select count(*) from result where cx = '{null,9}' and revision = 1"),
		1);
	told("k2", A " - - csat 4 - - 2\n" A " - - comment Rask_hjelp - - 2");
	cr_expect_eq(number(&s, "select count(*) from result"), 1);
	cr_expect_eq(
		number(&s,
		       "select count(*) from result where result_id = 'c1' and cx = '{4,9}' and "
		       "comment = 'Rask_hjelp' and revision = 2 and channel = 0 and company = 0"),
		1);
	expect_note("c1", "");
	cr_expect_eq(number(&s,
			    "select count(*) from upload where key_id = 'channels' and format = "
			    "'ndjson' and state = 'done'"),
		     2);
	end_answering();
}

Test(merging, another_answer_moves_the_counts_by_exactly_the_difference)
{
	given_answering();
	given_invitation("c1", A);
	given_invitation("c2", B);
	told("k1", A " - - nps 2 - - 1\n" B " - - nps 7 - - 1");
	told("k2", A " - - nps 10 - - 2");
	expect_counts_as_of("result_id,company,channel,nps\nc1,C1,phone,10\nc2,C1,phone,7\n");
	end_answering();
}

Test(merging, a_result_of_a_file_keeps_its_columns_under_the_answers)
{
	given_answering();
	(void)sent(HEADER "c1,C2,chat,1,0,5,,\n");
	given_invitation("c1", A);
	told("k1", A " - - nps 9 - - 1");
	cr_expect_eq(
		number(&s,
		       "select count(*) from result where result_id = 'c1' and company = 1 and "
		       "channel = 1 and answers = '{1,0,5}' and cx = '{null,9}' and revision = 2"),
		1);
	expect_counts_as_of(HEADER "c1,C2,chat,1,0,5,,9\n");
	end_answering();
}

Test(merging, results_of_many_revisions_are_merged_in_one_round)
{
	given_answering();
	(void)sent(HEADER "c1,C2,chat,1,0,5,,\nc2,C2,chat,1,0,5,,\n");
	(void)replaced(HEADER "c2,C2,chat,1,1,5,,\n");
	given_invitation("c1", A);
	given_invitation("c2", B);
	given_invitation("c3", TOKEN(c));
	told("k1", A " - - nps 9 - - 1\n" B " - - nps 9 - - 1\n" TOKEN(c) " - - nps 9 - - 1");
	expect_counts_as_of(HEADER "c1,C2,chat,1,0,5,,9\nc2,C2,chat,1,1,5,,9\nc3,C1,phone,,,,,9\n");
	cr_expect_eq(number(&s, "select count(*) from result where revision = 3"), 1);
	end_answering();
}

Test(merging, a_wave_that_is_closed_takes_nothing_and_it_is_noted)
{
	given_answering();
	given_invitation("c1", A);
	given_invitation("c2", B);
	told("k1", A " - - nps 9 - - 1");
	sql(&s, "update wave set state = 'closed' where wave_id = 1");
	told("k2", A " - - csat 1 - - 2\n" B " - - nps 1 - - 2");
	expect_note("c1", "wave_not_fielding");
	expect_note("c2", "wave_not_fielding");
	cr_expect_eq(number(&s, "select count(*) from result"), 1);
	cr_expect_eq(number(&s, "select count(*) from upload"), 1);
	end_answering();
}

Test(merging, a_wave_that_is_not_open_yet_keeps_its_answers_for_later)
{
	given_answering();
	given_invitation("c1", A);
	sql(&s, "update wave set state = 'draft' where wave_id = 1");
	reload_catalogue(&s, &s.server);
	given_payload(1, "k1", 0, A " - - nps 9 - - 1");
	hearing_wake(answering.hearing);
	until_none("select count(*) from inbox where state = 'waiting'");
	cr_expect_eq(number(&s, "select count(*) from invitation where version = 1 and merged = 0"),
		     1);
	sql(&s, "update wave set state = 'fielding' where wave_id = 1");
	reload_catalogue(&s, &s.server);
	all_answered();
	cr_expect_eq(number(&s, "select count(*) from result"), 1);
	end_answering();
}

Test(merging, what_a_reviewer_has_decided_stands)
{
	given_answering();
	given_invitation("c1", A);
	told("k1", A " - - nps 9 - - 1");
	set_status("c1", REVIEW_APPROVED);
	told("k2", A " - - nps 0 - - 2");
	expect_note("c1", "decided");
	cr_expect_eq(number(&s, "select count(*) from result where cx = '{null,9}' and status = 1"),
		     1);
	end_answering();
}

Test(merging, a_row_with_faults_is_noted_by_their_codes)
{
	given_answering();
	given_invitation("c1", A);
	given_invitation("c2", B);
	sql(&s,
	    "update invitation set record = '{\"company\":\"gone\",\"channel\":\"fax\"}' where contact = "
	    "'c1'");
	told("k1", A " - - nps 9 - - 1\n" B " - - nps 9 - - 1");
	expect_note("c1", "unknown_channel, unknown_company");
	expect_note("c2", "");
	cr_expect_eq(number(&s, "select count(*) from result"), 1);
	end_answering();
}

/** As if it had been one before the programme was changed. */
static void given_answer_of_before(const char *contact, const char *column, const char *value)
{
	run_sql("insert into answer (invitation_id, column_name, value, observed_at, inbox_id, "
		"first_stands) select invitation_id, '%s', '%s', now(), 1, false from invitation "
		"where contact = '%s'; update invitation set version = version + 1 where contact = "
		"'%s'",
		column, value, contact, contact);
}

Test(merging, an_answer_that_is_none_any_more_does_not_cost_the_others)
{
	given_answering();
	given_invitation("c1", A);
	given_invitation("c2", B);
	given_answer_of_before("c1", "renamed", "4");
	given_answer_of_before("c1", "nps", "11");
	given_answer_of_before("c2", "renamed", "4");
	all_answered();
	expect_note("c2", "unknown_column");
	cr_expect_eq(number(&s, "select count(*) from result"), 0);
	told("k1", A " - - csat 5 - - 1");
	told("k2", A " - - comment Takk - - 1");
	expect_note("c1", "");
	cr_expect_eq(number(&s, "select count(*) from result where result_id = 'c1' and cx = "
				"'{5,null}' and comment = 'Takk' and revision = 2"),
		     1);
	cr_expect_eq(number(&s, "select count(*) from answer"), 5);
	end_answering();
}

Test(merging, whoever_changes_the_result_meanwhile_is_merged_with)
{
	given_answering();
	given_invitation("c1", A);
	told("k1", A " - - nps 9 - - 1");
	correct("c1", "q1", "1");
	told("k2", A " - - csat 2 - - 2");
	cr_expect_eq(number(&s,
			    "select count(*) from result where answers = '{1,null,null}' and cx = "
			    "'{2,9}' and revision = 3"),
		     1);
	end_answering();
}

Test(merging, an_invitation_claimed_by_a_server_that_died_is_merged_when_the_claim_ends)
{
	given_answering();
	given_invitation("c1", A);
	sql(&s,
	    "insert into answer (invitation_id, column_name, value, observed_at, inbox_id, first_stands) "
	    "values (1, 'nps', '9', now(), 1, false); "
	    "update invitation set version = 1, claimed_until = now() + interval '1 second'");
	all_answered();
	cr_expect_eq(number(&s, "select count(*) from result"), 1);
	end_answering();
}

Test(merging, what_was_uploaded_and_not_noted_is_not_counted_again)
{
	given_answering();
	given_invitation("c1", A);
	told("k1", A " - - nps 9 - - 1");
	sql(&s, "update invitation set merged = 0, claimed_until = null");
	all_answered();
	sql(&s, "update inbox set state = 'waiting'; update invitation set merged = 0");
	all_answered();
	cr_expect_eq(number(&s, "select count(*) from result where revision = 1"), 1);
	expect_counts_as_of("result_id,company,channel,nps\nc1,C1,phone,9\n");
	end_answering();
}

/* Many servers, many times */

enum { CONTACTS = 60 };

static void given_contacts(void)
{
	run_sql("insert into invitation (organisation_id, wave_id, contact, token, record) "
		"select 1, 1, 'r' || lpad(i::text, 6, '0'), rpad(translate(i::text, '0189', 'abcd'), 20, 'x'), "
		"json_build_object('company', 'C' || i %% 3 + 1, 'channel', "
		"case i %% 2 when 0 then 'phone' else 'chat' end) from generate_series(0, %d) i",
		CONTACTS - 1);
}

/** Each contact answers two questions, by three payloads of which the last corrects the first. */
static void given_their_payloads(void)
{
	run_sql("insert into inbox (source_id, dedupe_key, received_at, query, headers, body) "
		"select 1, contact || part, '2026-01-01', '', '', convert_to(token || ' - - ' || "
		"case part when 1 then 'nps 3 - - 1' when 2 then 'csat ' || substr(contact, 2)::int %% 5 + 1 || "
		"' - - 2' else 'nps ' || substr(contact, 2)::int %% 11 || ' - - 3' end, 'UTF8') "
		"from invitation, generate_series(1, 3) part order by md5(contact || part)");
}

static void expect_their_results(void)
{
	static char text[20000];
	size_t len = (size_t)snprintf(text, sizeof(text), "result_id,company,channel,csat,nps\n");
	for (int i = 0; i < CONTACTS; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "r%06d,C%d,%s,%d,%d\n", i,
					i % 3 + 1, i % 2 ? "chat" : "phone", i % 5 + 1, i % 11);
	expect_counts_as_of(text);
}

Test(merging, replays_in_random_order_by_two_servers_count_once)
{
	given_answering();
	given_other_server(&s);
	open_answering(&other_answering, &s.other);
	given_contacts();
	given_their_payloads();
	all_answered();
	for (int replay = 0; replay < 3; replay++) {
		sql(&s,
		    "update inbox set state = 'waiting', next_try_at = now() - random() * interval '1 "
		    "hour'; update invitation set merged = 0 where random() < 0.5");
		all_answered();
	}
	cr_expect_eq(number(&s, "select count(*) from result"), CONTACTS);
	cr_expect_eq(number(&s, "select count(*) from inbox where state <> 'heard'"), 0);
	close_answering(&other_answering);
	expect_their_results();
	end_answering();
}

Test(merging, servers_that_are_cut_off_leave_nothing_undone_and_nothing_twice)
{
	given_answering();
	given_contacts();
	given_their_payloads();
	for (int cut = 0; cut < 8; cut++) {
		for (int turn = 0; turn < 20 + 30 * cut; turn++) {
			uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
			uv_sleep(1);
		}
		sql(&s, "select pg_terminate_backend(pid) from pg_stat_activity where datname = "
			"current_database() and usename = "
			"'plaudit_runtime'; update invitation set claimed_until = null");
	}
	all_answered();
	cr_expect_eq(number(&s, "select count(*) from result"), CONTACTS);
	expect_their_results();
	end_answering();
}
