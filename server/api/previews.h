/** Files as they would be understood, before anything of them counts. */
#pragma once

#include "http/exchange.h"

extern const struct handler preview_post;
extern const struct handler upload_preview_get;
