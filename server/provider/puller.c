#include "provider/puller.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "pg/value.h"
#include "provider/chatwoot_response.h"
#include "store/sql.h"

enum {
	PAGE_BYTES = 2 * 1024 * 1024,
	ARENA_BYTES = 4 * PAGE_BYTES,
	HEADERS_BYTES = 128,
	WORDS_BYTES = 300,
	FIRST_LOOK_MS = 5000
};

static const int64_t second_us = INT64_C(1000000), unix_epoch_s = INT64_C(946684800);

/* clang-format off */
#define PULL_STATES(X)                                                     \
	X(RESTING,  "nothing is due")                                      \
	X(CLAIMING, "the database says whether it is due and free")        \
	X(PAGING,   "the provider is asked for a page")                    \
	X(KNOWING,  "the database says what of it is stored")              \
	X(LOOKING,  "the provider is asked whose an answer is")            \
	X(STORING,  "the inbox takes it")                                  \
	X(ENDING,   "what came of it is written down")

enum pull_state {
#define X(name, words) PULL_##name,
	PULL_STATES(X)
#undef X
};

#define BIT(name) (1u << PULL_##name)

static const unsigned pull_next[] = {
	[PULL_RESTING]  = BIT(CLAIMING),
	[PULL_CLAIMING] = BIT(PAGING) | BIT(ENDING) | BIT(RESTING),
	[PULL_PAGING]   = BIT(KNOWING) | BIT(ENDING),
	[PULL_KNOWING]  = BIT(LOOKING) | BIT(STORING) | BIT(PAGING) | BIT(ENDING),
	[PULL_LOOKING]  = BIT(STORING) | BIT(ENDING),
	[PULL_STORING]  = BIT(LOOKING) | BIT(STORING) | BIT(PAGING) | BIT(ENDING),
	[PULL_ENDING]   = BIT(RESTING),
};
/* clang-format on */

struct wish {
	struct wish *next;
	int source_id;
	bool now; /* also where the last one was just before */
};

struct puller {
	struct puller_settings settings;
	struct loop_timer *timer;
	enum pull_state state;
	struct wish *first, *last;
	bool stopped;

	/* The pull under way. */
	const struct known_source *source; /* held */
	struct arena arena;		   /* of the page */
	struct chatwoot_response *list;
	size_t len, entries, at;
	int64_t since_s, until_s, seen_s; /* the last: by the provider's clock */
	uint64_t began_ms;
	unsigned page, stored;
	char words[WORDS_BYTES];
};

static void go_on(struct puller *p);
static void next_source(struct puller *p);

static void enter(struct puller *p, enum pull_state to)
{
	must((pull_next[p->state] & (1u << to)) != 0);
	p->state = to;
}

/* The end of a pull */

static void written(void *arg, const struct pg_answer *answer)
{
	struct puller *p = arg;
	if (answer->status != OK) /* the lease ends by itself */
		log_warn("pull.not_written", LOG_NUMBER("source", p->source->source_id),
			 LOG_TEXT("err", answer->why.words));
	source_release(&p->source);
	arena_fini(&p->arena);
	enter(p, PULL_RESTING);
	next_source(p);
}

/** `words` empty: it got to its end. */
static void end(struct puller *p, const char *words)
{
	struct pg_value values[] = {pg_int4(p->source->source_id), pg_text(slice_of(words))};
	enter(p, PULL_ENDING);
	log_info("pull.ended", LOG_NUMBER("source", p->source->source_id),
		 LOG_NUMBER("pages", p->page), LOG_NUMBER("stored", p->stored),
		 LOG_TEXT("why", words));
	pg_pool_run(p->settings.pool, &SQL_PULL_END, values, COUNT_OF(values), written, p);
}

/** Anything but 200, in words that a firm can act on. */
static void end_refused(struct puller *p, const struct outgoing_answer *answer)
{
	if (answer->fate != OUTGOING_ANSWERED)
		(void)snprintf(p->words, sizeof(p->words), "no answer: %s", answer->why.words);
	else if (answer->status == 401 || answer->status == 403)
		(void)snprintf(p->words, sizeof(p->words),
			       "answered %d: the access_token is not one of an administrator",
			       answer->status);
	else if (answer->status == 404)
		(void)snprintf(p->words, sizeof(p->words),
			       "answered 404: base_url or account is not right");
	else
		(void)snprintf(p->words, sizeof(p->words), "answered %d", answer->status);
	end(p, p->words);
}

/* Asking */

static void ask(struct puller *p, const char *path,
		void (*done)(void *arg, const struct outgoing_answer *answer))
{
	const struct setup *setup = p->source->setup;
	char url[OUTGOING_URL_BYTES], token[OUTGOING_HEADER_BYTES];
	(void)snprintf(url, sizeof(url), "%.*s/api/v1/accounts/%.*s/%s",
		       SLICE_ARGS(setup->base_url), SLICE_ARGS(setup->account), path);
	(void)snprintf(token, sizeof(token), "api_access_token: %.*s",
		       SLICE_ARGS(p->source->access_token));
	struct outgoing_request request = {
		.kind = OUTGOING_PULL, .url = url, .headers = {token}, .answer_most = PAGE_BYTES};
	outgoing_ask(p->settings.outgoing, &request, done, p);
	explicit_bzero(token, sizeof(token));
}

static bool is_good(const struct outgoing_answer *answer)
{
	return answer->fate == OUTGOING_ANSWERED && answer->status == 200 && !answer->cut;
}

/* Storing */

static void stored(void *arg, enum inbox_fate fate, const struct trouble *why)
{
	struct puller *p = arg;
	(void)fate;
	if (why != NULL) {
		(void)snprintf(p->words, sizeof(p->words), "not stored: %s", why->code);
		end(p, p->words);
		return;
	}
	sources_note(p->settings.sources, p->source->source_id,
		     fate == INBOX_REPEATED ? SOURCE_REPEATED : SOURCE_TAKEN, NULL);
	p->stored++;
	p->at++;
	go_on(p);
}

/** As it was when it was seen: what the customer changes after that is later than this. */
static void store(struct puller *p, struct slice conversation)
{
	const struct chatwoot_response *r = &p->list[p->at];
	char headers[HEADERS_BYTES];
	struct buf body;
	buf_init(&body, INBOX_BODY_BYTES);
	if (!chatwoot_response_body(r, p->source->setup->account, conversation, &p->arena, &body)) {
		buf_fini(&body);
		end(p, "its answer about a conversation is not understood");
		return;
	}
	int len = snprintf(headers, sizeof(headers),
			   "plaudit-kind: pull\nx-chatwoot-timestamp: %lld\n",
			   (long long)p->seen_s);
	struct inbox_item item = {.source_id = p->source->source_id,
				  .dedupe_key = slice_of(r->key),
				  .payload = {.query = SLICE(""),
					      .headers = {headers, (size_t)len},
					      .body = buf_slice(&body)}};
	enter(p, PULL_STORING);
	inbox_put(p->settings.inbox, &item, stored, p);
	buf_fini(&body);
}

/** Whose it is: the inbox chooses the company, and the conversation may have the token. */
static void conversation_came(void *arg, const struct outgoing_answer *answer)
{
	struct puller *p = arg;
	bool gone = answer->fate == OUTGOING_ANSWERED && answer->status == 404;
	if (p->stopped)
		end(p, "the server stopped");
	else if (is_good(answer))
		store(p, answer->body);
	else if (gone)
		store(p, SLICE_NONE);
	else
		end_refused(p, answer);
}

static void look(struct puller *p)
{
	char path[64];
	if (p->list[p->at].conversation_id == 0) {
		store(p, SLICE_NONE);
		return;
	}
	(void)snprintf(path, sizeof(path), "conversations/%lld",
		       (long long)p->list[p->at].conversation_id);
	enter(p, PULL_LOOKING);
	ask(p, path, conversation_came);
}

/* Pages */

static void known_came(void *arg, const struct pg_answer *answer)
{
	struct puller *p = arg;
	if (answer->status != OK) {
		end(p, "the database was away");
		return;
	}
	for (int row = 0; row < pg_rows(answer->result); row++)
		for (size_t i = 0; i < p->len; i++)
			if (slice_is(pg_get_bytes(answer->result, row, 0), p->list[i].key))
				p->list[i].known = true;
	go_on(p);
}

static void page_came(void *arg, const struct outgoing_answer *answer)
{
	struct puller *p = arg;
	if (p->stopped) {
		end(p, "the server stopped");
		return;
	}
	if (!is_good(answer)) {
		end_refused(p, answer);
		return;
	}
	if (!chatwoot_page_read(answer->body, &p->arena, &p->list, &p->len, &p->entries)) {
		end(p, "its list of answers is not understood");
		return;
	}
	p->at = 0;
	p->seen_s = answer->date_s > 0 ? answer->date_s : clock_now() / second_us + unix_epoch_s;
	struct slice *keys = arena_take_array(&p->arena, p->len, sizeof(*keys));
	must(keys != NULL || p->len == 0);
	for (size_t i = 0; i < p->len; i++)
		keys[i] = slice_of(p->list[i].key);
	struct pg_value values[] = {pg_int4(p->source->source_id),
				    pg_text_array(&p->arena, keys, p->len)};
	enter(p, PULL_KNOWING);
	pg_pool_run(p->settings.pool, &SQL_PULL_KNOWN, values, COUNT_OF(values), known_came, p);
}

static void ask_page(struct puller *p)
{
	char path[160];
	arena_fini(&p->arena);
	arena_init(&p->arena, ARENA_BYTES);
	p->page++;
	(void)snprintf(path, sizeof(path),
		       "csat_survey_responses?page=%u&sort=created_at&since=%lld&until=%lld",
		       p->page, (long long)p->since_s, (long long)p->until_s);
	enter(p, PULL_PAGING);
	ask(p, path, page_came);
}

/** The next answer of the page, the next page, or the end. */
static void go_on(struct puller *p)
{
	while (p->at < p->len && p->list[p->at].known)
		p->at++;
	if (p->stopped)
		end(p, "the server stopped");
	else if (clock_monotonic_ms() - p->began_ms > PULL_MOST_MS)
		end(p, "it takes long: the rest comes with the next one");
	else if (p->at < p->len)
		look(p);
	else if (p->entries < CHATWOOT_PAGE)
		end(p, "");
	else if (p->page == PULL_PAGES_MOST)
		end(p, "more answers than a pull looks at");
	else
		ask_page(p);
}

/* Which source */

bool puller_can(const struct known_source *source)
{
	const struct setup *setup = source->setup;
	return setup->adapter != NULL && strcmp(setup->adapter->kind, "chatwoot") == 0 &&
	       setup->base_url.len > 0 && setup->account.len > 0 && source->access_token.len > 0;
}

static void claimed(void *arg, const struct pg_answer *answer)
{
	struct puller *p = arg;
	int64_t now_s = clock_now() / second_us + unix_epoch_s;
	if (answer->status != OK || pg_rows(answer->result) == 0) {
		source_release(&p->source);
		arena_fini(&p->arena);
		enter(p, PULL_RESTING);
		next_source(p);
		return;
	}
	p->page = p->stored = 0;
	p->began_ms = clock_monotonic_ms();
	p->since_s = now_s - PULL_BACK_S;
	p->until_s = now_s + 86400; /* our clock may be behind theirs */
	if (p->stopped)
		end(p, "the server stopped");
	else
		ask_page(p);
}

static bool take_wish(struct puller *p, struct wish *wish)
{
	struct wish *first = p->first;
	if (first == NULL)
		return false;
	*wish = *first;
	p->first = first->next;
	if (p->first == NULL)
		p->last = NULL;
	memory_free(first);
	return true;
}

static void next_source(struct puller *p)
{
	struct wish wish;
	while (!p->stopped && take_wish(p, &wish)) {
		const struct known_source *s = sources_by_id(p->settings.sources, wish.source_id);
		if (s == NULL || s->paused || !puller_can(s))
			continue;
		struct pg_value values[] = {pg_int4(s->source_id),
					    pg_int4(wish.now ? 0 : PULL_EVERY_S),
					    pg_int4(PULL_LEASE_S)};
		p->source = s;
		source_hold(s);
		arena_init(&p->arena, ARENA_BYTES);
		enter(p, PULL_CLAIMING);
		pg_pool_run(p->settings.pool, &SQL_PULL_CLAIM, values, COUNT_OF(values), claimed,
			    p);
		return;
	}
	if (!p->stopped)
		loop_timer_start(p->timer, PULL_LOOK_MS);
}

static void add_wish(struct puller *p, int source_id, bool now)
{
	struct wish *wish;
	for (wish = p->first; wish != NULL; wish = wish->next)
		if (wish->source_id == source_id) {
			wish->now = wish->now || now;
			return;
		}
	wish = memory_new(sizeof(*wish));
	*wish = (struct wish){.source_id = source_id, .now = now};
	if (p->last != NULL)
		p->last->next = wish;
	else
		p->first = wish;
	p->last = wish;
}

static void look_around(void *arg)
{
	struct puller *p = arg;
	size_t len = 0;
	if (p->state != PULL_RESTING)
		return;
	const struct known_source *const *all = NULL;
	if (sources_ready(p->settings.sources))
		all = sources_all(p->settings.sources, &len);
	for (size_t i = 0; i < len; i++)
		if (!all[i]->paused && puller_can(all[i]))
			add_wish(p, all[i]->source_id, false);
	next_source(p);
}

void puller_ask(struct puller *p, const struct known_source *source)
{
	if (p->stopped)
		return;
	add_wish(p, source->source_id, true);
	if (p->state == PULL_RESTING)
		loop_timer_start(p->timer, 1);
}

/* Life */

struct puller *puller_new(const struct puller_settings *settings)
{
	struct puller *p = memory_new(sizeof(*p));
	*p = (struct puller){.settings = *settings};
	p->timer = loop_timer_new(settings->loop, look_around, p);
	loop_timer_start(p->timer, FIRST_LOOK_MS);
	return p;
}

void puller_stop(struct puller *p)
{
	struct wish wish;
	p->stopped = true;
	loop_timer_stop(p->timer);
	while (take_wish(p, &wish))
		continue;
}

bool puller_busy(const struct puller *p)
{
	return p->state != PULL_RESTING;
}

void puller_free(struct puller **p)
{
	struct puller *taken = *p;
	*p = NULL;
	if (taken == NULL)
		return;
	must(!puller_busy(taken));
	loop_timer_free(&taken->timer);
	memory_free(taken);
}
