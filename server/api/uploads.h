/** Files of results in, and what was wrong with them out. */
#pragma once

#include "http/exchange.h"

extern const struct handler uploads_list, upload_post;
extern const struct handler upload_get;
extern const struct handler upload_errors_get;
