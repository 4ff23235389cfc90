/** Health, metrics and the contract: without a key, without secrets. */
#pragma once

#include "http/exchange.h"

extern const struct handler livez_get;
extern const struct handler readyz_get;
extern const struct handler metrics_get;
extern const struct handler openapi_get;
