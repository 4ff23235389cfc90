/** The steps of a wave's life: open and close. */
#pragma once

#include "http/exchange.h"

enum { WAVE_STEP_BYTES = 16 * 1024 };

extern const struct handler wave_open;
extern const struct handler wave_close;
