/** The formats that must be made a table before they can be read: one row each.
 *
 * Adding one is adding a row here, a word to the check of upload.format, and a page of docs.
 */
#pragma once

#include "tabular/table.h"

struct table_format {
	const char *word;	/**< "xlsx": in the API, the database and --type */
	const char *media_type; /**< as Content-Type has it */
	table_reader *reader;
	bool has_sheets; /**< ?sheet= means something */
	bool as_typed;	 /**< texts stand as people or survey tools typed them: header_rows, decimal
			    and dates mean something */
};

/** NULL: none of them. Case does not matter in a media type. */
const struct table_format *table_format_of_type(struct slice media_type);
const struct table_format *table_format_of_word(struct slice word);
/** How the table is written, with what `declared` says where the format is as_typed. `report`:
 * once it was read. */
struct csv_options table_csv_options(const struct table_format *format,
				     const struct csv_options *declared,
				     const struct table_report *report);
/** By the end of a file's name; ".zsav" is SPSS, too, ".zip" is Triple-S. */
const struct table_format *table_format_of_name(struct slice file_name);
