#include "ingest/upload_keep.h"

#include "base/log.h"
#include "ingest/upload_private.h"

static struct spool *spool_of(const struct upload *u)
{
	return ingest_settings(u->ingest)->spool;
}

static void not_kept(const struct upload *u, const struct trouble *why)
{
	log_warn("upload.not_kept", LOG_NUMBER("upload", u->report.upload_id),
		 LOG_TEXT("err", why->words));
}

static void room_again(void *arg)
{
	struct upload *u = arg;
	u->keep.paused = false;
	if (upload_wants_more(u))
		u->listener.resume(u->listener.arg);
}

void upload_keep_begin(struct upload *u)
{
	struct trouble why;
	if (!u->request.keep || spool_of(u) == NULL)
		return;
	u->keep.passing = (struct spool_name){SPOOL_PASSING, spool_number(spool_of(u))};
	if (spool_append(spool_of(u), u->keep.passing, 0, room_again, u, &u->keep.writer, &why) < 0)
		not_kept(u, &why);
}

static void drop(struct upload *u)
{
	spool_abandon(&u->keep.writer);
	spool_remove(spool_of(u), u->keep.passing);
	u->keep.paused = false;
}

void upload_keep_write(struct upload *u, struct slice part)
{
	struct trouble why;
	if (u->keep.writer == NULL)
		return;
	enum flow flow = spool_write(u->keep.writer, part);
	u->keep.paused = flow == FLOW_PAUSE;
	if (flow != FLOW_STOP)
		return;
	spool_writer_trouble(u->keep.writer, &why);
	drop(u);
	not_kept(u, &why);
}

static void in_place(void *arg, int64_t bytes, const struct trouble *why)
{
	struct upload *u = arg;
	struct trouble own;
	(void)bytes;
	if (why == NULL && spool_rename(spool_of(u), u->keep.passing,
					SPOOL_NAME_UPLOAD(u->report.upload_id), &own) < 0)
		why = &own;
	if (why != NULL) {
		spool_remove(spool_of(u), u->keep.passing);
		not_kept(u, why);
	}
	upload_report_end(u);
}

bool upload_keep_end(struct upload *u)
{
	if (u->keep.writer == NULL)
		return false;
	bool mismatch = strcmp(u->report.why.code, "digest_mismatch") == 0;
	if (!u->finished || mismatch) {
		drop(u);
		return false;
	}
	spool_finish(&u->keep.writer, in_place, u);
	return true;
}
