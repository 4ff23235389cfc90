#include "api/series.h"

#include "api/access.h"
#include "api/asking.h"
#include "api/problem_of.h"
#include "api/view.h"
#include "board/series.h"
#include "standings/history.h"

/** A question while it is found out what its reader sees of the waves it needs. */
struct looking {
	struct asking *asking;
	struct api *api;
	struct shared_programme *programme;
	struct series_question question;
	int waves[PROGRAMME_WAVES_LIMIT]; /* needed, as indices in the programme */
	size_t waves_len;
};

static void looking_free(struct looking *l)
{
	shared_programme_release(&l->programme);
	memory_free(l);
}

/** A wave whose awards are asked for is answered, or not, as its boards are. */
static bool may_be_answered(const struct looking *l, const struct series_view *views,
			    struct trouble *why)
{
	bool awards = l->question.form == SERIES_AWARDS_JSON ||
		      l->question.form == SERIES_AWARDS_CSV;
	if (!awards || views[l->question.wave].is_seen)
		return true;
	(void)trouble_code(why, E_GONE, "not_published", "nothing of this wave is published");
	return false;
}

static void give(struct looking *l, const struct series_view *views)
{
	struct live *live = l->api->live;
	struct trouble why;
	struct http_bytes *finished;
	if (!may_be_answered(l, views, &why)) {
		asking_end(l->asking, NULL, &why);
		return;
	}
	finished = series_finished(live, l->programme, &l->question, views);
	if (finished != NULL)
		asking_end(l->asking, finished, NULL);
	else if (series_ask(live, l->programme, &l->question, views, asking_end, l->asking, &why) <
		 0)
		asking_end(l->asking, NULL, &why);
}

static void looked(void *arg, const struct view *found, const struct trouble *why)
{
	struct looking *l = arg;
	struct series_view views[PROGRAMME_WAVES_LIMIT];
	/* Nobody to answer, perhaps because the server stops. */
	if (found == NULL || l->asking->x == NULL) {
		asking_end(l->asking, NULL, why);
		looking_free(l);
		return;
	}
	for (size_t i = 0; i < l->waves_len; i++)
		views[l->waves[i]] = (struct series_view){.wave_id = found[i].wave_id,
							  .is_seen = found[i].kind != VIEW_NOTHING,
							  .revision = found[i].revision};
	give(l, views);
	looking_free(l);
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

static void look(struct looking *l, const struct view_request *request)
{
	struct view views[PROGRAMME_WAVES_LIMIT];
	if (known_views(request, views))
		looked(l, views, NULL);
	else
		view_find(l->api, request, looked, l);
}

/** False where the catalogue does not have a wave of the file: it is being read again. */
static bool find_waves(const struct looking *l, const struct known_wave **waves)
{
	const struct known_wave *by_index[PROGRAMME_WAVES_LIMIT] = {NULL};
	size_t len;
	const struct known_wave *all = catalogue_waves(l->api->catalogue, &len);
	for (size_t i = 0; i < len; i++)
		if (all[i].programme == l->programme)
			by_index[all[i].index] = &all[i];
	for (size_t i = 0; i < l->waves_len; i++) {
		waves[i] = by_index[l->waves[i]];
		if (waves[i] == NULL)
			return false;
	}
	return true;
}

static void ask(struct exchange *x, const struct known_key *key, struct shared_programme *programme,
		const struct series_question *q)
{
	bool needed[PROGRAMME_WAVES_LIMIT];
	const struct known_wave *waves[PROGRAMME_WAVES_LIMIT];
	struct looking *l = memory_new(sizeof(*l));
	struct trouble why;
	*l = (struct looking){.asking = asking_begin(x),
			      .api = api_of(x),
			      .programme = programme,
			      .question = *q};
	shared_programme_hold(programme);
	series_waves(programme->programme, q, needed);
	for (size_t i = 0; i < programme->programme->waves_len; i++)
		if (needed[i])
			l->waves[l->waves_len++] = (int)i;
	struct view_request request = {.key = key,
				       .waves = waves,
				       .len = l->waves_len,
				       .revision = VIEW_NEWEST,
				       .address = x->path};
	if (find_waves(l, waves)) {
		look(l, &request);
		return;
	}
	(void)trouble(&why, E_BUSY, "the catalogue is being read again");
	asking_end(l->asking, NULL, &why);
	looking_free(l);
}

static void begin_awards(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	if (wave == NULL)
		return;
	struct series_question q = {.form = wants_csv(x) ? SERIES_AWARDS_CSV : SERIES_AWARDS_JSON,
				    .wave = wave->index};
	ask(x, key, wave->programme, &q);
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
	if (p == NULL)
		return;
	if (read_history(p->programme, x, &q, &why) < 0)
		answer_trouble(x, &why);
	else
		ask(x, key, p, &q);
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
		ask(x, key, p, &q);
		return;
	}
	(void)trouble_code(&why, E_GONE, "unknown_combined",
			   "the programme does not have this combined figure");
	answer_trouble(x, &why);
}

const struct handler awards_get = {.begin = begin_awards, .gone = asking_gone};
const struct handler history_get = {.begin = begin_history, .gone = asking_gone};
const struct handler combined_get = {.begin = begin_combined, .gone = asking_gone};
