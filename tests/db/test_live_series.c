/* Answers over several waves against the database: gathered once, current, and ended in order. */
#include "db/ingest_scene.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "board/series.h"

TestSuite(series, .timeout = 120);

enum { ANSWER_ROOM = 65536, WAVES = 2 };

static struct scene s;

/** What became of a question. */
struct said {
	bool answered;
	enum status status;
	char text[ANSWER_ROOM];
};

static void note_said(void *arg, struct http_bytes *bytes, const struct trouble *why)
{
	struct said *said = arg;
	cr_expect_not(said->answered, "answered twice");
	said->answered = true;
	said->status = bytes != NULL ? OK : why->status;
	struct slice body = bytes != NULL ? http_bytes_body(bytes) : SLICE("");
	snprintf(said->text, sizeof(said->text), "%.*s", SLICE_ARGS(body));
}

/** The history of the first company over both waves of the small programme. */
static const struct series_question history = {.form = SERIES_HISTORY_JSON};

static struct shared_programme *programme(void)
{
	return catalogue_wave_by_id(s.server.catalogue, s.wave_id)->programme;
}

static void see_all(struct series_view *views)
{
	views[0] = (struct series_view){.wave_id = s.wave_id, .is_seen = true};
	views[1] = (struct series_view){.wave_id = s.other_wave_id, .is_seen = true};
}

static enum status ask(struct said *said)
{
	struct series_view views[WAVES];
	struct trouble why;
	see_all(views);
	*said = (struct said){0};
	return series_ask(s.server.live, programme(), &history, views, note_said, said, &why);
}

static void asked(struct said *said)
{
	cr_expect_eq(ask(said), OK);
	turn_until(&s, &said->answered);
}

static bool is_finished(void)
{
	struct series_view views[WAVES];
	see_all(views);
	return series_finished(s.server.live, programme(), &history, views) != NULL;
}

static void upload_some(const char *prefix, int count)
{
	struct sending sent = uploaded(&s, rows_of(prefix, 0, count));
	EXPECT_REPORT(&sent, (uint64_t)count, (uint64_t)count, 0, 0);
}

Test(series, the_same_question_asked_by_many_at_once_is_gathered_and_made_once)
{
	static struct said said[5];
	given_scene(&s, NULL);
	upload_some("a", 20);
	for (size_t i = 0; i < COUNT_OF(said); i++)
		cr_expect_eq(ask(&said[i]), OK);
	for (size_t i = 0; i < COUNT_OF(said); i++) {
		turn_until(&s, &said[i].answered);
		cr_expect_eq(said[i].status, OK);
		cr_expect_str_eq(said[i].text, said[0].text);
	}
	cr_expect_eq(live_counts(s.server.live).series_made, 1);
	cr_expect_eq(live_counts(s.server.live).summaries_made, WAVES);
	end_scene(&s);
}

Test(series, a_finished_answer_is_given_again_until_one_of_its_waves_changes)
{
	static struct said before, after;
	given_scene(&s, NULL);
	upload_some("a", 20);
	cr_expect_not(is_finished());
	asked(&before);
	cr_expect(is_finished());
	upload_some("b", 10);
	cr_expect_not(is_finished());
	asked(&after);
	cr_expect(is_finished());
	cr_expect_str_neq(before.text, after.text);
	cr_expect_eq(live_counts(s.server.live).summaries_made, WAVES + 1,
		     "only the wave that changed is summed up anew");
	end_scene(&s);
}

Test(series, a_wave_that_is_closed_is_another_answer)
{
	static struct said before, after;
	given_scene(&s, NULL);
	upload_some("a", 20);
	asked(&before);
	sql(&s, "update wave set state = 'closed'");
	reload_catalogue(&s, &s.server);
	cr_expect_not(is_finished());
	asked(&after);
	cr_expect_not_null(strstr(after.text, "\"state\":\"closed\""));
	end_scene(&s);
}

Test(series, who_may_not_see_a_wave_gets_an_answer_of_his_own_without_it)
{
	static struct said all, some;
	struct series_view views[WAVES];
	struct trouble why;
	given_scene(&s, NULL);
	upload_some("a", 20);
	cr_expect_eq(ask(&all), OK);
	see_all(views);
	views[1].is_seen = false;
	cr_expect_eq(
		series_ask(s.server.live, programme(), &history, views, note_said, &some, &why),
		OK);
	turn_until(&s, &all.answered);
	turn_until(&s, &some.answered);
	cr_expect_not_null(strstr(all.text, "\"code\":\"w2\""));
	cr_expect_null(strstr(some.text, "\"code\":\"w2\""));
	end_scene(&s);
}

static void note_flag(void *arg)
{
	*(bool *)arg = true;
}

static void turn_until_summaries(uint64_t count)
{
	for (int i = 0; i < 20000 && live_counts(s.server.live).summaries_made < count; i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		usleep(500);
	}
	cr_assert_eq(live_counts(s.server.live).summaries_made, count);
}

/** The first wave is summed up, and the second one's counts are long in coming. */
static void given_one_of_two_gathered(struct said *said)
{
	pg_proxy_rule(s.proxy, "tally_load", 0, 1, PROXY_SQL, "select pg_sleep(1)");
	cr_expect_eq(ask(said), OK);
	turn_until_summaries(1);
	cr_expect_not(said->answered);
}

Test(series, who_asks_after_counts_were_applied_sees_them_while_the_question_is_under_way)
{
	static struct said early, late, fresh;
	static struct sending sending;
	struct scene_wish wish = {.proxy = true};
	char board[ANSWER_ROOM];
	bool applied = false;
	given_scene(&s, &wish);
	upload_some("a", 10);
	cr_expect_eq(board_of(&s, &s.server, s.wave_id, board, sizeof(board)), OK); /* loads it */
	s.server.counts_held = true;
	open_upload(&s, &s.server, &sending, s.wave_id, rows_of("h", 0, 40));
	for (int i = 0; i < 20000 && s.server.held.applied == NULL; i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		usleep(500);
	}
	cr_assert_not_null(s.server.held.applied);
	s.server.counts_held = false;
	given_one_of_two_gathered(&early);
	struct held *held = &s.server.held;
	live_counted(s.server.live, held->wave_id, &held->delta, held->changes, &held->tally,
		     note_flag, &applied);
	turn_until(&s, &applied);
	cr_expect_not(early.answered, "the other wave is still being loaded");
	cr_expect_eq(ask(&late), OK);
	turn_until(&s, &early.answered);
	turn_until(&s, &late.answered);
	asked(&fresh);
	cr_expect_str_neq(early.text, late.text);
	cr_expect_str_eq(late.text, fresh.text);
	held->applied(held->applied_arg);
	turn_until(&s, &sending.ended);
	end_scene(&s);
}

Test(series, a_wave_that_cannot_be_loaded_ends_the_question_and_the_next_one_is_answered)
{
	static struct said said;
	struct scene_wish wish = {.proxy = true};
	given_scene(&s, &wish);
	upload_some("a", 10);
	pg_proxy_rule(s.proxy, "tally_load", 0, 1, PROXY_CUT_BEFORE, NULL);
	asked(&said);
	cr_expect_lt(said.status, OK);
	for (int i = 0; i < 2000 && !pg_pool_ready(s.server.pool); i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		usleep(1000);
	}
	asked(&said);
	cr_expect_eq(said.status, OK);
	end_scene(&s);
}

Test(series, closing_answers_whoever_waits)
{
	static struct said said[3];
	given_scene(&s, NULL);
	upload_some("a", 10);
	for (size_t i = 0; i < COUNT_OF(said); i++)
		cr_expect_eq(ask(&said[i]), OK);
	end_scene(&s);
	for (size_t i = 0; i < COUNT_OF(said); i++) {
		cr_expect(said[i].answered);
		cr_expect(said[i].status == OK || said[i].status == E_GONE ||
				  said[i].status == E_BUSY,
			  "%d", (int)said[i].status);
	}
}

static void count_answer(void *arg, struct http_bytes *bytes, const struct trouble *why)
{
	(void)why;
	*(int *)arg += bytes != NULL ? 1 : 0;
}

Test(series, more_questions_than_may_wait_are_told_to_come_again)
{
	struct series_view views[WAVES];
	struct trouble why;
	int answered = 0;
	given_scene(&s, NULL);
	see_all(views);
	for (int i = 0; i < SERIES_QUESTIONS; i++)
		cr_expect_eq(series_ask(s.server.live, programme(), &history, views, count_answer,
					&answered, &why),
			     OK);
	cr_expect_eq(series_ask(s.server.live, programme(), &history, views, count_answer,
				&answered, &why),
		     E_BUSY);
	cr_expect_str_eq(why.code, "too_many_questions");
	for (int i = 0; i < 20000 && answered < SERIES_QUESTIONS; i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		usleep(500);
	}
	cr_expect_eq(answered, SERIES_QUESTIONS);
	cr_expect_eq(live_counts(s.server.live).series_made, 1, "one question, one answer");
	end_scene(&s);
}
