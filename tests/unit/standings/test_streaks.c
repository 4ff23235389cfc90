/** Won running and won in all: missed waves, breaks, joint wins, successors, changed rules; and
 * what moved over a line since the last wave. */
#include <criterion/criterion.h>

#include <stdio.h>

#include "award_words.h"
#include "series.h"
#include "wave.h"

static struct series s;

static void away(void)
{
	series_away(&s);
}

TestSuite(streaks, .fini = away);

#define BEST LINE_AT("best", "90")
#define ONE_SECTOR(companies)                                                                      \
	"{\"code\":\"S1\",\"companies\":[" companies "]},{\"code\":\"S2\",\"companies\":[\"F\"]}"

/** Wins and others of one company, wave by wave: '1' at the line, '0' below it, '-' no figure. */
static void given_run(const char *company, const char *waves)
{
	for (int i = 0; waves[i] != '\0'; i++)
		if (waves[i] != '-')
			given_scores(&s, i + 1, company, 4, waves[i] == '1' ? 9000 : 8000);
}

/** `len` waves that all have the same awards. */
static void given_waves(size_t len, const char *awards, const char *more)
{
	struct given_wave waves[SERIES_WAVES] = {{0}};

	for (size_t i = 0; i < len; i++)
		waves[i].awards = awards;
	s = given_series("A B C D E F G", more, waves, len);
}

static void given_rules(const char *missed, const char *kind, const char *company, const char *run)
{
	static char awards[1024];

	snprintf(awards, sizeof(awards),
		 BEST "," STREAK("long", "%s", "best", "3", "%s", "restarts", "counts", "inherit"),
		 kind, missed);
	given_waves(strlen(run), awards, NULL);
	given_run(company, run);
}

static bool wins(const char *company)
{
	return has_won(&s, (int)s.programme->waves_len, "long", company);
}

/** "w1:A w2:A", the waves the winner's streak counts. */
static const char *counted(int wave, const char *award, const char *company)
{
	static char words[256];
	cJSON *awards = awards_in(&s, wave);
	const cJSON *each, *list = at_path(winner_of(awards, award, company), "waves");

	words[0] = '\0';
	cJSON_ArrayForEach(each, list)
	{
		size_t len = strlen(words);

		snprintf(words + len, sizeof(words) - len, "%s%s:%s", len > 0 ? " " : "",
			 at_path(each, "wave")->valuestring, at_path(each, "company")->valuestring);
	}
	cJSON_Delete(awards);
	return words;
}

Test(streaks, three_waves_running_are_three_waves_running)
{
	given_rules("breaks", "running", "A", "0111");
	cr_expect(wins("A"));
	cr_expect_str_eq(counted(4, "long", "A"), "w2:A w3:A w4:A");
	cr_expect_not(has_won(&s, 3, "long", "A"), "two so far");
}

Test(streaks, a_longer_run_is_told_whole)
{
	given_rules("breaks", "running", "A", "11111");
	cr_expect_str_eq(counted(5, "long", "A"), "w1:A w2:A w3:A w4:A w5:A");
}

Test(streaks, a_wave_missing_in_a_run_breaks_it_where_the_rule_says_so)
{
	given_rules("breaks", "running", "A", "11-1");
	cr_expect_not(wins("A"));
}

Test(streaks, a_wave_missing_in_a_run_is_passed_over_where_the_rule_says_so)
{
	given_rules("skips", "running", "A", "11-1");
	cr_expect(wins("A"));
	cr_expect_str_eq(counted(4, "long", "A"), "w1:A w2:A w4:A");
}

Test(streaks, a_wave_lost_breaks_a_run_that_skips_missing_ones)
{
	given_rules("skips", "running", "A", "1101");
	cr_expect_not(wins("A"));
}

Test(streaks, three_in_all_are_not_three_running)
{
	given_rules("breaks", "times", "A", "10101");
	cr_expect(wins("A"));
	cr_expect_str_eq(counted(5, "long", "A"), "w1:A w3:A w5:A");
	away();
	given_rules("breaks", "running", "A", "10101");
	cr_expect_not(wins("A"));
}

Test(streaks, an_award_of_earlier_waves_alone_is_not_won_in_this_one)
{
	given_rules("breaks", "times", "A", "1110");
	cr_expect_not(wins("A"));
	cr_expect(has_won(&s, 3, "long", "A"));
}

Test(streaks, too_few_contacts_are_a_missed_wave_not_a_lost_one)
{
	given_rules("skips", "running", "A", "11-1");
	given_scores(&s, 3, "A", 3, 1000);
	cr_expect(wins("A"));
}

static void given_wave_without_award(const char *missed)
{
	static char awards[1024];
	struct given_wave waves[4] = {{0}};

	snprintf(awards, sizeof(awards),
		 BEST
		 "," STREAK("long", "running", "best", "3", "%s", "restarts", "counts", "inherit"),
		 missed);
	for (size_t i = 0; i < 4; i++)
		waves[i].awards = i == 2 ? NULL : awards;
	s = given_series("A B C D E F", NULL, waves, 4);
	given_run("A", "1111");
}

Test(streaks, a_wave_without_such_an_award_is_a_missed_one)
{
	given_wave_without_award("skips");
	cr_expect(wins("A"));
	away();
	given_wave_without_award("breaks");
	cr_expect_not(wins("A"));
}

Test(streaks, a_wave_this_reader_may_not_see_is_a_missed_one)
{
	given_rules("breaks", "running", "A", "1111");
	s.hidden[2] = true;
	cr_expect_not(wins("A"));
}

static void given_break(const char *at_break)
{
	static char awards[1024];
	struct given_wave waves[4] = {{0}};

	snprintf(awards, sizeof(awards),
		 BEST "," STREAK("long", "running", "best", "3", "breaks", "%s", "counts",
				 "inherit") "," STREAK("all", "times", "best", "3", "breaks", "%s",
						       "counts", "inherit"),
		 at_break, at_break);
	for (size_t i = 0; i < 4; i++)
		waves[i].awards = awards;
	waves[2].more = ",\"series_break\":{\"reason\":{\"en\":\"two areas became one\"}}";
	s = given_series("A B C D E F", NULL, waves, 4);
	given_run("A", "1111");
}

Test(streaks, a_marked_break_restarts_where_the_rule_says_so)
{
	given_break("restarts");
	cr_expect_not(wins("A"));
	cr_expect_not(has_won(&s, 4, "all", "A"), "wins before the break do not count");
}

Test(streaks, a_marked_break_continues_where_the_rule_says_so)
{
	given_break("continues");
	cr_expect(wins("A"));
	cr_expect(has_won(&s, 4, "all", "A"));
}

static void given_joint(const char *joint)
{
	static char awards[1024];

	snprintf(awards, sizeof(awards),
		 WINNER("winner") "," STREAK("long", "running", "winner", "3", "breaks", "restarts",
					     "%s", "inherit") "," STREAK("all", "times", "winner",
									 "2", "breaks", "restarts",
									 "%s", "inherit"),
		 joint, joint);
	given_waves(3, awards, NULL);
	given_run("A", "111");
	given_run("B", "010");
}

Test(streaks, a_joint_win_counts_where_the_rule_says_so)
{
	given_joint("counts");
	cr_expect(wins("A"));
	cr_expect_str_eq(counted(3, "all", "A"), "w1:A w2:A w3:A");
}

Test(streaks, a_joint_win_does_not_count_where_the_rule_says_so)
{
	given_joint("breaks");
	cr_expect_not(wins("A"));
	cr_expect_str_eq(counted(3, "all", "A"), "w1:A w3:A");
}

#define SUCCESSOR(company, of, kind, from)                                                         \
	"{\"company\":\"" company "\",\"of\":\"" of "\",\"kind\":\"" kind "\",\"from\":\"" from    \
	"\"}"

static void given_successors(const char *successors, const char *rule, const char *const *sectors,
			     size_t len)
{
	static char awards[1024], more[1024];
	struct given_wave waves[SERIES_WAVES] = {{0}};

	snprintf(awards, sizeof(awards),
		 BEST
		 "," STREAK("long", "running", "best", "3", "breaks", "restarts", "counts", "%s"),
		 rule);
	snprintf(more, sizeof(more), ",\"successors\":[%s]", successors);
	for (size_t i = 0; i < len; i++) {
		waves[i].awards = awards;
		waves[i].sectors = sectors[i];
	}
	s = given_series("A B C D E F G", more, waves, len);
}

static const char *const renamed_to_g[] = {ONE_SECTOR("\"A\""), ONE_SECTOR("\"A\""),
					   ONE_SECTOR("\"G\""), ONE_SECTOR("\"G\"")};

Test(streaks, a_renamed_company_goes_on)
{
	given_successors(SUCCESSOR("G", "A", "renamed", "2003-01-01"), "inherit", renamed_to_g, 4);
	given_run("A", "11--");
	given_run("G", "--11");
	cr_expect(wins("G"));
	cr_expect_str_eq(counted(4, "long", "G"), "w1:A w2:A w3:G w4:G");
}

Test(streaks, a_renamed_company_begins_anew_where_the_rule_says_so)
{
	given_successors(SUCCESSOR("G", "A", "renamed", "2003-01-01"), "ignore", renamed_to_g, 4);
	given_run("A", "11--");
	given_run("G", "--11");
	cr_expect_not(wins("G"));
}

Test(streaks, a_company_renamed_twice_between_two_waves_goes_on)
{
	given_successors(SUCCESSOR("B", "A", "renamed",
				   "2003-01-01") "," SUCCESSOR("G", "B", "renamed", "2003-02-01"),
			 "inherit", renamed_to_g, 4);
	given_run("A", "11--");
	given_run("G", "--11");
	cr_expect(wins("G"));
}

Test(streaks, a_rename_after_the_wave_changes_nothing_before_it)
{
	given_successors(SUCCESSOR("B", "A", "renamed", "2009-01-01"), "inherit",
			 (const char *const[]){ONE_SECTOR("\"A\",\"B\""), ONE_SECTOR("\"A\",\"B\""),
					       ONE_SECTOR("\"A\",\"B\"")},
			 3);
	given_run("A", "110");
	given_run("B", "001");
	cr_expect_not(wins("B"));
}

static const char *const merged_to_g[] = {ONE_SECTOR("\"A\",\"B\""), ONE_SECTOR("\"A\",\"B\""),
					  ONE_SECTOR("\"G\"")};

Test(streaks, a_merged_company_goes_on_with_the_longest_run_of_its_parts)
{
	given_successors(SUCCESSOR("G", "A", "merged",
				   "2003-01-01") "," SUCCESSOR("G", "B", "merged", "2003-01-01"),
			 "inherit", merged_to_g, 3);
	given_run("A", "01-");
	given_run("B", "11-");
	given_run("G", "--1");
	cr_expect(wins("G"));
	cr_expect_str_eq(counted(3, "long", "G"), "w1:B w2:B w3:G");
}

Test(streaks, a_merged_company_does_not_add_up_the_wins_of_its_parts)
{
	given_successors(SUCCESSOR("G", "A", "merged",
				   "2003-01-01") "," SUCCESSOR("G", "B", "merged", "2003-01-01"),
			 "inherit", merged_to_g, 3);
	given_run("A", "10-");
	given_run("B", "01-");
	given_run("G", "--1");
	cr_expect_not(wins("G"));
}

Test(streaks, a_company_that_takes_another_in_keeps_the_longer_run)
{
	given_successors(SUCCESSOR("A", "B", "merged", "2003-01-01"), "inherit",
			 (const char *const[]){ONE_SECTOR("\"A\",\"B\""), ONE_SECTOR("\"A\",\"B\""),
					       ONE_SECTOR("\"A\"")},
			 3);
	given_run("A", "001");
	given_run("B", "11-");
	cr_expect_str_eq(counted(3, "long", "A"), "w1:B w2:B w3:A");
}

Test(streaks, both_parts_of_a_split_company_go_on)
{
	given_successors(SUCCESSOR("B", "A", "split", "2003-01-01") "," SUCCESSOR("G", "A", "split",
										  "2003-01-01"),
			 "inherit",
			 (const char *const[]){ONE_SECTOR("\"A\""), ONE_SECTOR("\"A\""),
					       ONE_SECTOR("\"B\",\"G\"")},
			 3);
	given_run("A", "11-");
	given_run("B", "--1");
	given_run("G", "--1");
	cr_expect(wins("B"));
	cr_expect(wins("G"));
}

/* KS-CQI: the first place of an industry until 2019, a line since 2020, ten years running. */
Test(streaks, a_hall_of_fame_counts_every_wave_by_its_own_rule)
{
	static const char fame[] = "," STREAK("fame", "running", "winner", "10", "breaks",
					      "continues", "counts", "inherit");
	struct given_wave waves[10] = {{0}};
	char ranks[1024], lines[1024];

	snprintf(ranks, sizeof(ranks), "%s%s", WINNER("winner"), fame);
	snprintf(lines, sizeof(lines), "%s%s", LINE_AT("winner", "75"), fame);
	for (size_t i = 0; i < 10; i++)
		waves[i].awards = i < 6 ? ranks : lines;
	s = given_series("A B C D E F", NULL, waves, 10);
	for (int i = 1; i <= 10; i++) {
		given_scores(&s, i, "A", 4, i <= 6 ? 6000 : 7500);
		given_scores(&s, i, "B", 4, i <= 6 ? 5900 : 9000);
	}
	cr_expect(has_won(&s, 10, "fame", "A"), "first with 60, later at the line behind B");
	cr_expect_not(has_won(&s, 10, "fame", "B"), "over the line four times");
	cr_expect_not(has_won(&s, 9, "fame", "A"));
}

Test(streaks, of_another_series_nothing_counts)
{
	struct given_wave waves[4] = {{.awards = BEST}, {.awards = BEST}, {.awards = BEST}, {0}};

	waves[1].more = ",\"series\":\"other\"";
	waves[3].awards = BEST "," STREAK("long", "running", "best", "3", "breaks", "restarts",
					  "counts", "inherit");
	s = given_series("A B C D E F", NULL, waves, 4);
	given_run("A", "1011");
	cr_expect(wins("A"), "w1, w3 and w4 are the series");
}

TestSuite(since, .fini = away);

static const char *moved(const char *list)
{
	static char words[256];
	cJSON *awards = awards_in(&s, 2);

	snprintf(words, sizeof(words), "%s",
		 texts_of(at_path(at_path(award_of(awards, "best"), "since_last_wave"), list)));
	cJSON_Delete(awards);
	return words;
}

Test(since, risen_fallen_new_and_gone_are_told_apart)
{
	given_waves(2, BEST, NULL);
	given_run("A", "01");
	given_run("B", "10");
	given_run("C", "-1");
	given_run("D", "1-");
	given_run("E", "11");
	given_run("F", "-0");
	cr_expect_str_eq(moved("risen"), "A");
	cr_expect_str_eq(moved("fallen"), "B");
	cr_expect_str_eq(moved("newcomers"), "C");
	cr_expect_str_eq(moved("gone"), "D");
}

Test(since, the_line_is_met_to_the_last_digit_in_both_waves)
{
	given_waves(2, BEST, NULL);
	given_each(&s, 1, "A", "8999 8999 9000 9000");
	given_scores(&s, 2, "A", 4, 9000);
	given_scores(&s, 1, "B", 4, 9000);
	given_each(&s, 2, "B", "8999 9000 9000 9000");
	cr_expect_str_eq(moved("risen"), "A");
	cr_expect_str_eq(moved("fallen"), "B");
}

Test(since, a_successor_is_held_against_the_company_it_stands_for)
{
	given_successors(SUCCESSOR("G", "A", "renamed", "2002-01-01"), "inherit",
			 (const char *const[]){ONE_SECTOR("\"A\""), ONE_SECTOR("\"G\"")}, 2);
	given_run("A", "1-");
	given_run("G", "-0");
	cr_expect_str_eq(moved("fallen"), "G");
	cr_expect_str_eq(moved("gone"), "");
}

Test(since, sectors_over_the_line_are_counted_in_both_waves)
{
	cJSON *awards;
	const cJSON *best;

	given_waves(2, BEST, NULL);
	given_run("A", "10");
	given_run("B", "11");
	given_run("D", "11");
	awards = awards_in(&s, 2);
	best = award_of(awards, "best");
	cr_expect_eq(at_path(best, "sectors.reaching")->valueint, 1);
	cr_expect_eq(at_path(best, "since_last_wave.sectors.reaching")->valueint, 2);
	cr_expect_eq(at_path(best, "since_last_wave.stayed")->valueint, 2);
	cr_expect(cJSON_IsTrue(at_path(best, "since_last_wave.comparable")));
	cJSON_Delete(awards);
}

static const char *why_not_compared(int wave)
{
	static char words[64];
	cJSON *awards = awards_in(&s, wave);
	const cJSON *best = award_of(awards, "best");

	cr_expect(cJSON_IsNull(at_path(best, "since_last_wave")));
	snprintf(words, sizeof(words), "%s", at_path(best, "since_last_wave_reason")->valuestring);
	cJSON_Delete(awards);
	return words;
}

Test(since, nothing_before_has_a_reason)
{
	struct given_wave waves[] = {
		{.awards = BEST}, {.awards = WINNER("best")}, {.awards = BEST}};

	s = given_series("A B C D E F", NULL, waves, 3);
	cr_expect_str_eq(why_not_compared(1), "first_wave");
	cr_expect_str_eq(why_not_compared(3), "no_such_award");
	s.hidden[1] = true;
	cr_expect_str_eq(why_not_compared(3), "wave_not_available");
}
