/** What a client declares about the file it uploads: its format and, of CSV, how it is written. */
#pragma once

#include "decode/decoder.h"
#include "http/exchange.h"

/** False: answered. By Content-Type and its charset, and by the query, which wins. */
bool upload_options_read(struct exchange *x, enum decode_format *format, struct csv_options *csv);
