/** A server that hears and merges, with kinds of source whose payloads a test writes by hand.
 *
 * The programs that include it have their own table of adapters in place of the server's.
 */
#pragma once

#include "db/correcting.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/clock.h"
#include "channel/adapter.h"
#include "inbox/hearing.h"
#include "inbox/merging.h"

/* Kinds: "told" takes the last answer, "told-first" the first, "told-open" knows no tokens. */

enum { ANSWERS_MOST = 64, LINE_BYTES = 512 };

/** A line of a body: "token contact place question value min max observed_s", "-" where there is
 * none; observed in seconds from the instant of the header "now". Or: "nothing CODE", "bad CODE".
 */
static inline void read_line(struct slice line, struct heard_answer *a)
{
	struct slice parts[8];
	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		cr_assert(slice_next_part(&line, ' ', &parts[i]));
		if (slice_is(parts[i], "-"))
			parts[i] = SLICE_NONE;
	}
	*a = (struct heard_answer){.token = parts[0],
				   .contact = parts[1],
				   .place = parts[2],
				   .question = parts[3],
				   .value = parts[4],
				   .scale_min = parts[5].len > 0 ? atoi(parts[5].at) : 0,
				   .scale_max = parts[6].len > 0 ? atoi(parts[6].at) : 0,
				   .contacted_at = CLOCK_NO_INSTANT,
				   .observed_at = CLOCK_NO_INSTANT};
	if (parts[7].len > 0)
		a->observed_at = strtoll(parts[7].at, NULL, 10) * 1000000;
}

static inline enum status hear_told(const struct setup *setup, const struct payload *payload,
				    struct arena *arena, struct heard *heard, struct trouble *why)
{
	struct heard_answer *answers = arena_take_array(arena, ANSWERS_MOST, sizeof(*answers));
	struct slice rest = payload->body, line, word;
	(void)setup;
	(void)why;
	*heard = (struct heard){.fate = HEARD_ANSWERS, .answers = answers};
	if (answers == NULL)
		return E_LIMIT;
	while (slice_next_part(&rest, '\n', &line) && line.len > 0) {
		struct slice words = line;
		(void)slice_next_part(&words, ' ', &word);
		if (slice_is(word, "nothing") || slice_is(word, "bad")) {
			heard->fate = slice_is(word, "bad") ? HEARD_BAD : HEARD_NOTHING;
			heard->why = arena_print(arena, "%.*s", SLICE_ARGS(words));
		} else {
			read_line(line, &answers[heard->answers_len++]);
		}
	}
	return OK;
}

const struct adapter adapters[] = {
	{.kind = "told", .hook = true, .hear = hear_told, .body_most = 1 << 20},
	{.kind = "told-first", .re_answer = RE_ANSWER_FIRST, .hook = true, .hear = hear_told},
	{.kind = "told-open", .open = true, .hook = true, .hear = hear_told},
};
const size_t adapters_len = COUNT_OF(adapters);

const struct adapter *adapter_find(struct slice kind)
{
	for (size_t i = 0; i < adapters_len; i++)
		if (slice_is(kind, adapters[i].kind))
			return &adapters[i];
	return NULL;
}

/* The server */

struct answering {
	struct hearing *hearing;
	struct merging *merging;
};

static struct answering answering, other_answering;

static inline void note_answered(void *arg)
{
	struct answering *a = arg;
	merging_wake(a->merging);
}

static inline void open_answering(struct answering *a, struct server *server)
{
	a->merging = merging_new(&(struct merging_settings){.loop = server->loop,
							    .pool = server->pool,
							    .catalogue = server->catalogue,
							    .ingest = server->ingest,
							    .pause_ms = 5});
	a->hearing = hearing_new(&(struct hearing_settings){.loop = server->loop,
							    .pool = server->pool,
							    .sources = server->sources,
							    .catalogue = server->catalogue,
							    .spool = server->spool,
							    .answered = note_answered,
							    .arg = a});
}

static inline void turn_for(struct scene *scene, bool (*over)(const void *what), const void *what)
{
	bool flag = false;
	for (int i = 0; i < WAIT_SECONDS * 2000 && !flag; i++) {
		uv_run(loop_uv(scene->loop), UV_RUN_NOWAIT);
		flag = over(what);
		if (!flag)
			uv_sleep(1);
	}
	cr_assert(flag, "it did not happen within %d s", WAIT_SECONDS);
}

static inline bool is_idle(const void *what)
{
	const struct answering *a = what;
	return !hearing_busy(a->hearing) && !merging_busy(a->merging);
}

static inline void close_answering(struct answering *a)
{
	if (a->hearing == NULL)
		return;
	hearing_stop(a->hearing);
	merging_stop(a->merging);
	turn_for(&s, is_idle, a);
	hearing_free(a->hearing);
	merging_free(a->merging);
	*a = (struct answering){0};
}

/** A query that gives 0 when it is over. */
static inline void until_none(const char *query)
{
	long long left = 1;
	for (int i = 0; i < WAIT_SECONDS * 50 && left > 0; i++) {
		for (int turn = 0; turn < 20; turn++) {
			uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
			uv_sleep(1);
		}
		left = number(&s, query);
	}
	cr_assert_eq(left, 0, "%lld left of %s", left, query);
}

/** Everything due is heard and merged. */
static inline void all_answered(void)
{
	if (answering.hearing != NULL)
		hearing_wake(answering.hearing);
	if (other_answering.hearing != NULL)
		hearing_wake(other_answering.hearing);
	until_none("select count(*) from inbox where state = 'waiting' and next_try_at <= now()");
	if (answering.merging != NULL)
		merging_wake(answering.merging);
	until_none("select count(*) from invitation where version > merged");
}

static inline void run_sql(const char *format, ...) PRINTF_LIKE(1, 2);
static inline void run_sql(const char *format, ...)
{
	static char text[65536];
	va_list values;
	va_start(values, format);
	int len = vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	cr_assert(len > 0 && (size_t)len < sizeof(text));
	sql(&s, text);
}

#define SOURCE_1      1
#define TOKEN(letter) #letter "aaaaaaaaaaaaaaaaaaa"

/** Source 1 is "told", 2 "told-first", 3 "told-open", all of the wave w1. */
static inline void given_answering(void)
{
	static const char *const kinds[] = {"told", "told-first", "told-open"};
	given_scene(&s, NULL);
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		run_sql("insert into source (organisation_id, code, address, kind, wave_id, document) "
			"values (1, 's%zu', 'aaaaaaaaaaaaaaa%c', '%s', 1, convert_to('{\"source\":\"s%zu\","
			"\"kind\":\"%s\",\"programme\":\"p\",\"wave\":\"w1\",\"channel\":\"chat\","
			"\"companies\":{\"page1\":\"C1\",\"page2\":\"C2\"}}', 'UTF8'))",
			i + 1, (char)('a' + i), kinds[i], i + 1, kinds[i]);
	reload_sources(&s, &s.server);
	open_answering(&answering, &s.server);
}

static inline void end_answering(void)
{
	close_answering(&other_answering);
	close_answering(&answering);
	end_exact();
}

static inline void given_invitation(const char *contact, const char *token)
{
	run_sql("insert into invitation (organisation_id, wave_id, contact, token, record) values "
		"(1, 1, '%s', '%s', '{\"company\":\"C1\",\"channel\":\"phone\"}')",
		contact, token);
}

/** Received at so many seconds after 2026-01-01. */
static inline void given_payload(int source, const char *key, int received_s, const char *body)
{
	run_sql("insert into inbox (source_id, dedupe_key, received_at, query, headers, body) values "
		"(%d, '%s', '2026-01-01T00:00:00Z'::timestamptz + %d * interval '1 second', '', '', "
		"convert_to('%s', 'UTF8'))",
		source, key, received_s, body);
}
