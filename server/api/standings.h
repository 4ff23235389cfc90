/** Boards, sectors, companies and shoppers, finished once a version. */
#pragma once

#include "http/exchange.h"

extern const struct handler standings_get;
extern const struct handler sectors_get;
extern const struct handler company_get;
extern const struct handler shoppers_get;
