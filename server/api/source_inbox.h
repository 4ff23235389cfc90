/** What a source has sent, and hearing it again: /v1/sources/{source}/inbox and /rerun.
 *
 * A payload holds what a customer wrote: only its firm reads it, and the audit says so.
 * Limits: RERUN_MOST payloads a request.
 */
#pragma once

#include "http/exchange.h"

enum { RERUN_MOST = 100000 };

extern const struct handler source_inbox_list, source_payload_get, source_rerun_post;
