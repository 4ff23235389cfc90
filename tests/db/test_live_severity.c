/* The read model's severity model: one for all answers over the same counts, never an old one. */
#include "db/ingest_scene.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

TestSuite(live_severity, .timeout = 120);

enum { BOARD_ROOM = 65536 };

static struct scene s;
static char here[BOARD_ROOM], there[BOARD_ROOM];

/** Each shopper meets every company, `visits` contacts in all; two of five score low. */
static void upload_shopped(const char *prefix, int visits)
{
	char text[4096];
	size_t len = (size_t)snprintf(text, sizeof(text),
				      "result_id,company,channel,shopper,q1,q2,q3\n");
	for (int i = 0; i < visits; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"%s%d,C%d,phone,P%d,%d,%d,%d\n", prefix, i, i % 3 + 1,
					i / 3 % 5, i % 2, i / 3 % 5 > 1, i % 7 ? 5 : 0);
	cr_assert_lt(len, sizeof(text));
	struct sending sent = uploaded(&s, text);
	EXPECT_REPORT(&sent, (uint64_t)visits, (uint64_t)visits, 0, 0);
}

static void given_a_board_over(int visits)
{
	given_scene(&s, NULL);
	upload_shopped("a", visits);
	cr_expect_eq(board_of(&s, &s.server, s.wave_id, here, sizeof(here)), OK);
	cr_expect_eq(live_counts(s.server.live).severities_made, 1);
}

/** The board has severity figures, and is what a server says that has never seen other counts. */
static void expect_as_fresh(void)
{
	cr_expect_eq(board_of(&s, &s.server, s.wave_id, here, sizeof(here)), OK);
	cr_expect_not_null(strstr(here, "\"shopper_sd\":"), "%.300s", here);
	cr_expect_null(strstr(here, "\"shopper_sd\":null"));
	cr_expect_null(strstr(here, "\"shopper_sd\":0,"));
	given_other_server(&s);
	cr_expect_eq(board_of(&s, &s.other, s.wave_id, there, sizeof(there)), OK);
	cr_expect_str_eq(here, there);
}

static void count_answer(void *arg, struct http_bytes *bytes, const struct trouble *why)
{
	int *answers = arg;
	cr_expect_not_null(bytes, "%s", bytes == NULL ? why->words : "");
	(*answers)++;
}

static void ask(const struct live_question *question)
{
	int answers = 0;
	live_ask(s.server.live, catalogue_wave_by_id(s.server.catalogue, s.wave_id), question,
		 count_answer, &answers);
	for (int i = 0; i < 5000 && answers == 0; i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		usleep(1000);
	}
	cr_assert_eq(answers, 1);
}

Test(live_severity, it_is_made_once_for_all_answers_over_the_same_counts)
{
	given_a_board_over(60);
	ask(&(struct live_question){.form = LIVE_SECTORS_JSON});
	ask(&(struct live_question){.form = LIVE_SHOPPERS_JSON});
	ask(&(struct live_question){.form = LIVE_BOARD_JSON,
				    .board = {.sector = BOARD_FIELD,
					      .channel = BOARD_ALL_CHANNELS,
					      .metric = BOARD_NPS}});
	cr_expect_eq(live_counts(s.server.live).answers_made, 4);
	cr_expect_eq(live_counts(s.server.live).severities_made, 1);
	expect_as_fresh();
	end_scene(&s);
}

Test(live_severity, answers_that_do_not_show_it_do_not_make_it)
{
	given_scene(&s, NULL);
	upload_shopped("a", 60);
	ask(&(struct live_question){.form = LIVE_COMPANY_JSON});
	ask(&(struct live_question){.form = LIVE_BOARD_JSON, .board = {.sector = BOARD_FIELD}});
	cr_expect_eq(live_counts(s.server.live).answers_made, 2);
	cr_expect_eq(live_counts(s.server.live).severities_made, 0);
	end_scene(&s);
}

Test(live_severity, a_change_of_counts_makes_it_anew)
{
	given_a_board_over(60);
	upload_shopped("b", 37);
	expect_as_fresh();
	cr_expect_eq(live_counts(s.server.live).severities_made, 2);
	end_scene(&s);
}

Test(live_severity, a_closed_wave_keeps_it)
{
	given_a_board_over(60);
	sql(&s, "update wave set state = 'closed'");
	reload_catalogue(&s, &s.server);
	expect_as_fresh();
	cr_expect_eq(live_counts(s.server.live).answers_made, 2);
	cr_expect_eq(live_counts(s.server.live).severities_made, 1);
	end_scene(&s);
}

/* First in byte order: every other company moves on by a place. */
#define ONE_COMPANY_MORE                                                                           \
	"update programme set document = convert_to(replace(replace(convert_from(document, "       \
	"'UTF8'), '{\"code\":\"C3\"}]', '{\"code\":\"C3\"},{\"code\":\"C0\"}]'), '\"C3\"]}',"      \
	" '\"C3\",\"C0\"]}'), 'UTF8')"

Test(live_severity, another_programme_makes_it_anew)
{
	given_a_board_over(60);
	sql(&s, ONE_COMPANY_MORE);
	reload_catalogue(&s, &s.server);
	expect_as_fresh();
	cr_expect_not_null(strstr(here, "\"C0\""), "%.300s", here);
	cr_expect_eq(live_counts(s.server.live).severities_made, 2);
	end_scene(&s);
}
