#include "ingest/upload_private.h"

bool upload_is_whole(const struct upload *u)
{
	return u->request.mode != UPLOAD_AS_IT_GOES;
}

static bool all_or_nothing(const struct upload *u)
{
	return u->request.mode == UPLOAD_ALL_OR_NOTHING || u->request.mode == UPLOAD_DRY_RUN_OF_ALL;
}

void upload_whole_init(struct upload *u)
{
	const struct ingest_settings *s = ingest_settings(u->ingest);
	const struct whole_settings settings = {.loop = s->loop,
						.pool = s->pool,
						.wave_id = u->request.wave_id,
						.upload_id = u->report.upload_id,
						.first_wait_ms = s->first_wait_ms};
	if (upload_is_whole(u))
		u->whole = whole_new(&settings);
}

void upload_whole_fini(struct upload *u)
{
	whole_free(u->whole);
	id_filter_free(u->own_filter);
	shopper_book_free(u->own_shoppers);
}

static void counted(void *arg)
{
	upload_settle(arg);
}

static void stored(struct upload *u)
{
	const struct ingest_settings *s = ingest_settings(u->ingest);
	const struct delta_mark none = {0};
	struct tally *unknown = NULL; /* one for each batch: they are read anew */
	if (u->stored > 0)
		s->counted(s->arg, u->request.wave_id, &none, u->stored, &unknown, counted, u);
	else
		upload_settle(u);
}

/** What is good in a file of which nothing is stored goes with the rest. */
static void withhold(struct admission_counts *counts)
{
	counts->withheld = counts->accepted + counts->replaced;
	counts->rejected += counts->withheld;
	counts->accepted = 0;
	counts->replaced = 0;
}

static void concluded(void *arg, enum status status, const struct trouble *why)
{
	struct upload *u = arg;
	if (status != OK)
		upload_set_report(u, why);
	if (u->request.mode == UPLOAD_ALL_OR_NOTHING && u->report.status == OK) {
		stored(u);
		return;
	}
	if (all_or_nothing(u) && u->report.status != OK)
		withhold(&u->admission.counts);
	upload_write_totals(u);
}

void upload_conclude(struct upload *u)
{
	const struct admission_counts *counts = &u->admission.counts;
	struct trouble why;
	if (all_or_nothing(u) && counts->rejected > 0 && u->report.status == OK) {
		(void)trouble_code(&why, E_INPUT, "rows_rejected",
				   "%llu of %llu rows are rejected, so none is stored",
				   (unsigned long long)counts->rejected,
				   (unsigned long long)counts->received);
		upload_set_report(u, &why);
		u->refused = true;
	}
	upload_enter(u, UPLOAD_CONCLUDING);
	whole_end(u->whole, u->request.mode == UPLOAD_ALL_OR_NOTHING && u->report.status == OK,
		  concluded, u);
}
