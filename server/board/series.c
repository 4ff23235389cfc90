#include "board/series.h"

#include "base/hash.h"
#include "board/live_wave.h"
#include "board/series_answers.h"
#include "board/series_make.h"
#include "board/summaries.h"
#include "standings/awards.h"

enum { KEY_BYTES = 64 * 1024, TAG_BYTES = 64 };

/** A wave that a question needs. */
struct part {
	struct gathering *of;
	int wave; /* index in the programme */
	struct series_view view;
};

struct series_summaries {
	struct shared_programme *programme;
	struct lent_summary *at[PROGRAMME_WAVES_LIMIT]; /* NULL: not there yet, or missing */
};

/** A question under way. */
struct gathering {
	struct gathering *next;
	struct live *live;
	struct series_question question;
	struct series_summaries *summaries;
	struct part *parts;
	size_t parts_len, asked; /* parts from `asked` on are still to be asked for */
	unsigned waiting;	 /* summaries asked for and not there yet */
	size_t bytes;		 /* of the summaries */
	bool is_running;
	bool is_looking;      /* a look at it is to come */
	struct asker *askers; /* of an answer; of a collection: */
	void (*collected)(void *arg, struct series_summaries **taken, const struct trouble *why);
	void *collected_arg;
	struct buf body;
	struct trouble why;	 /* the loop's */
	struct trouble make_why; /* the pool thread's, while the answer is being made */
};

struct series {
	struct gathering *first;
	unsigned questions, running;
	struct series_answers answers;
};

struct series *series_new(void)
{
	return memory_new(sizeof(struct series));
}

void series_free(struct series **s)
{
	must((*s)->first == NULL);
	series_answers_fini(&(*s)->answers);
	memory_free(*s);
	*s = NULL;
}

bool series_is_idle(const struct series *s)
{
	return s->first == NULL;
}

/* Keys: what was asked, and what every wave stood at. Equal keys, equal answers. */

static void add_question(struct buf *key, const struct shared_programme *programme,
			 const struct series_question *q)
{
	buf_print(key, "%d/%016llx/%d/%d/%d/%d", programme->programme_id,
		  (unsigned long long)programme->edition, (int)q->form, q->wave, q->company,
		  q->combined);
}

static void add_mark(struct buf *key, int wave, const struct wave_mark *mark)
{
	buf_print(key, ";%d:%d.%d.%d.%lld", wave, mark->wave_id, mark->revision, (int)mark->state,
		  (long long)mark->version);
}

static void add_missing(struct buf *key, int wave)
{
	buf_print(key, ";%d", wave);
}

static void add_key(struct buf *key, const struct gathering *g)
{
	add_question(key, g->summaries->programme, &g->question);
	for (size_t i = 0; i < g->parts_len; i++) {
		int wave = g->parts[i].wave;
		if (g->summaries->at[wave] != NULL)
			add_mark(key, wave, &g->summaries->at[wave]->mark);
		else
			add_missing(key, wave);
	}
}

static bool mark_now(const struct live *live, const struct series_view *view,
		     struct wave_mark *mark)
{
	return live_mark(live, view->wave_id, view->revision, mark);
}

/** False where a wave's counts are not in memory. */
static bool add_key_now(struct buf *key, struct live *live,
			const struct shared_programme *programme, const struct series_question *q,
			const struct series_view *views)
{
	bool needed[PROGRAMME_WAVES_LIMIT];
	series_waves(programme->programme, q, needed);
	add_question(key, programme, q);
	for (size_t i = 0; i < programme->programme->waves_len; i++) {
		struct wave_mark mark;
		if (!needed[i])
			continue;
		if (!views[i].is_seen)
			add_missing(key, (int)i);
		else if (mark_now(live, &views[i], &mark))
			add_mark(key, (int)i, &mark);
		else
			return false;
	}
	return true;
}

struct http_bytes *series_finished(struct live *live, const struct shared_programme *programme,
				   const struct series_question *q, const struct series_view *views)
{
	struct buf key;
	buf_init(&key, KEY_BYTES);
	bool known = add_key_now(&key, live, programme, q, views);
	struct http_bytes *bytes = NULL;
	if (known)
		bytes = series_answers_find(&live->series->answers, buf_slice(&key));
	live->counts.series_reused += bytes != NULL ? 1 : 0;
	buf_fini(&key);
	return bytes;
}

/* Gathering */

static void look_later(struct gathering *g);

void series_summaries_free(struct series_summaries **s)
{
	struct series_summaries *freed = *s;
	*s = NULL;
	if (freed == NULL)
		return;
	for (size_t i = 0; i < COUNT_OF(freed->at); i++)
		summary_release(&freed->at[i]);
	shared_programme_release(&freed->programme);
	memory_free(freed);
}

static void gathering_free(struct gathering *g)
{
	series_summaries_free(&g->summaries);
	buf_fini(&g->body);
	memory_free(g->parts);
	memory_free(g);
}

static void start_next(struct series *s)
{
	for (struct gathering *g = s->first; g != NULL && s->running < SERIES_AT_ONCE;
	     g = g->next) {
		if (g->is_running)
			continue;
		g->is_running = true;
		s->running++;
		look_later(g);
	}
}

static void unlink_gathering(struct gathering *g)
{
	struct series *s = g->live->series;
	struct gathering **at = &s->first;
	while (*at != g)
		at = &(*at)->next;
	*at = g->next;
	s->running--;
	start_next(s);
}

static void end(struct gathering *g, struct http_bytes *bytes)
{
	struct live *live = g->live;
	unlink_gathering(g);
	while (g->askers != NULL) {
		struct asker *asker = g->askers;
		g->askers = asker->next;
		live->series->questions--;
		asker->done(asker->arg, bytes, bytes == NULL ? &g->why : NULL);
		memory_free(asker);
	}
	if (g->collected != NULL) {
		bool whole = g->why.status == OK;
		g->collected(g->collected_arg, whole ? &g->summaries : NULL,
			     whole ? NULL : &g->why);
	}
	gathering_free(g);
	if (live->closing)
		live_close_when_idle(live);
}

/** The figures by wave; NULL where there are none. */
static void list_figures(const struct series_summaries *s, const struct wave_summary **figures)
{
	for (size_t i = 0; i < COUNT_OF(s->at); i++)
		figures[i] = s->at[i] != NULL ? s->at[i]->figures : NULL;
}

static void make_work(void *arg)
{
	struct gathering *g = arg;
	const struct wave_summary *figures[PROGRAMME_WAVES_LIMIT];
	list_figures(g->summaries, figures);
	g->make_why.status = series_make(g->summaries->programme->programme, &g->question, figures,
					 &g->body, &g->make_why);
}

static struct http_bytes *finished_bytes(const struct gathering *g, struct slice key)
{
	bool csv = g->question.form == SERIES_AWARDS_CSV || g->question.form == SERIES_HISTORY_CSV;
	struct buf tag;
	buf_init(&tag, TAG_BYTES);
	/* Two servers that counted the same rows give the same tag. */
	buf_print(&tag, "\"%016llx%s\"", (unsigned long long)hash_bytes(key), csv ? "-csv" : "");
	struct http_header headers[] = {
		{"Content-Type", csv ? SLICE("text/csv; charset=utf-8; header=present")
				     : SLICE("application/json")},
		{"ETag", buf_slice(&tag)},
		{"Cache-Control", SLICE("private, no-cache")},
		{"Vary", SLICE("Accept, Authorization")},
	};
	struct http_bytes *bytes = http_bytes_new(200, headers, COUNT_OF(headers),
						  buf_slice(&g->body));
	buf_fini(&tag);
	return bytes;
}

static void make_done(void *arg)
{
	struct gathering *g = arg;
	struct http_bytes *bytes = NULL;
	g->why = g->make_why;
	if (g->why.status == OK) {
		struct buf key;
		buf_init(&key, KEY_BYTES);
		add_key(&key, g);
		bytes = finished_bytes(g, buf_slice(&key));
		series_answers_keep(&g->live->series->answers, buf_slice(&key), bytes);
		g->live->counts.series_made++;
		buf_fini(&key);
	}
	end(g, bytes);
	http_bytes_unref(bytes);
}

static void summary_came(void *arg, struct lent_summary *summary, const struct trouble *why)
{
	struct part *part = arg;
	struct gathering *g = part->of;
	g->waiting--;
	if (summary == NULL) {
		if (g->why.status == OK)
			g->why = *why;
	} else if (!wave_summary_fits(summary->figures, g->summaries->programme->programme)) {
		(void)trouble_code(&g->why, E_BUSY, "programme_just_changed",
				   "the programme has been changed just now");
	} else if (g->bytes + summary->bytes > SERIES_BYTES) {
		(void)trouble(&g->why, E_LIMIT, "the waves' figures are over %d bytes",
			      SERIES_BYTES);
	} else {
		g->summaries->at[part->wave] = summary_hold(summary);
		g->bytes += summary->bytes;
	}
	look_later(g);
}

static void ask_part(struct gathering *g, struct part *part)
{
	const struct known_wave *known = catalogue_wave_by_id(g->live->catalogue,
							      part->view.wave_id);
	if (known == NULL) {
		(void)trouble(&g->why, E_BUSY, "the catalogue is being read again");
		return;
	}
	if (live_summarise(g->live, known, part->view.revision, summary_came, part, &g->why) == OK)
		g->waiting++;
}

/** In a turn of its own: asks for what is still to be asked for, makes the answer, or ends. */
static void look(void *arg)
{
	struct gathering *g = arg;
	g->is_looking = false;
	while (g->why.status == OK && g->asked < g->parts_len &&
	       g->waiting < SERIES_WAVES_AT_ONCE) {
		struct part *part = &g->parts[g->asked++];
		if (part->view.is_seen)
			ask_part(g, part);
	}
	if (g->waiting > 0)
		return;
	if (g->why.status == OK && g->collected == NULL)
		loop_offload(g->live->loop, make_work, make_done, g);
	else
		end(g, NULL);
}

static void look_later(struct gathering *g)
{
	if (g->is_looking)
		return;
	g->is_looking = true;
	loop_later(g->live->loop, look, g);
}

void series_close(struct series *s)
{
	for (struct gathering *g = s->first; g != NULL; g = g->next) {
		if (g->is_running)
			continue; /* its waves refuse, or its answer is being made */
		(void)trouble(&g->why, E_GONE, "the server stops");
		g->is_running = true;
		s->running++;
		look_later(g);
	}
}

/* Asking */

static bool questions_equal(const struct series_question *a, const struct series_question *b)
{
	return a->form == b->form && a->wave == b->wave && a->company == b->company &&
	       a->combined == b->combined;
}

static bool views_are(const struct gathering *g, const struct series_view *views)
{
	for (size_t i = 0; i < g->parts_len; i++) {
		const struct series_view *mine = &g->parts[i].view;
		const struct series_view *theirs = &views[g->parts[i].wave];
		if (mine->is_seen != theirs->is_seen ||
		    (mine->is_seen && mine->revision != theirs->revision))
			return false;
	}
	return true;
}

/** Whether what was gathered so far is still so. */
static bool is_current(const struct gathering *g)
{
	for (size_t i = 0; i < g->parts_len; i++) {
		const struct lent_summary *summary = g->summaries->at[g->parts[i].wave];
		struct wave_mark now;
		if (summary != NULL && (!mark_now(g->live, &g->parts[i].view, &now) ||
					!wave_marks_equal(&summary->mark, &now)))
			return false;
	}
	return true;
}

static struct gathering *same_question(const struct series *s,
				       const struct shared_programme *programme,
				       const struct series_question *q,
				       const struct series_view *views)
{
	for (struct gathering *g = s->first; g != NULL; g = g->next)
		if (g->collected == NULL && g->summaries->programme == programme &&
		    questions_equal(&g->question, q) && g->why.status == OK &&
		    views_are(g, views) && is_current(g))
			return g;
	return NULL;
}

static struct gathering *gathering_new(struct live *live, struct shared_programme *programme,
				       const bool *needed, const struct series_view *views)
{
	struct gathering *g = memory_new(sizeof(*g));
	size_t waves = programme->programme->waves_len;
	*g = (struct gathering){.live = live};
	g->summaries = memory_new(sizeof(*g->summaries));
	g->summaries->programme = programme;
	shared_programme_hold(programme);
	buf_init(&g->body, AWARDS_BUF_BYTES);
	g->parts = memory_new(waves * sizeof(*g->parts));
	for (size_t i = 0; i < waves; i++)
		if (needed[i])
			g->parts[g->parts_len++] = (struct part){
				.of = g, .wave = (int)i, .view = views[i]};
	struct gathering **last = &live->series->first;
	while (*last != NULL)
		last = &(*last)->next;
	*last = g;
	return g;
}

static enum status has_room(const struct live *live, struct trouble *why)
{
	const struct series *s = live->series;
	if (!live->closing && s->questions < SERIES_QUESTIONS)
		return OK;
	return trouble_code(why, E_BUSY, "too_many_questions",
			    "%u such answers are waited for already", s->questions);
}

enum status series_ask(struct live *live, struct shared_programme *programme,
		       const struct series_question *q, const struct series_view *views,
		       void (*done)(void *arg, struct http_bytes *bytes, const struct trouble *why),
		       void *arg, struct trouble *why)
{
	struct series *s = live->series;
	enum status st = has_room(live, why);
	if (st < 0)
		return st;
	struct gathering *g = same_question(s, programme, q, views);
	if (g == NULL) {
		bool needed[PROGRAMME_WAVES_LIMIT];
		series_waves(programme->programme, q, needed);
		g = gathering_new(live, programme, needed, views);
		g->question = *q;
	}
	struct asker *asker = memory_new(sizeof(*asker));
	*asker = (struct asker){.next = g->askers, .done = done, .arg = arg};
	g->askers = asker;
	s->questions++;
	start_next(s);
	return OK;
}

/* What a publication of awards needs of other waves */

static void public_views(const struct live *live, const struct shared_programme *programme,
			 struct series_view *views)
{
	size_t len;
	const struct known_wave *all = catalogue_waves(live->catalogue, &len);
	for (size_t i = 0; i < len; i++) {
		const struct known_wave *known = &all[i];
		if (known->programme != programme)
			continue;
		const struct wave *w = &programme->programme->waves[known->index];
		views[known->index] = (struct series_view){
			.wave_id = known->wave_id,
			.is_seen = known->revision > 0 || w->before_publication == BEFORE_LIVE,
			.revision = known->revision};
	}
}

enum status series_collect(struct live *live, const struct known_wave *known,
			   void (*done)(void *arg, struct series_summaries **taken,
					const struct trouble *why),
			   void *arg, struct trouble *why)
{
	struct shared_programme *programme = known->programme;
	struct series_view views[PROGRAMME_WAVES_LIMIT] = {0};
	const struct series_question q = {.form = SERIES_AWARDS_JSON, .wave = known->index};
	bool needed[PROGRAMME_WAVES_LIMIT];
	enum status st = has_room(live, why);
	if (st < 0)
		return st;
	public_views(live, programme, views);
	series_waves(programme->programme, &q, needed);
	needed[known->index] = false; /* the publication has its own counts of it */
	struct gathering *g = gathering_new(live, programme, needed, views);
	g->collected = done;
	g->collected_arg = arg;
	start_next(live->series);
	return OK;
}

enum status series_awards_make(const struct series_summaries *s, const struct wave_summary *own,
			       enum series_form form, struct buf *body, struct trouble *why)
{
	const struct programme *p = s->programme->programme;
	const struct wave_summary *figures[PROGRAMME_WAVES_LIMIT];
	const struct series_question q = {.form = form, .wave = own->wave};
	if (!wave_summary_fits(own, p))
		return trouble_code(why, E_BUSY, "programme_just_changed",
				    "the programme has been changed just now");
	list_figures(s, figures);
	figures[own->wave] = own;
	return series_make(p, &q, figures, body, why);
}
