/* How often the detectors warn of waves in which nobody did anything wrong:
 * honest_waves WAVES PROGRAMME...
 *
 * Each wave is drawn with differences between companies, channels and shoppers, with items and
 * questions that go together much, little or not at all, of a random size and split. Answers are
 * cut from normal variables at random thresholds, so that means lie anywhere on the scale. Prints
 * how many waves were warned of and of what; fails where it is more than the four tests' rates in
 * docs/uploads.md together, by more than chance. Then as many waves with something wrong in each
 * are drawn, and how many are warned of is printed: that depends on what is drawn, so it decides
 * nothing but that each kind is seen at all. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "detect/detector.h"

enum { FILE_BYTES = 4 << 20, ARENA_BYTES = 4 << 20, SHOPPERS_MOST = 400, COMPANIES_MOST = 60 };

static const double rate_promised = 0.004;

/* ---- chance ---- */

static uint64_t chance_state = 20161123;

static double uniform(void)
{
	chance_state ^= chance_state << 13;
	chance_state ^= chance_state >> 7;
	chance_state ^= chance_state << 17;
	return ((double)(chance_state >> 11) + 0.5) / 9007199254740992.0;
}

static double between(double low, double high)
{
	return low + (high - low) * uniform();
}

static size_t one_of(size_t count)
{
	return (size_t)(uniform() * (double)count);
}

static double normal(void)
{
	return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());
}

/* ---- a wave ---- */

enum wrong { NOTHING, COLUMN_REVERSED, CHANNEL_MIRRORED, SHOPPER_STRAIGHT, FILE_STRAIGHT, WRONGS };

static const char *const wrong_words[] = {"nothing", "the last column reversed",
					  "the last channel mirrored", "a straight-lining shopper",
					  "a fifth of the rows straight"};

struct column {
	double loading; /* on what the contact was like, -0.1..0.87 */
	double easy;
	double step; /* between thresholds */
};

struct drawn {
	const struct programme *p;
	const struct instrument *i;
	struct column column[PROGRAMME_ITEMS_LIMIT + PROGRAMME_QUESTIONS_LIMIT];
	double company[COMPANIES_MOST], shopper[SHOPPERS_MOST];
	double channel[PROGRAMME_CHANNELS_LIMIT], share[PROGRAMME_CHANNELS_LIMIT];
	size_t companies, shoppers;
	enum wrong wrong;
	bool nested; /* a shopper goes to one company only */
};

static void draw_wave(struct drawn *w)
{
	double company = between(0.1, 1), shopper = between(0, 0.8), channel = between(0, 1);
	double together = between(0, 0.97), level = between(-0.5, 2);
	w->nested = uniform() < 0.3;
	for (size_t c = 0; c < w->i->items_len + w->i->questions_len; c++) {
		w->column[c].loading = fmax(together * sqrt(uniform()) - 0.1, -0.1);
		w->column[c].easy = level + normal() * 0.7;
		w->column[c].step = between(0.3, 1.2);
	}
	w->companies = 2 + one_of(COMPANIES_MOST - 2);
	w->shoppers = 3 + one_of(SHOPPERS_MOST - 3);
	for (size_t c = 0; c < w->companies; c++)
		w->company[c] = normal() * company;
	for (size_t s = 0; s < w->shoppers; s++)
		w->shopper[s] = normal() * shopper;
	for (size_t c = 0; c < w->p->channels_len; c++) {
		w->channel[c] = normal() * channel;
		w->share[c] = uniform() < 0.3 ? 0.01 : uniform();
	}
}

static int channel_of(const struct drawn *w)
{
	double all = 0, at;
	for (size_t c = 0; c < w->p->channels_len; c++)
		all += w->share[c];
	at = all * uniform();
	for (size_t c = 0; c + 1 < w->p->channels_len; c++)
		if ((at -= w->share[c]) < 0)
			return (int)c;
	return (int)w->p->channels_len - 1;
}

/** 0..steps - 1, the best last. */
static int answer_step(const struct column *c, double contact, int steps)
{
	double x = c->easy + c->loading * contact + sqrt(1 - c->loading * c->loading) * normal();
	int at = (int)floor(x / c->step + (steps - 1) / 2.0 + 0.5);
	return at < 0 ? 0 : at > steps - 1 ? steps - 1 : at;
}

static int by_points(const void *left, const void *right)
{
	const struct answer_option *x = left, *y = right;
	return (x->points > y->points) - (x->points < y->points);
}

static bool is_reversed(const struct drawn *w, size_t column, int channel)
{
	return (w->wrong == COLUMN_REVERSED &&
		column == w->i->items_len + w->i->questions_len - 1) ||
	       (w->wrong == CHANNEL_MIRRORED && channel == (int)w->p->channels_len - 1);
}

static int16_t item_answer(const struct drawn *w, size_t item, double contact, int channel)
{
	struct answer_option sorted[PROGRAMME_OPTIONS_LIMIT];
	const struct item *it = &w->i->items[item];
	if ((it->channels & 1u << channel) == 0 || it->options_len == 0 || uniform() < 0.05)
		return ANSWER_NONE;
	memcpy(sorted, it->options, it->options_len * sizeof(sorted[0]));
	qsort(sorted, it->options_len, sizeof(sorted[0]), by_points);
	int at = answer_step(&w->column[item], contact, (int)it->options_len);
	if (is_reversed(w, item, channel))
		at = (int)it->options_len - 1 - at;
	return sorted[at].answer;
}

static int16_t question_answer(const struct drawn *w, size_t question, double contact, int channel)
{
	const struct question *q = &w->i->questions[question];
	int steps = q->scale_max - q->scale_min + 1;
	int at = answer_step(&w->column[w->i->items_len + question], contact, steps);
	if (uniform() < 0.05)
		return ANSWER_NONE;
	if (is_reversed(w, w->i->items_len + question, channel))
		at = steps - 1 - at;
	return (int16_t)(q->high_is_effort ? q->scale_max - at : q->scale_min + at);
}

/** The middle answer of the longest scale wherever something was answered. */
static void answer_straight(const struct instrument *in, int16_t *answers)
{
	const struct item *longest = &in->items[0];
	for (size_t i = 0; i < in->items_len; i++)
		if (in->items[i].options_len > longest->options_len)
			longest = &in->items[i];
	for (size_t i = 0; i < in->items_len; i++)
		if (answers[i] != ANSWER_NONE)
			answers[i] = longest->options[longest->options_len / 2].answer;
}

static void draw_row(const struct drawn *w, struct detector *d)
{
	int16_t answers[PROGRAMME_ITEMS_LIMIT], cx[PROGRAMME_QUESTIONS_LIMIT];
	int32_t areas[PROGRAMME_AREAS_LIMIT];
	char shopper[16];
	size_t who = one_of(w->shoppers);
	struct result r = {.channel = channel_of(w),
			   .answered = uniform() < 0.97,
			   .answers = answers,
			   .cx = cx,
			   .area_scores = areas};
	snprintf(shopper, sizeof(shopper), "P%zu", who);
	r.shopper = slice_of(shopper);
	double contact = normal() +
			 w->company[w->nested ? who % w->companies : one_of(w->companies)] +
			 w->shopper[who] + w->channel[r.channel];
	for (size_t i = 0; i < w->i->items_len; i++)
		answers[i] = item_answer(w, i, contact, r.channel);
	for (size_t q = 0; q < w->i->questions_len; q++)
		cx[q] = question_answer(w, q, contact, r.channel);
	if ((w->wrong == SHOPPER_STRAIGHT && who == 0) ||
	    (w->wrong == FILE_STRAIGHT && uniform() < 0.2))
		answer_straight(w->i, answers);
	result_score(w->i, &r);
	detector_add(d, &r);
}

static bool is_warned_of(const struct programme *p, enum wrong wrong)
{
	static struct drawn w;
	struct buf found;
	w = (struct drawn){.p = p, .wrong = wrong, .i = &p->instruments[p->waves[0].instrument]};
	draw_wave(&w);
	struct detector *d = detector_new(p, w.i);
	size_t rows = (size_t)exp(between(log(100), log(6000)));
	for (size_t r = 0; r < rows; r++)
		draw_row(&w, d);
	buf_init(&found, 1 << 20);
	detector_warnings(d, &found);
	bool warned = found.len > 2;
	if (warned && wrong == NOTHING)
		printf("%zu rows, %zu shoppers: %.*s\n", rows, w.shoppers,
		       (int)(found.len < 400 ? found.len : 400), found.at);
	buf_fini(&found);
	detector_free(d);
	return warned;
}

static struct programme *read_programme(const char *path)
{
	static char text[FILE_BYTES];
	struct arena arena;
	struct programme_faults faults;
	struct programme *p = NULL;
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		return NULL;
	size_t len = fread(text, 1, sizeof(text), file);
	fclose(file);
	arena_init(&arena, ARENA_BYTES);
	must(programme_parse((struct slice){text, len}, &arena, &p, &faults) == OK);
	arena_fini(&arena);
	return p;
}

int main(int count, char **words)
{
	long waves = count > 2 ? strtol(words[1], NULL, 10) : 0;
	unsigned drawn = 0, warned = 0, seen[WRONGS] = {0};
	if (waves < 1) {
		fprintf(stderr, "usage: honest_waves WAVES PROGRAMME...\n");
		return 2;
	}
	for (int f = 2; f < count; f++) {
		struct programme *p = read_programme(words[f]);
		if (p == NULL)
			return 2;
		unsigned before = warned;
		for (long n = 0; n < waves; n++)
			warned += is_warned_of(p, NOTHING);
		for (enum wrong wrong = COLUMN_REVERSED; wrong < WRONGS; wrong++)
			for (long n = 0; n < waves; n++)
				seen[wrong] += is_warned_of(p, wrong);
		drawn += (unsigned)waves;
		printf("%s: %u of %ld honest waves are warned of\n", words[f], warned - before,
		       waves);
		programme_free(p);
	}
	double expected = rate_promised * drawn, most = expected + 3 * sqrt(expected);
	printf("%u of %u honest waves, at most %.1f\n", warned, drawn, most);
	bool good = warned <= most;
	for (enum wrong wrong = COLUMN_REVERSED; wrong < WRONGS; wrong++) {
		printf("%u of %u with %s\n", seen[wrong], drawn, wrong_words[wrong]);
		good = good && seen[wrong] > 0;
	}
	return good ? 0 : 1;
}
