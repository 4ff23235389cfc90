/* The sources in memory are those of the database, with their secrets, and only those. */
#include "db/ingest_scene.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

TestSuite(sources, .timeout = 60);

static struct scene s;

#define DOCUMENT(code, kind, more)                                                                 \
	"{\"source\":\"" code "\",\"kind\":\"" kind                                                \
	"\",\"programme\":\"p\",\"wave\":\"w1\",\"channel\":\"chat\",\"company\":\"C1\"" more "}"

/** One more in the database; `code` is one letter, of which its address is made. */
static void given_source(const char *code, const char *kind, const char *document)
{
	char text[1024];
	snprintf(text, sizeof(text),
		 "insert into source (organisation_id, code, address, kind, wave_id, document) "
		 "values (1, '%s', repeat('%s', 16), '%s', 1, convert_to('%s', 'UTF8'))",
		 code, code, kind, document);
	sql(&s, text);
}

static void given_secret(const char *name, int number, const char *secret)
{
	char text[512];
	snprintf(text, sizeof(text),
		 "insert into secret.source_secret (source_id, name, number, secret, made_at) "
		 "select source_id, '%s', %d, '%s', now() + interval '%d second' from source "
		 "where code = 'a'",
		 name, number, secret, number);
	sql(&s, text);
}

static const struct known_source *found(struct server *server, const char *code)
{
	return sources_find_code(server->sources, 1, slice_of(code));
}

static void turn(int times)
{
	for (int i = 0; i < times; i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		usleep(500);
	}
}

Test(sources, a_source_is_found_by_each_of_its_names)
{
	given_scene(&s, NULL);
	for (int i = 0; i < 5; i++) {
		static const char *const codes[] = {"d", "b", "a", "e", "c"};
		given_source(codes[i], "chatwoot", DOCUMENT("x", "chatwoot", ""));
	}
	given_source("m", "mail", DOCUMENT("m", "mail", ",\"mailbox\":\"svar\""));
	reload_sources(&s, &s.server);
	const struct known_source *one = found(&s.server, "b");
	cr_assert_not_null(one);
	cr_expect_str_eq(one->setup->adapter->kind, "chatwoot");
	cr_expect(slice_is(one->code, "b"));
	cr_expect(slice_is(one->setup->company, "C1"));
	cr_expect_eq(one->wave_id, 1);
	cr_expect_eq(sources_find(s.server.sources, SLICE("bbbbbbbbbbbbbbbb")), one);
	cr_expect_eq(sources_by_id(s.server.sources, one->source_id), one);
	cr_expect_eq(sources_find_mailbox(s.server.sources, SLICE("svar")), found(&s.server, "m"));
	cr_expect_null(sources_find(s.server.sources, SLICE("bbbbbbbbbbbbbbb")));
	cr_expect_null(sources_find(s.server.sources, SLICE("")));
	cr_expect_null(sources_find_mailbox(s.server.sources, SLICE("")));
	cr_expect_null(sources_find_code(s.server.sources, 2, SLICE("b")));
	size_t len;
	(void)sources_all(s.server.sources, &len);
	cr_expect_eq(len, 6);
	end_scene(&s);
}

Test(sources, secrets_come_with_it_the_newest_first)
{
	given_scene(&s, NULL);
	given_source("a", "messenger", DOCUMENT("a", "messenger", ",\"questions\":{\"ces\":null}"));
	given_secret("signing", 1, "older");
	given_secret("signing", 2, "newer");
	given_secret("verify_token", 1, "said");
	given_secret("access_token", 1, "used");
	given_secret("access_token", 2, "renewed");
	reload_sources(&s, &s.server);
	const struct known_source *one = found(&s.server, "a");
	cr_assert_not_null(one);
	cr_assert_eq(one->signing_len, 2);
	cr_expect(slice_is(one->signing[0], "newer"));
	cr_expect(slice_is(one->signing[1], "older"));
	cr_expect(slice_is(one->verify_token, "said"));
	cr_expect(slice_is(one->access_token, "renewed"));
	end_scene(&s);
}

Test(sources, another_server_hears_of_a_source_of_its_pause_and_of_its_secret)
{
	given_scene(&s, NULL);
	given_other_server(&s);
	given_source("a", "chatwoot", DOCUMENT("a", "chatwoot", ""));
	for (int i = 0; i < 80 && found(&s.other, "a") == NULL; i++)
		turn(100);
	cr_assert_not_null(found(&s.other, "a"));
	cr_expect_not(found(&s.other, "a")->paused);
	sql(&s, "update source set paused = true");
	for (int i = 0; i < 80 && !found(&s.other, "a")->paused; i++)
		turn(100);
	cr_expect(found(&s.other, "a")->paused);
	given_secret("signing", 1, "new");
	for (int i = 0; i < 80 && found(&s.other, "a")->signing_len == 0; i++)
		turn(100);
	cr_expect_eq(found(&s.other, "a")->signing_len, 1);
	end_scene(&s);
}

Test(sources, a_held_source_stays_as_it_was)
{
	given_scene(&s, NULL);
	given_source("a", "chatwoot", DOCUMENT("a", "chatwoot", ""));
	given_secret("signing", 1, "old");
	reload_sources(&s, &s.server);
	const struct known_source *held = found(&s.server, "a");
	source_hold(held);
	sql(&s, "delete from secret.source_secret; update source set revision = 2");
	reload_sources(&s, &s.server);
	cr_expect_neq(found(&s.server, "a"), held);
	cr_expect_eq(found(&s.server, "a")->revision, 2);
	cr_expect_eq(found(&s.server, "a")->signing_len, 0);
	cr_expect_eq(held->revision, 1);
	cr_expect(slice_is(held->signing[0], "old"));
	cr_expect_eq(held->references, 1);
	source_release(&held);
	cr_expect_null(held);
	end_scene(&s);
}

Test(sources, a_document_that_no_longer_fits_still_takes_events)
{
	given_scene(&s, NULL);
	given_source("a", "chatwoot", DOCUMENT("a", "chatwoot", ",\"questions\":{\"q\":\"gone\"}"));
	given_source("b", "fax", DOCUMENT("b", "fax", ""));
	reload_sources(&s, &s.server);
	const struct known_source *one = found(&s.server, "a");
	cr_assert_not_null(one);
	cr_expect_eq(one->faults, 1);
	cr_expect_str_eq(one->setup->adapter->kind, "chatwoot");
	cr_expect_null(found(&s.server, "b"), "nothing is known of its kind");
	end_scene(&s);
}

Test(sources, what_happens_is_added_to_what_happened_before)
{
	given_scene(&s, NULL);
	given_source("a", "chatwoot", DOCUMENT("a", "chatwoot", ""));
	given_source("b", "chatwoot", DOCUMENT("b", "chatwoot", ""));
	reload_sources(&s, &s.server);
	int a = found(&s.server, "a")->source_id, b = found(&s.server, "b")->source_id;
	struct sources *all = s.server.sources;
	for (int round = 1; round <= 2; round++) {
		sources_note(all, a, SOURCE_TAKEN, NULL);
		sources_note(all, a, SOURCE_TAKEN, NULL);
		sources_note(all, a, SOURCE_REPEATED, NULL);
		sources_note(all, b, SOURCE_REFUSED, round == 1 ? "wrong" : "stale");
		sources_note(all, 0, SOURCE_TAKEN, NULL);
		sources_flush(all);
		for (int i = 0; i < 80 && number(&s, "select coalesce(sum(taken), 0) from "
						     "source_health") != 2 * round;
		     i++)
			turn(100);
	}
	cr_expect_eq(number(&s, "select taken * 100 + repeated * 10 + refused from source_health "
				"where last_taken_at is not null and last_refused_at is null"),
		     420);
	cr_expect_eq(number(&s, "select count(*) from source_health where refused = 2 and "
				"last_refusal = 'stale' and last_taken_at is null and "
				"last_refused_at is not null"),
		     1);
	cr_expect_eq(number(&s, "select count(*) from source_health"), 2);
	end_scene(&s);
}

Test(sources, what_could_not_be_written_is_written_later)
{
	given_scene(&s, NULL);
	given_source("a", "chatwoot", DOCUMENT("a", "chatwoot", ""));
	reload_sources(&s, &s.server);
	int a = found(&s.server, "a")->source_id;
	sql(&s, "alter table source_health rename to elsewhere");
	sources_note(s.server.sources, a, SOURCE_REFUSED, "wrong");
	sources_flush(s.server.sources);
	turn(200);
	sources_note(s.server.sources, a, SOURCE_TAKEN, NULL);
	sql(&s, "alter table elsewhere rename to source_health");
	sources_flush(s.server.sources);
	for (int i = 0; i < 80 && number(&s, "select count(*) from source_health") == 0; i++)
		turn(100);
	cr_expect_eq(number(&s, "select taken * 10 + refused from source_health where "
				"last_refusal = 'wrong'"),
		     11);
	end_scene(&s);
}

static void count_ok(void *arg, enum status st)
{
	*(int *)arg += st == OK;
}

Test(sources, freed_while_they_are_read_nobody_is_told_that_they_are)
{
	int told = 0;
	given_scene(&s, NULL);
	struct sources *others = sources_new(s.server.pool, s.server.catalogue);
	cr_expect_not(sources_ready(others));
	sources_reload(others, count_ok, &told);
	sources_note(others, 1, SOURCE_TAKEN, NULL);
	sources_free(others);
	turn(200);
	cr_expect_eq(told, 0);
	end_scene(&s);
}
