/* The routes above a real database: what a client gets to see, and what a stop leaves behind. */
#include "db/ingest_scene.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "api/api.h"
#include "fake/small_programme.h"
#include "store/key.h"

TestSuite(api, .timeout = 60);

static struct scene s;

/** Statements that wait for a lock in this test's database. */
#define WAITING_HERE                                                                               \
	"select count(*) from pg_locks l join pg_database d on d.oid = l.database "                \
	"where d.datname = current_database() and not l.granted"

static struct api api;
static char key[KEY_TEXT_BYTES];
static int client;

static void given_key(const char *role, int organisation)
{
	struct trouble why;
	struct key_parts parts;
	unsigned char digest[KEY_DIGEST_BYTES];
	char hex[2 * KEY_DIGEST_BYTES + 1], statement[512];
	cr_assert_eq(key_make(key, &why), OK);
	cr_assert(key_split(slice_of(key), &parts));
	key_digest(parts.secret, digest);
	for (int i = 0; i < KEY_DIGEST_BYTES; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	snprintf(statement, sizeof(statement),
		 "insert into api_key (key_id, organisation_id, secret_sha256, role) "
		 "values ('%.*s', %d, '\\x%s', '%s')",
		 SLICE_ARGS(parts.id), organisation, hex, role);
	sql(&s, statement);
	reload_catalogue(&s, &s.server);
}

static void given_http(void)
{
	struct http_limits limits = http_limits_default();
	struct trouble why;
	int ends[2];
	given_scene(&s, NULL);
	given_key("firm", 1);
	limits.stop_ms = 20;
	api = (struct api){.loop = s.loop,
			   .pool = s.server.pool,
			   .catalogue = s.server.catalogue,
			   .sources = s.server.sources,
			   .ingest = s.server.ingest,
			   .review = s.server.review,
			   .live = s.server.live,
			   .version = "test"};
	api.http = http_server_new(s.loop, api_routes, api_routes_len, &limits, &api);
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	cr_assert_eq(http_server_adopt(api.http, ends[0], &why), OK, "%s", why.words);
	client = ends[1];
}

static void send_request(const char *line, const char *body)
{
	char head[512];
	int len = snprintf(head, sizeof(head),
			   "%s HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer %s\r\n"
			   "Content-Length: %zu\r\nConnection: close\r\n\r\n",
			   line, key, strlen(body));
	cr_assert_eq(write(client, head, (size_t)len), len);
	cr_assert_eq(write(client, body, strlen(body)), (ssize_t)strlen(body));
}

/** Everything up to the end of the connection. */
static struct buf answer_of(void)
{
	struct buf answer;
	char part[65536];
	ssize_t got = -1;
	buf_init(&answer, 64 << 20);
	for (int turns = 0; got != 0 && turns < 20000; turns++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		got = recv(client, part, sizeof(part), MSG_DONTWAIT);
		if (got > 0)
			buf_add(&answer, (struct slice){part, (size_t)got});
		else
			usleep(500);
	}
	cr_assert_eq(got, 0);
	buf_add_byte(&answer, '\0');
	return answer;
}

static void note_flag(void *arg)
{
	*(bool *)arg = true;
}

static void stop_http(void)
{
	bool stopped = false;
	close(client);
	http_server_stop(api.http, note_flag, &stopped);
	turn_until(&s, &stopped);
	http_server_free(api.http);
}

static PGconn *given_lock(const char *statement)
{
	PGconn *pq = PQconnectdb(s.superuser);
	PQclear(PQexec(pq, "begin"));
	PGresult *r = PQexec(pq, statement);
	cr_assert_eq(PQresultStatus(r), PGRES_COMMAND_OK, "%s", PQerrorMessage(pq));
	PQclear(r);
	return pq;
}

static void turn_until_somebody_waits_for_the_lock(void)
{
	for (int i = 0; i < 2000; i++) {
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
		if (i % 20 == 19 && number(&s, WAITING_HERE))
			return;
		usleep(500);
	}
	cr_assert_fail("the statement did not reach the lock");
}

/** As plauditd stops: requests, then the catalogue, then what is in flight in the pool. */
static void stop_while_it_waits(PGconn *lock)
{
	turn_until_somebody_waits_for_the_lock();
	stop_http();
	api.catalogue = NULL;
	PQfinish(lock);
	end_scene(&s);
}

Test(api, a_programme_stored_after_its_client_was_given_up_needs_no_catalogue)
{
	given_http();
	PGconn *lock = given_lock("lock table programme in exclusive mode");
	send_request("PUT /v1/programmes/p", SMALL_PROGRAMME " ");
	stop_while_it_waits(lock);
}

Test(api, a_wave_closed_after_its_client_was_given_up_needs_no_catalogue)
{
	given_http();
	PGconn *lock = given_lock("lock table wave in exclusive mode");
	send_request("POST /v1/programmes/p/waves/w1/close", "");
	stop_while_it_waits(lock);
}

Test(api, what_postgresql_says_of_its_tables_is_not_told_to_clients)
{
	given_http();
	sql(&s, "revoke all on wave from plaudit_runtime");
	send_request("POST /v1/programmes/p/waves/w1/close", "");
	struct buf answer = answer_of();
	cr_expect_eq(strncmp(answer.at, "HTTP/1.1 403 ", 13), 0, "%s", answer.at);
	cr_expect_null(strstr(answer.at, "table"), "%s", answer.at);
	cr_expect_not_null(strstr(answer.at, "\"code\":\"not_allowed\""), "%s", answer.at);
	buf_fini(&answer);
	stop_http();
	end_scene(&s);
}

static void connect_again(void)
{
	struct trouble why;
	int ends[2];
	close(client);
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	cr_assert_eq(http_server_adopt(api.http, ends[0], &why), OK, "%s", why.words);
	client = ends[1];
}

/** The answer to a request of somebody whose organisation has nothing, without what it quotes. */
static struct buf answer_without(const char *line, const char *quoted)
{
	connect_again();
	send_request(line, "");
	struct buf answer = answer_of();
	char *at = strstr(answer.at, quoted);
	cr_assert_not_null(at, "%s", answer.at);
	memset(at, '-', strlen(quoted));
	char *date = strstr(answer.at, "Date: ");
	cr_assert_not_null(date);
	memset(date, '-', strcspn(date, "\r"));
	return answer;
}

Test(api, what_is_another_organisations_is_answered_as_what_is_not_there)
{
	static const char *const requests[] = {
		"GET /v1/programmes/%s",
		"GET /v1/programmes/%s/waves/w1",
		"POST /v1/programmes/%s/waves/w1/close",
		"POST /v1/programmes/%s/waves/w1/uploads",
		"GET /v1/programmes/%s/waves/w1/uploads/1",
		"GET /v1/programmes/%s/waves/w1/uploads/1/errors",
		"GET /v1/programmes/%s/waves/w1/results",
		"GET /v1/programmes/%s/waves/w1/results/1",
		"PATCH /v1/programmes/%s/waves/w1/results/1",
		"POST /v1/programmes/%s/waves/w1/results/1/notes",
		"POST /v1/programmes/%s/waves/w1/results/1/appeals",
		"POST /v1/programmes/%s/waves/w1/reviews",
		"GET /v1/programmes/%s/waves/w1/appeals",
		"PATCH /v1/programmes/%s/waves/w1/appeals/1",
		"GET /v1/programmes/%s/waves/w1/standings?sector=S1",
		"GET /v1/programmes/%s/waves/w1/sectors",
		"GET /v1/programmes/%s/waves/w1/companies/C1",
		"GET /v1/programmes/%s/waves/w1/shoppers",
	};
	given_http();
	sql(&s, "insert into organisation (code) values ('other')");
	given_key("firm", 2);
	for (size_t i = 0; i < COUNT_OF(requests); i++) {
		char theirs[128], nobodys[128];
		snprintf(theirs, sizeof(theirs), requests[i], "p");
		snprintf(nobodys, sizeof(nobodys), requests[i], "q");
		struct buf one = answer_without(theirs, "/v1/programmes/p");
		struct buf two = answer_without(nobodys, "/v1/programmes/q");
		cr_expect_eq(strncmp(one.at, "HTTP/1.1 404 ", 13), 0, "%s: %s", theirs, one.at);
		cr_expect_str_eq(one.at, two.at);
		buf_fini(&one);
		buf_fini(&two);
	}
	stop_http();
	end_scene(&s);
}

/** Programmes whose names alone are longer than 8 MiB. */
static void given_long_names(void)
{
	sql(&s, "insert into programme (organisation_id, code, document) "
		"select 1, 'long' || i, convert_to(replace(convert_from(document, 'UTF8'), "
		"'{\"programme\":\"p\",\"name\":{\"en\":\"P\"}', "
		"'{\"programme\":\"long' || i || '\",\"name\":{\"en\":\"' || repeat('n', 4000) || "
		"'\"}'), 'UTF8') from programme, generate_series(1, 2500) i");
	reload_catalogue(&s, &s.server);
}

Test(api, a_long_list_of_programmes_is_whole)
{
	given_http();
	given_long_names();
	send_request("GET /v1/programmes", "");
	struct buf answer = answer_of();
	static const char end[] = "],\"next_cursor\":null}";
	cr_assert_gt(answer.len, (size_t)8 << 20);
	cr_expect_str_eq(answer.at + answer.len - sizeof(end), end);
	buf_fini(&answer);
	stop_http();
	end_scene(&s);
}
