/** The data of a Triple-S survey, line by line, as rows of a table.
 *
 * Private to tabular.
 * Columns: one for each variable, but for a multiple one, of which each declared code has a column
 *   NAME[code] of 1 and 0 (empty where nothing was answered).
 * Rows: a line that ends before a variable does becomes a row that ends there, which the decoder
 *   rejects with the name of the column.
 * Limits: TRIPLE_S_LINE_BYTES a line; those of table.h.
 */
#pragma once

#include "tabular/table_csv.h"
#include "tabular/triple_s_metadata.h"

enum { TRIPLE_S_LINE_BYTES = 256 * 1024 };

struct triple_s_data;

/** `metadata` and `arena` must outlive it. Writes the header and fills the dictionary. NULL:
 * *status and *fault say why. */
struct triple_s_data *triple_s_data_new(const struct triple_s *metadata, struct arena *arena,
					FILE *csv, const struct table_options *options,
					struct table_report *report, struct decode_fault *fault,
					enum status *status);
/** The next text of the data, in UTF-8 (with CHARSET_BAD_BYTE for what could not be read). */
enum status triple_s_data_feed(struct triple_s_data *d, struct slice text) NODISCARD;
/** Nothing follows. */
enum status triple_s_data_finish(struct triple_s_data *d) NODISCARD;
void triple_s_data_free(struct triple_s_data *d);
