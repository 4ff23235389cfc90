/** Triple-S surveys, versions 1.1, 1.2 and 2.0, as a table.
 *
 * Two files: the metadata (.sss or .xml) and the data (.asc, .csv or .dat). `path` is a ZIP archive
 * of both or, where options.metadata_path is given, the data alone.
 * Cells: codes as codes, without the zeros before them; a code without a score, where others of its
 *   variable have one, is left out of the base, so its field is empty; dates and times as
 *   "2026-05-04" and "10:15:00"; for multiple answers see triple_s_data.h. Blank is empty.
 * Encoding: of the data: a byte order mark; what data-file-encoding says; UTF-8 where all of it is;
 *   else windows-1252, for the standard says ISO 8859-1. The metadata say their own, as XML does; a
 *   DOCTYPE is read over and never fetched.
 * Codes: not_triple_s unknown_version hierarchical_triple_s no_metadata_file no_data_file
 *   several_files encrypted_file broken_zip broken_xml too_complex bad_ratio unknown_encoding
 *   encoding_clash dictionary_too_large; and those of table.h.
 * Source: "Triple-S XML standard", 1.2 and 2.0.002.
 */
#pragma once

#include "tabular/table.h"

table_reader table_read_triple_s NODISCARD;
