#include "provider/source_check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "pg/value.h"
#include "provider/provider_words.h"
#include "store/sql.h"

enum {
	CLOCK_MOST_MS = 5000, /* signatures allow 300; a clock that is watched is within one */
	WAITING_MOST_S = 60,
	QUIET_S = 24 * 3600,
	PULL_MOST_S = 2 * PULL_EVERY_S,
	ANSWER_BYTES = 1024 * 1024,
	ARENA_BYTES = 4 * ANSWER_BYTES
};

static const int64_t second_us = INT64_C(1000000);

struct checking {
	struct source_check_settings settings;
	const struct known_source *source; /* held */
	struct source_report report;
	struct arena arena;
	void (*done)(void *arg, const struct source_report *report, const struct trouble *why);
	void *arg;
};

static void find(struct checking *c, const char *check, bool ok, const char *format, ...)
	PRINTF_LIKE(4, 5);

static void find(struct checking *c, const char *check, bool ok, const char *format, ...)
{
	must(c->report.len < SOURCE_CHECKS_MOST);
	struct source_finding *f = &c->report.at[c->report.len++];
	f->check = check;
	f->ok = ok;
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(f->words, sizeof(f->words), format, arguments);
	va_end(arguments);
	c->report.ok = c->report.ok && ok;
}

static void end(struct checking *c, const struct trouble *why)
{
	struct checking last = *c;
	last.done(last.arg, why == NULL ? &c->report : NULL, why);
	source_release(&c->source);
	arena_fini(&c->arena);
	memory_free(c);
}

/* What is known here */

static void check_setup(struct checking *c)
{
	const struct known_source *s = c->source;
	const struct adapter *a = s->setup->adapter;
	const struct known_wave *wave = catalogue_wave_by_id(c->settings.catalogue, s->wave_id);
	find(c, "document", s->faults == 0, "%zu faults with the programme as it is now",
	     s->faults);
	find(c, "running", !s->paused, s->paused ? "it is paused" : "it is not paused");
	find(c, "wave", wave != NULL && wave->state == WAVE_FIELDING, "the wave is %s",
	     wave != NULL ? wave_state_name(wave->state) : "unknown");
	if (a != NULL && a->hook && a->scheme != SIGNATURE_NONE)
		find(c, "secret", s->signing_len > 0 || !a->signed_must, "%zu signing secrets%s",
		     s->signing_len,
		     s->signing_len == 0 ? ": whoever knows the address may send" : "");
	if (a != NULL && a->scheme == SIGNATURE_TWILIO)
		find(c, "address", c->settings.public_url != NULL,
		     c->settings.public_url != NULL
			     ? "public_url is set"
			     : "public_url is not set, and what it signs is over the address");
}

static int64_t seconds_since(const struct pg_result *rows, int column)
{
	return (pg_get_timestamptz(rows, 0, 0) - pg_get_timestamptz(rows, 0, column)) / second_us;
}

static void check_clock(struct checking *c, const struct pg_result *rows)
{
	int64_t ahead_ms = (clock_now() - pg_get_timestamptz(rows, 0, 0)) / 1000;
	bool ok = ahead_ms > -CLOCK_MOST_MS && ahead_ms < CLOCK_MOST_MS;
	find(c, "clock", ok, "the server's clock is %" PRId64 " ms ahead of the database's",
	     ahead_ms);
}

static void check_events(struct checking *c, const struct pg_result *rows)
{
	bool never = pg_is_null(rows, 0, 2);
	int64_t quiet_s = seconds_since(rows, never ? 12 : 2);
	find(c, "events", quiet_s < QUIET_S, "%" PRId64 " taken, %s %" PRId64 " seconds ago",
	     pg_get_int8(rows, 0, 1), never ? "connected" : "the last", quiet_s);
	if (pg_is_null(rows, 0, 3)) {
		find(c, "refused", true, "nothing was refused");
		return;
	}
	struct slice why = pg_get_bytes(rows, 0, 4);
	bool older = !never && pg_get_timestamptz(rows, 0, 3) < pg_get_timestamptz(rows, 0, 2);
	find(c, "refused", older, "the last refusal was %" PRId64 " seconds ago: %.*s",
	     seconds_since(rows, 3), SLICE_ARGS(why));
}

/** Another server may be the one that listens: whatever was taken came in somewhere. */
static void check_line(struct checking *c, const struct pg_result *rows)
{
	const struct adapter *a = c->source->setup->adapter;
	if (a == NULL || (!a->mail && !a->agi))
		return;
	const char *name = a->mail ? "lmtp" : "agi";
	bool here = (a->mail ? c->settings.lmtp : c->settings.agi) != NULL;
	bool taken = !pg_is_null(rows, 0, 2);
	find(c, "address", here || taken, "%s is %s at the server that was asked", name,
	     here ? "set" : "not set");
}

static void check_reading(struct checking *c, const struct pg_result *rows)
{
	int64_t failed = pg_get_int8(rows, 0, 7), waiting = pg_get_int8(rows, 0, 8);
	int64_t since_s = pg_is_null(rows, 0, 9) ? 0 : seconds_since(rows, 9);
	find(c, "reading", failed == 0 && since_s <= WAITING_MOST_S,
	     "of the last 1000 events %" PRId64 " cannot be read and %" PRId64
	     " wait, the oldest for %" PRId64 " seconds",
	     failed, waiting, since_s);
}

static void check_pull(struct checking *c, const struct pg_result *rows)
{
	struct slice words = pg_get_bytes(rows, 0, 6);
	if (!puller_can(c->source))
		find(c, "pull", true, "what the webhook loses is not asked for");
	else if (pg_is_null(rows, 0, 5))
		find(c, "pull", seconds_since(rows, 12) < PULL_EVERY_S,
		     "what the webhook lost was not asked for yet");
	else if (words.len > 0)
		find(c, "pull", false, "%.*s", SLICE_ARGS(words));
	else
		find(c, "pull", seconds_since(rows, 5) <= PULL_MOST_S,
		     "what the webhook lost was asked for %" PRId64 " seconds ago",
		     seconds_since(rows, 5));
}

static void check_messages(struct checking *c, const struct pg_result *rows)
{
	int64_t unknown = pg_get_int8(rows, 0, 10), failed = pg_get_int8(rows, 0, 11);
	find(c, "messages", unknown == 0 && failed == 0,
	     "of the last 1000 messages %" PRId64 " failed and %" PRId64 " may not have arrived",
	     failed, unknown);
}

/* What the provider says */

static bool is_good(struct checking *c, const char *check, const struct outgoing_answer *answer)
{
	if (answer->fate != OUTGOING_ANSWERED)
		find(c, check, false, "no answer: %s", answer->why.words);
	else if (answer->status != 200)
		find(c, check, false, "it answered %d%s", answer->status,
		     answer->status == 401 || answer->status == 403 || answer->status == 400
			     ? ": is the access_token right?"
			     : "");
	return answer->fate == OUTGOING_ANSWERED && answer->status == 200;
}

static void page_told(void *arg, const struct outgoing_answer *answer)
{
	struct checking *c = arg;
	bool read;
	if (is_good(c, "webhook", answer)) {
		bool told = messenger_is_subscribed(answer->body, "messaging_feedback", &c->arena,
						    &read);
		find(c, "webhook", told,
		     !read  ? "its answer is not understood"
		     : told ? "the page is subscribed to messaging_feedback"
			    : "the page is not subscribed to messaging_feedback: subscribe it "
			      "again, Meta ends it after an hour of failures");
	}
	end(c, NULL);
}

static void hooks_told(void *arg, const struct outgoing_answer *answer)
{
	static const char *const words[] = {
		[CHATWOOT_HOOK_NOT_READ] = "its answer is not understood",
		[CHATWOOT_HOOK_NONE] = "the account has no webhook with the address of the source",
		[CHATWOOT_HOOK_DEAF] = "the webhook is not subscribed to message_updated",
		[CHATWOOT_HOOK_GOOD] = "the webhook is subscribed to message_updated"};
	struct checking *c = arg;
	char path[64];
	if (is_good(c, "webhook", answer)) {
		(void)snprintf(path, sizeof(path), "/v1/hooks/%.*s",
			       SLICE_ARGS(c->source->address));
		enum chatwoot_hook hook = chatwoot_hook_of(answer->body, slice_of(path), &c->arena);
		find(c, "webhook", hook == CHATWOOT_HOOK_GOOD, "%s", words[hook]);
	}
	end(c, NULL);
}

static void ask(struct checking *c, const char *url, const char *header,
		void (*done)(void *arg, const struct outgoing_answer *answer))
{
	char token[OUTGOING_HEADER_BYTES];
	(void)snprintf(token, sizeof(token), "%s%.*s", header, SLICE_ARGS(c->source->access_token));
	struct outgoing_request request = {.kind = OUTGOING_CHECK,
					   .url = url,
					   .headers = {token},
					   .answer_most = ANSWER_BYTES};
	outgoing_ask(c->settings.outgoing, &request, done, c);
	explicit_bzero(token, sizeof(token));
}

static void ask_page(struct checking *c)
{
	char url[OUTGOING_URL_BYTES];
	const struct setup *setup = c->source->setup;
	if (setup->page.len == 0 || c->source->access_token.len == 0) {
		find(c, "webhook", true, "Meta was not asked: that needs page and access_token");
		end(c, NULL);
		return;
	}
	(void)snprintf(url, sizeof(url), "%s/%.*s/subscribed_apps", c->settings.graph_url,
		       SLICE_ARGS(setup->page));
	ask(c, url, "Authorization: Bearer ", page_told);
}

static void ask_chatwoot(struct checking *c)
{
	char url[OUTGOING_URL_BYTES];
	const struct setup *setup = c->source->setup;
	if (!puller_can(c->source)) {
		find(c, "webhook", true,
		     "Chatwoot was not asked: that needs base_url, account and access_token");
		end(c, NULL);
		return;
	}
	(void)snprintf(url, sizeof(url), "%.*s/api/v1/accounts/%.*s/webhooks",
		       SLICE_ARGS(setup->base_url), SLICE_ARGS(setup->account));
	ask(c, url, "api_access_token: ", hooks_told);
}

static void facts_came(void *arg, const struct pg_answer *answer)
{
	struct checking *c = arg;
	if (answer->status != OK) {
		end(c, &answer->why);
		return;
	}
	const struct adapter *a = c->source->setup->adapter;
	const char *kind = a != NULL ? a->kind : "";
	check_setup(c);
	check_clock(c, answer->result);
	check_events(c, answer->result);
	check_line(c, answer->result);
	check_reading(c, answer->result);
	if (strcmp(kind, "messenger") == 0) {
		check_messages(c, answer->result);
		ask_page(c);
	} else if (strcmp(kind, "chatwoot") == 0) {
		check_pull(c, answer->result);
		ask_chatwoot(c);
	} else {
		end(c, NULL);
	}
}

void source_check(const struct source_check_settings *settings, const struct known_source *source,
		  void (*done)(void *arg, const struct source_report *report,
			       const struct trouble *why),
		  void *arg)
{
	struct checking *c = memory_new(sizeof(*c));
	*c = (struct checking){.settings = *settings,
			       .source = source,
			       .report = {.ok = true},
			       .done = done,
			       .arg = arg};
	source_hold(source);
	arena_init(&c->arena, ARENA_BYTES);
	struct pg_value values[] = {pg_int4(source->source_id)};
	pg_pool_run(settings->pool, &SQL_SOURCE_FACTS, values, COUNT_OF(values), facts_came, c);
}
