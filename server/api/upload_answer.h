/** The answer to an upload: its report, or a problem that also carries it. */
#pragma once

#include "http/exchange.h"
#include "ingest/upload.h"

/** `place` is that of uploads: "/v1/programmes/p/waves/w/uploads". */
void upload_answer(struct exchange *x, struct slice place, const struct upload_report *report);
