/** A wave and its life. */
#pragma once

#include "http/exchange.h"

extern const struct handler wave_get;
extern const struct handler wave_open;
extern const struct handler wave_close;
