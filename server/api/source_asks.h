/** What is asked of a source's provider on demand: POST /v1/sources/{source}/check and …/reconcile.
 */
#pragma once

#include "http/exchange.h"

extern const struct handler source_check_post, source_reconcile_post;
