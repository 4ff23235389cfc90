/** POST …/uploads/N/undo: an upload taken back as a unit. */
#pragma once

#include "http/exchange.h"

extern const struct handler upload_undo;
