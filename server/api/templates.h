/** GET P/template: an empty file for a wave's results, as a workbook or CSV. */
#pragma once

#include "http/exchange.h"

extern const struct handler template_get;
