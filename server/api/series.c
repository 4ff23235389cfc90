#include "api/series.h"

#include "api/access.h"
#include "api/asking.h"
#include "api/problem_of.h"
#include "api/view.h"
#include "board/frozen.h"
#include "board/series.h"
#include "standings/history.h"

/** A question while it is found out what its reader sees of the waves it needs. */
struct looking {
	struct asking *asking;
	struct api *api;
	struct known_key key; /* without its organisation's name */
	struct slice address; /* the exchange's */
	struct shared_programme *programme;
	struct series_question question;
	int own;			  /* the wave whose awards are asked for, else -1 */
	bool revision_asked;		  /* of it */
	int waves[PROGRAMME_WAVES_LIMIT]; /* needed beside it, as indices in the programme */
	size_t waves_len;
};

static void looking_free(struct looking *l)
{
	shared_programme_release(&l->programme);
	memory_free(l);
}

static void refuse(struct looking *l, const struct trouble *why)
{
	asking_end(l->asking, NULL, why);
	looking_free(l);
}

static void give(struct looking *l, const struct series_view *views)
{
	struct live *live = l->api->live;
	struct trouble why;
	struct http_bytes *finished = series_finished(live, l->programme, &l->question, views);
	if (finished != NULL)
		asking_end(l->asking, finished, NULL);
	else if (series_ask(live, l->programme, &l->question, views, asking_end, l->asking, &why) <
		 0)
		asking_end(l->asking, NULL, &why);
	looking_free(l);
}

static struct series_view series_view_of(const struct view *view)
{
	return (struct series_view){.wave_id = view->wave_id,
				    .is_seen = view->kind != VIEW_NOTHING,
				    .revision = view->revision};
}

/** What the reader sees where the catalogue can tell; else false, and the database is asked. */
static bool known_views(const struct view_request *request, struct view *views)
{
	for (size_t i = 0; i < request->len; i++) {
		struct view_request one = *request;
		one.waves = &request->waves[i];
		one.len = 1;
		if (!view_known(&one, &views[i]))
			return false;
	}
	return true;
}

/** False where the catalogue does not have a wave of the file: it is being read again. */
static bool find_waves(const struct looking *l, const struct known_wave **by_index)
{
	size_t len;
	const struct known_wave *all = catalogue_waves(l->api->catalogue, &len);
	memset(by_index, 0, PROGRAMME_WAVES_LIMIT * sizeof(*by_index));
	for (size_t i = 0; i < len; i++)
		if (all[i].programme == l->programme)
			by_index[all[i].index] = &all[i];
	for (size_t i = 0; i < l->waves_len; i++)
		if (by_index[l->waves[i]] == NULL)
			return false;
	return l->own < 0 || by_index[l->own] != NULL;
}

static void looked(void *arg, const struct view *found, const struct trouble *why)
{
	struct looking *l = arg;
	const struct known_wave *by_index[PROGRAMME_WAVES_LIMIT];
	struct series_view views[PROGRAMME_WAVES_LIMIT];
	struct trouble behind;
	/* Nobody to answer, perhaps because the server stops. */
	if (found == NULL || l->asking->x == NULL) {
		refuse(l, why);
		return;
	}
	if (!find_waves(l, by_index)) {
		(void)trouble(&behind, E_BUSY, "the catalogue is being read again");
		refuse(l, &behind);
		return;
	}
	for (size_t i = 0; i < l->waves_len; i++)
		views[l->waves[i]] = series_view_of(&found[i]);
	if (l->own >= 0)
		views[l->own] = (struct series_view){.wave_id = by_index[l->own]->wave_id,
						     .is_seen = true};
	give(l, views);
}

/** What is seen of all waves but the one whose awards are asked for. */
static void look_at_waves(struct looking *l)
{
	const struct known_wave *by_index[PROGRAMME_WAVES_LIMIT], *waves[PROGRAMME_WAVES_LIMIT];
	struct view views[PROGRAMME_WAVES_LIMIT];
	struct trouble why;
	if (!find_waves(l, by_index)) {
		(void)trouble(&why, E_BUSY, "the catalogue is being read again");
		refuse(l, &why);
		return;
	}
	for (size_t i = 0; i < l->waves_len; i++)
		waves[i] = by_index[l->waves[i]];
	struct view_request request = {.key = &l->key,
				       .waves = waves,
				       .len = l->waves_len,
				       .revision = VIEW_NEWEST,
				       .address = l->address};
	if (known_views(&request, views))
		looked(l, views, NULL);
	else
		view_find(l->api, &request, looked, l);
}

static struct looking *looking_begin(struct exchange *x, const struct known_key *key,
				     struct shared_programme *programme,
				     const struct series_question *q)
{
	bool needed[PROGRAMME_WAVES_LIMIT];
	bool awards = q->form == SERIES_AWARDS_JSON || q->form == SERIES_AWARDS_CSV;
	struct looking *l = memory_new(sizeof(*l));
	*l = (struct looking){.asking = asking_begin(x),
			      .api = api_of(x),
			      .key = *key,
			      .address = x->path,
			      .programme = programme,
			      .question = *q,
			      .own = awards ? q->wave : -1};
	l->key.organisation = SLICE_NONE;
	shared_programme_hold(programme);
	series_waves(programme->programme, q, needed);
	for (int i = 0; i < (int)programme->programme->waves_len; i++)
		if (needed[i] && i != l->own)
			l->waves[l->waves_len++] = i;
	return l;
}

/* The awards of a published revision are stored. */

static void revision_opened(void *arg, struct frozen *f, const struct trouble *why)
{
	struct looking *l = arg;
	bool csv = l->question.form == SERIES_AWARDS_CSV;
	const struct live_question q = {.form = csv ? LIVE_AWARDS_CSV : LIVE_AWARDS_JSON};
	if (f == NULL || l->asking->x == NULL) {
		refuse(l, why);
		return;
	}
	struct http_bytes *finished = frozen_finished(f, &q);
	if (finished != NULL)
		asking_end(l->asking, finished, NULL);
	else
		frozen_ask(f, &q, asking_end, l->asking);
	looking_free(l);
}

static void own_looked(void *arg, const struct view *view, const struct trouble *why)
{
	struct looking *l = arg;
	struct trouble nothing;
	if (view == NULL || l->asking->x == NULL) {
		refuse(l, why);
		return;
	}
	switch (view->kind) {
	case VIEW_LIVE:
		look_at_waves(l);
		return;
	case VIEW_REVISION:
		frozen_open(l->api->live, view->wave_id, view->revision, revision_opened, l);
		return;
	case VIEW_NOTHING:
		view_nothing(l->revision_asked, &nothing);
		refuse(l, &nothing);
		return;
	}
	never("a view outside its list");
}

static void begin_awards(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct view_request request = {.key = key, .waves = &wave, .len = 1};
	struct view view;
	if (wave == NULL || !view_request_read(x, &request) || !asking_form_read(x))
		return;
	const struct series_question q = {
		.form = wants_csv(x) ? SERIES_AWARDS_CSV : SERIES_AWARDS_JSON, .wave = wave->index};
	struct looking *l = looking_begin(x, key, wave->programme, &q);
	l->address = request.address;
	l->revision_asked = request.revision != VIEW_NEWEST;
	if (view_known(&request, &view))
		own_looked(l, &view, NULL);
	else
		view_find(l->api, &request, own_looked, l);
}

static enum status read_history(const struct programme *p, struct exchange *x,
				struct series_question *q, struct trouble *why)
{
	struct slice word = SLICE_NONE, code = SLICE_NONE, series;
	must(exchange_parameter(x, "company", &code));
	(void)exchange_query(x, "series", &word);
	q->company = programme_find_company(p, code);
	if (q->company < 0)
		return trouble_code(why, E_GONE, "unknown_company",
				    "the programme does not have this company");
	enum status st = history_series(p, word, &series, why);
	if (st < 0)
		return st;
	while (!slice_equal(p->waves[q->wave].series, series)) {
		q->wave++;
		must((size_t)q->wave < p->waves_len);
	}
	return OK;
}

static void begin_history(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	struct shared_programme *p = key != NULL ? access_programme(x, key) : NULL;
	struct series_question q = {.form = wants_csv(x) ? SERIES_HISTORY_CSV
							 : SERIES_HISTORY_JSON};
	struct trouble why;
	if (p == NULL || !asking_form_read(x))
		return;
	if (read_history(p->programme, x, &q, &why) < 0)
		answer_trouble(x, &why);
	else
		look_at_waves(looking_begin(x, key, p, &q));
}

static void begin_combined(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	struct shared_programme *p = key != NULL ? access_programme(x, key) : NULL;
	struct series_question q = {.form = SERIES_COMBINED_JSON};
	struct slice code = SLICE_NONE;
	struct trouble why;
	if (p == NULL)
		return;
	must(exchange_parameter(x, "combined", &code));
	q.combined = programme_find_combined(p->programme, code);
	if (q.combined >= 0) {
		look_at_waves(looking_begin(x, key, p, &q));
		return;
	}
	(void)trouble_code(&why, E_GONE, "unknown_combined",
			   "the programme does not have this combined figure");
	answer_trouble(x, &why);
}

const struct handler awards_get = {.begin = begin_awards, .gone = asking_gone};
const struct handler history_get = {.begin = begin_history, .gone = asking_gone};
const struct handler combined_get = {.begin = begin_combined, .gone = asking_gone};
