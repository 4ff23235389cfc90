/** What was published of a wave, and publishing it. */
#pragma once

#include "http/exchange.h"

enum { PUBLISH_BYTES_LIMIT = 64 * 1024 };

extern const struct handler wave_publish;
extern const struct handler publications_list;
extern const struct handler publication_get;
