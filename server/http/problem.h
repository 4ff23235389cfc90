/** Errors as RFC 9457 problem details (application/problem+json).
 *
 * {"type":"/problems/<code>","title":…,"status":…,"detail":…,"instance":<path>,"code":…}
 * `type` is a reference relative to this server; clients branch on `code`.
 */
#pragma once

#include "base/buf.h"
#include "http/exchange.h"

/** The answer. code is stable ("wave_not_open"); detail may be empty. */
void exchange_problem(struct exchange *x, int status, const char *code, const char *title,
		      struct slice detail);
/** The same with `"errors": <errors>`, a finished JSON array. */
void exchange_problem_errors(struct exchange *x, int status, const char *code, const char *title,
			     struct slice detail, struct slice errors);
/** The JSON alone; errors and path may be empty. */
void problem_print(struct buf *to, int status, const char *code, const char *title,
		   struct slice detail, struct slice path, struct slice errors);
