/** What takes several waves: awards of a wave, a company's history, combined figures. */
#pragma once

#include "http/exchange.h"

extern const struct handler awards_get;
extern const struct handler history_get;
extern const struct handler combined_get;
