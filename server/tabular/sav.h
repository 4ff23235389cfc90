/** SPSS system files, .sav and .zsav, as a table.
 *
 * The header is the variables' (long) names. Cells: numbers as numbers, codes as codes: labels go
 *   to the dictionary; what the file declares missing, and what is missing, is empty; dates, times
 *   and instants by their print format (sav_value.h); texts without the blanks they are padded
 *   with.
 * Takes both byte orders, all three compressions, texts of up to 32767 bytes and the encodings of
 *   decode/encoding.h but UTF-16. Streams: no more of the cases is held than one field.
 * Codes: not_sav encrypted_file truncated not_readable unknown_encoding dictionary_too_large
 *   bad_ratio; and those of table.h.
 * Source: ADR 0012; the PSPP developers' "System File Format".
 */
#pragma once

#include "tabular/table.h"

table_reader table_read_sav NODISCARD;
