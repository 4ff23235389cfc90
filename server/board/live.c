#include "board/live_wave.h"

#include "board/frozen.h"
#include "board/series.h"

struct live *live_new(struct loop *loop, struct pg_pool *pool, struct catalogue *catalogue)
{
	struct live *live = memory_new(sizeof(*live));
	*live = (struct live){.loop = loop, .pool = pool, .catalogue = catalogue};
	live->series = series_new();
	return live;
}

struct live_wave *live_wave_find(const struct live *live, int wave_id)
{
	struct live_wave *w = live->waves;
	while (w != NULL && w->wave_id != wave_id)
		w = w->next;
	return w;
}

struct live_wave *live_wave_of(struct live *live, const struct known_wave *known)
{
	struct live_wave *w = live_wave_find(live, known->wave_id);
	if (w != NULL)
		return w;
	w = memory_new(sizeof(*w));
	*w = (struct live_wave){.live = live,
				.wave_id = known->wave_id,
				.programme = known->programme,
				.index = known->index,
				.state = known->state,
				.shopper_missing = -1,
				.next = live->waves};
	w->shoppers = shopper_list_of(&live->shoppers, w->programme->organisation_id);
	shared_programme_hold(w->programme);
	w->last = &w->first;
	live->waves = w;
	live->counts.waves++;
	return w;
}

static void close_when_idle(void *arg)
{
	struct live *live = arg;
	live->close_asked = false;
	for (struct live_wave *w = live->waves; w != NULL; w = w->next)
		if (w->running != NULL || w->first != NULL || w->compacting)
			return;
	if (live->frozen_running > 0 || !series_is_idle(live->series))
		return;
	frozen_free_all(live);
	series_free(&live->series);
	summaries_fini(&live->summaries);
	while (live->waves != NULL) {
		struct live_wave *w = live->waves;
		live->waves = w->next;
		live_wave_free(w);
	}
	shopper_lists_free(&live->shoppers);
	void (*closed)(void *arg) = live->closed;
	void *closed_arg = live->closed_arg;
	memory_free(live);
	closed(closed_arg);
}

void live_close_when_idle(struct live *live)
{
	if (live->close_asked)
		return; /* every wave asks, and the first look may free us */
	live->close_asked = true;
	loop_later(live->loop, close_when_idle, live);
}

/* What is asked and told from outside */

struct http_bytes *live_finished(struct live *live, int wave_id, const struct live_question *q)
{
	struct live_wave *w = live_wave_find(live, wave_id);
	if (w == NULL || !w->loaded)
		return NULL;
	struct http_bytes *bytes = answers_find(&w->answers, q);
	live->counts.answers_reused += bytes != NULL ? 1 : 0;
	return bytes;
}

static struct job *same_question(struct live_wave *w, const struct live_question *q)
{
	for (struct job *job = w->first; job != NULL; job = job->next)
		if (job->kind == JOB_ANSWER && live_question_equal(&job->question, q))
			return job;
	return NULL;
}

enum status live_wave_has_room(const struct live_wave *w, struct trouble *why)
{
	if (!w->live->closing && w->questions_waiting < QUESTIONS_WAITING)
		return OK;
	return trouble_code(why, E_BUSY, "too_many_questions",
			    "%u answers for this wave are waited for already",
			    w->questions_waiting);
}

void live_ask(struct live *live, const struct known_wave *known, const struct live_question *q,
	      void (*done)(void *arg, struct http_bytes *bytes, const struct trouble *why),
	      void *arg)
{
	struct live_wave *w = live_wave_of(live, known);
	struct trouble why;
	if (live_wave_has_room(w, &why) < 0) {
		done(arg, NULL, &why);
		return;
	}
	struct asker *asker = memory_new(sizeof(*asker));
	struct job *job = same_question(w, q);
	*asker = (struct asker){.done = done, .arg = arg};
	w->questions_waiting++;
	if (job != NULL) {
		asker->next = job->askers;
		job->askers = asker;
		return;
	}
	job = job_new(w, JOB_ANSWER);
	job->question = *q;
	job->askers = asker;
	live_wave_append(job);
}

void live_counted(struct live *live, int wave_id, const struct delta_mark *delta, uint64_t changes,
		  struct tally **tally, void (*applied)(void *applied_arg), void *applied_arg)
{
	struct live_wave *w = live_wave_find(live, wave_id);
	struct tally *counts = *tally;
	*tally = NULL;
	if (w == NULL) {
		/* Nobody has asked for this wave yet: the first who does will read it all. */
		tally_free(counts);
		loop_later(live->loop, applied, applied_arg);
		return;
	}
	struct job *job = job_new(w, JOB_APPLY);
	job->changes = changes;
	job->applied = applied;
	job->applied_arg = applied_arg;
	job->loaded = counts;
	job->delta = *delta;
	live_wave_append(job);
}

static bool news_waits(const struct live_wave *w)
{
	for (const struct job *job = w->first; job != NULL; job = job->next)
		if (job->kind == JOB_NEWS)
			return true;
	return false;
}

void live_heard(struct live *live, int wave_id)
{
	struct live_wave *w = live_wave_find(live, wave_id);
	if (w != NULL && w->loaded && !news_waits(w) && !live->closing)
		live_wave_append(job_new(w, JOB_NEWS));
}

void live_resync(struct live *live)
{
	for (struct live_wave *w = live->waves; w != NULL; w = w->next)
		live_heard(live, w->wave_id);
}

void live_catalogue_changed(struct live *live)
{
	for (struct live_wave *w = live->waves; w != NULL; w = w->next) {
		const struct known_wave *known = catalogue_wave_by_id(live->catalogue, w->wave_id);
		if (known == NULL)
			continue;
		if (known->programme == w->programme && known->state == w->state)
			continue;
		/* A job that runs holds the programme it began with. Before a wave fields its
		 * instrument may be another one, and with it the shape of the counts. */
		if (known->programme != w->programme)
			w->loaded = false;
		shared_programme_hold(known->programme);
		shared_programme_release(&w->programme);
		w->programme = known->programme;
		w->index = known->index;
		w->state = known->state;
		answers_clear(&w->answers);
	}
}

void live_close(struct live **live, void (*closed)(void *arg), void *arg)
{
	struct live *closing = *live;
	*live = NULL;
	closing->closing = true;
	closing->closed = closed;
	closing->closed_arg = arg;
	struct trouble why;
	(void)trouble(&why, E_GONE, "the server stops");
	series_close(closing->series);
	for (struct live_wave *w = closing->waves; w != NULL; w = w->next)
		for (struct job *job = w->first; job != NULL; job = job->next)
			live_wave_tell(job, NULL, &why);
	if (closing->waves == NULL)
		live_close_when_idle(closing);
	for (struct live_wave *w = closing->waves; w != NULL; w = w->next)
		live_wave_start_next(w);
}

struct live_counts live_counts(const struct live *live)
{
	struct live_counts counts = live->counts;
	for (const struct live_wave *w = live->waves; w != NULL; w = w->next) {
		counts.questions_waiting += w->questions_waiting;
		counts.answers_bytes += w->answers.bytes;
	}
	counts.summaries_bytes = live->summaries.bytes;
	return counts;
}
