/** What every table_reader is fuzzed for: whatever the file, in bounded memory and with a fault
 * that says why, or a table that our own CSV decoder takes. */
#pragma once

#include "tabular/table.h"

/** `metadata`: a second file (table_options.metadata_path); empty: none. */
void must_be_table_or_fault(table_reader *reader, struct slice file, struct slice metadata);
