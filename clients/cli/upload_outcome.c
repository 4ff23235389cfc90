#include "cli/upload_outcome.h"

#include "base/clock.h"
#include "cli/faults_view.h"
#include "cli/rejected.h"
#include "cli/terminal.h"
#include "cli/upload_view.h"

enum {
	ARENA_BYTES = 256 * 1024,
	SUMMARY_BYTES = 1024 * 1024,
	POLL_FIRST_MS = 100,
	POLL_MOST_MS = 2000,
	PATIENCE_MS = 10 * 60 * 1000
};

/** A document of the server, which hangs on the arena. */
static enum status fetch(const struct session *s, struct slice path, struct http_answer *answer,
			 struct arena *arena, const cJSON **document, struct trouble *why)
{
	char text[HTTP_PATH_BYTES];
	if (path.len >= sizeof(text) || !slice_starts_with(path, SLICE("/v1/")))
		return trouble(why, E_INPUT, "the server's answer is not that of an upload");
	memcpy(text, path.at, path.len);
	text[path.len] = '\0';
	const struct http_request request = {
		.method = "GET", .path = text, .accept = "application/json"};
	buf_clear(&answer->body);
	enum status st = http_send(&s->server, &request, answer, why);
	if (st == OK && answer->status >= 500)
		st = trouble(why, E_BUSY, "the server answered with HTTP %ld", answer->status);
	if (st == OK && answer->status >= 300)
		st = trouble(why, E_GONE, "the server answered with HTTP %ld", answer->status);
	return st == OK ? answer_parse(buf_slice(&answer->body), arena, document, why) : st;
}

static bool is_over(const cJSON *view)
{
	struct slice state = answer_text(view, "state");
	return slice_is(state, "counted") || slice_is(state, "failed") ||
	       slice_is(state, "expired");
}

/** Polls until it is counted. */
static enum status wait_for_it(const struct session *s, const char *place,
			       struct http_answer *answer, struct arena *arena, const cJSON **view,
			       struct trouble *why)
{
	uint64_t began_ms = clock_monotonic_ms(), wait_ms = POLL_FIRST_MS;
	for (;;) {
		enum status st = fetch(s, slice_of(place), answer, arena, view, why);
		bool lost = st == E_BUSY && clock_monotonic_ms() - began_ms < PATIENCE_MS;
		if (st == OK)
			began_ms = clock_monotonic_ms();
		if ((st < 0 && !lost) || (st == OK && is_over(*view)))
			return st;
		arena_fini(arena);
		arena_init(arena, ARENA_BYTES);
		wait_ms = wait_ms < POLL_MOST_MS ? 2 * wait_ms : POLL_MOST_MS;
		if (!http_sleep(wait_ms))
			return trouble(why, E_GONE, "interrupted");
	}
}

static void print_faults(const struct session *s, struct slice upload_url, double rejected,
			 struct arena *arena, struct buf *lines)
{
	struct view view = terminal_view(s->options);
	struct http_answer answer;
	const cJSON *document;
	struct trouble why;
	const char *path = arena_print(arena, "%.*s/errors", SLICE_ARGS(upload_url));
	http_answer_init(&answer);
	if (path != NULL && fetch(s, slice_of(path), &answer, arena, &document, &why) == OK) {
		const cJSON *faults = answer_member(document, "data");
		if (cJSON_GetArraySize(faults) > 0) {
			buf_add_text(lines, "\nFaults:\n");
			faults_view_add(lines, faults, &view);
		}
		if (cJSON_GetArraySize(faults) > FAULTS_VIEW_ROWS)
			buf_print(lines, "of %.0f rejected rows, all at %s%s\n", rejected,
				  s->server.url, path);
	}
	http_answer_fini(&answer);
}

static enum outcome print_totals(const struct session *s, struct slice upload_url,
				 struct arena *arena)
{
	struct view view = terminal_view(s->options);
	struct http_answer answer;
	const cJSON *document;
	struct trouble why;
	struct buf lines;
	double rejected = 0;
	http_answer_init(&answer);
	buf_init(&lines, SUMMARY_BYTES);
	enum status st = fetch(s, upload_url, &answer, arena, &document, &why);
	if (st == OK)
		st = upload_view_add(&lines, document, s->server.url, &view, &rejected, &why);
	enum outcome outcome = rejected > 0 ? OUTCOME_REJECTED_ROWS : OUTCOME_OK;
	if (st < 0) {
		outcome = session_fail(&why);
	} else if (s->options->json) {
		session_pass_on(&answer);
	} else {
		print_faults(s, upload_url, rejected, arena, &lines);
		terminal_write(buf_slice(&lines));
	}
	enum outcome fetched = st == OK ? rejected_of_report(s, document) : OUTCOME_OK;
	outcome = fetched != OUTCOME_OK ? fetched : outcome;
	buf_fini(&lines);
	http_answer_fini(&answer);
	return outcome;
}

static enum outcome say_failure(const cJSON *view)
{
	const cJSON *failure = answer_member(view, "failure");
	struct slice code = answer_text(failure, "code"), detail = answer_text(failure, "detail");
	terminal_say("the file was not counted to its end: %.*s (%.*s)", SLICE_ARGS(detail),
		     SLICE_ARGS(code));
	return slice_is(code, "wave_not_fielding") ? OUTCOME_CONFLICT : OUTCOME_FAILURE;
}

enum outcome upload_outcome(const struct session *s, const char *place)
{
	struct http_answer answer;
	struct arena arena;
	struct trouble why;
	const cJSON *view = NULL;
	enum outcome outcome = OUTCOME_OK;
	if (!s->options->quiet)
		terminal_say("all of it is on the server, which counts it now");
	http_answer_init(&answer);
	arena_init(&arena, ARENA_BYTES);
	enum status st = wait_for_it(s, place, &answer, &arena, &view, &why);
	struct slice upload_url = st == OK ? answer_text(view, "upload_url") : SLICE_NONE;
	if (st < 0)
		outcome = session_fail(&why);
	else if (upload_url.len > 0)
		outcome = print_totals(s, upload_url, &arena);
	if (st == OK && !slice_is(answer_text(view, "state"), "counted"))
		outcome = say_failure(view);
	arena_fini(&arena);
	http_answer_fini(&answer);
	return outcome;
}
