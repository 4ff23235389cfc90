/** The rejected rows of an upload as a file, to be mended and sent again. */
#pragma once

#include "http/exchange.h"

extern const struct handler rejected_get;
