#include "api/standings.h"

#include "api/access.h"
#include "api/asking.h"
#include "api/problem_of.h"
#include "api/view.h"
#include "base/slice.h"
#include "board/frozen.h"

/** What a route reads of a wave. */
enum reads { READS_STANDINGS, READS_SECTORS, READS_COMPANY };

/** A reader on the way to an answer: what may he see, then the answer of that. */
struct reading {
	struct asking asking; /* first: what ends an asking ends this */
	struct api *api;
	enum reads reads;
	int wave_id;
	bool revision_asked;
};

/* What is asked, in the words of the programme file that is read */

static enum status read_standings(struct exchange *x, const struct programme *p, int wave,
				  struct live_question *q, struct trouble *why)
{
	struct board_words words = {0};
	q->form = wants_csv(x) ? LIVE_BOARD_CSV : LIVE_BOARD_JSON;
	(void)exchange_query(x, "sector", &words.sector);
	(void)exchange_query(x, "channel", &words.channel);
	(void)exchange_query(x, "metric", &words.metric);
	(void)exchange_query(x, "threshold", &words.threshold);
	(void)exchange_query(x, "include", &words.include);
	return board_query_read(p, wave, &words, &q->board, why);
}

static enum status read_company(struct exchange *x, const struct programme *p,
				struct live_question *q, struct trouble *why)
{
	struct slice code = SLICE_NONE;
	must(exchange_parameter(x, "company", &code));
	q->form = LIVE_COMPANY_JSON;
	q->company = programme_find_company(p, code);
	if (q->company < 0)
		return trouble_code(why, E_GONE, "unknown_company",
				    "the wave does not have this company");
	return OK;
}

static enum status read_question(const struct reading *r, const struct programme *p, int wave,
				 struct live_question *q, struct trouble *why)
{
	struct exchange *x = r->asking.x;
	*q = (struct live_question){0};
	switch (r->reads) {
	case READS_STANDINGS:
		return read_standings(x, p, wave, q, why);
	case READS_SECTORS:
		q->form = wants_csv(x) ? LIVE_SECTORS_CSV : LIVE_SECTORS_JSON;
		return OK;
	case READS_COMPANY:
		return read_company(x, p, q, why);
	}
	never("a route outside its list");
}

/* The two things there are to be read */

static void ask_live(struct reading *r)
{
	struct live *live = r->api->live;
	const struct known_wave *wave = catalogue_wave_by_id(r->api->catalogue, r->wave_id);
	struct live_question q;
	struct trouble why;
	if (wave == NULL) {
		(void)trouble_code(&why, E_GONE, "unknown_wave", "there is no such wave");
		asking_end(r, NULL, &why);
		return;
	}
	if (read_question(r, wave->programme->programme, wave->index, &q, &why) < 0) {
		asking_end(r, NULL, &why);
		return;
	}
	struct http_bytes *finished = live_finished(live, wave->wave_id, &q);
	if (finished != NULL)
		asking_end(r, finished, NULL);
	else
		live_ask(live, wave, &q, asking_end, r);
}

static void opened(void *arg, struct frozen *f, const struct trouble *why)
{
	struct reading *r = arg;
	struct live_question q;
	struct trouble wrong;
	if (f == NULL || r->asking.x == NULL) {
		asking_end(r, NULL, why);
		return;
	}
	const struct board_source *source = frozen_source(f);
	if (read_question(r, source->programme, source->wave, &q, &wrong) < 0) {
		asking_end(r, NULL, &wrong);
		return;
	}
	struct http_bytes *finished = frozen_finished(f, &q);
	if (finished != NULL)
		asking_end(r, finished, NULL);
	else
		frozen_ask(f, &q, asking_end, r);
}

static void show(struct reading *r, const struct view *view)
{
	struct trouble why;
	switch (view->kind) {
	case VIEW_LIVE:
		ask_live(r);
		return;
	case VIEW_REVISION:
		frozen_open(r->api->live, r->wave_id, view->revision, opened, r);
		return;
	case VIEW_NOTHING:
		view_nothing(r->revision_asked, &why);
		asking_end(r, NULL, &why);
		return;
	}
	never("a view outside its list");
}

static void viewed(void *arg, const struct view *views, const struct trouble *why)
{
	struct reading *r = arg;
	if (views == NULL || r->asking.x == NULL)
		asking_end(r, NULL, why);
	else
		show(r, &views[0]);
}

static void begin(struct exchange *x, enum reads reads)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct view_request request = {.key = key, .waves = &wave, .len = 1};
	struct view view;
	if (wave == NULL || !view_request_read(x, &request) || !asking_form_read(x))
		return;
	struct reading *r = memory_new(sizeof(*r));
	*r = (struct reading){.asking = {x},
			      .api = api_of(x),
			      .reads = reads,
			      .wave_id = wave->wave_id,
			      .revision_asked = request.revision != VIEW_NEWEST};
	x->state = r;
	if (view_known(&request, &view))
		show(r, &view);
	else
		view_find(r->api, &request, viewed, r);
}

static void begin_standings(struct exchange *x)
{
	begin(x, READS_STANDINGS);
}

static void begin_sectors(struct exchange *x)
{
	begin(x, READS_SECTORS);
}

static void begin_company(struct exchange *x)
{
	begin(x, READS_COMPANY);
}

/** The firm's own instrument: always as the counts stand. */
static void begin_shoppers(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	const struct live_question q = {.form = LIVE_SHOPPERS_JSON};
	if (wave == NULL)
		return;
	struct http_bytes *finished = live_finished(api_of(x)->live, wave->wave_id, &q);
	if (finished != NULL)
		answer_board(x, finished);
	else
		live_ask(api_of(x)->live, wave, &q, asking_end, asking_begin(x));
}

const struct handler standings_get = {.begin = begin_standings, .gone = asking_gone};
const struct handler sectors_get = {.begin = begin_sectors, .gone = asking_gone};
const struct handler company_get = {.begin = begin_company, .gone = asking_gone};
const struct handler shoppers_get = {.begin = begin_shoppers, .gone = asking_gone};
