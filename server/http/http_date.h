/** Instants as HTTP fields write them: "Mon, 04 May 2020 08:15:00 GMT" (RFC 9110, IMF-fixdate). */
#pragma once

#include "base/buf.h"

void http_date_print(struct buf *to, int64_t instant);
