#include "api/document_faults.h"

#include "base/json_out.h"
#include "http/problem.h"

enum { ANSWER_BYTES = 8 * 1024 * 1024 };

void answer_document_faults(struct exchange *x, const char *code, const char *title,
			    const struct programme_faults *faults)
{
	struct buf errors;
	const char *detail;
	buf_init(&errors, ANSWER_BYTES);
	struct json_out j = json_out_on(&errors);
	programme_faults_json(faults, &j);
	detail = arena_print(x->arena, "%zu faults, %zu of them listed", faults->total,
			     faults->len);
	exchange_problem_errors(x, 422, code, title, slice_of(detail), buf_slice(&errors));
	buf_fini(&errors);
}
