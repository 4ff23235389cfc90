/** The first rows of a file that is a table but not text, for a preview of it.
 *
 * Blocking, as table.h says. What was read by PREVIEW_BYTES of CSV is enough.
 */
#pragma once

#include "base/buf.h"
#include "mapping/preview.h"
#include "tabular/formats.h"

enum { TABLE_READING_BYTES = 32 * 1024 };

/** Fills bytes, whole, format, csv, dictionary and table of *to; `csv` there is what is declared,
 * `table_reading` an empty buffer for TABLE_READING_BYTES. `bytes` holds PREVIEW_BYTES. `options`
 * has the sheet, a Triple-S file's metadata, the dictionary, and `stop` where somebody may. */
enum status table_beginning(const struct table_format *format, const char *path,
			    const struct table_options *options, struct buf *bytes,
			    struct preview *to, struct trouble *why) NODISCARD;
