#include "api/standings.h"

#include "api/access.h"
#include "api/problem_of.h"
#include "base/slice.h"

/** A question under way; x is NULL once the client is gone. */
struct asking {
	struct exchange *x;
};

static struct slice etag_of(const struct http_bytes *bytes)
{
	static const char field[] = "\r\nETag: ";
	struct slice head = http_bytes_head(bytes);
	const char *at = memmem(head.at, head.len, field, sizeof(field) - 1);
	if (at == NULL)
		return SLICE_NONE;
	struct slice rest = slice_from(head, (size_t)(at - head.at) + sizeof(field) - 1), tag;
	(void)slice_next_part(&rest, '\r', &tag);
	return tag;
}

static void answer(struct exchange *x, struct http_bytes *bytes)
{
	bool conditional = exchange_header(x, "if-none-match").at != NULL;
	struct slice etag = conditional ? etag_of(bytes) : SLICE_NONE;
	if (etag.at != NULL && exchange_if_none_match(x, etag)) {
		exchange_answer_add_header(x, "Cache-Control", SLICE("private, no-cache"));
		exchange_answer_add_header(x, "Vary", SLICE("Accept, Authorization"));
		exchange_answer_not_modified(x, etag);
	} else {
		exchange_answer_bytes(x, bytes);
	}
}

static void answered(void *arg, struct http_bytes *bytes, const struct trouble *why)
{
	struct asking *a = arg;
	struct exchange *x = a->x;
	memory_free(a);
	if (x == NULL)
		return;
	if (bytes != NULL)
		answer(x, bytes);
	else
		answer_trouble(x, why);
}

static void ask(struct exchange *x, const struct known_wave *wave, const struct live_question *q)
{
	struct live *live = api_of(x)->live;
	struct http_bytes *finished = live_finished(live, wave->wave_id, q);
	if (finished != NULL) {
		answer(x, finished);
		return;
	}
	struct asking *a = memory_new(sizeof(*a));
	a->x = x;
	x->state = a;
	live_ask(live, wave, q, answered, a);
}

static bool wants_csv(const struct exchange *x)
{
	if (x->suffix != SUFFIX_NONE)
		return x->suffix == SUFFIX_CSV;
	struct slice accept = exchange_header(x, "accept");
	return accept.at != NULL && slice_starts_with(accept, SLICE("text/csv"));
}

static void begin_standings(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct board_words words = {0};
	struct trouble why;
	struct live_question q = {.form = wants_csv(x) ? LIVE_BOARD_CSV : LIVE_BOARD_JSON};
	if (wave == NULL)
		return;
	(void)exchange_query(x, "sector", &words.sector);
	(void)exchange_query(x, "channel", &words.channel);
	(void)exchange_query(x, "metric", &words.metric);
	(void)exchange_query(x, "threshold", &words.threshold);
	(void)exchange_query(x, "include", &words.include);
	if (board_query_read(wave->programme->programme, wave->index, &words, &q.board, &why) < 0)
		answer_trouble(x, &why);
	else
		ask(x, wave, &q);
}

static void begin_sectors(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct live_question q = {.form = wants_csv(x) ? LIVE_SECTORS_CSV : LIVE_SECTORS_JSON};
	if (wave != NULL)
		ask(x, wave, &q);
}

static void begin_company(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct live_question q = {.form = LIVE_COMPANY_JSON};
	struct slice code = SLICE_NONE;
	struct trouble why;
	if (wave == NULL)
		return;
	must(exchange_parameter(x, "company", &code));
	q.company = programme_find_company(wave->programme->programme, code);
	if (q.company >= 0) {
		ask(x, wave, &q);
		return;
	}
	(void)trouble_code(&why, E_GONE, "unknown_company", "the wave does not have this company");
	answer_trouble(x, &why);
}

static void begin_shoppers(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct live_question q = {.form = LIVE_SHOPPERS_JSON};
	if (wave != NULL)
		ask(x, wave, &q);
}

static void asker_gone(struct exchange *x)
{
	struct asking *a = x->state;
	if (a != NULL)
		a->x = NULL;
}

const struct handler standings_get = {.begin = begin_standings, .gone = asker_gone};
const struct handler sectors_get = {.begin = begin_sectors, .gone = asker_gone};
const struct handler company_get = {.begin = begin_company, .gone = asker_gone};
const struct handler shoppers_get = {.begin = begin_shoppers, .gone = asker_gone};
