/** What every table_reader is fuzzed for: whatever the file, in bounded memory and with a fault
 * that says why, or a table that our own CSV decoder takes. */
#pragma once

#include "tabular/table.h"

void must_be_table_or_fault(table_reader *reader, const uint8_t *data, size_t size);
