/* Publications against the database: one transaction, whatever goes wrong, and an embargo that
 * knows only the database's clock. */
#include "db/ingest_scene.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/view.h"
#include "base/clock.h"
#include "board/frozen.h"
#include "board/publication_verify.h"
#include "board/publish.h"

TestSuite(publication, .timeout = 120);

static struct scene s;

struct publishing {
	bool done;
	int revision;
	struct trouble why;
};

static void note_published(void *arg, int revision, const struct trouble *why)
{
	struct publishing *p = arg;
	cr_expect_not(p->done, "done twice");
	p->done = true;
	p->revision = revision;
	p->why = why != NULL ? *why : (struct trouble){0};
}

static void start_publishing(struct publishing *p, int64_t announce_at)
{
	struct publish_request request = {
		.loop = s.loop,
		.pool = s.server.pool,
		.live = s.server.live,
		.wave = catalogue_wave_by_id(s.server.catalogue, s.wave_id),
		.key_id = SLICE("aaaaaaaa"),
		.reason = SLICE("because"),
		.announce_at = announce_at,
		.made_by = "test"};
	*p = (struct publishing){0};
	publish_run(&request, note_published, p);
}

static struct publishing published_at(int64_t announce_at)
{
	struct publishing p;
	start_publishing(&p, announce_at);
	turn_until(&s, &p.done);
	return p;
}

static int published(void)
{
	struct publishing p = published_at(CLOCK_NO_INSTANT);
	cr_assert_eq(p.why.status, OK, "%s", p.why.words);
	return p.revision;
}

#define HIDE                                                                                       \
	"update programme set document = convert_to(replace(convert_from(document, 'UTF8'), "      \
	"'\"code\":\"w1\"', '\"code\":\"w1\",\"before_publication\":\"hidden\"'), 'UTF8')"

/** Sixty results; the wave is closed, and hidden where asked for. */
static void given_closed(const struct scene_wish *wish, bool hidden)
{
	given_scene(&s, wish);
	if (hidden)
		sql(&s, HIDE);
	reload_catalogue(&s, &s.server);
	struct sending sent = uploaded(&s, rows_of("a", 0, 60));
	EXPECT_REPORT(&sent, 60, 60, 0, 0);
	sql(&s, "update wave set state = 'closed'");
	reload_catalogue(&s, &s.server);
}

static void await_pool(void)
{
	for (int i = 0; i < 2000 && !pg_pool_ready(s.server.pool); i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		usleep(1000);
	}
}

/* One transaction */

Test(publication, two_at_once_become_revisions_one_and_two)
{
	struct publishing first, second;
	given_closed(NULL, false);
	start_publishing(&first, CLOCK_NO_INSTANT);
	start_publishing(&second, CLOCK_NO_INSTANT);
	turn_until(&s, &first.done);
	turn_until(&s, &second.done);
	cr_expect_eq(first.why.status, OK, "%s", first.why.words);
	cr_expect_eq(second.why.status, OK, "%s", second.why.words);
	cr_expect_eq(first.revision + second.revision, 3);
	cr_expect_eq(number(&s, "select count(distinct body) from publication_board "
				"where address = 'sectors.csv'"),
		     1);
	end_scene(&s);
}

Test(publication, a_connection_lost_on_the_way_leaves_nothing_and_the_wave_as_it_was)
{
	static const char *const moments[] = {
		"publication_lock",	 "publication_begin", "tally_load", "publication_shoppers",
		"publication_board_add", "publication_add",   "=commit"};
	struct scene_wish wish = {.proxy = true};
	given_closed(&wish, false);
	for (size_t i = 0; i < COUNT_OF(moments); i++) {
		pg_proxy_rule(s.proxy, moments[i], 0, 1, PROXY_CUT_BEFORE, NULL);
		struct publishing p = published_at(CLOCK_NO_INSTANT);
		cr_expect_lt(p.why.status, OK, "%s", moments[i]);
		cr_expect_eq(pg_proxy_acted(s.proxy), i + 1, "%s", moments[i]);
		cr_expect_eq(number(&s, "select count(*) from publication_board"), 0);
		cr_expect_eq(number(&s, "select count(*) from wave where state = 'published'"), 0);
		await_pool();
	}
	cr_expect_eq(published(), 1);
	end_scene(&s);
}

Test(publication, a_commit_without_answer_is_not_called_a_failure)
{
	struct scene_wish wish = {.proxy = true};
	given_closed(&wish, false);
	pg_proxy_rule(s.proxy, "=commit", 0, 1, PROXY_CUT_AFTER, NULL);
	struct publishing p = published_at(CLOCK_NO_INSTANT);
	cr_expect_eq(p.why.status, E_UNKNOWN);
	cr_expect_eq(number(&s, "select count(*) from publication"), 1);
	await_pool();
	cr_expect_eq(published(), 2);
	end_scene(&s);
}

Test(publication, a_compaction_between_two_revisions_changes_no_figure)
{
	given_closed(NULL, false);
	cr_expect_eq(published(), 1);
	sql(&s, "insert into tally_snapshot select wave_id, 1, changes, packed from tally_delta "
		"where wave_id = 1; delete from tally_delta where wave_id = 1");
	cr_expect_eq(published(), 2);
	cr_expect_eq(number(&s, "select count(distinct packed) from publication"), 1);
	cr_expect_eq(number(&s, "select count(*) from publication_board a join publication_board b "
				"using (address) where a.revision = 1 and b.revision = 2 and "
				"replace(convert_from(a.body, 'UTF8'), '\"revision\":1,', "
				"'\"revision\":2,') <> convert_from(b.body, 'UTF8')"),
		     0);
	end_scene(&s);
}

Test(publication, a_wave_that_takes_results_is_not_published)
{
	given_scene(&s, NULL);
	struct publishing p = published_at(CLOCK_NO_INSTANT);
	cr_expect_eq(p.why.status, E_CONFLICT);
	cr_expect_str_eq(p.why.code, "wrong_state");
	end_scene(&s);
}

/* The embargo and its clock */

struct viewing {
	bool done;
	enum view_kind kind;
	int revision;
};

static void note_view(void *arg, const struct view *views, const struct trouble *why)
{
	struct viewing *v = arg;
	cr_assert_not_null(views, "%s", why != NULL ? why->words : "");
	*v = (struct viewing){true, views[0].kind, views[0].revision};
}

static struct viewing viewed_by(const char *key_id, enum role role)
{
	struct api api = {.loop = s.loop, .pool = s.server.pool, .catalogue = s.server.catalogue};
	struct known_key key = {.organisation_id = s.organisation_id, .role = role};
	const struct known_wave *wave = catalogue_wave_by_id(s.server.catalogue, s.wave_id);
	struct view_request request = {.key = &key,
				       .waves = &wave,
				       .len = 1,
				       .revision = VIEW_NEWEST,
				       .address = SLICE("/here")};
	struct viewing v = {0};
	snprintf(key.key_id, sizeof(key.key_id), "%s", key_id);
	view_find(&api, &request, note_view, &v);
	turn_until(&s, &v.done);
	return v;
}

enum { HOUR_US = 1000000 };

static int64_t from_now(int64_t hours)
{
	return clock_now() + hours * 3600 * HOUR_US;
}

Test(publication, a_server_whose_clock_is_years_ahead_announces_nothing)
{
	given_closed(NULL, true);
	struct publishing p = published_at(from_now(1));
	cr_assert_eq(p.why.status, OK, "%s", p.why.words);
	int64_t later = from_now(24 * 365 * 10);
	clock_pretend(&later);
	reload_catalogue(&s, &s.server);
	cr_expect_eq(viewed_by("bbbbbbbb", ROLE_SPONSOR).kind, VIEW_NOTHING);
	cr_expect_eq(viewed_by("bbbbbbbb", ROLE_FIRM).kind, VIEW_LIVE);
	cr_expect_eq(catalogue_wave_by_id(s.server.catalogue, s.wave_id)->state, WAVE_CLOSED);
	clock_pretend(NULL);
	end_scene(&s);
}

Test(publication, a_server_whose_clock_is_years_behind_announces_in_time)
{
	given_closed(NULL, true);
	struct publishing p = published_at(from_now(0));
	cr_assert_eq(p.why.status, OK, "%s", p.why.words);
	int64_t earlier = from_now(-24 * 365 * 10);
	clock_pretend(&earlier);
	reload_catalogue(&s, &s.server);
	cr_expect_eq(viewed_by("bbbbbbbb", ROLE_SPONSOR).revision, 1);
	cr_expect_eq(catalogue_wave_by_id(s.server.catalogue, s.wave_id)->state, WAVE_PUBLISHED);
	clock_pretend(NULL);
	end_scene(&s);
}

Test(publication, whoever_published_reads_under_the_embargo_and_it_is_written_down_first)
{
	given_closed(NULL, true);
	(void)published_at(from_now(1));
	reload_catalogue(&s, &s.server);
	cr_expect_eq(viewed_by("aaaaaaaa", ROLE_FIRM).revision, 1);
	cr_expect_eq(number(&s, "select count(*) from audit where event = 'publication.read' and "
				"key_id = 'aaaaaaaa' and detail->>'address' = '/here'"),
		     1);
	sql(&s, "alter table publication disable trigger user; "
		"update publication set announce_at = now()");
	cr_expect_eq(viewed_by("aaaaaaaa", ROLE_FIRM).revision, 1);
	cr_expect_eq(number(&s, "select count(*) from audit where event = 'publication.read'"), 1,
		     "announced: everybody may read");
	end_scene(&s);
}

/* Revisions in memory */

struct opening {
	bool done;
	int64_t revision, version;
	enum status status;
};

static void note_opened(void *arg, struct frozen *f, const struct trouble *why)
{
	struct opening *o = arg;
	o->done = true;
	o->status = f != NULL ? OK : why->status;
	o->revision = f != NULL ? frozen_source(f)->revision : 0;
	o->version = f != NULL ? frozen_source(f)->version : 0;
}

static struct opening opened(int revision)
{
	struct opening o = {0};
	frozen_open(s.server.live, s.wave_id, revision, note_opened, &o);
	cr_expect_not(o.done, "before the return");
	turn_until(&s, &o.done);
	return o;
}

Test(publication, a_revision_there_is_not_is_gone)
{
	given_closed(NULL, false);
	cr_expect_eq(opened(1).status, E_GONE);
	cr_expect_eq(published(), 1);
	cr_expect_eq(opened(1).status, OK, "it is asked for again");
	end_scene(&s);
}

Test(publication, more_revisions_than_are_kept_are_read_again_when_asked_for)
{
	given_closed(NULL, false);
	for (int i = 1; i <= FROZEN_KEPT + 3; i++) {
		cr_assert_eq(published(), i);
		cr_expect_eq(opened(i).revision, i);
	}
	struct opening first = opened(1);
	cr_expect_eq(first.revision, 1);
	cr_expect_eq(first.version, 60);
	end_scene(&s);
}

Test(publication, a_revision_that_could_not_be_read_is_read_at_the_next_question)
{
	struct scene_wish wish = {.proxy = true};
	given_closed(&wish, false);
	cr_expect_eq(published(), 1);
	pg_proxy_rule(s.proxy, "publication_load", 0, 1, PROXY_CUT_BEFORE, NULL);
	cr_expect_lt(opened(1).status, OK);
	await_pool();
	cr_expect_eq(opened(1).status, OK);
	end_scene(&s);
}

struct asking_both {
	int answers;
	struct http_bytes *first, *second;
};

static void note_answer(void *arg, struct http_bytes *bytes, const struct trouble *why)
{
	struct asking_both *a = arg;
	cr_assert_not_null(bytes, "%s", why != NULL ? why->words : "");
	*(a->answers++ == 0 ? &a->first : &a->second) = http_bytes_ref(bytes);
}

static void ask_twice(void *arg, struct frozen *f, const struct trouble *why)
{
	const struct live_question q = {.form = LIVE_COMPANY_JSON};
	cr_assert_not_null(f, "%s", why != NULL ? why->words : "");
	frozen_ask(f, &q, note_answer, arg);
	frozen_ask(f, &q, note_answer, arg);
}

Test(publication, a_question_asked_twice_at_once_is_answered_once_for_both)
{
	struct asking_both a = {0};
	given_closed(NULL, false);
	cr_expect_eq(published(), 1);
	frozen_open(s.server.live, s.wave_id, 1, ask_twice, &a);
	for (int i = 0; i < 20000 && a.answers < 2; i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		usleep(500);
	}
	cr_expect_eq(a.answers, 2);
	cr_expect_eq(a.first, a.second, "the same bytes");
	cr_expect_eq(live_counts(s.server.live).answers_made, 1);
	http_bytes_unref(a.first);
	http_bytes_unref(a.second);
	end_scene(&s);
}

Test(publication, a_stop_waits_for_the_revision_that_is_being_read)
{
	struct opening o = {0};
	given_closed(NULL, false);
	cr_expect_eq(published(), 1);
	frozen_open(s.server.live, s.wave_id, 1, note_opened, &o);
	end_scene(&s);
	cr_expect(o.done);
}

/* Verifying */

struct verifying {
	bool done;
	struct publication_report report;
	char words[512];
};

static void note_difference(void *arg, const char *words)
{
	struct verifying *v = arg;
	snprintf(v->words, sizeof(v->words), "%s", words);
}

static void note_verified(void *arg, const struct publication_report *report)
{
	struct verifying *v = arg;
	v->done = true;
	v->report = *report;
}

static struct pg_conn *taken_conn;

static void note_taken(void *arg, struct pg_conn *conn, const struct trouble *why)
{
	cr_assert_not_null(conn, "%s", why != NULL ? why->words : "");
	taken_conn = conn;
	*(bool *)arg = true;
}

static struct verifying verify_as(const char *version)
{
	struct verifying v = {0};
	bool taken = false;
	pg_pool_take(s.server.pool, note_taken, &taken);
	turn_until(&s, &taken);
	publication_verify_run(s.loop, taken_conn, version, note_difference, note_verified, &v);
	turn_until(&s, &v.done);
	pg_pool_give(s.server.pool, &taken_conn);
	cr_expect_eq(v.report.status, OK, "%s", v.report.why.words);
	return v;
}

Test(publication, boards_made_again_are_compared_and_those_of_another_version_only_by_their_hash)
{
	given_closed(NULL, false);
	cr_expect_eq(published(), 1);
	cr_expect_eq(published(), 2);
	struct verifying same = verify_as("test");
	cr_expect_eq(same.report.publications, 2);
	cr_expect_eq(same.report.boards_made, 12, "awards rest on other waves");
	cr_expect_eq(same.report.differences, 0, "%s", same.words);
	struct verifying other = verify_as("another");
	cr_expect_eq(other.report.boards, 16);
	cr_expect_eq(other.report.boards_made, 0);
	end_scene(&s);
}

Test(publication, counts_that_changed_give_other_boards_and_verify_says_which)
{
	given_closed(NULL, false);
	cr_expect_eq(published(), 1);
	sql(&s,
	    "alter table publication disable trigger user; update publication set version = 61");
	struct verifying v = verify_as("test");
	cr_expect_eq(v.report.differences, 3, "%s: the three of them in JSON", v.words);
	cr_expect_not_null(strstr(v.words, "wave w1, revision 1: standings"), "%s", v.words);
	end_scene(&s);
}
