/** Programme files in and out. */
#pragma once

#include "http/exchange.h"

extern const struct handler programmes_list;
extern const struct handler programme_get;
extern const struct handler programme_put;
