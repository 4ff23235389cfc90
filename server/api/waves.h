/** A wave as it is shown. */
#pragma once

#include "http/exchange.h"
#include "store/catalogue.h"

extern const struct handler wave_get;

/** The answer: 200 and the wave. */
void wave_answer(struct exchange *x, const struct known_wave *wave);
