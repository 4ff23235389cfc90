#include "board/summaries.h"

#include "board/frozen.h"
#include "board/live_wave.h"

struct summary_asker {
	struct summary_asker *next;
	void (*done)(void *arg, struct lent_summary *summary, const struct trouble *why);
	void *arg;
};

struct lent_summary *summary_hold(struct lent_summary *s)
{
	s->references++;
	return s;
}

void summary_release(struct lent_summary **s)
{
	struct lent_summary *released = *s;
	*s = NULL;
	if (released == NULL || --released->references > 0)
		return;
	wave_summary_free(released->figures);
	memory_free(released);
}

bool wave_marks_equal(const struct wave_mark *a, const struct wave_mark *b)
{
	return a->wave_id == b->wave_id && a->revision == b->revision && a->state == b->state &&
	       a->version == b->version;
}

/* What is kept */

static struct lent_summary *unlink_at(struct summaries *s, struct lent_summary **at)
{
	struct lent_summary *taken = *at;
	*at = taken->next;
	s->len--;
	s->bytes -= taken->bytes;
	return taken;
}

static void put_first(struct summaries *s, struct lent_summary *summary)
{
	summary->next = s->first;
	s->first = summary;
	s->len++;
	s->bytes += summary->bytes;
}

static void drop_last(struct summaries *s)
{
	struct lent_summary **at = &s->first;
	while ((*at)->next != NULL)
		at = &(*at)->next;
	struct lent_summary *last = unlink_at(s, at);
	summary_release(&last);
}

void summaries_fini(struct summaries *s)
{
	while (s->first != NULL)
		drop_last(s);
}

static struct lent_summary **place_of(struct summaries *s, int wave_id, int revision)
{
	struct lent_summary **at = &s->first;
	while (*at != NULL && ((*at)->mark.wave_id != wave_id || (*at)->mark.revision != revision))
		at = &(*at)->next;
	return at;
}

/** NULL where there is none, or one of other counts or another document: that one goes. */
static struct lent_summary *find(struct summaries *s, const struct wave_mark *mark,
				 const struct programme *p)
{
	struct lent_summary **at = place_of(s, mark->wave_id, mark->revision);
	if (*at == NULL)
		return NULL;
	struct lent_summary *found = unlink_at(s, at);
	if (wave_marks_equal(&found->mark, mark) && wave_summary_fits(found->figures, p)) {
		put_first(s, found);
		return found;
	}
	summary_release(&found);
	return NULL;
}

static void keep(struct summaries *s, struct lent_summary *made)
{
	struct lent_summary **old = place_of(s, made->mark.wave_id, made->mark.revision);
	if (*old != NULL) {
		struct lent_summary *replaced = unlink_at(s, old);
		summary_release(&replaced);
	}
	if (made->bytes > SUMMARIES_BYTES)
		return;
	while (s->len > 0 && (s->len >= SUMMARIES_KEPT || s->bytes + made->bytes > SUMMARIES_BYTES))
		drop_last(s);
	put_first(s, summary_hold(made));
}

/* Of live counts */

static struct wave_mark mark_of(const struct live_wave *w)
{
	return (struct wave_mark){.wave_id = w->wave_id, .state = w->state, .version = w->version};
}

/** What is published never changes. */
static struct wave_mark mark_of_revision(int wave_id, int revision)
{
	return (struct wave_mark){
		.wave_id = wave_id, .revision = revision, .state = WAVE_PUBLISHED};
}

bool live_mark(const struct live *live, int wave_id, int revision, struct wave_mark *mark)
{
	const struct live_wave *w = live_wave_find(live, wave_id);
	if (revision > 0) {
		*mark = mark_of_revision(wave_id, revision);
		return true;
	}
	if (w == NULL || !w->loaded)
		return false;
	*mark = mark_of(w);
	return true;
}

void summary_job_tell(struct job *job, struct lent_summary *summary, const struct trouble *why)
{
	while (job->summary_askers != NULL) {
		struct summary_asker *asker = job->summary_askers;
		job->summary_askers = asker->next;
		job->wave->questions_waiting--;
		asker->done(asker->arg, summary, why);
		memory_free(asker);
	}
}

static void end_job(struct job *job, struct lent_summary *summary)
{
	live_wave_finish(job);
	summary_job_tell(job, summary, summary == NULL ? &job->why : NULL);
	summary_release(&summary);
	live_wave_job_free(job);
}

static void make_work(void *arg)
{
	struct job *job = arg;
	struct lent_summary *s = job->summary;
	job->why.status = wave_summary_make(&job->source, &s->figures, &job->why);
	if (job->why.status == OK)
		s->bytes = sizeof(*s) + wave_summary_bytes(s->figures);
}

/** One job at a time: the wave's counts are still those it was made of. */
static void make_done(void *arg)
{
	struct job *job = arg;
	struct lent_summary *made = job->summary;
	job->summary = NULL;
	if (job->why.status == OK) {
		job->wave->live->counts.summaries_made++;
		keep(&job->wave->live->summaries, made);
	} else {
		summary_release(&made);
	}
	end_job(job, made);
}

void summary_job_run(struct job *job)
{
	struct live_wave *w = job->wave;
	const struct wave_mark now = mark_of(w);
	struct lent_summary *kept = find(&w->live->summaries, &now, w->programme->programme);
	if (kept != NULL) {
		end_job(job, summary_hold(kept));
		return;
	}
	job->summary = memory_new(sizeof(*job->summary));
	*job->summary = (struct lent_summary){.references = 1, .mark = now};
	job->programme = w->programme;
	shared_programme_hold(job->programme);
	job->source = live_wave_source(w);
	loop_offload(w->live->loop, make_work, make_done, job);
}

static struct job *waiting_summary(const struct live_wave *w)
{
	struct job *job = w->first;
	while (job != NULL && job->kind != JOB_SUMMARY)
		job = job->next;
	return job;
}

static enum status summarise_live(struct live *live, const struct known_wave *known,
				  struct summary_asker asked, struct trouble *why)
{
	struct live_wave *w = live_wave_of(live, known);
	enum status st = live_wave_has_room(w, why);
	if (st < 0)
		return st;
	struct job *job = waiting_summary(w);
	bool is_new = job == NULL;
	if (is_new)
		job = job_new(w, JOB_SUMMARY);
	struct summary_asker *asker = memory_new(sizeof(*asker));
	*asker = asked;
	asker->next = job->summary_askers;
	job->summary_askers = asker;
	w->questions_waiting++;
	if (is_new)
		live_wave_append(job);
	return OK;
}

/* Of a published revision */

struct revising {
	struct live *live;
	struct shared_programme *programme;
	int index; /* of the wave */
	struct wave_mark mark;
	struct frozen *frozen;
	struct lent_summary *summary;
	struct summary_asker asker;
	struct trouble why;
};

static void end_revising(void *arg)
{
	struct revising last = *(struct revising *)arg;
	memory_free(arg);
	frozen_release(&last.frozen);
	shared_programme_release(&last.programme);
	last.asker.done(last.asker.arg, last.summary, last.summary == NULL ? &last.why : NULL);
	summary_release(&last.summary);
}

static void revise_work(void *arg)
{
	struct revising *r = arg;
	struct lent_summary *s = r->summary;
	struct board_source source = *frozen_source(r->frozen);
	source.programme = r->programme->programme;
	source.wave = r->index;
	r->why.status = wave_summary_make(&source, &s->figures, &r->why);
	if (r->why.status == OK)
		s->bytes = sizeof(*s) + wave_summary_bytes(s->figures);
}

static void revise_done(void *arg)
{
	struct revising *r = arg;
	if (r->why.status == OK) {
		r->live->counts.summaries_made++;
		keep(&r->live->summaries, r->summary);
	} else {
		summary_release(&r->summary);
	}
	end_revising(r);
}

static bool same_shape(const struct programme *a, int wave_a, const struct programme *b, int wave_b)
{
	const struct instrument *one = &a->instruments[a->waves[wave_a].instrument];
	const struct instrument *other = &b->instruments[b->waves[wave_b].instrument];
	return one->areas_len == other->areas_len && one->items_len == other->items_len &&
	       one->questions_len == other->questions_len && a->companies_len >= b->companies_len;
}

static void revision_opened(void *arg, struct frozen *f, const struct trouble *why)
{
	struct revising *r = arg;
	if (f == NULL) {
		r->why = *why;
		end_revising(r);
		return;
	}
	const struct board_source *source = frozen_source(f);
	if (!same_shape(r->programme->programme, r->index, source->programme, source->wave)) {
		(void)trouble(&r->why, E_INTERNAL, "the programme has outgrown a revision");
		end_revising(r);
		return;
	}
	frozen_hold(f);
	r->frozen = f;
	r->summary = memory_new(sizeof(*r->summary));
	*r->summary = (struct lent_summary){.references = 1, .mark = r->mark};
	loop_offload(r->live->loop, revise_work, revise_done, r);
}

static enum status summarise_revision(struct live *live, const struct known_wave *known,
				      int revision, struct summary_asker asker, struct trouble *why)
{
	if (live->closing)
		return trouble(why, E_GONE, "the server stops");
	struct revising *r = memory_new(sizeof(*r));
	*r = (struct revising){.live = live,
			       .programme = known->programme,
			       .index = known->index,
			       .mark = mark_of_revision(known->wave_id, revision),
			       .asker = asker};
	shared_programme_hold(r->programme);
	struct lent_summary *kept = find(&live->summaries, &r->mark, r->programme->programme);
	if (kept != NULL) {
		r->summary = summary_hold(kept);
		loop_later(live->loop, end_revising, r);
	} else {
		frozen_open(live, known->wave_id, revision, revision_opened, r);
	}
	return OK;
}

enum status live_summarise(struct live *live, const struct known_wave *known, int revision,
			   void (*done)(void *arg, struct lent_summary *summary,
					const struct trouble *why),
			   void *arg, struct trouble *why)
{
	struct summary_asker asker = {.done = done, .arg = arg};
	if (revision > 0)
		return summarise_revision(live, known, revision, asker, why);
	return summarise_live(live, known, asker, why);
}
