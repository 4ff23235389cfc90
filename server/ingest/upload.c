#include "ingest/upload.h"

#include "base/log.h"
#include "ingest/upload_private.h"

enum {
	ERRORS_JSON_BYTES = 1024 * 1024,
	WARNINGS_JSON_BYTES = 128 * 1024,
	LEFT_OUT_JSON_BYTES = 1024 * 1024
};

#define BIT(name) (1u << UPLOAD_##name)

static const unsigned next_states[] = {
	[UPLOAD_OPENING] = BIT(READING) | BIT(DRAINING) | BIT(ENDED),
	[UPLOAD_READING] = BIT(WAITING) | BIT(DRAINING),
	[UPLOAD_WAITING] = BIT(READING) | BIT(DRAINING),
	[UPLOAD_DRAINING] = BIT(CONCLUDING) | BIT(SETTLING) | BIT(ENDED),
	[UPLOAD_CONCLUDING] = BIT(SETTLING) | BIT(ENDING),
	[UPLOAD_SETTLING] = BIT(ENDING),
	[UPLOAD_ENDING] = BIT(ENDED),
	[UPLOAD_ENDED] = 0,
};

void upload_enter(struct upload *u, enum upload_state to)
{
	must(next_states[u->state] & (1u << to));
	u->state = to;
}

static void free_upload(struct upload *u)
{
	decoder_free(u->decoder);
	upload_lanes_fini(u);
	upload_whole_fini(u);
	EVP_MD_CTX_free(u->sha256);
	buf_fini(&u->part);
	buf_fini(&u->reading);
	buf_fini(&u->warnings);
	buf_fini(&u->reason);
	buf_fini(&u->left_out_by);
	if (u->admission.intake != NULL)
		admission_fini(&u->admission);
	shared_programme_release(&u->request.programme);
	memory_free(u);
}

/* The end */

void upload_report_end(struct upload *u)
{
	struct buf errors;
	struct upload_report *r = &u->report;
	const struct admission_counts none = {0};
	if (upload_keep_end(u))
		return;
	upload_enter(u, UPLOAD_ENDED);
	if (!r->same_file)
		r->counts = u->admission.counts;
	ingest_leave(u->ingest, upload_mode_is_dry(u->request.mode) ? &none : &r->counts, u->bytes);
	if (upload_is_whole(u))
		ingest_leave_whole(u->ingest);
	log_info("upload.ended", LOG_NUMBER("upload", r->upload_id),
		 LOG_TEXT("status", status_name(r->status)),
		 LOG_NUMBER("received", r->counts.received),
		 LOG_NUMBER("accepted", r->counts.accepted),
		 LOG_NUMBER("duplicates", r->counts.duplicates),
		 LOG_NUMBER("replaced", r->counts.replaced),
		 LOG_NUMBER("rejected", r->counts.rejected), LOG_NUMBER("bytes", u->bytes),
		 LOG_NUMBER("batches", u->batches));
	buf_init(&errors, ERRORS_JSON_BYTES);
	r->left_out_by = u->left_out_by.len > 0 ? buf_slice(&u->left_out_by) : SLICE("null");
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

void upload_set_report(struct upload *u, const struct trouble *why)
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
		upload_set_report(u, why);
	upload_write_totals(u);
}

/** Duplicates count, too: what stored them may have been cut off before this. The totals come
 * after, so that a file sent again is not taken for done where this was not. */
void upload_settle(struct upload *u)
{
	const struct ingest_settings *s = ingest_settings(u->ingest);
	const struct admission_counts *counts = &u->admission.counts;
	const struct settle_origin origin = {.wave_id = u->request.wave_id,
					     .organisation_id = u->request.organisation_id,
					     .key_id = slice_of(u->key_id)};
	upload_enter(u, UPLOAD_SETTLING);
	if (s->settle == NULL || counts->accepted + counts->duplicates + counts->replaced == 0 ||
	    !s->settle(s->arg, &origin, settled, u))
		upload_write_totals(u);
}

static void check_digest(struct upload *u)
{
	unsigned len = 0;
	if (u->request.table != NULL) {
		memcpy(u->digest, u->request.digest, sizeof(u->digest));
		return;
	}
	must(EVP_DigestFinal_ex(u->sha256, u->digest, &len) == 1);
	must(len == UPLOAD_DIGEST_BYTES);
	if (u->request.digest_given && memcmp(u->digest, u->request.digest, len) != 0)
		u->report.status = trouble_code(
			&u->report.why, E_INPUT, "digest_mismatch",
			"the bytes that arrived are not those the digest was made of");
}

void upload_end_when_drained(struct upload *u)
{
	if (u->state != UPLOAD_DRAINING || upload_any_lane_busy(u))
		return;
	if (u->report.upload_id == 0) {
		upload_report_end(u);
		return;
	}
	if (u->report.status == OK)
		check_digest(u);
	if (u->whole != NULL)
		upload_conclude(u);
	else
		upload_settle(u);
}

void upload_give_up(struct upload *u, const struct trouble *why)
{
	upload_set_report(u, why);
	u->part_given = false;
	if (u->state != UPLOAD_DRAINING)
		upload_enter(u, UPLOAD_DRAINING);
}

/* Records */

/** What was read before the break is stored, as it would be in a longer file. */
static void file_broke(struct upload *u, const struct decode_fault *fault)
{
	struct trouble why;
	admission_refuse(&u->admission, fault, false, u->filling);
	if (fault->row == 0)
		(void)trouble_code(&why, E_INPUT, "file_unreadable",
				   "the file cannot be read; expected: %s", fault->expected);
	else
		(void)trouble_code(&why, E_INPUT, "file_unreadable",
				   "the file cannot be read beyond row %llu; expected: %s",
				   (unsigned long long)fault->row, fault->expected);
	upload_set_report(u, &why);
	u->broken = true;
}

/** The record cannot be taken, nor any behind it. Where the file is to blame, its faults are kept
 * as those of a broken one are. */
static bool stop_at(struct upload *u, const struct trouble *why)
{
	if (why->status == E_INPUT) {
		upload_set_report(u, why);
		u->broken = true;
	} else {
		upload_give_up(u, why);
	}
	return false;
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
	if (what == DECODE_RECORD && admission_take(&u->admission, &record, u->filling, &why) < 0)
		more = stop_at(u, &why);
	else if (what == DECODE_BAD_ROW)
		admission_refuse(&u->admission, &fault, true, u->filling);
	else if (what == DECODE_BROKEN)
		file_broke(u, &fault);
	arena_rewind(&u->admission.arena, before);
	return more;
}

void upload_read_on(struct upload *u)
{
	while (u->part_given) {
		if (!upload_has_room(u)) {
			upload_enter(u, UPLOAD_WAITING);
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
		upload_send_rest(u);
	upload_end_when_drained(u);
}

bool upload_wants_more(const struct upload *u)
{
	return u->state == UPLOAD_READING && !u->finished && !u->part_given && !u->keep.paused &&
	       u->listener.resume != NULL;
}

enum flow upload_feed(struct upload *u, struct slice part)
{
	must(!u->finished && part.len <= UPLOAD_PART_BYTES);
	if (u->state >= UPLOAD_DRAINING || u->broken)
		return FLOW_STOP;
	must(!u->part_given && u->state == UPLOAD_READING);
	upload_keep_write(u, part);
	u->bytes += part.len;
	must(EVP_DigestUpdate(u->sha256, part.at, part.len) == 1);
	buf_clear(&u->part);
	buf_add(&u->part, part);
	u->part_given = true;
	decoder_feed(u->decoder, buf_slice(&u->part));
	upload_read_on(u);
	if (u->state == UPLOAD_READING)
		return u->keep.paused ? FLOW_PAUSE : FLOW_MORE;
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
	upload_read_on(u);
}

void upload_break(struct upload *u, const struct decode_fault *fault)
{
	must(u->state == UPLOAD_READING && !u->part_given);
	file_broke(u, fault);
	upload_read_on(u);
}

void upload_fail(struct upload *u, const struct trouble *why)
{
	must(u->state == UPLOAD_READING && !u->part_given);
	upload_give_up(u, why);
	upload_end_when_drained(u);
}

int64_t upload_number(const struct upload *u)
{
	return u->report.upload_id;
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
	upload_give_up(gone, &why);
	upload_end_when_drained(gone);
}

/* The beginning */

void upload_not_begun(struct upload *u, const struct trouble *why)
{
	upload_set_report(u, why);
	u->part_given = false;
	upload_enter(u, UPLOAD_DRAINING);
	upload_end_when_drained(u);
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
		upload_not_begun(u, why);
		return;
	}
	u->admission.filter = filter;
	upload_keep_begin(u);
	upload_enter(u, UPLOAD_READING);
	u->listener.resume(u->listener.arg);
}

void upload_begun(struct upload *u)
{
	upload_whole_init(u);
	ingest_filter(u->ingest, u->request.wave_id, ids_ready, u);
}

static void refused(void *arg)
{
	struct upload *u = arg;
	u->report.errors = SLICE("[]");
	u->report.left_out_by = SLICE("null");
	if (u->listener.ended != NULL)
		u->listener.ended(u->listener.arg, &u->report);
	free_upload(u);
}

static void make_ready_to_read(struct upload *u)
{
	const struct upload_request *r = &u->request;
	struct shopper_book *shoppers = ingest_shoppers(u->ingest, r->organisation_id);
	upload_lanes_init(u);
	/* What a dry run meets is nothing that anybody else may know. */
	if (upload_mode_is_dry(r->mode)) {
		u->own_filter = id_filter_new(ingest_settings(u->ingest)->filter_bytes);
		u->own_shoppers = shopper_book_new(SHOPPERS_REMEMBERED);
		shoppers = u->own_shoppers;
	}
	admission_init(&u->admission, r->programme->programme, r->wave, shoppers);
	u->admission.own_filter = u->own_filter;
	u->sha256 = EVP_MD_CTX_new();
	must(u->sha256 != NULL && EVP_DigestInit_ex(u->sha256, EVP_sha256(), NULL) == 1);
}

void upload_mapped(struct upload *u)
{
	const struct csv_options csv = upload_csv_options(u);
	enum decode_format format = u->request.format;
	u->decoder = format == DECODE_CSV ? decoder_new_csv(&csv) : decoder_new(format);
	upload_begin(u);
}

/** Takes a place among those that run; false: the report says that there is none. */
static bool took_place(struct upload *u)
{
	const struct ingest_settings *s = ingest_settings(u->ingest);
	if (!ingest_enter(u->ingest)) {
		u->report.status = trouble_code(&u->report.why, E_BUSY, "too_many_uploads",
						"%u uploads run already, as many as may",
						s->uploads_limit);
		return false;
	}
	if (upload_is_whole(u) && !ingest_enter_whole(u->ingest)) {
		ingest_leave(u->ingest, &(struct admission_counts){0}, 0);
		u->report.status = trouble_code(
			&u->report.why, E_BUSY, "too_many_uploads",
			"%u uploads in one transaction run already, as many as may",
			s->wholes_limit);
		return false;
	}
	return true;
}

struct upload *upload_open(struct ingest *in, const struct upload_request *request,
			   const struct upload_listener *listener)
{
	struct upload *u = memory_new(sizeof(*u));
	const struct programme *p = request->programme->programme;
	u->ingest = in;
	u->request = *request;
	u->part_of_file = request->table != NULL && request->sheet.len > 0;
	u->listener = *listener;
	u->instrument = &p->instruments[p->waves[request->wave].instrument];
	shared_programme_hold(u->request.programme);
	must(request->key_id.len < sizeof(u->key_id));
	memcpy(u->key_id, request->key_id.at, request->key_id.len);
	buf_init(&u->part, UPLOAD_PART_BYTES);
	buf_init(&u->reading, UPLOAD_READING_BYTES);
	if (request->reading.at != NULL)
		buf_add(&u->reading, request->reading);
	buf_init(&u->warnings, WARNINGS_JSON_BYTES);
	buf_init(&u->reason, UPLOAD_REASON_BYTES);
	buf_add(&u->reason, request->reason);
	must(!buf_over(&u->reason));
	buf_init(&u->left_out_by, LEFT_OUT_JSON_BYTES);
	must(request->mapping.len < sizeof(u->mapping_code));
	if (request->mapping.len > 0)
		memcpy(u->mapping_code, request->mapping.at, request->mapping.len);
	u->report.reading = SLICE("null");
	u->report.warnings = SLICE("[]");
	u->report.state = "failed";
	if (!took_place(u)) {
		upload_enter(u, UPLOAD_ENDED);
		loop_later(ingest_settings(in)->loop, refused, u);
		return u;
	}
	make_ready_to_read(u);
	upload_find_mapping(u);
	return u;
}
