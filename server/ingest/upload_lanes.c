#include "ingest/upload_private.h"

#include "survey/breach.h"

bool upload_any_lane_busy(const struct upload *u)
{
	for (unsigned i = 0; i < u->lanes_len; i++)
		if (u->lanes[i].busy)
			return true;
	return false;
}

static void lane_is_free(void *arg)
{
	struct lane *lane = arg;
	struct upload *u = lane->upload;
	lane->busy = false;
	if (u->state == UPLOAD_WAITING) {
		upload_enter(u, UPLOAD_READING);
		upload_read_on(u);
		if (upload_wants_more(u))
			u->listener.resume(u->listener.arg);
	} else {
		upload_end_when_drained(u);
	}
}

static void tell_rows(struct upload *u, const struct batch *b)
{
	for (size_t i = 0; i < b->rows_len && u->listener.row != NULL; i++)
		u->listener.row(u->listener.arg, b->row[i].row, (enum row_fate)b->row[i].fate);
}

static void batch_done(void *arg, const struct batch_outcome *outcome)
{
	struct lane *lane = arg;
	struct upload *u = lane->upload;
	const struct ingest_settings *s = ingest_settings(u->ingest);
	if (outcome->status != OK) {
		struct trouble why = outcome->why;
		why.status = outcome->status;
		upload_give_up(u, &why);
		lane_is_free(lane);
		return;
	}
	admission_settle(&u->admission, lane->batch);
	tell_rows(u, lane->batch);
	if (u->whole != NULL)
		u->stored += outcome->stored;
	if (outcome->stored == 0 || u->whole != NULL) {
		lane_is_free(lane);
		return;
	}
	struct tally *counts = NULL;
	/* What takes back is read, never added: what it takes back may have come by another server,
	 * and this one not have heard of it. */
	if (!outcome->delta_unknown && lane->batch->taken == NULL) {
		counts = lane->batch->tally;
		lane->batch->tally = NULL;
	}
	s->counted(s->arg, u->request.wave_id, &outcome->delta, outcome->stored, &counts,
		   lane_is_free, lane);
}

static struct batch *new_batch(const struct upload *u)
{
	const struct programme *p = u->request.programme->programme;
	return batch_new(u->instrument, p->waves[u->request.wave].counts);
}

static struct lane *idle_lane(struct upload *u)
{
	for (unsigned i = 0; i < u->lanes_len; i++)
		if (!u->lanes[i].busy)
			return &u->lanes[i];
	return NULL;
}

/** The lane's batch, spent, is filled next. */
static void send_batch(struct upload *u, struct lane *lane)
{
	const struct ingest_settings *s = ingest_settings(u->ingest);
	const struct wave *wave = &u->request.programme->programme->waves[u->request.wave];
	struct batch_target target = {
		.loop = s->loop,
		.pool = s->pool,
		.whole = u->whole,
		.dry = upload_mode_is_dry(u->request.mode),
		.shoppers = u->admission.shoppers,
		.organisation_id = u->request.organisation_id,
		.wave_id = u->request.wave_id,
		.upload_id = u->report.upload_id,
		.conflicts_stored_most = admission_faults_room(&u->admission),
		.first_wait_ms = s->first_wait_ms,
		.replace = u->request.replace,
		.stored_only = u->request.stored_only,
		.revision = u->request.revision,
		.excluding = breaches_with_action(&wave->fieldwork, BREACH_EXCLUDES),
		.key_id = slice_of(u->key_id),
		.reason = buf_slice(&u->reason)};
	struct batch *spent = lane->batch;
	lane->batch = u->filling;
	lane->busy = true;
	u->filling = spent != NULL ? spent : new_batch(u);
	u->batches++;
	batch_clear(u->filling, u->batches + 1, ingest_batch_bytes(u->ingest));
	batch_commit(&target, lane->batch, batch_done, lane);
}

bool upload_has_room(struct upload *u)
{
	struct lane *lane;
	if (!batch_is_full(u->filling))
		return true;
	lane = idle_lane(u);
	if (lane != NULL)
		send_batch(u, lane);
	return lane != NULL;
}

void upload_send_rest(struct upload *u)
{
	struct lane *lane = idle_lane(u);
	if (!batch_is_empty(u->filling) && lane == NULL) {
		upload_enter(u, UPLOAD_WAITING);
		return;
	}
	if (!batch_is_empty(u->filling))
		send_batch(u, lane);
	upload_enter(u, UPLOAD_DRAINING);
}

void upload_lanes_init(struct upload *u)
{
	unsigned lanes = ingest_settings(u->ingest)->lanes;
	u->lanes_len = lanes < LANES_MOST ? lanes : LANES_MOST;
	/* Of two rows with one id the first is the file's: batches keep their order. */
	if (u->request.replace)
		u->lanes_len = 1;
	if (upload_is_whole(u))
		u->lanes_len = 1; /* there is one transaction for all of them */
	for (unsigned i = 0; i < u->lanes_len; i++)
		u->lanes[i].upload = u;
	u->filling = new_batch(u);
	batch_clear(u->filling, 1, ingest_batch_bytes(u->ingest));
}

void upload_lanes_fini(struct upload *u)
{
	for (unsigned i = 0; i < u->lanes_len; i++)
		batch_free(u->lanes[i].batch);
	batch_free(u->filling);
}
