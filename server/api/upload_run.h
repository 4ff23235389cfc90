/** The kept file of an earlier upload, taken once more as a new one. */
#pragma once

#include "http/exchange.h"

extern const struct handler upload_run_post;
