/** --encoding, --delimiter, --decimal, --header-rows and --dates: how a CSV file is written. */
#pragma once

#include "base/buf.h"
#include "cli/options.h"
#include "decode/reading.h"

/** Ends the program with status 2 where a word is none of those there are. */
struct csv_options csv_declared(const struct options *o);
/** The same for a server, behind the path. */
void csv_declared_add_query(const struct options *o, struct buf *path);
