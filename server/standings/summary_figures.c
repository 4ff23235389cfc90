#include "standings/summary_figures.h"

#include <math.h>

#include "stats/change.h"
#include "stats/mean.h"
#include "stats/nps.h"
#include "stats/proportion.h"
#include "stats/two_part.h"

/** What sums_of_nps() and sums_of_share() count one answer as. */
enum { WHOLE = 100 };

struct scale summary_scale(const struct wave_summary *s, enum award_metric metric)
{
	switch (metric) {
	case AWARD_NPS:
		return (struct scale){.lo = -WHOLE, .hi = WHOLE, .per_unit = 1};
	case AWARD_CSAT:
		return (struct scale){.lo = 0, .hi = WHOLE, .per_unit = 1};
	case AWARD_CES:
		return s->ces;
	case AWARD_SCORE:
	case AWARD_ANSWERED:
	case AWARD_AREA:
	case AWARD_COMBINED:
		break;
	}
	return SCALE_SCORE;
}

struct nps_counts summary_nps(const struct sums *s)
{
	int64_t both = (int64_t)(s->s2 / WHOLE / WHOLE), more = (int64_t)(s->s1 / WHOLE);

	return (struct nps_counts){(both + more) / 2, (both - more) / 2, s->n};
}

int64_t summary_in_box(const struct sums *s)
{
	return (int64_t)(s->s1 / WHOLE);
}

static struct summary_figure of_mean(const struct sums *sums, struct scale scale, double level)
{
	struct mean m = mean_of(sums, scale, level);

	return (struct summary_figure){*sums, m.mean, m.sd, m.se, m.ci, m.method};
}

static struct summary_figure of_nps(const struct sums *sums, double level)
{
	struct nps_counts c = summary_nps(sums);
	struct nps n = nps_of(c.promoters, c.n - c.promoters - c.detractors, c.detractors, level);

	return (struct summary_figure){*sums, n.nps, n.sd, n.se, n.ci, n.method};
}

static struct summary_figure of_share(const struct sums *sums, double level)
{
	struct share share = share_of(summary_in_box(sums), sums->n, level);
	enum ci_method method = sums->n > 0 ? CI_WILSON : CI_NONE;

	return (struct summary_figure){*sums, share.percent, NAN, NAN, share.ci, method};
}

static struct summary_figure of_score(const struct wave_summary *s, int place,
				      struct summary_column column, const struct sums *sums)
{
	struct summary_figure f = of_mean(sums, SCALE_SCORE, s->level);
	struct sums answered;
	struct two_part two;

	if (!s->unanswered_zero)
		return f;
	column.metric = AWARD_ANSWERED;
	answered = wave_summary_sums(s, place, column);
	two = two_part_of(&answered, sums->n, SCALE_SCORE, s->level);
	f.ci = two.ci;
	f.method = two.method;
	return f;
}

struct summary_figure summary_figure_of(const struct wave_summary *s, int place,
					struct summary_column column)
{
	struct sums sums = wave_summary_sums(s, place, column);

	switch (column.metric) {
	case AWARD_SCORE:
		return of_score(s, place, column, &sums);
	case AWARD_NPS:
		return of_nps(&sums, s->level);
	case AWARD_CSAT:
		return of_share(&sums, s->level);
	case AWARD_ANSWERED:
	case AWARD_CES:
	case AWARD_AREA:
	case AWARD_COMBINED:
		break;
	}
	return of_mean(&sums, summary_scale(s, column.metric), s->level);
}

/** The published companies that have answers, as struct components wants them. */
static size_t take_published(const struct wave_summary *s, struct summary_column column,
			     struct wave_company *companies, size_t *places)
{
	int32_t per_unit = summary_scale(s, column.metric).per_unit;
	size_t len = 0;

	for (size_t i = 0; i < s->len; i++) {
		const struct summary_base *base = wave_summary_base(s, (int)i, column.channel);
		struct sums sums = wave_summary_sums(s, (int)i, column);

		if (base == NULL || base->status == BASE_SUPPRESSED || sums.n == 0)
			continue;
		places[len] = i;
		companies[len++] = (struct wave_company){
			.sector = (size_t)s->companies[i].sector,
			.n = sums.n,
			.mean = sums_mean(&sums, per_unit),
			.ss = sums_squares_within(&sums, per_unit),
		};
	}
	return len;
}

enum status summary_shrink(const struct wave_summary *s, size_t sectors,
			   struct summary_column column, struct arena *arena,
			   struct shrunken **shrunk)
{
	struct wave_company *companies = arena_take_array(arena, s->len + 1, sizeof(*companies));
	size_t *places = arena_take_array(arena, s->len + 1, sizeof(*places));
	struct shrunken *made = arena_take_array(arena, s->len + 1, sizeof(*made));
	struct shrunken *of = arena_take_array(arena, s->len + 1, sizeof(*of));
	struct components components;
	size_t len;

	if (companies == NULL || places == NULL || made == NULL || of == NULL)
		return E_LIMIT;
	*shrunk = of;
	for (size_t i = 0; i < s->len; i++)
		of[i] = (struct shrunken){NAN, NAN, NAN, NAN};
	len = take_published(s, column, companies, places);
	components = components_of(companies, len, sectors);
	if (isnan(components.sigma2))
		return OK;
	components_shrink(&components, companies, len, sectors, made);
	for (size_t i = 0; i < len; i++)
		of[places[i]] = made[i];
	return OK;
}
