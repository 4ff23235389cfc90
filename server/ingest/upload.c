#include "ingest/upload.h"

#include <openssl/evp.h>

#include "base/log.h"
#include "ingest/batch_commit.h"
#include "pg/value.h"
#include "store/sql.h"

enum { LANES_MOST = 8, ERRORS_JSON_BYTES = 1024 * 1024, READING_JSON_BYTES = 8192 };

/* clang-format off */
#define UPLOAD_STATES(X)                                                       \
	X(OPENING,  "asking the database for a number and the ids")            \
	X(READING,  "taking parts")                                            \
	X(WAITING,  "every batch is full or committing")                       \
	X(DRAINING, "the file has ended or broken, batches commit")            \
	X(SETTLING, "what rests on all results of the wave is brought in line") \
	X(ENDING,   "writing the totals")                                      \
	X(ENDED,    "reported")
/* clang-format on */

enum upload_state {
#define X(name, words) UPLOAD_##name,
	UPLOAD_STATES(X)
#undef X
};

#define BIT(name) (1u << UPLOAD_##name)

static const unsigned next_states[] = {
	[UPLOAD_OPENING] = BIT(READING) | BIT(DRAINING) | BIT(ENDED),
	[UPLOAD_READING] = BIT(WAITING) | BIT(DRAINING),
	[UPLOAD_WAITING] = BIT(READING) | BIT(DRAINING),
	[UPLOAD_DRAINING] = BIT(SETTLING) | BIT(ENDED),
	[UPLOAD_SETTLING] = BIT(ENDING),
	[UPLOAD_ENDING] = BIT(ENDED),
	[UPLOAD_ENDED] = 0,
};

struct lane {
	struct upload *upload;
	struct batch *batch;
	struct batch_outcome outcome;
	bool busy;
};

struct upload {
	struct ingest *ingest;
	struct upload_request request;
	struct upload_listener listener; /* cleared when the client is gone */
	enum upload_state state;
	const struct instrument *instrument;
	struct decoder *decoder;
	struct admission admission;
	EVP_MD_CTX *sha256;
	unsigned char digest[UPLOAD_DIGEST_BYTES];
	struct buf part;
	bool part_given; /* the decoder has not used it up */
	bool finished;	 /* no more parts will come */
	bool decoder_finished;
	bool broken; /* the rest of the file cannot be read */
	struct lane lanes[LANES_MOST];
	unsigned lanes_len;
	struct batch *filling;
	int batches;
	struct upload_report report;
	struct buf reading; /* "null" or JSON, when the totals are written */
	uint64_t bytes;
	char key_id[16];
};

static void enter(struct upload *u, enum upload_state to)
{
	must(next_states[u->state] & (1u << to));
	u->state = to;
}

static void free_upload(struct upload *u)
{
	decoder_free(u->decoder);
	for (unsigned i = 0; i < u->lanes_len; i++)
		batch_free(u->lanes[i].batch);
	batch_free(u->filling);
	EVP_MD_CTX_free(u->sha256);
	buf_fini(&u->part);
	buf_fini(&u->reading);
	if (u->admission.intake != NULL)
		admission_fini(&u->admission);
	shared_programme_release(&u->request.programme);
	memory_free(u);
}

/* The end */

static void report_end(struct upload *u)
{
	struct buf errors;
	struct upload_report *r = &u->report;
	enter(u, UPLOAD_ENDED);
	if (!r->same_file)
		r->counts = u->admission.counts;
	ingest_leave(u->ingest, &r->counts, u->bytes);
	log_info("upload.ended", LOG_NUMBER("upload", r->upload_id),
		 LOG_TEXT("status", status_name(r->status)),
		 LOG_NUMBER("received", r->counts.received),
		 LOG_NUMBER("accepted", r->counts.accepted),
		 LOG_NUMBER("duplicates", r->counts.duplicates),
		 LOG_NUMBER("rejected", r->counts.rejected), LOG_NUMBER("bytes", u->bytes),
		 LOG_NUMBER("batches", u->batches));
	buf_init(&errors, ERRORS_JSON_BYTES);
	if (!r->same_file) {
		upload_errors_json(u->admission.errors, &errors);
		r->errors = buf_slice(&errors);
		r->errors_total = upload_errors_total(u->admission.errors);
	}
	if (u->listener.ended != NULL)
		u->listener.ended(u->listener.arg, r);
	buf_fini(&errors);
	free_upload(u);
}

static void note_reading(struct upload *u)
{
	const struct csv_reading *reading = decoder_reading(u->decoder);
	struct json_out j = json_out_on(&u->reading);
	if (reading == NULL)
		return;
	csv_reading_json(reading, &j);
	must(!buf_over(&u->reading));
	u->report.reading = buf_slice(&u->reading);
}

static void totals_written(void *arg, const struct pg_answer *answer)
{
	struct upload *u = arg;
	/* The results are durable whatever became of their totals; the log says it. */
	if (answer->status != OK)
		log_warn("upload.totals_not_written", LOG_NUMBER("upload", u->report.upload_id),
			 LOG_TEXT("err", answer->why.words));
	report_end(u);
}

static void write_totals(struct upload *u)
{
	const struct upload_report *r = &u->report;
	const struct admission_counts *counts = &u->admission.counts;
	struct slice digest = {(const char *)u->digest, sizeof(u->digest)};
	bool done = r->status == OK;
	note_reading(u);
	struct pg_value values[] = {
		pg_int8(r->upload_id),
		pg_text(done ? SLICE("done") : SLICE("failed")),
		done ? pg_bytea(digest) : pg_null(),
		pg_int8((int64_t)u->bytes),
		pg_int8((int64_t)counts->received),
		pg_int8((int64_t)counts->accepted),
		pg_int8((int64_t)counts->duplicates),
		pg_int8((int64_t)counts->rejected),
		done ? pg_null() : pg_text(slice_of(r->why.words)),
		pg_json(buf_slice(&u->reading)),
	};
	enter(u, UPLOAD_ENDING);
	pg_pool_run(ingest_settings(u->ingest)->pool, &SQL_UPLOAD_END, values, COUNT_OF(values),
		    totals_written, u);
}

static void set_report(struct upload *u, const struct trouble *why)
{
	if (u->report.status != OK)
		return; /* the first reason stays */
	u->report.status = why->status;
	u->report.why = *why;
}

static void settled(void *arg, const struct trouble *why)
{
	struct upload *u = arg;
	if (why != NULL)
		set_report(u, why);
	write_totals(u);
}

/** Duplicates count, too: what stored them may have been cut off before this. The totals come
 * after, so that a file sent again is not taken for done where this was not. */
static void settle(struct upload *u)
{
	const struct ingest_settings *s = ingest_settings(u->ingest);
	const struct admission_counts *counts = &u->admission.counts;
	const struct settle_origin origin = {.wave_id = u->request.wave_id,
					     .organisation_id = u->request.organisation_id,
					     .key_id = slice_of(u->key_id)};
	enter(u, UPLOAD_SETTLING);
	if (s->settle == NULL || counts->accepted + counts->duplicates == 0 ||
	    !s->settle(s->arg, &origin, settled, u))
		write_totals(u);
}

static bool any_lane_busy(const struct upload *u)
{
	for (unsigned i = 0; i < u->lanes_len; i++)
		if (u->lanes[i].busy)
			return true;
	return false;
}

static void check_digest(struct upload *u)
{
	unsigned len = 0;
	must(EVP_DigestFinal_ex(u->sha256, u->digest, &len) == 1);
	must(len == UPLOAD_DIGEST_BYTES);
	if (u->request.digest_given && memcmp(u->digest, u->request.digest, len) != 0)
		u->report.status = trouble_code(
			&u->report.why, E_INPUT, "digest_mismatch",
			"the bytes that arrived are not those the digest was made of");
}

static void end_when_drained(struct upload *u)
{
	if (u->state != UPLOAD_DRAINING || any_lane_busy(u))
		return;
	if (u->report.upload_id == 0) {
		report_end(u);
		return;
	}
	if (u->report.status == OK)
		check_digest(u);
	settle(u);
}

/** Stops for good and drops what is not in a transaction yet. */
static void give_up(struct upload *u, const struct trouble *why)
{
	set_report(u, why);
	u->part_given = false;
	if (u->state != UPLOAD_DRAINING)
		enter(u, UPLOAD_DRAINING);
}

/* Batches */

static void read_on(struct upload *u);

static void lane_is_free(void *arg)
{
	struct lane *lane = arg;
	struct upload *u = lane->upload;
	lane->busy = false;
	if (u->state == UPLOAD_WAITING) {
		enter(u, UPLOAD_READING);
		read_on(u);
		bool wants_more = u->state == UPLOAD_READING && !u->finished;
		if (wants_more && u->listener.resume != NULL)
			u->listener.resume(u->listener.arg);
	} else {
		end_when_drained(u);
	}
}

static void batch_done(void *arg, const struct batch_outcome *outcome)
{
	struct lane *lane = arg;
	struct upload *u = lane->upload;
	const struct ingest_settings *s = ingest_settings(u->ingest);
	if (outcome->status != OK) {
		struct trouble why = outcome->why;
		why.status = outcome->status;
		give_up(u, &why);
		lane_is_free(lane);
		return;
	}
	admission_settle(&u->admission, lane->batch);
	if (outcome->stored == 0) {
		lane_is_free(lane);
		return;
	}
	struct tally *counts = NULL;
	if (!outcome->delta_unknown) {
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
	struct batch_target target = {.loop = s->loop,
				      .pool = s->pool,
				      .shoppers = u->admission.shoppers,
				      .organisation_id = u->request.organisation_id,
				      .wave_id = u->request.wave_id,
				      .upload_id = u->report.upload_id,
				      .conflicts_stored_most = admission_faults_room(&u->admission),
				      .first_wait_ms = s->first_wait_ms};
	struct batch *spent = lane->batch;
	lane->batch = u->filling;
	lane->busy = true;
	u->filling = spent != NULL ? spent : new_batch(u);
	u->batches++;
	batch_clear(u->filling, u->batches + 1, ingest_batch_bytes(u->ingest));
	batch_commit(&target, lane->batch, batch_done, lane);
}

/** True while there is room for one more row. */
static bool has_room(struct upload *u)
{
	struct lane *lane;
	if (!batch_is_full(u->filling))
		return true;
	lane = idle_lane(u);
	if (lane != NULL)
		send_batch(u, lane);
	return lane != NULL;
}

/** Nothing more will be read: the last batch goes as soon as a lane is free for it. */
static void send_rest(struct upload *u)
{
	struct lane *lane = idle_lane(u);
	if (!batch_is_empty(u->filling) && lane == NULL) {
		enter(u, UPLOAD_WAITING);
		return;
	}
	if (!batch_is_empty(u->filling))
		send_batch(u, lane);
	enter(u, UPLOAD_DRAINING);
}

/* Records */

/** What was read before the break is stored, as it would be in a longer file. */
static void file_broke(struct upload *u, const struct decode_fault *fault)
{
	struct trouble why;
	admission_refuse(&u->admission, fault, false, u->filling);
	(void)trouble_code(&why, E_INPUT, "file_unreadable",
			   "the file cannot be read beyond row %llu: %s",
			   (unsigned long long)fault->row, fault->expected);
	set_report(u, &why);
	u->broken = true;
}

/** One step of the decoder; false when what was fed is used up or nothing more will be read. */
static bool take_one(struct upload *u)
{
	struct record record;
	struct decode_fault fault;
	struct trouble why;
	struct arena_mark before = arena_mark(&u->admission.arena);
	enum decoded what = decoder_next(u->decoder, &u->admission.arena, &record, &fault);
	bool more = what == DECODE_RECORD || what == DECODE_BAD_ROW;
	if (what == DECODE_RECORD && admission_take(&u->admission, &record, u->filling, &why) < 0) {
		give_up(u, &why);
		more = false;
	} else if (what == DECODE_BAD_ROW) {
		admission_refuse(&u->admission, &fault, true, u->filling);
	} else if (what == DECODE_BROKEN) {
		file_broke(u, &fault);
	}
	arena_rewind(&u->admission.arena, before);
	return more;
}

/** Uses up what was fed; the decoder's last words come after the last part. */
static void read_on(struct upload *u)
{
	while (u->part_given) {
		if (!has_room(u)) {
			enter(u, UPLOAD_WAITING);
			return;
		}
		u->part_given = take_one(u) && u->state == UPLOAD_READING;
		bool last_words_due = u->finished && !u->decoder_finished && !u->broken;
		if (!u->part_given && last_words_due && u->state == UPLOAD_READING) {
			u->decoder_finished = true;
			u->part_given = true;
			decoder_finish(u->decoder);
		}
	}
	if (u->state == UPLOAD_READING && (u->finished || u->broken))
		send_rest(u);
	end_when_drained(u);
}

enum flow upload_feed(struct upload *u, struct slice part)
{
	must(!u->finished && part.len <= UPLOAD_PART_BYTES);
	if (u->state >= UPLOAD_DRAINING || u->broken)
		return FLOW_STOP;
	must(!u->part_given && u->state == UPLOAD_READING);
	u->bytes += part.len;
	must(EVP_DigestUpdate(u->sha256, part.at, part.len) == 1);
	buf_clear(&u->part);
	buf_add(&u->part, part);
	u->part_given = true;
	decoder_feed(u->decoder, buf_slice(&u->part));
	read_on(u);
	if (u->state == UPLOAD_READING)
		return FLOW_MORE;
	return u->state == UPLOAD_WAITING && !u->broken ? FLOW_PAUSE : FLOW_STOP;
}

void upload_finish(struct upload *u)
{
	must(!u->finished && u->state != UPLOAD_OPENING);
	u->finished = true;
	if (u->state != UPLOAD_READING)
		return;
	u->decoder_finished = true;
	u->part_given = true;
	decoder_finish(u->decoder);
	read_on(u);
}

void upload_abandon(struct upload **u)
{
	struct upload *gone = *u;
	struct trouble why;
	*u = NULL;
	gone->listener = (struct upload_listener){0};
	if (gone->state != UPLOAD_READING && gone->state != UPLOAD_WAITING)
		return;
	(void)trouble_code(&why, E_GONE, "client_gone", "the client went away");
	give_up(gone, &why);
	end_when_drained(gone);
}

/* The beginning */

static void end_before_reading(struct upload *u, const struct trouble *why)
{
	set_report(u, why);
	u->part_given = false;
	enter(u, UPLOAD_DRAINING);
	end_when_drained(u);
}

static void ids_ready(void *arg, struct id_filter *filter, const struct trouble *why)
{
	struct upload *u = arg;
	struct trouble gone;
	if (u->listener.ended == NULL) {
		(void)trouble_code(&gone, E_GONE, "client_gone", "the client went away");
		why = &gone;
	}
	if (why != NULL) {
		end_before_reading(u, why);
		return;
	}
	u->admission.filter = filter;
	enter(u, UPLOAD_READING);
	u->listener.resume(u->listener.arg);
}

/** Why there is no upload; OK and nothing in *why where there is one. */
static enum status refusal_of(const struct pg_answer *answer, struct trouble *why)
{
	bool there = answer->status == OK && pg_rows(answer->result) == 1;
	if (answer->status != OK) {
		*why = answer->why;
		return answer->status;
	}
	if (!there || !pg_get_bool(answer->result, 0, 1))
		return trouble_code(why, E_CONFLICT, "wave_not_fielding",
				    "the wave takes no results now");
	if (!pg_get_bool(answer->result, 0, 2))
		return trouble_code(why, E_BUSY, "programme_just_changed",
				    "the programme was changed a moment ago");
	return OK;
}

static void begun(void *arg, const struct pg_answer *answer)
{
	struct upload *u = arg;
	struct trouble why;
	if (refusal_of(answer, &why) < 0) {
		end_before_reading(u, &why);
		return;
	}
	u->report.upload_id = pg_get_int8(answer->result, 0, 0);
	u->admission.upload_id = u->report.upload_id;
	ingest_filter(u->ingest, u->request.wave_id, ids_ready, u);
}

static void begin(struct upload *u)
{
	static const char *const formats[] = {
		[DECODE_CSV] = "csv", [DECODE_NDJSON] = "ndjson", [DECODE_JSON_ARRAY] = "json"};
	struct pg_value values[] = {pg_int4(u->request.wave_id), pg_text(slice_of(u->key_id)),
				    pg_text(slice_of(formats[u->request.format])),
				    pg_int4(u->request.programme->revision)};
	pg_pool_run(ingest_settings(u->ingest)->pool, &SQL_UPLOAD_BEGIN, values, COUNT_OF(values),
		    begun, u);
}

static void same_file_looked_up(void *arg, const struct pg_answer *answer)
{
	struct upload *u = arg;
	struct upload_report *r = &u->report;
	if (answer->status != OK || pg_rows(answer->result) == 0) {
		begin(u); /* not knowing costs only time: the rows are recognised one by one */
		return;
	}
	r->same_file = true;
	r->upload_id = pg_get_int8(answer->result, 0, 0);
	r->counts.received = (uint64_t)pg_get_int8(answer->result, 0, 1);
	r->counts.duplicates = r->counts.received;
	r->errors = SLICE("[]");
	report_end(u);
}

static void look_for_same_file(struct upload *u)
{
	struct slice digest = {(const char *)u->request.digest, UPLOAD_DIGEST_BYTES};
	struct pg_value values[] = {pg_int4(u->request.wave_id), pg_bytea(digest)};
	pg_pool_run(ingest_settings(u->ingest)->pool, &SQL_UPLOAD_SAME_FILE, values,
		    COUNT_OF(values), same_file_looked_up, u);
}

static void refused(void *arg)
{
	struct upload *u = arg;
	u->report.errors = SLICE("[]");
	if (u->listener.ended != NULL)
		u->listener.ended(u->listener.arg, &u->report);
	free_upload(u);
}

static void make_ready_to_read(struct upload *u)
{
	unsigned lanes = ingest_settings(u->ingest)->lanes;
	const struct upload_request *r = &u->request;
	u->lanes_len = lanes < LANES_MOST ? lanes : LANES_MOST;
	for (unsigned i = 0; i < u->lanes_len; i++)
		u->lanes[i].upload = u;
	u->decoder = r->format == DECODE_CSV ? decoder_new_csv(&r->csv) : decoder_new(r->format);
	admission_init(&u->admission, r->programme->programme, r->wave,
		       ingest_shoppers(u->ingest, r->organisation_id));
	u->filling = new_batch(u);
	batch_clear(u->filling, 1, ingest_batch_bytes(u->ingest));
	u->sha256 = EVP_MD_CTX_new();
	must(u->sha256 != NULL && EVP_DigestInit_ex(u->sha256, EVP_sha256(), NULL) == 1);
}

struct upload *upload_open(struct ingest *in, const struct upload_request *request,
			   const struct upload_listener *listener)
{
	struct upload *u = memory_new(sizeof(*u));
	const struct ingest_settings *s = ingest_settings(in);
	const struct programme *p = request->programme->programme;
	u->ingest = in;
	u->request = *request;
	u->listener = *listener;
	u->instrument = &p->instruments[p->waves[request->wave].instrument];
	shared_programme_hold(u->request.programme);
	must(request->key_id.len < sizeof(u->key_id));
	memcpy(u->key_id, request->key_id.at, request->key_id.len);
	buf_init(&u->part, UPLOAD_PART_BYTES);
	buf_init(&u->reading, READING_JSON_BYTES);
	u->report.reading = SLICE("null");
	if (!ingest_enter(in)) {
		u->report.status = trouble_code(&u->report.why, E_BUSY, "too_many_uploads",
						"%u uploads run already, as many as may",
						s->uploads_limit);
		enter(u, UPLOAD_ENDED);
		loop_later(s->loop, refused, u);
		return u;
	}
	make_ready_to_read(u);
	/* Read otherwise, the same bytes may be other results. */
	if (request->digest_given && csv_options_empty(&request->csv))
		look_for_same_file(u);
	else
		begin(u);
	return u;
}
