/** Mapping profiles of a programme: in, out, listed, deleted. */
#pragma once

#include "http/exchange.h"

extern const struct handler mappings_list;
extern const struct handler mapping_get;
extern const struct handler mapping_put;
extern const struct handler mapping_delete;
