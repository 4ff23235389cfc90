/** The answer to an upload: its report, or a problem that also carries it. */
#pragma once

#include "base/json_out.h"
#include "http/exchange.h"
#include "ingest/upload.h"

/** The members of a report; `place` is that of uploads: "/v1/programmes/p/waves/w/uploads". */
void upload_report_json(struct json_out *j, struct slice place, const struct upload_report *report);
void upload_answer(struct exchange *x, struct slice place, const struct upload_report *report);
