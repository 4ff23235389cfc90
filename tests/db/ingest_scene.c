#include "db/ingest_scene.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libpq-fe.h>
#include <openssl/evp.h>

#include "app/migrate.h"
#include "app/migrations.h"
#include "base/clock.h"
#include "base/log.h"
#include "fake/small_programme.h"
#include "store/compaction.h"
#include "store/verify.h"

enum { PART_BYTES = 16 * 1024, TEMPLATE_LOCK = 77 };

static uint64_t no_jitter(void *arg)
{
	(void)arg;
	return 0;
}

static PGconn *connected(const char *conninfo)
{
	PGconn *pq = PQconnectdb(conninfo);
	cr_assert_eq(PQstatus(pq), CONNECTION_OK, "%s", PQerrorMessage(pq));
	return pq;
}

static void run(PGconn *pq, const char *text)
{
	PGresult *r = PQexec(pq, text);
	ExecStatusType status = PQresultStatus(r);
	cr_assert(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "%s: %s", text,
		  PQerrorMessage(pq));
	PQclear(r);
}

static long long first_number(PGconn *pq, const char *text)
{
	PGresult *r = PQexec(pq, text);
	cr_assert_eq(PQresultStatus(r), PGRES_TUPLES_OK, "%s: %s", text, PQerrorMessage(pq));
	cr_assert_eq(PQntuples(r), 1, "%s", text);
	long long found = strtoll(PQgetvalue(r, 0, 0), NULL, 10);
	PQclear(r);
	return found;
}

static void migrate(const struct scene *s)
{
	static const struct migrations known = {MIGRATIONS, MIGRATION_COUNT};
	char conninfo[256];
	PGconn *pq;
	struct trouble why;
	size_t applied;
	snprintf(conninfo, sizeof(conninfo), "host=%s dbname=migrated user=postgres", s->folder);
	cr_assert_eq(migrate_connect(conninfo, true, &pq, &why), OK, "%s", why.words);
	cr_assert_eq(migrate_up(pq, &known, &applied, &why), OK, "%s", why.words);
	PQfinish(pq);
}

/** A copy of the migrated database, which the first test to come makes. */
static void make_database(struct scene *s)
{
	char text[200];
	PGconn *pq = connected(cluster_conninfo());
	snprintf(s->database, sizeof(s->database), "scene_%d", (int)getpid());
	snprintf(text, sizeof(text), "select pg_advisory_lock(%d)", TEMPLATE_LOCK);
	run(pq, text);
	if (first_number(pq, "select count(*) from pg_database where datname = 'migrated'") == 0) {
		run(pq, "create database migrated template template0");
		migrate(s);
	}
	snprintf(text, sizeof(text), "create database %s template migrated", s->database);
	run(pq, text);
	PQfinish(pq);
}

static void fill_database(struct scene *s)
{
	sql(s, "insert into organisation (code) values ('o')");
	PGconn *pq = connected(s->superuser);
	const char *values[] = {SMALL_PROGRAMME};
	PGresult *r = PQexecParams(pq,
				   "insert into programme (organisation_id, code, document) "
				   "values (1, 'p', convert_to($1, 'UTF8'))",
				   1, NULL, values, NULL, NULL, 0);
	cr_assert_eq(PQresultStatus(r), PGRES_COMMAND_OK, "%s", PQerrorMessage(pq));
	PQclear(r);
	PQfinish(pq);
	sql(s, "insert into wave (programme_id, code, state) values (1, 'w1', 'fielding'), "
	       "(1, 'w2', 'fielding')");
	s->organisation_id = 1;
	s->wave_id = 1;
	s->other_wave_id = 2;
}

void sql(struct scene *s, const char *text)
{
	PGconn *pq = connected(s->superuser);
	run(pq, text);
	PQfinish(pq);
}

long long number(struct scene *s, const char *text)
{
	PGconn *pq = connected(s->superuser);
	long long found = first_number(pq, text);
	PQfinish(pq);
	return found;
}

/* Turning */

static bool turned_until(struct scene *s, bool (*over)(const void *what), const void *what)
{
	uint64_t start_ms = clock_monotonic_ms();
	while (!over(what) && clock_monotonic_ms() - start_ms < WAIT_SECONDS * 1000) {
		uv_run(loop_uv(s->loop), UV_RUN_NOWAIT);
		usleep(500);
	}
	return over(what);
}

static bool is_set(const void *what)
{
	return *(const bool *)what;
}

void turn_until(struct scene *s, const bool *flag)
{
	cr_assert(turned_until(s, is_set, flag), "it did not happen within %d s", WAIT_SECONDS);
}

static bool uploads_no_more(const void *what)
{
	const struct scene *s = what;
	return ingest_counts(s->server.ingest).uploads_now == 0;
}

void turn_while_uploading(struct scene *s)
{
	cr_assert(turned_until(s, uploads_no_more, s), "an upload hangs");
}

static bool pool_ready(const void *what)
{
	return pg_pool_ready(what);
}

/* The server */

static void counted(void *arg, int wave_id, const struct delta_mark *delta, uint64_t changes,
		    struct tally **tally, void (*applied)(void *applied_arg), void *applied_arg)
{
	struct server *server = arg;
	if (!server->counts_held) {
		live_counted(server->live, wave_id, delta, changes, tally, applied, applied_arg);
		return;
	}
	cr_assert_null(server->held.applied, "one at a time is held");
	server->held = (struct held){wave_id, *delta, changes, *tally, applied, applied_arg};
	*tally = NULL;
}

static bool settle_wave(void *arg, const struct settle_origin *origin,
			void (*settled)(void *settled_arg, const struct trouble *why),
			void *settled_arg)
{
	struct server *server = arg;
	return settler_run(server->settler, origin, settled, settled_arg);
}

static void notified(void *arg, const char *channel, const char *payload)
{
	struct server *server = arg;
	if (strcmp(channel, "plaudit_catalogue") == 0)
		catalogue_reload(server->catalogue, NULL, NULL);
	else
		live_heard(server->live, (int)strtol(payload, NULL, 10));
}

static void resync(void *arg)
{
	struct server *server = arg;
	live_resync(server->live);
}

static void catalogue_changed(void *arg)
{
	struct server *server = arg;
	if (server->live != NULL)
		live_catalogue_changed(server->live);
	if (server->sources != NULL)
		sources_reload(server->sources, NULL, NULL);
}

static void note_reloaded(void *arg, enum status st)
{
	cr_expect_eq(st, OK);
	*(bool *)arg = true;
}

void reload_catalogue(struct scene *s, struct server *server)
{
	bool reloaded = false;
	catalogue_reload(server->catalogue, note_reloaded, &reloaded);
	turn_until(s, &reloaded);
}

void reload_sources(struct scene *s, struct server *server)
{
	bool reloaded = false;
	sources_reload(server->sources, note_reloaded, &reloaded);
	turn_until(s, &reloaded);
}

void open_inbox(struct scene *s, struct server *server, const struct inbox_settings *wish)
{
	struct inbox_settings settings = *wish;
	settings.loop = s->loop;
	settings.pool = server->pool;
	settings.spool = server->spool;
	server->inbox = inbox_new(&settings);
}

static void open_server(struct scene *s, struct server *server, const struct scene_wish *wish)
{
	struct pg_settings conn = {.conninfo = s->runtime, .allow_old_server = true};
	struct pg_pool_settings pool = {.conn = conn,
					.exclusive = wish->exclusive,
					.backoff_first_ms = 10,
					.random = {no_jitter, NULL}};
	struct ingest_settings ingest = {.loop = s->loop,
					 .first_wait_ms = 1,
					 .lanes = wish->lanes,
					 .uploads_limit = wish->uploads_limit,
					 .batch_bytes = wish->batch_bytes,
					 .counted = counted,
					 .settle = settle_wave,
					 .arg = server};
	server->loop = s->loop;
	server->pool = ingest.pool = pg_pool_new(s->loop, &pool);
	cr_assert(turned_until(s, pool_ready, server->pool), "the pool is not ready");
	server->catalogue = catalogue_new(server->pool, catalogue_changed, server);
	reload_catalogue(s, server);
	server->sources = sources_new(server->pool, server->catalogue);
	reload_sources(s, server);
	server->live = live_new(s->loop, server->pool, server->catalogue);
	if (wish->spool != NULL)
		server->spool = ingest.spool = spool_new(&(struct spool_settings){
			.loop = s->loop, .directory = wish->spool, .database = "scene"});
	if (wish->inbox != NULL)
		open_inbox(s, server, wish->inbox);
	server->ingest = ingest_new(&ingest);
	server->review = review_new(server->ingest);
	server->settler = settler_new(s->loop, server->pool, server->catalogue, server->review);
}

void given_scene(struct scene *s, const struct scene_wish *wish)
{
	static const struct scene_wish nothing;
	const char *host = cluster_conninfo();
	*s = (struct scene){0};
	log_set_level(LOG_ERROR);
	cr_assert_eq(sscanf(host, "host=%100s", s->folder), 1);
	make_database(s);
	snprintf(s->superuser, sizeof(s->superuser), "host=%s dbname=%s user=postgres", s->folder,
		 s->database);
	fill_database(s);
	if (wish != NULL && wish->proxy)
		s->proxy = pg_proxy_start(s->folder, s->superuser);
	snprintf(s->runtime, sizeof(s->runtime), "host=%s dbname=%s user=plaudit_runtime",
		 s->proxy != NULL ? pg_proxy_folder(s->proxy) : s->folder, s->database);
	s->loop = loop_new();
	open_server(s, &s->server, wish != NULL ? wish : &nothing);
}

void given_other_server(struct scene *s)
{
	static const struct scene_wish nothing;
	static const char *const channels[] = {"plaudit_catalogue", "plaudit_tally", NULL};
	struct pg_listen_settings listen = {
		.conn = {.conninfo = s->runtime, .allow_old_server = true},
		.channels = channels,
		.notify = notified,
		.resync = resync,
		.arg = &s->other,
		.random = {no_jitter, NULL}};
	open_server(s, &s->other, &nothing);
	s->other.listen = pg_listen_new(s->loop, &listen);
	for (int i = 0; i < 10000 && !pg_listen_ready(s->other.listen); i++) {
		uv_run(loop_uv(s->loop), UV_RUN_NOWAIT);
		usleep(500);
	}
	cr_assert(pg_listen_ready(s->other.listen));
}

static void note_flag(void *arg)
{
	*(bool *)arg = true;
}

static bool inbox_rests(const void *what)
{
	return !inbox_busy(what);
}

static void stop_inbox(struct scene *s, struct server *server)
{
	if (server->inbox == NULL)
		return;
	inbox_stop(server->inbox);
	cr_assert(turned_until(s, inbox_rests, server->inbox), "the inbox does not end");
}

static void close_server(struct scene *s, struct server *server)
{
	bool closed = false;
	if (server->pool == NULL)
		return;
	stop_inbox(s, server);
	cr_expect_eq(ingest_counts(server->ingest).uploads_now, 0);
	if (server->listen != NULL) {
		pg_listen_close(&server->listen, note_flag, &closed);
		turn_until(s, &closed);
	}
	closed = false;
	live_close(&server->live, note_flag, &closed);
	turn_until(s, &closed);
	settler_free(server->settler);
	review_free(server->review);
	ingest_free(server->ingest);
	sources_free(server->sources);
	catalogue_free(server->catalogue);
	closed = false;
	pg_pool_close(&server->pool, note_flag, &closed);
	turn_until(s, &closed);
	inbox_free(server->inbox);
}

/* Uploads */

/** Files of rows, freed with the scene. */
static struct file {
	struct file *next;
	char text[];
} * files;

static void free_files(void)
{
	while (files != NULL) {
		struct file *gone = files;
		files = gone->next;
		free(gone);
	}
}

const char *rows_of(const char *prefix, int from, int count)
{
	static const char *const companies[] = {"C1", "C2", "C3"};
	size_t room = (size_t)count * 64 + 256, len;
	struct file *file = malloc(sizeof(*file) + room);
	cr_assert_not_null(file);
	file->next = files;
	files = file;
	char *text = file->text;
	len = (size_t)snprintf(text, room, HEADER);
	for (int i = from; i < from + count; i++)
		len += (size_t)snprintf(text + len, room - len, "%s%06d,%s,%s,%d,%d,%d,%d,%d\n",
					prefix, i, companies[i % 3], i % 2 ? "chat" : "phone",
					i % 2, i % 5 > 0, i % 7 ? 5 : 0, i % 5 + 1, i % 11);
	return text;
}

void end_scene(struct scene *s)
{
	close_server(s, &s->other);
	close_server(s, &s->server);
	loop_run(s->loop);
	spool_free(s->server.spool);
	loop_free(s->loop);
	if (s->proxy != NULL)
		pg_proxy_stop(s->proxy);
	free_files();
}

static void send_on(void *arg)
{
	struct sending *sending = arg;
	enum flow flow = FLOW_MORE;
	sending->resumed = true;
	while (flow == FLOW_MORE && sending->rest.len > 0) {
		struct slice part = {sending->rest.at, sending->rest.len < PART_BYTES
							       ? sending->rest.len
							       : PART_BYTES};
		sending->rest = slice_from(sending->rest, part.len);
		flow = upload_feed(sending->upload, part);
	}
	if (flow != FLOW_MORE || sending->finished)
		return;
	sending->finished = true;
	upload_finish(sending->upload);
}

static void note_ended(void *arg, const struct upload_report *report)
{
	struct sending *sending = arg;
	cr_expect_not(sending->ended, "ended twice");
	sending->ended = true;
	sending->report = *report;
	sending->upload = NULL;
	cr_assert_lt(report->errors.len, sizeof(sending->errors));
	if (report->errors.len > 0)
		memcpy(sending->errors, report->errors.at, report->errors.len);
}

static void note_row(void *arg, uint64_t row, enum row_fate fate)
{
	struct sending *sending = arg;
	cr_expect_gt(row, 0);
	sending->fates[fate]++;
}

void open_upload_as(struct scene *s, struct server *server, struct sending *sending, int wave_id,
		    const char *text, const struct upload_request *more)
{
	const struct known_wave *wave = catalogue_wave_by_id(server->catalogue, wave_id);
	cr_assert_not_null(wave);
	struct upload_request request = *more;
	request.wave_id = wave_id;
	request.organisation_id = s->organisation_id;
	request.programme = wave->programme;
	request.wave = wave->index;
	request.key_id = SLICE("aaaaaaaa");
	request.format = DECODE_CSV;
	struct upload_listener listener = {
		.resume = send_on, .ended = note_ended, .row = note_row, .arg = sending};
	*sending = (struct sending){.server = server, .rest = slice_of(text)};
	sending->upload = upload_open(server->ingest, &request, &listener);
}

static void open_with_digest(struct scene *s, struct server *server, struct sending *sending,
			     int wave_id, const char *text, const char *promised)
{
	struct upload_request more = {.digest_given = promised != NULL};
	unsigned len;
	if (promised != NULL)
		cr_assert_eq(EVP_Digest(promised, strlen(promised), more.digest, &len, EVP_sha256(),
					NULL),
			     1);
	open_upload_as(s, server, sending, wave_id, text, &more);
}

void open_upload(struct scene *s, struct server *server, struct sending *sending, int wave_id,
		 const char *text)
{
	open_with_digest(s, server, sending, wave_id, text, NULL);
}

struct sending uploaded_in(struct scene *s, enum upload_mode mode, const char *text)
{
	static struct sending sending;
	const struct upload_request more = {.mode = mode};
	open_upload_as(s, &s->server, &sending, s->wave_id, text, &more);
	turn_until(s, &sending.ended);
	return sending;
}

struct sending uploaded(struct scene *s, const char *text)
{
	return uploaded_with_digest(s, text, NULL);
}

struct sending uploaded_with_digest(struct scene *s, const char *text, const char *promised)
{
	static struct sending sending;
	open_with_digest(s, &s->server, &sending, s->wave_id, text, promised);
	turn_until(s, &sending.ended);
	return sending;
}

/* Verifying */

struct verifying {
	struct pg_conn *conn;
	bool opened, done, closed;
	struct verified found;
};

static void note_opened(void *arg, const struct pg_answer *answer)
{
	cr_assert_eq(answer->status, OK, "%s", answer->why.words);
	((struct verifying *)arg)->opened = true;
}

static void note_difference(void *arg, const char *words)
{
	struct verifying *v = arg;
	size_t len = strlen(v->found.words);
	snprintf(v->found.words + len, sizeof(v->found.words) - len, "%s\n", words);
}

static void note_verified(void *arg, const struct verify_report *report)
{
	struct verifying *v = arg;
	v->found.status = report->status;
	v->found.differences = report->differences;
	v->found.results = report->results;
	v->found.waves = report->waves;
	memcpy(v->found.why, report->why.words, sizeof(v->found.why));
	v->done = true;
}

struct verified verified(struct scene *s)
{
	struct verifying v = {0};
	char conninfo[256];
	snprintf(conninfo, sizeof(conninfo), "host=%s dbname=%s user=plaudit_runtime", s->folder,
		 s->database);
	struct pg_settings settings = {.conninfo = conninfo, .allow_old_server = true};
	v.conn = pg_conn_new(s->loop, &settings);
	pg_conn_open(v.conn, note_opened, &v);
	turn_until(s, &v.opened);
	verify_run(v.conn, s->server.catalogue, note_difference, note_verified, &v);
	turn_until(s, &v.done);
	pg_conn_close(&v.conn, note_flag, &v.closed);
	turn_until(s, &v.closed);
	return v.found;
}

/* Boards */

struct asking {
	bool answered;
	enum status status;
	char *text;
	size_t room;
};

static void note_answer(void *arg, struct http_bytes *bytes, const struct trouble *why)
{
	struct asking *a = arg;
	cr_expect_not(a->answered, "answered twice");
	a->answered = true;
	a->status = bytes != NULL ? OK : why->status;
	struct slice body = bytes != NULL ? http_bytes_body(bytes) : SLICE("");
	snprintf(a->text, a->room, "%.*s", SLICE_ARGS(body));
}

enum status board_of(struct scene *s, struct server *server, int wave_id, char *text, size_t room)
{
	struct asking a = {.text = text, .room = room};
	struct live_question q = {.form = LIVE_BOARD_JSON,
				  .board = {.sector = BOARD_FIELD,
					    .channel = BOARD_ALL_CHANNELS,
					    .metric = BOARD_SCORE,
					    .threshold = NAN,
					    .include = BOARD_DISTRIBUTION}};
	live_ask(server->live, catalogue_wave_by_id(server->catalogue, wave_id), &q, note_answer,
		 &a);
	turn_until(s, &a.answered);
	return a.status;
}

static void note_compacted(void *arg, const struct compaction_outcome *outcome)
{
	cr_expect_eq(outcome->status, OK, "%s", outcome->why.words);
	*(bool *)arg = true;
}

void compact_counts(struct scene *s, int wave_id)
{
	struct compaction_request request = {.loop = s->loop,
					     .pool = s->server.pool,
					     .wave_id = wave_id,
					     .areas = 2,
					     .items = 3,
					     .questions = 2};
	bool done = false;
	compaction_run(&request, note_compacted, &done);
	turn_until(s, &done);
}

void expect_waves_count_alike(struct scene *s)
{
	compact_counts(s, s->wave_id);
	compact_counts(s, s->other_wave_id);
	cr_expect_eq(number(s, "select count(*) from tally_snapshot a, tally_snapshot b where "
			       "a.wave_id = 1 and b.wave_id = 2 and a.packed = b.packed"),
		     1, "the tallies differ");
}
