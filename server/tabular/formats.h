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
};

/** NULL: none of them. Case does not matter in a media type. */
const struct table_format *table_format_of_type(struct slice media_type);
const struct table_format *table_format_of_word(struct slice word);
/** By the end of a file's name; ".zsav" is SPSS, too, ".zip" is Triple-S. */
const struct table_format *table_format_of_name(struct slice file_name);
