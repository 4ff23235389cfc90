#include "base/log.h"
#include "ingest/upload_private.h"
#include "pg/value.h"
#include "store/sql.h"

static void note_reading(struct upload *u)
{
	const struct csv_reading *reading = decoder_reading(u->decoder);
	const struct table_format *table = u->request.table;
	struct json_out j = json_out_on(&u->reading);
	if (reading == NULL && u->reading.len == 0)
		return;
	if (u->reading.len == 0)
		csv_reading_json(reading, &j);
	else if (reading != NULL && table != NULL && table->as_typed)
		table_report_add_texts(&u->reading, reading);
	must(!buf_over(&u->reading));
	u->report.reading = buf_slice(&u->reading);
}

static void note_warnings(struct upload *u)
{
	detector_warnings(u->admission.detector, &u->warnings);
	must(!buf_over(&u->warnings));
	u->report.warnings = buf_slice(&u->warnings);
}

static void totals_written(void *arg, const struct pg_answer *answer)
{
	struct upload *u = arg;
	/* The results are durable whatever became of their totals; the log says it. */
	if (answer->status != OK)
		log_warn("upload.totals_not_written", LOG_NUMBER("upload", u->report.upload_id),
			 LOG_TEXT("err", answer->why.words));
	upload_report_end(u);
}

static void note_left_out(struct upload *u)
{
	struct json_out j = json_out_on(&u->left_out_by);
	if (u->admission.mapping == NULL)
		return;
	mapping_left_out_json(u->admission.mapping, &j);
	must(!buf_over(&u->left_out_by));
}

static const char *state_of(const struct upload *u)
{
	bool read = u->report.status == OK || u->refused || u->broken;
	if (upload_mode_is_dry(u->request.mode) && read)
		return "tried";
	if (u->refused)
		return "refused";
	return u->report.status == OK ? "done" : "failed";
}

static void write_totals(struct upload *u)
{
	struct upload_report *r = &u->report;
	const struct admission_counts *counts = &u->admission.counts;
	struct slice digest = {(const char *)u->digest, sizeof(u->digest)};
	bool done = r->status == OK;
	note_reading(u);
	note_warnings(u);
	note_left_out(u);
	r->state = state_of(u);
	struct pg_value values[] = {
		pg_int8(r->upload_id),
		pg_text(slice_of(r->state)),
		(done || u->refused) && !u->part_of_file ? pg_bytea(digest) : pg_null(),
		pg_int8((int64_t)(u->request.table != NULL ? u->request.file_bytes : u->bytes)),
		pg_int8((int64_t)counts->received),
		pg_int8((int64_t)counts->accepted),
		pg_int8((int64_t)counts->duplicates),
		pg_int8((int64_t)counts->replaced),
		pg_int8((int64_t)counts->rejected),
		pg_int8((int64_t)counts->withheld),
		done ? pg_null() : pg_text(slice_of(r->why.words)),
		pg_json(buf_slice(&u->reading)),
		pg_json(buf_slice(&u->warnings)),
		pg_int8((int64_t)counts->left_out),
		pg_json(buf_slice(&u->left_out_by)),
	};
	pg_pool_run(ingest_settings(u->ingest)->pool, &SQL_UPLOAD_END, values, COUNT_OF(values),
		    totals_written, u);
}

static void ids_forgotten(void *arg, const struct pg_answer *answer)
{
	(void)answer; /* they are in nobody's way */
	write_totals(arg);
}

void upload_write_totals(struct upload *u)
{
	struct pg_value values[] = {pg_int8(u->report.upload_id)};
	upload_enter(u, UPLOAD_ENDING);
	if (u->request.replace)
		pg_pool_run(ingest_settings(u->ingest)->pool, &SQL_REPLACE_FORGET, values,
			    COUNT_OF(values), ids_forgotten, u);
	else
		write_totals(u);
}

/** Why there is no upload; OK and nothing in *why where there is one. */
static enum status refusal_of(const struct upload_request *r, const struct pg_answer *answer,
			      struct trouble *why)
{
	bool there = answer->status == OK && pg_rows(answer->result) == 1;
	if (answer->status != OK) {
		*why = answer->why;
		return answer->status;
	}
	bool takes = there && pg_get_bool(answer->result, 0, 1);
	if (there && !takes && r->replace && !slice_is(pg_get_bytes(answer->result, 0, 3), "draft"))
		return trouble_code(why, E_INPUT, "reason_required",
				    "the wave is %.*s: replacing results needs a reason",
				    SLICE_ARGS(pg_get_bytes(answer->result, 0, 3)));
	if (!takes)
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
	if (refusal_of(&u->request, answer, &why) < 0) {
		upload_not_begun(u, &why);
		return;
	}
	u->report.upload_id = pg_get_int8(answer->result, 0, 0);
	u->admission.upload_id = u->report.upload_id;
	upload_begun(u);
}

static struct pg_value mapping_of(const struct upload *u)
{
	return u->mapping_id != 0 ? pg_int4(u->mapping_id) : pg_null();
}

static struct pg_value format_of(const struct upload *u)
{
	static const char *const words[] = {
		[DECODE_CSV] = "csv", [DECODE_NDJSON] = "ndjson", [DECODE_JSON_ARRAY] = "json"};
	const struct upload_request *r = &u->request;
	return pg_text(slice_of(r->table != NULL ? r->table->word : words[r->format]));
}

/** Read otherwise, the same bytes may be other results. */
static bool is_declared(const struct upload *u)
{
	const struct upload_request *r = &u->request;
	return r->table != NULL ? u->part_of_file || r->table_declared
				: !csv_options_empty(&r->csv);
}

static void begin(struct upload *u)
{
	const struct upload_request *r = &u->request;
	struct pg_value values[] = {
		pg_int4(r->wave_id),
		pg_text(slice_of(u->key_id)),
		format_of(u),
		pg_int4(r->programme->revision),
		pg_bool(r->replace && u->reason.len > 0),
		mapping_of(u),
		pg_bool(is_declared(u)),
	};
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
	r->state = "done";
	r->upload_id = pg_get_int8(answer->result, 0, 0);
	r->counts.received = (uint64_t)pg_get_int8(answer->result, 0, 1);
	r->counts.left_out = (uint64_t)pg_get_int8(answer->result, 0, 3);
	r->counts.duplicates = r->counts.received - r->counts.left_out;
	r->errors = SLICE("[]");
	if (!pg_is_null(answer->result, 0, 2))
		r->warnings = pg_get_bytes(answer->result, 0, 2);
	upload_report_end(u);
}

static void look_for_same_file(struct upload *u)
{
	struct slice digest = {(const char *)u->request.digest, UPLOAD_DIGEST_BYTES};
	struct pg_value values[] = {pg_int4(u->request.wave_id), pg_bytea(digest), mapping_of(u),
				    format_of(u)};
	pg_pool_run(ingest_settings(u->ingest)->pool, &SQL_UPLOAD_SAME_FILE, values,
		    COUNT_OF(values), same_file_looked_up, u);
}

void upload_begin(struct upload *u)
{
	/* What replaces means what is stored now, and a dry run is looked at, whatever came before
	 * it. */
	const struct upload_request *r = &u->request;
	if (r->digest_given && !r->replace && !upload_mode_is_dry(r->mode) && !is_declared(u))
		look_for_same_file(u);
	else
		begin(u);
}
