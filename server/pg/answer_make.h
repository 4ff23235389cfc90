/** How the connection fills in an answer; inside pg only. */
#pragma once

#include "pg/answer.h"

/** OK with the result, or what its error fields say. The result stays the caller's. */
void answer_from_result(struct pg_answer *a, const struct pg_result *r);
void answer_fail(struct pg_answer *a, enum status status, const char *words);
