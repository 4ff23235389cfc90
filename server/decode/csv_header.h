/** The names of the columns, out of one header row or several. Private to csv_decoder. */
#pragma once

#include "decode/csv_decoder.h"

/** Takes the next header row. NULL or the code of what breaks the file; *at is then where. */
const char *csv_header_take(struct csv_decoder *d, struct slice text, struct arena *arena,
			    struct slice *at);
