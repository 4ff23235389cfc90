#include "app/serve.h"

#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <uv.h>

#include "api/api.h"
#include "api/idempotency.h"
#include "api/survey_page.h"
#include "api/tus_counting.h"
#include "api/visitors.h"
#include "api/widget.h"
#include "app/cluster.h"
#include "app/database.h"
#include "app/lines.h"
#include "app/notify.h"
#include "app/random.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/say.h"
#include "pg/listen.h"

enum {
	DRAIN_POLL_MS = 20,
	DRAIN_MOST_MS = 30000,
	CLOSE_MOST_MS = 5000,
	REFRESH_MS = 60000,
	SOURCES_FLUSH_MS = 3000
};

/* clang-format off */
#define SERVE_STATES(X)                                                        \
	X(STARTING, "not listening yet")                                       \
	X(SERVING,  "listening")                                               \
	X(ENDING,   "requests in flight end")                                  \
	X(DRAINING, "uploads end")                                             \
	X(CLOSING,  "memory and connections are given back")
/* clang-format on */

enum serve_state {
#define X(name, words) SERVE_##name,
	SERVE_STATES(X)
#undef X
};

static const char *const state_words[] = {
#define X(name, words) words,
	SERVE_STATES(X)
#undef X
};

struct serve {
	const struct config *config;
	struct cluster *cluster;
	const char *conninfo, *database_id;
	struct pg_settings database_settings;
	struct api api;
	struct lines *lines;
	struct pg_listen *listen;
	struct loop_timer *drain, *refresh, *patience, *flush;
	uv_signal_t signals[4];
	size_t signals_len;
	enum serve_state state;
	uint64_t draining_since_ms;
	int exit_status;
};

static void stop(struct serve *s);

/* What PostgreSQL tells */

static void catalogue_changed(void *arg)
{
	struct serve *s = arg;
	if (s->api.live != NULL)
		live_catalogue_changed(s->api.live);
	sources_reload(s->api.sources, NULL, NULL);
}

static void notified(void *arg, const char *channel, const char *payload)
{
	struct serve *s = arg;
	int64_t wave_id;
	if (s->state > SERVE_SERVING)
		return;
	if (strcmp(channel, "plaudit_catalogue") == 0)
		catalogue_reload(s->api.catalogue, NULL, NULL);
	else if (slice_to_int64(slice_of(payload), &wave_id))
		live_heard(s->api.live, (int)wave_id);
}

static void resync(void *arg)
{
	struct serve *s = arg;
	if (s->state > SERVE_SERVING)
		return;
	catalogue_reload(s->api.catalogue, NULL, NULL);
	live_resync(s->api.live);
}

/** The safety net under notifications, and what makes an expiry date take effect. */
static void refresh(void *arg)
{
	struct serve *s = arg;
	resync(s);
	spool_tidy(s->api.spool);
	tus_look(s->api.tus);
	loop_timer_start(s->refresh, REFRESH_MS);
}

static void flush(void *arg)
{
	struct serve *s = arg;
	sources_flush(s->api.sources);
	loop_timer_start(s->flush, SOURCES_FLUSH_MS);
}

/* Requests and uploads */

static void counted(void *arg, int wave_id, const struct delta_mark *delta, uint64_t changes,
		    struct tally **tally, void (*applied)(void *applied_arg), void *applied_arg)
{
	struct serve *s = arg;
	live_counted(s->api.live, wave_id, delta, changes, tally, applied, applied_arg);
}

static bool settle_wave(void *arg, const struct settle_origin *origin,
			void (*settled)(void *settled_arg, const struct trouble *why),
			void *settled_arg)
{
	struct serve *s = arg;
	return settler_run(s->api.settler, origin, settled, settled_arg);
}

static void accessed(void *context, const struct http_access *a)
{
	(void)context;
	log_info("http.request", LOG_NUMBER("request_id", a->number),
		 LOG_TEXT("method", http_method_name(a->method)),
		 LOG_TEXT("route", a->route != NULL ? a->route->path : ""),
		 LOG_NUMBER("status", a->status), LOG_NUMBER("dur_us", a->duration_us),
		 LOG_NUMBER("bytes_in", a->bytes_in), LOG_NUMBER("bytes_out", a->bytes_out),
		 LOG_TEXT("peer", a->peer));
}

/* Signals */

static void print_state(const struct serve *s)
{
	struct http_counters http;
	if (s->state == SERVE_CLOSING) { /* most of what is counted is gone */
		log_info("serve.state", LOG_TEXT("state", state_words[s->state]));
		return;
	}
	struct ingest_counts ingest = ingest_counts(s->api.ingest);
	struct live_counts live = live_counts(s->api.live);
	http_server_counters(s->api.http, &http);
	log_info("serve.state", LOG_TEXT("state", state_words[s->state]),
		 LOG_NUMBER("connections", http.connections),
		 LOG_NUMBER("in_flight", http.in_flight), LOG_NUMBER("uploads", ingest.uploads_now),
		 LOG_NUMBER("waves", live.waves), LOG_NUMBER("questions", live.questions_waiting),
		 LOG_NUMBER("database_ready", pg_pool_ready(s->api.pool)));
}

static void child_ended(struct serve *s)
{
	struct trouble how;
	if (s->cluster == NULL || !cluster_died(s->cluster, &how))
		return;
	log_error("cluster.died", LOG_TEXT("err", how.words));
	s->exit_status = EXIT_FAILURE;
	stop(s);
}

static void signal_came(uv_signal_t *handle, int number)
{
	struct serve *s = handle->data;
	if (number == SIGCHLD)
		child_ended(s);
	else if (number == SIGUSR1)
		print_state(s);
	else
		stop(s);
}

static void watch_signals(struct serve *s)
{
	static const int numbers[] = {SIGTERM, SIGINT, SIGCHLD, SIGUSR1};
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		uv_signal_t *handle = &s->signals[s->signals_len++];
		must(uv_signal_init(loop_uv(s->api.loop), handle) == 0);
		handle->data = s;
		must(uv_signal_start(handle, signal_came, numbers[i]) == 0);
		uv_unref((uv_handle_t *)handle);
	}
}

/* Stopping, each step when the one before it is done */

static void pool_closed(void *arg)
{
	struct serve *s = arg;
	loop_timer_free(&s->patience);
	inbox_free(s->api.inbox);
	idempotency_free(s->api.idempotency);
	for (size_t i = 0; i < s->signals_len; i++)
		uv_close((uv_handle_t *)&s->signals[i], NULL);
}

static void listen_closed(void *arg)
{
	struct serve *s = arg;
	sources_flush(s->api.sources);
	sources_free(s->api.sources);
	s->api.sources = NULL;
	catalogue_free(s->api.catalogue);
	s->api.catalogue = NULL;
	pg_pool_close(&s->api.pool, pool_closed, s);
}

static void live_closed(void *arg)
{
	struct serve *s = arg;
	loop_timer_free(&s->drain);
	loop_timer_free(&s->refresh);
	loop_timer_free(&s->flush);
	pg_listen_close(&s->listen, listen_closed, s);
}

/** A database that is silent never answers what the pool waits for. */
static void patience_ended(void *arg)
{
	(void)arg;
	log_error("serve.database_hangs", LOG_NUMBER("waited_ms", CLOSE_MOST_MS));
	exit(EXIT_FAILURE);
}

static void drain(void *arg)
{
	struct serve *s = arg;
	uint64_t waited_ms = clock_monotonic_ms() - s->draining_since_ms;
	bool busy = ingest_counts(s->api.ingest).uploads_now > 0 || tus_busy(s->api.tus) ||
		    review_running(s->api.review) > 0 || settler_running(s->api.settler) > 0 ||
		    inbox_busy(s->api.inbox) || hearing_busy(s->api.hearing) ||
		    merging_busy(s->api.merging) || inbox_figures_busy(s->api.figures) ||
		    providers_busy(s->api.providers) || lines_busy(s->lines) ||
		    s->api.hooks_checked > 0;
	if (busy && waited_ms < DRAIN_MOST_MS) {
		loop_timer_start(s->drain, DRAIN_POLL_MS);
		return;
	}
	if (busy) {
		/* Their transactions hang; PostgreSQL rolls them back when we are gone. */
		log_error("serve.changes_hang", LOG_NUMBER("waited_ms", waited_ms));
		exit(EXIT_FAILURE);
	}
	s->state = SERVE_CLOSING;
	hearing_free(s->api.hearing);
	s->api.hearing = NULL;
	merging_free(s->api.merging);
	inbox_figures_free(s->api.figures);
	providers_free(&s->api.providers);
	loop_timer_start(s->patience, CLOSE_MOST_MS);
	live_close(&s->api.live, live_closed, s);
}

static void http_stopped(void *arg)
{
	struct serve *s = arg;
	s->state = SERVE_DRAINING;
	inbox_stop(s->api.inbox);
	hearing_stop(s->api.hearing);
	merging_stop(s->api.merging);
	inbox_figures_stop(s->api.figures);
	s->draining_since_ms = clock_monotonic_ms();
	drain(s);
}

static void stop(struct serve *s)
{
	if (s->state > SERVE_SERVING)
		return;
	notify_systemd("STOPPING=1");
	log_info("serve.stopping", LOG_NUMBER("pid", getpid()));
	s->state = SERVE_ENDING;
	s->api.stopping = true;
	tus_stop(s->api.tus);
	providers_stop(s->api.providers);
	lines_stop(s->lines);
	http_server_stop(s->api.http, http_stopped, s);
}

/* Starting */

/** A connection whose other end is lost without a word must not hold its rows for ever. */
#define POOL_GREETING "set idle_in_transaction_session_timeout = '60s'; set lock_timeout = '60s'"

enum { ANSWER_MOST_MS = 120000 };

static void open_database(struct serve *s)
{
	struct pg_random random = random_source();
	s->database_settings = (struct pg_settings){
		.conninfo = s->conninfo,
		.answer_timeout_ms = ANSWER_MOST_MS,
		.allow_old_server = s->config->allow_old_server};
	s->api.database = &s->database_settings;
	struct pg_pool_settings pool = {.conn = s->database_settings,
					.exclusive = (uint32_t)s->config->pool_size,
					.greeting = POOL_GREETING,
					.random = random};
	static const char *const channels[] = {"plaudit_catalogue", "plaudit_tally", NULL};
	struct pg_listen_settings listen = {.conn = s->database_settings,
					    .channels = channels,
					    .notify = notified,
					    .resync = resync,
					    .arg = s,
					    .random = random};
	s->api.pool = pg_pool_new(s->api.loop, &pool);
	s->api.catalogue = catalogue_new(s->api.pool, catalogue_changed, s);
	s->api.sources = sources_new(s->api.pool, s->api.catalogue);
	s->api.idempotency = idempotency_new(s->api.loop, s->api.pool);
	s->api.live = live_new(s->api.loop, s->api.pool, s->api.catalogue);
	s->listen = pg_listen_new(s->api.loop, &listen);
}

static struct providers *open_providers(struct serve *s)
{
	struct providers_settings providers = {.loop = s->api.loop,
					       .pool = s->api.pool,
					       .sources = s->api.sources,
					       .inbox = s->api.inbox,
					       .graph_url = s->config->graph_url,
					       .outgoing_private = s->config->outgoing_private};
	return providers_new(&providers);
}

static enum status open_http(struct serve *s, struct trouble *why)
{
	struct http_limits limits = http_limits_default();
	s->api.http = http_server_new(s->api.loop, api_routes, api_routes_len, &limits, &s->api);
	http_server_on_access(s->api.http, accessed);
	http_server_set_around(s->api.http, idempotency_around);
	return http_server_listen(s->api.http, s->config->host, (unsigned)s->config->port, why);
}

static struct spool *open_spool(struct serve *s)
{
	struct spool_settings spool = {.loop = s->api.loop,
				       .directory = s->config->spool,
				       .database = s->database_id,
				       .bytes_most = s->config->spool_bytes,
				       .keep_days = s->config->spool_days};
	return spool_new(&spool);
}

static void payload_arrived(void *arg)
{
	struct serve *s = arg;
	if (s->api.hearing != NULL)
		hearing_wake(s->api.hearing);
}

static void answers_stored(void *arg)
{
	struct serve *s = arg;
	merging_wake(s->api.merging);
}

static struct inbox *open_inbox(struct serve *s)
{
	return inbox_new(&(struct inbox_settings){.loop = s->api.loop,
						  .pool = s->api.pool,
						  .spool = s->api.spool,
						  .journal_bytes = s->config->inbox_bytes,
						  .arrived = payload_arrived,
						  .arg = s});
}

static void open_hearing(struct serve *s)
{
	s->api.merging = merging_new(&(struct merging_settings){.loop = s->api.loop,
								.pool = s->api.pool,
								.catalogue = s->api.catalogue,
								.ingest = s->api.ingest});
	s->api.hearing = hearing_new(&(struct hearing_settings){.loop = s->api.loop,
								.pool = s->api.pool,
								.sources = s->api.sources,
								.catalogue = s->api.catalogue,
								.spool = s->api.spool,
								.answered = answers_stored,
								.arg = s});
	s->api.figures = inbox_figures_new(s->api.loop, s->api.pool);
}

static void start(struct serve *s)
{
	struct ingest_settings ingest = {.lanes = (unsigned)s->config->ingest_lanes,
					 .wholes_limit = (unsigned)s->config->pool_size / 2,
					 .counted = counted,
					 .settle = settle_wave,
					 .arg = s};
	struct trouble why;
	s->api.loop = loop_new();
	s->api.version = PLAUDIT_VERSION;
	s->api.public_url = s->config->public_url;
	s->api.mail_domain = s->config->mail_domain;
	s->api.agi = s->config->agi;
	s->api.lmtp = s->config->lmtp;
	s->api.guessers = visitors_new(GUESSES_A_MINUTE);
	s->api.posters = visitors_new(WIDGET_POSTS_A_MINUTE);
	watch_signals(s);
	open_database(s);
	s->drain = loop_timer_new(s->api.loop, drain, s);
	s->refresh = loop_timer_new(s->api.loop, refresh, s);
	s->patience = loop_timer_new(s->api.loop, patience_ended, s);
	s->flush = loop_timer_new(s->api.loop, flush, s);
	loop_timer_start(s->refresh, REFRESH_MS);
	loop_timer_start(s->flush, SOURCES_FLUSH_MS);
	s->api.spool = open_spool(s);
	s->api.inbox = open_inbox(s);
	ingest.loop = s->api.loop;
	ingest.pool = s->api.pool;
	ingest.spool = s->api.spool;
	s->api.ingest = ingest_new(&ingest);
	s->api.tus = tus_new(&s->api);
	s->api.review = review_new(s->api.ingest);
	s->api.settler = settler_new(s->api.loop, s->api.pool, s->api.catalogue, s->api.review);
	open_hearing(s);
	s->api.providers = open_providers(s);
	s->lines = lines_new(&s->api);
	if (open_http(s, &why) < 0 || lines_open(s->lines, s->config, &why) < 0) {
		log_error("serve.cannot_listen", LOG_TEXT("err", why.words));
		s->exit_status = EXIT_FAILURE;
		stop(s);
		return;
	}
	s->state = SERVE_SERVING;
	tus_look(s->api.tus);
	log_info("serve.listening", LOG_TEXT("host", s->config->host),
		 LOG_NUMBER("port", http_server_port(s->api.http)), LOG_NUMBER("pid", getpid()));
	notify_systemd("READY=1");
}

static void run_loop(struct serve *s)
{
	start(s);
	child_ended(s); /* before anybody watched for it */
	loop_run(s->api.loop);
	lines_free(s->lines);
	settler_free(s->api.settler);
	review_free(s->api.review);
	ingest_free(s->api.ingest);
	http_server_free(s->api.http);
	visitors_free(s->api.guessers);
	visitors_free(s->api.posters);
	tus_free(s->api.tus);
	spool_free(s->api.spool);
	loop_free(s->api.loop);
	log_info("serve.stopped", LOG_NUMBER("status", s->exit_status));
}

/** What pool threads free serves the loop, too. With an arena for each thread glibc kept a
 * quarter more memory during an upload, and was not faster (docs/performance.md). */
static void share_one_heap(void)
{
#ifdef M_ARENA_MAX
	(void)mallopt(M_ARENA_MAX, 1);
#endif
}

int serve_run(const struct config *config)
{
	struct serve s = {.config = config, .exit_status = EXIT_SUCCESS};
	struct trouble why;
	struct database database;
	share_one_heap();
	log_set_level(config->log_level);
	if (database_open(config, DATABASE_SERVE, &database, &why) < 0) {
		log_error("serve.no_database", LOG_TEXT("err", why.words));
		say_error("plauditd: %s\n", why.words);
		return EXIT_FAILURE;
	}
	s.cluster = database.cluster;
	s.conninfo = database.runtime;
	s.database_id = database.own_id;
	run_loop(&s);
	database_close(&database);
	return s.exit_status;
}
