#include <math.h>

#include "sheet/csv_out.h"
#include "standings/fieldwork.h"

static const char *const columns[] = {"sector",	 "company",   "channel",
				      "planned", "made",      "answered",
				      "left",	 "over_plan", "completion_percent"};

static void head(struct csv_out *c)
{
	for (size_t i = 0; i < COUNT_OF(columns); i++)
		csv_text(c, slice_of(columns[i]));
	for (int s = 0; s < REVIEW_COUNT; s++)
		csv_text(c, slice_of(review_state_name((enum review_state)s)));
	csv_end_row(c);
}

/** Empty where nothing is planned. */
static void csv_planned(struct csv_out *c, const struct progress *p, int64_t contacts)
{
	if (p->is_planned)
		csv_int(c, contacts);
	else
		csv_empty(c);
}

static void figures(struct csv_out *c, const struct progress *p)
{
	double percent = progress_completion_percent(p);
	csv_planned(c, p, p->planned);
	csv_int(c, p->made);
	csv_int(c, p->answered);
	csv_planned(c, p, p->planned - p->completed);
	csv_planned(c, p, p->made - p->completed);
	if (isfinite(percent))
		csv_double(c, percent);
	else
		csv_empty(c);
	for (int s = 0; s < REVIEW_COUNT; s++)
		csv_int(c, p->results[s]);
}

void fieldwork_csv(const struct fieldwork *f, struct buf *to)
{
	const struct programme *p = f->source.programme;
	struct csv_out c = csv_out_on(to);
	head(&c);
	for (size_t i = 0; i < f->companies_len; i++) {
		const struct company_progress *company = &f->companies[i];
		for (size_t ch = 0; ch < p->channels_len; ch++) {
			const struct progress *on = &company->channels[ch];
			if (!progress_is_any(on))
				continue;
			csv_text(&c, f->wave->sectors[company->sector].code);
			csv_text(&c, p->companies[company->company].code);
			csv_text(&c, p->channels[ch].code);
			figures(&c, on);
			csv_end_row(&c);
		}
	}
}
