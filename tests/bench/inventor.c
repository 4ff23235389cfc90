#include "inventor.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"

enum {
	PERCENT_UNANSWERED = 2,
	PERCENT_NOT_APPLICABLE = 2,
	PERCENT_COMMENTS = 29,
	WAIT_LIMIT_SECONDS = 900,
	DAYS = 75,
	FILE_LIMIT_BYTES = 4 * 1024 * 1024
};

#define SECOND INT64_C(1000000)
#define HOUR   (3600 * SECOND)

static const char *const said[] = {
	"the answer came quickly and was complete, thank you",
	"had to explain the matter twice before it was understood",
	"friendly voice, but nobody knew who was to call back",
	"hyggelig og tydelig, fikk svar på alt jeg lurte på",
	"passed on three times and then the line was cut",
};

/** SplitMix64 (Steele, Lea & Flood, OOPSLA 2014): one to one, so equal numbers never come twice. */
static uint64_t mixed(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static unsigned below(struct inventor *in, unsigned limit)
{
	in->state += UINT64_C(0x9e3779b97f4a7c15);
	return (unsigned)((mixed(in->state) >> 32) * limit >> 32);
}

static bool happens(struct inventor *in, unsigned percent)
{
	return below(in, 100) < percent;
}

void inventor_init(struct inventor *in, const struct programme *p, enum inventor_ids ids,
		   uint64_t seed)
{
	const struct wave *w = &p->waves[0];
	*in = (struct inventor){.programme = p,
				.instrument = &p->instruments[w->instrument],
				.ids = ids,
				.state = mixed(seed)};
	in->companies = memory_new(p->companies_len * sizeof(*in->companies));
	for (size_t c = 0; c < p->companies_len; c++)
		if (w->sector_of[c] >= 0)
			in->companies[in->companies_len++] = (int)c;
}

void inventor_fini(struct inventor *in)
{
	memory_free(in->companies);
}

/** One of `count` steps, the better the higher; two throws lean towards the middle. */
static unsigned step(struct inventor *in, int company, unsigned count)
{
	unsigned good = 45 + (unsigned)mixed((uint64_t)company) % 30;
	unsigned severe = (unsigned)mixed((uint64_t)in->shopper + 1000) % 15;
	unsigned throws = below(in, 100) + below(in, 100);
	unsigned percent = throws / 2 + good - severe - 35;
	percent = percent > 400 ? 0 : percent > 99 ? 99 : percent; /* below zero has wrapped */
	return percent * count / 100;
}

static void invent_answers(struct inventor *in, struct result *r)
{
	const struct instrument *i = in->instrument;
	for (size_t k = 0; k < i->items_len; k++) {
		const struct item *item = &i->items[k];
		bool applies = (item->channels & (1u << r->channel)) != 0;
		in->answers[k] = ANSWER_NONE;
		if (!r->answered || !applies || happens(in, PERCENT_NOT_APPLICABLE))
			continue;
		unsigned option = step(in, r->company, (unsigned)item->options_len);
		in->answers[k] = item->options[option].answer;
	}
	for (size_t q = 0; q < i->questions_len; q++) {
		const struct question *question = &i->questions[q];
		unsigned steps = (unsigned)(question->scale_max - question->scale_min + 1);
		in->cx[q] = ANSWER_NONE;
		if (r->answered)
			in->cx[q] = (int16_t)(question->scale_min +
					      (int)step(in, r->company, steps));
	}
}

static void invent_texts(struct inventor *in, struct result *r)
{
	int len = 0;
	in->made++;
	snprintf(in->id, sizeof(in->id), in->ids == IDS_RANDOM ? "%016" PRIx64 : "S%015" PRIu64,
		 in->ids == IDS_RANDOM ? mixed(in->made) : in->made);
	snprintf(in->shopper_code, sizeof(in->shopper_code), "P%02d", in->shopper + 1);
	if (happens(in, PERCENT_COMMENTS))
		len = snprintf(in->comment, sizeof(in->comment), "%s",
			       said[below(in, COUNT_OF(said))]);
	r->result_id = slice_of(in->id);
	r->shopper = slice_of(in->shopper_code);
	r->comment = (struct slice){in->comment, (size_t)len};
}

void inventor_next_of(struct inventor *in, int company, int channel, struct result *r)
{
	int64_t first_day;
	must(clock_parse(SLICE("2020-02-03T08:00:00Z"), &first_day));
	in->shopper = (int)below(in, INVENTOR_SHOPPERS);
	*r = (struct result){.company = company,
			     .channel = channel,
			     .contacted_at = first_day + below(in, DAYS) * 24 * HOUR +
					     below(in, 6 * 3600) * SECOND,
			     .answered = !happens(in, PERCENT_UNANSWERED),
			     .attempt = ATTEMPT_NONE,
			     .wait_seconds = (int)below(in, WAIT_LIMIT_SECONDS),
			     .duration_seconds = SECONDS_NONE,
			     .answers = in->answers,
			     .cx = in->cx,
			     .area_scores = in->area_scores};
	invent_answers(in, r);
	invent_texts(in, r);
}

void inventor_next(struct inventor *in, struct result *r)
{
	unsigned company = below(in, (unsigned)in->companies_len);
	unsigned channel = below(in, (unsigned)in->programme->channels_len);
	inventor_next_of(in, in->companies[company], (int)channel, r);
}

static _Noreturn void refuse(const char *path, const char *why)
{
	fprintf(stderr, "%s: %s\n", path, why);
	exit(EXIT_FAILURE);
}

struct programme *inventor_programme(const char *path)
{
	struct arena arena;
	struct programme *p;
	struct programme_faults faults;
	char *bytes = memory_new(FILE_LIMIT_BYTES);
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		refuse(path, "cannot be read");
	size_t len = fread(bytes, 1, FILE_LIMIT_BYTES, file);
	fclose(file);
	arena_init(&arena, 64 * 1024 * 1024);
	if (programme_parse((struct slice){bytes, len}, &arena, &p, &faults) != OK)
		refuse(path, "is not a programme");
	arena_fini(&arena);
	memory_free(bytes);
	return p;
}
