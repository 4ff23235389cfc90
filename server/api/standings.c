#include "api/standings.h"

#include "api/access.h"
#include "api/asking.h"
#include "api/problem_of.h"
#include "base/slice.h"

static void ask(struct exchange *x, const struct known_wave *wave, const struct live_question *q)
{
	struct live *live = api_of(x)->live;
	struct http_bytes *finished = live_finished(live, wave->wave_id, q);
	if (finished != NULL) {
		answer_board(x, finished);
		return;
	}
	live_ask(live, wave, q, asking_end, asking_begin(x));
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

const struct handler standings_get = {.begin = begin_standings, .gone = asking_gone};
const struct handler sectors_get = {.begin = begin_sectors, .gone = asking_gone};
const struct handler company_get = {.begin = begin_company, .gone = asking_gone};
const struct handler shoppers_get = {.begin = begin_shoppers, .gone = asking_gone};
