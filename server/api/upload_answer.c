#include "api/upload_answer.h"

#include "api/problem_of.h"

enum { ANSWER_BYTES = 4 * 1024 * 1024 };

void upload_report_json(struct json_out *j, struct slice place, const struct upload_report *report)
{
	struct buf number;
	buf_init(&number, 512);
	buf_print(&number, "%lld", (long long)report->upload_id);
	json_pair_text(j, "upload", buf_slice(&number));
	json_pair_text(j, "state", slice_of(report->state));
	json_pair_int(j, "received", (int64_t)report->counts.received);
	json_pair_int(j, "accepted", (int64_t)report->counts.accepted);
	json_pair_int(j, "duplicates", (int64_t)report->counts.duplicates);
	json_pair_int(j, "replaced", (int64_t)report->counts.replaced);
	json_pair_int(j, "rejected", (int64_t)report->counts.rejected);
	json_pair_int(j, "withheld", (int64_t)report->counts.withheld);
	json_pair_int(j, "left_out", (int64_t)report->counts.left_out);
	json_key(j, "left_out_by");
	json_raw(j, report->left_out_by);
	json_key(j, "errors");
	json_raw(j, report->errors);
	json_pair_int(j, "errors_total", (int64_t)report->errors_total);
	buf_clear(&number);
	buf_print(&number, "%.*s/%lld/errors", SLICE_ARGS(place), (long long)report->upload_id);
	json_pair_text(j, "errors_url", buf_over(&number) ? SLICE("") : buf_slice(&number));
	json_pair_bool(j, "same_file", report->same_file);
	json_key(j, "reading");
	json_raw(j, report->reading);
	json_key(j, "warnings");
	json_raw(j, report->warnings);
	buf_fini(&number);
}

/** A problem that also says how much of the file is stored: committed batches count. */
static void print_failure(struct json_out *j, struct slice place,
			  const struct upload_report *report)
{
	const struct trouble *why = &report->why;
	const char *code = problem_code(why, "upload_failed");
	struct buf type;
	buf_init(&type, 128);
	buf_print(&type, "/problems/%s", code);
	json_pair_text(j, "type", buf_slice(&type));
	json_pair_text(j, "title", slice_of(http_title_of(report->status)));
	json_pair_int(j, "status", http_status_of(report->status));
	json_pair_text(j, "detail", words_are_inner(why) ? SLICE("") : slice_of(why->words));
	json_pair_text(j, "instance", place);
	json_pair_text(j, "code", slice_of(code));
	buf_fini(&type);
	upload_report_json(j, place, report);
}

void upload_answer(struct exchange *x, struct slice place, const struct upload_report *report)
{
	struct buf body;
	bool well = report->status == OK;
	int status = well ? 200 : http_status_of(report->status);
	buf_init(&body, ANSWER_BYTES);
	struct json_out j = json_out_on(&body);
	json_open_object(&j);
	if (well)
		upload_report_json(&j, place, report);
	else
		print_failure(&j, place, report);
	json_close_object(&j);
	if (status == 503)
		exchange_answer_add_header(x, "Retry-After", SLICE("5"));
	exchange_answer(x, status, well ? "application/json" : "application/problem+json",
			buf_slice(&body));
	buf_fini(&body);
}
