/** Connecting channels: /v1/sources.
 *
 * Promise: a secret goes in and never out: no answer, log line, fault or audit row has one, and the
 *   request's body is not kept. What an answer tells of is in force on this server.
 */
#pragma once

#include "http/exchange.h"

enum { SOURCE_BODY_BYTES = 264 * 1024 };

extern const struct handler sources_list, source_post, source_get, source_put, source_patch,
	source_secret_post, source_secret_delete;
