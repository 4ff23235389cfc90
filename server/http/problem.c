#include "http/problem.h"

#include "base/json_out.h"

enum { PROBLEM_BYTES = 1 << 20 };

void problem_print(struct buf *to, int status, const char *code, const char *title,
		   struct slice detail, struct slice path, struct slice errors)
{
	struct json_out j = json_out_on(to);
	json_open_object(&j);
	json_key(&j, "type");
	buf_add_text(to, "\"/problems/");
	buf_add_text(to, code); /* a machine word of ours: nothing to escape */
	buf_add_text(to, "\"");
	j.first = false;
	json_pair_text(&j, "title", slice_of(title));
	json_pair_int(&j, "status", status);
	if (detail.len > 0)
		json_pair_text(&j, "detail", detail);
	if (path.len > 0)
		json_pair_text(&j, "instance", path);
	json_pair_text(&j, "code", slice_of(code));
	if (errors.len > 0) {
		json_key(&j, "errors");
		json_raw(&j, errors);
	}
	json_close_object(&j);
}

void exchange_problem_errors(struct exchange *x, int status, const char *code, const char *title,
			     struct slice detail, struct slice errors)
{
	struct buf json;
	buf_init(&json, PROBLEM_BYTES + errors.len + 6 * detail.len);
	problem_print(&json, status, code, title, detail, x->path, errors);
	must(!buf_over(&json));
	exchange_answer(x, status, "application/problem+json", buf_slice(&json));
	buf_fini(&json);
}

void exchange_problem(struct exchange *x, int status, const char *code, const char *title,
		      struct slice detail)
{
	exchange_problem_errors(x, status, code, title, detail, SLICE_NONE);
}
