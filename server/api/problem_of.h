/** The one place where a status becomes HTTP. */
#pragma once

#include "base/status.h"
#include "http/exchange.h"

int http_status_of(enum status status);
const char *http_title_of(enum status status);
/** The words tell of our inside, or are PostgreSQL's: for the log, not for a client. */
bool words_are_inner(const struct trouble *why);
/** The trouble's own code, if it has one that a client may see. */
const char *problem_code(const struct trouble *why, const char *otherwise);
/** The answer to a failure; Retry-After where trying again can help. */
void answer_trouble(struct exchange *x, const struct trouble *why);
