/** A file of which a table is made before it is counted here: XLSX, SPSS, Triple-S. */
#pragma once

#include "base/buf.h"
#include "cli/options.h"
#include "tabular/formats.h"

/** *descriptor is the table as CSV of our own dialect, at its beginning; the caller's to close.
 * *csv is what is declared, and becomes how that CSV is written. `reading` gets what table it is
 * (table_report_json()). */
enum status table_file_make(const struct options *o, const struct table_format *format,
			    struct csv_options *csv, int *descriptor, struct buf *reading,
			    struct trouble *why) NODISCARD;
