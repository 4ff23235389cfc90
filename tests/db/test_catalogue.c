/* What the catalogue holds in memory is what the database says, and only that. */
#include "db/ingest_scene.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/key.h"

TestSuite(catalogue, .timeout = 60);

static struct scene s;
static char text[KEY_TEXT_BYTES];

/** A key in the database; `more` are columns behind the digest's. */
static void given_key(const char *role, const char *expires)
{
	struct trouble why;
	struct key_parts parts;
	unsigned char digest[KEY_DIGEST_BYTES];
	char hex[2 * KEY_DIGEST_BYTES + 1], statement[512];
	given_scene(&s, NULL);
	cr_assert_eq(key_make(text, &why), OK);
	cr_assert(key_split(slice_of(text), &parts));
	key_digest(parts.secret, digest);
	for (int i = 0; i < KEY_DIGEST_BYTES; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	snprintf(statement, sizeof(statement),
		 "insert into api_key (key_id, organisation_id, secret_sha256, role, expires_at) "
		 "values ('%.*s', 1, '\\x%s', '%s', %s)",
		 SLICE_ARGS(parts.id), hex, role, expires);
	sql(&s, statement);
	reload_catalogue(&s, &s.server);
}

static const struct known_key *found(void)
{
	return catalogue_find_key(s.server.catalogue, slice_of(text));
}

static struct shared_programme *programme(void)
{
	return catalogue_find_programme(s.server.catalogue, 1, SLICE("p"));
}

Test(catalogue, a_key_is_known_with_its_role_and_organisation)
{
	given_key("sponsor", "null");
	const struct known_key *key = found();
	cr_assert_not_null(key);
	cr_expect_eq(key->role, ROLE_SPONSOR);
	cr_expect_eq(key->organisation_id, 1);
	cr_expect(slice_is(key->organisation, "o"));
	end_scene(&s);
}

Test(catalogue, every_key_of_many_is_found)
{
	given_key("firm", "null");
	sql(&s,
	    "insert into api_key (key_id, organisation_id, secret_sha256, role) "
	    "select translate(lpad(i::text, 8, 'a'), '0189', 'bcde'), 1, k.secret_sha256, 'operator' "
	    "from generate_series(1, 300) i, api_key k");
	reload_catalogue(&s, &s.server);
	char other[KEY_TEXT_BYTES];
	int known = 0;
	for (int i = 1; i <= 300; i++) {
		char id[16];
		memcpy(other, text, sizeof(other));
		snprintf(id, sizeof(id), "%8d", i);
		for (char *at = id; *at != '\0'; at++) {
			const char *const from = " 0189", *const to = "abcde";
			const char *which = strchr(from, *at);
			*at = which != NULL ? to[which - from] : *at;
		}
		memcpy(other + strlen("plaudit_live_"), id, KEY_ID_CHARS);
		const struct known_key *key = catalogue_find_key(s.server.catalogue,
								 slice_of(other));
		known += key != NULL && key->role == ROLE_OPERATOR;
	}
	cr_expect_eq(known, 300);
	cr_expect_not_null(found());
	end_scene(&s);
}

Test(catalogue, a_wrong_secret_is_unknown)
{
	given_key("firm", "null");
	char *last = text + strlen(text) - 1;
	*last = *last == 'a' ? 'b' : 'a';
	cr_expect_null(found());
	end_scene(&s);
}

Test(catalogue, a_wrong_id_is_unknown)
{
	given_key("firm", "null");
	char *first = text + strlen("plaudit_live_");
	*first = *first == 'a' ? 'b' : 'a';
	cr_expect_null(found());
	end_scene(&s);
}

Test(catalogue, a_revoked_key_is_unknown_after_the_reload)
{
	given_key("firm", "null");
	cr_expect_not_null(found());
	sql(&s, "update api_key set revoked_at = now()");
	reload_catalogue(&s, &s.server);
	cr_expect_null(found());
	end_scene(&s);
}

Test(catalogue, an_expired_key_is_unknown)
{
	given_key("firm", "now() - interval '1 second'");
	cr_expect_null(found());
	end_scene(&s);
}

Test(catalogue, a_key_expires_without_a_reload)
{
	given_key("firm", "now() + interval '1 hour'");
	cr_expect_not_null(found());
	int64_t later = clock_now() + INT64_C(3601) * 1000000;
	clock_pretend(&later);
	cr_expect_null(found());
	clock_pretend(NULL);
	end_scene(&s);
}

Test(catalogue, nothing_is_known_before_the_first_reading)
{
	given_key("firm", "null");
	struct catalogue *empty = catalogue_new(s.server.pool, NULL, NULL);
	size_t len;
	cr_expect_not(catalogue_ready(empty));
	cr_expect_null(catalogue_find_key(empty, slice_of(text)));
	cr_expect_null(catalogue_find_programme(empty, 1, SLICE("p")));
	cr_expect_null(catalogue_wave_by_id(empty, 1));
	(void)catalogue_waves(empty, &len);
	cr_expect_eq(len, 0);
	catalogue_free(empty);
	end_scene(&s);
}

Test(catalogue, programmes_of_another_organisation_are_unknown)
{
	given_scene(&s, NULL);
	cr_expect_not_null(programme());
	cr_expect_null(catalogue_find_programme(s.server.catalogue, 2, SLICE("p")));
	cr_expect_null(catalogue_find_programme(s.server.catalogue, 1, SLICE("q")));
	end_scene(&s);
}

Test(catalogue, a_wave_is_found_by_code_and_by_number_with_its_state)
{
	given_scene(&s, NULL);
	sql(&s, "update wave set state = 'closed' where code = 'w2'");
	reload_catalogue(&s, &s.server);
	const struct known_wave *wave = catalogue_find_wave(s.server.catalogue, programme(),
							    SLICE("w2"));
	cr_assert_not_null(wave);
	cr_expect_eq(wave->state, WAVE_CLOSED);
	cr_expect_eq(wave, catalogue_wave_by_id(s.server.catalogue, wave->wave_id));
	cr_expect_null(catalogue_find_wave(s.server.catalogue, programme(), SLICE("w3")));
	end_scene(&s);
}

Test(catalogue, a_programme_that_did_not_change_stays_the_same_object)
{
	given_scene(&s, NULL);
	struct shared_programme *before = programme();
	uint64_t version = catalogue_version(s.server.catalogue);
	sql(&s, "update wave set state = 'closed'");
	reload_catalogue(&s, &s.server);
	cr_expect_eq(programme(), before);
	cr_expect_eq(catalogue_version(s.server.catalogue), version + 1);
	end_scene(&s);
}

Test(catalogue, a_held_programme_survives_its_replacement)
{
	given_scene(&s, NULL);
	struct shared_programme *held = programme();
	shared_programme_hold(held);
	sql(&s, "update programme set document = document || convert_to(' ', 'UTF8')");
	reload_catalogue(&s, &s.server);
	cr_expect_neq(programme(), held);
	cr_expect_neq(programme()->edition, held->edition);
	cr_expect(slice_is(held->programme->code, "p"));
	cr_expect_eq(held->references, 1);
	shared_programme_release(&held);
	cr_expect_null(held);
	end_scene(&s);
}

Test(catalogue, an_unreadable_programme_leaves_the_others)
{
	given_scene(&s, NULL);
	sql(&s, "insert into programme (organisation_id, code, document) values (1, 'bad', '{');"
		"insert into wave (programme_id, code) select programme_id, 'w' from programme "
		"where code = 'bad'");
	reload_catalogue(&s, &s.server);
	cr_expect_not_null(programme());
	size_t len;
	(void)catalogue_programmes(s.server.catalogue, &len);
	cr_expect_eq(len, 1);
	(void)catalogue_waves(s.server.catalogue, &len);
	cr_expect_eq(len, 2);
	end_scene(&s);
}

static void count_ok(void *arg, enum status st)
{
	*(int *)arg += st == OK;
}

Test(catalogue, everyone_who_asks_while_it_reads_is_told_by_a_reading_begun_after)
{
	int told = 0;
	given_scene(&s, NULL);
	uint64_t version = catalogue_version(s.server.catalogue);
	for (int i = 0; i < 5; i++)
		catalogue_reload(s.server.catalogue, count_ok, &told);
	for (int i = 0; i < 4000 && told < 5; i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		usleep(500);
	}
	cr_expect_eq(told, 5);
	cr_expect_eq(catalogue_version(s.server.catalogue), version + 2);
	end_scene(&s);
}

Test(catalogue, a_reading_that_fails_leaves_what_was_known)
{
	struct scene_wish wish = {.proxy = true};
	int told = 0;
	given_scene(&s, &wish);
	pg_proxy_rule(s.proxy, "catalogue_waves", 0, 1, PROXY_CUT_BEFORE, NULL);
	bool failed = false;
	catalogue_reload(s.server.catalogue, count_ok, &told);
	for (int i = 0; i < 4000 && !failed; i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		failed = pg_proxy_acted(s.proxy) > 0;
		usleep(500);
	}
	for (int i = 0; i < 400; i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		usleep(500);
	}
	cr_expect_eq(told, 0, "it ended, but not well");
	cr_expect_not_null(programme());
	reload_catalogue(&s, &s.server);
	cr_expect_not_null(programme());
	end_scene(&s);
}

Test(catalogue, another_server_hears_of_a_change)
{
	given_scene(&s, NULL);
	given_other_server(&s);
	sql(&s, "update wave set state = 'closed' where wave_id = 1");
	enum wave_state state = WAVE_FIELDING;
	for (int i = 0; i < 4000 && state != WAVE_CLOSED; i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		state = catalogue_wave_by_id(s.other.catalogue, 1)->state;
		usleep(500);
	}
	cr_expect_eq(state, WAVE_CLOSED);
	end_scene(&s);
}

Test(catalogue, freed_while_it_reads_it_tells_who_waits)
{
	int told = 0;
	given_scene(&s, NULL);
	struct catalogue *c = catalogue_new(s.server.pool, NULL, NULL);
	catalogue_reload(c, count_ok, &told);
	catalogue_free(c);
	for (int i = 0; i < 200; i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		usleep(500);
	}
	cr_expect_eq(told, 0);
	end_scene(&s);
}
