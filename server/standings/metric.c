#include "standings/metric.h"

#include "stats/nps.h"

static const struct metric metrics[] = {
	[BOARD_SCORE] = {.word = "score", .ranked_by = "score", .wanted = ANSWERS_SCORE},
	[BOARD_NPS] = {.word = "nps", .ranked_by = "nps", .wanted = ANSWERS_NPS},
	[BOARD_CSAT] = {.word = "csat", .ranked_by = "csat_top2_percent", .wanted = ANSWERS_CSAT},
	[BOARD_CES] = {.word = "ces", .ranked_by = "ces_mean", .wanted = ANSWERS_CES},
	[BOARD_AREA] = {.word = "area", .ranked_by = "area"},
};

static const struct question *question_of(const struct roster *r, enum board_metric kind)
{
	switch (kind) {
	case BOARD_NPS:
		return r->nps;
	case BOARD_CSAT:
		return r->csat;
	case BOARD_CES:
		return r->ces;
	case BOARD_SCORE:
	case BOARD_AREA:
		break;
	}
	return NULL;
}

struct metric metric_of(const struct roster *r, const struct board_query *query)
{
	struct metric m = metrics[query->metric];

	m.kind = query->metric;
	m.area = query->metric == BOARD_AREA ? query->area : ANSWERS_NO_AREA;
	m.question = question_of(r, query->metric);
	m.asked = m.question != NULL || m.kind == BOARD_SCORE || m.kind == BOARD_AREA;
	m.scale = SCALE_SCORE;
	if (m.kind == BOARD_NPS)
		m.scale = (struct scale){.lo = -100, .hi = 100, .per_unit = 1};
	else if (m.kind == BOARD_CSAT)
		m.scale = (struct scale){.lo = 0, .hi = 100, .per_unit = 1};
	else if (m.question != NULL)
		m.scale = answers_scale(m.question);
	return m;
}

static struct sums nps_sums(struct counts c)
{
	int64_t promoters = counts_from(c, NPS_PROMOTER_FROM);
	int64_t up = counts_from(c, NPS_PASSIVE_FROM);

	return sums_of_nps(promoters, up - promoters, counts_total(c) - up);
}

struct sums metric_sums(const struct metric *m, const struct answers *a)
{
	switch (m->kind) {
	case BOARD_NPS:
		return nps_sums(a->nps);
	case BOARD_CSAT:
		if (m->question == NULL)
			break;
		return sums_of_share(counts_from(a->csat, m->question->good_from),
				     counts_total(a->csat));
	case BOARD_CES:
		return counts_sums(a->ces);
	case BOARD_AREA:
		return counts_sums(a->area);
	case BOARD_SCORE:
		return counts_sums(a->score);
	}
	return (struct sums){0};
}

void metric_print(const struct metric *m, const struct instrument *i, struct buf *to)
{
	buf_add_text(to, m->word);
	if (m->kind != BOARD_AREA)
		return;
	buf_add_byte(to, ':');
	buf_add(to, i->areas[m->area].code);
}
