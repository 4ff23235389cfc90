/** The one place where a status becomes HTTP. */
#pragma once

#include "base/status.h"
#include "http/exchange.h"

int http_status_of(enum status status);
const char *http_title_of(enum status status);
/** The answer to a failure; Retry-After where trying again can help. */
void answer_trouble(struct exchange *x, const struct trouble *why);
