#include "api/health.h"

#include <stdio.h>
#include <unistd.h>

#include "api/api.h"
#include "api/openapi_document.h"
#include "api/publications.h"
#include "base/clock.h"
#include "base/json_out.h"

enum { METRICS_BYTES = 256 * 1024 };

static struct api *api_of_health(struct exchange *x)
{
	return exchange_context(x);
}

static void begin_livez(struct exchange *x)
{
	exchange_answer(x, 200, "application/json", SLICE("{\"status\":\"alive\"}"));
}

static void begin_readyz(struct exchange *x)
{
	const struct api *api = api_of_health(x);
	/* Signatures are checked by its clock. */
	bool database = pg_pool_ready(api->pool) && inbox_now(api->inbox) != CLOCK_NO_INSTANT;
	bool catalogue = catalogue_ready(api->catalogue) && sources_ready(api->sources);
	bool ready = database && catalogue && !api->stopping;
	struct buf body;
	buf_init(&body, 1024);
	struct json_out j = json_out_on(&body);
	json_open_object(&j);
	json_pair_text(&j, "status", ready ? SLICE("ready") : SLICE("not_ready"));
	json_pair_bool(&j, "database", database);
	json_pair_bool(&j, "catalogue", catalogue);
	json_pair_text(&j, "inbox",
		       inbox_journalling(api->inbox) ? SLICE("journalling") : SLICE("direct"));
	json_pair_bool(&j, "spool", spool_usable(api->spool, NULL) == OK);
	json_pair_bool(&j, "stopping", api->stopping);
	json_close_object(&j);
	if (!ready)
		exchange_answer_add_header(x, "Retry-After", SLICE("2"));
	exchange_answer(x, ready ? 200 : 503, "application/json", buf_slice(&body));
	buf_fini(&body);
}

static void metric(struct buf *b, const char *name, const char *type, const char *help,
		   double value)
{
	buf_print(b, "# HELP %s %s\n# TYPE %s %s\n%s ", name, help, name, type, name);
	buf_add_double(b, value);
	buf_add_byte(b, '\n');
}

/** The second number of /proc/self/statm, in pages. */
static double resident_bytes(void)
{
	char text[128];
	struct slice rest, pages;
	int64_t count = 0;
	FILE *f = fopen("/proc/self/statm", "re");
	if (f == NULL)
		return 0;
	rest = (struct slice){text, fread(text, 1, sizeof(text), f)};
	fclose(f);
	bool whole = slice_next_part(&rest, ' ', &pages);
	bool resident = whole && slice_next_part(&rest, ' ', &pages);
	if (!resident || !slice_to_int64(pages, &count))
		return 0;
	return (double)count * (double)sysconf(_SC_PAGESIZE);
}

/** Everybody may read the counts: how often these succeeded would tell of an embargo. */
static bool is_counted(const struct route *route)
{
	return route->handler != &wave_publish && route->handler != &publication_get;
}

static void print_requests(struct buf *b, const struct api *api)
{
	static const char *const classes[] = {"gone", "1xx", "2xx", "3xx", "4xx", "5xx"};
	buf_add_text(b, "# HELP http_requests_total Requests by route and class of status.\n"
			"# TYPE http_requests_total counter\n");
	for (size_t r = 0; r < api_routes_len; r++) {
		const uint64_t *counts = http_server_route_requests(api->http, r);
		for (size_t i = 0; is_counted(&api_routes[r]) && i < COUNT_OF(classes); i++)
			if (counts[i] > 0)
				buf_print(b,
					  "http_requests_total{method=\"%s\",route=\"%s\","
					  "status=\"%s\"} %llu\n",
					  http_method_name(api_routes[r].method),
					  api_routes[r].path, classes[i],
					  (unsigned long long)counts[i]);
	}
}

static void print_ingest(struct buf *b, const struct api *api)
{
	struct ingest_counts c = ingest_counts(api->ingest);
	const struct {
		const char *result;
		uint64_t rows;
	} rows[] = {{"accepted", c.rows.accepted},
		    {"duplicate", c.rows.duplicates},
		    {"replaced", c.rows.replaced},
		    {"rejected", c.rows.rejected}};
	buf_add_text(b, "# HELP plaudit_import_rows_total Rows of ended uploads by what became of "
			"them.\n# TYPE plaudit_import_rows_total counter\n");
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		buf_print(b, "plaudit_import_rows_total{result=\"%s\"} %llu\n", rows[i].result,
			  (unsigned long long)rows[i].rows);
	metric(b, "plaudit_uploads_total", "counter", "Uploads begun.", (double)c.uploads);
	metric(b, "plaudit_upload_bytes_total", "counter", "Bytes of ended uploads.",
	       (double)c.bytes);
	metric(b, "plaudit_uploads", "gauge", "Uploads running.", c.uploads_now);
}

static void print_spool(struct buf *b, const struct api *api)
{
	struct spool_counts c = spool_counts(api->spool);
	metric(b, "plaudit_spool_bytes", "gauge", "Bytes of the files kept.", (double)c.bytes);
	metric(b, "plaudit_spool_files", "gauge", "Files kept.", (double)c.files);
	metric(b, "plaudit_spool_limit_bytes", "gauge", "Bytes all kept files may have.",
	       (double)c.bytes_most);
	metric(b, "plaudit_spool_usable", "gauge", "1 while this server can keep files.",
	       spool_usable(api->spool, NULL) == OK ? 1 : 0);
}

static void print_inbox(struct buf *b, const struct api *api)
{
	struct inbox_counts c = inbox_counts(api->inbox);
	const struct {
		const char *fate;
		uint64_t payloads;
	} fates[] = {{"taken", c.taken},
		     {"repeated", c.repeated},
		     {"journalled", c.journalled},
		     {"failed", c.failed}};
	buf_add_text(b, "# HELP plaudit_inbox_payloads_total What providers sent, by what was "
			"answered.\n# TYPE plaudit_inbox_payloads_total counter\n");
	for (size_t i = 0; i < COUNT_OF(fates); i++)
		buf_print(b, "plaudit_inbox_payloads_total{fate=\"%s\"} %llu\n", fates[i].fate,
			  (unsigned long long)fates[i].payloads);
	metric(b, "plaudit_inbox_backlog", "gauge",
	       "Payloads on this server's disk that are not in PostgreSQL yet.",
	       (double)c.journal_waiting);
	metric(b, "plaudit_inbox_journal_bytes", "gauge", "Bytes of them.",
	       (double)c.journal_bytes);
}

static void print_hearing(struct buf *b, const struct api *api)
{
	struct hearing_counts c = hearing_counts(api->hearing);
	struct inbox_figures_now now = inbox_figures_now(api->figures);
	buf_add_text(b, "# HELP plaudit_inbox_ended_total Payloads this server has read, by what "
			"became of them.\n# TYPE plaudit_inbox_ended_total counter\n");
	buf_print(b,
		  "plaudit_inbox_ended_total{state=\"heard\"} %llu\n"
		  "plaudit_inbox_ended_total{state=\"ignored\"} %llu\n"
		  "plaudit_inbox_ended_total{state=\"failed\"} %llu\n",
		  (unsigned long long)c.heard, (unsigned long long)c.ignored,
		  (unsigned long long)c.failed);
	if (!now.known)
		return;
	metric(b, "plaudit_inbox_waiting", "gauge", "Payloads in PostgreSQL that are to be read.",
	       (double)now.waiting);
	metric(b, "plaudit_inbox_oldest_seconds", "gauge", "How long the first of them has waited.",
	       now.oldest_s);
	metric(b, "plaudit_inbox_failed", "gauge", "Payloads that could not be understood.",
	       (double)now.failed);
	metric(b, "plaudit_invitations_to_merge", "gauge",
	       "Invitations whose answers are to become results.", (double)now.invitations);
}

/** By kind alone: how many sources there are, and whose, is nobody's business here. */
static void print_sources(struct buf *b, const struct api *api)
{
	static const char *const results[SOURCE_EVENT_COUNT] = {"taken", "repeated", "refused"};
	buf_add_text(b, "# HELP plaudit_channel_events_total What was sent to sources, by what "
			"became of it.\n# TYPE plaudit_channel_events_total counter\n");
	for (size_t a = 0; a < adapters_len; a++)
		for (int e = 0; e < SOURCE_EVENT_COUNT; e++)
			if (!adapters[a].own)
				buf_print(b,
					  "plaudit_channel_events_total{kind=\"%s\","
					  "result=\"%s\"} %llu\n",
					  adapters[a].kind, results[e],
					  (unsigned long long)sources_noted(api->sources, a,
									    (enum source_event)e));
	buf_add_text(b, "# HELP plaudit_signature_failures_total Events that were not signed as "
			"they must be.\n# TYPE plaudit_signature_failures_total counter\n");
	for (size_t a = 0; a < adapters_len; a++)
		if (adapters[a].scheme != SIGNATURE_NONE)
			buf_print(b, "plaudit_signature_failures_total{kind=\"%s\"} %llu\n",
				  adapters[a].kind,
				  (unsigned long long)sources_unsigned(api->sources, a));
}

static void print_outgoing(struct buf *b, const struct api *api)
{
	struct outgoing_counts c = outgoing_counts(api->providers->outgoing);
	buf_add_text(b, "# HELP plaudit_outgoing_requests_total Requests to providers by what came "
			"of them.\n# TYPE plaudit_outgoing_requests_total counter\n");
	for (int kind = 0; kind < OUTGOING_KIND_COUNT; kind++)
		for (int result = 0; result < OUTGOING_RESULT_COUNT; result++)
			buf_print(b,
				  "plaudit_outgoing_requests_total{kind=\"%s\",result=\"%s\"} "
				  "%llu\n",
				  outgoing_kind_word((enum outgoing_kind)kind),
				  outgoing_result_word((enum outgoing_result)result),
				  (unsigned long long)c.requests[kind][result]);
}

static void begin_metrics(struct exchange *x)
{
	const struct api *api = api_of_health(x);
	struct http_counters http;
	struct live_counts live = live_counts(api->live);
	struct buf b;
	http_server_counters(api->http, &http);
	buf_init(&b, METRICS_BYTES);
	buf_print(&b,
		  "# HELP plaudit_build_info The program.\n# TYPE plaudit_build_info gauge\n"
		  "plaudit_build_info{version=\"%s\"} 1\n",
		  api->version);
	print_requests(&b, api);
	metric(&b, "http_requests_in_flight", "gauge", "Requests not yet answered.",
	       (double)http.in_flight);
	metric(&b, "http_connections", "gauge", "Open connections.", (double)http.connections);
	metric(&b, "http_connections_accepted_total", "counter", "Connections accepted.",
	       (double)http.connections_accepted);
	metric(&b, "http_connections_refused_total", "counter", "Connections over a cap.",
	       (double)http.connections_refused);
	print_ingest(&b, api);
	print_spool(&b, api);
	print_outgoing(&b, api);
	print_sources(&b, api);
	print_inbox(&b, api);
	print_hearing(&b, api);
	metric(&b, "plaudit_board_answers_made_total", "counter", "Boards computed.",
	       (double)live.answers_made);
	metric(&b, "plaudit_board_answers_reused_total", "counter", "Boards served as they were.",
	       (double)live.answers_reused);
	metric(&b, "plaudit_board_answers_bytes", "gauge", "Bytes of finished boards held.",
	       (double)live.answers_bytes);
	metric(&b, "plaudit_waves_in_memory", "gauge", "Waves whose counts are loaded.",
	       live.waves);
	metric(&b, "plaudit_tally_compactions_total", "counter", "Compactions done.",
	       (double)live.compactions);
	metric(&b, "plaudit_database_ready", "gauge", "1 while the database answers.",
	       pg_pool_ready(api->pool) ? 1 : 0);
	metric(&b, "process_resident_memory_bytes", "gauge", "Resident memory.", resident_bytes());
	exchange_answer(x, 200, "text/plain; version=0.0.4; charset=utf-8", buf_slice(&b));
	buf_fini(&b);
}

static void begin_openapi(struct exchange *x)
{
	exchange_answer_add_header(x, "Cache-Control", SLICE("public, max-age=3600"));
	exchange_answer(x, 200, "application/vnd.oai.openapi+json",
			(struct slice){(const char *)openapi_document, openapi_document_len});
}

const struct handler livez_get = {.begin = begin_livez};
const struct handler readyz_get = {.begin = begin_readyz};
const struct handler metrics_get = {.begin = begin_metrics};
const struct handler openapi_get = {.begin = begin_openapi};
