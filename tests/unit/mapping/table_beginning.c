#include "mapping/table_beginning.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static enum status beginning(const atomic_bool *stop)
{
	const struct table_format *format = table_format_of_word(SLICE("sav"));
	struct buf bytes, reading;
	struct table_dictionary dictionary;
	struct preview to = {.table_reading = &reading};
	const struct table_options options = {.dictionary = &dictionary, .stop = stop};
	struct trouble why;
	char path[4096];
	if (getenv("PLAUDIT_SOURCE_DIR") == NULL)
		cr_skip("PLAUDIT_SOURCE_DIR is not set");
	snprintf(path, sizeof(path), "%s/tests/unit/tabular/files/plain.sav",
		 getenv("PLAUDIT_SOURCE_DIR"));
	buf_init(&bytes, PREVIEW_BYTES);
	buf_init(&reading, TABLE_READING_BYTES);
	table_dictionary_init(&dictionary, TABLE_DICTIONARY_BYTES);
	enum status st = table_beginning(format, path, &options, &bytes, &to, &why);
	table_dictionary_fini(&dictionary);
	buf_fini(&reading);
	buf_fini(&bytes);
	return st;
}

Test(table_beginning, a_table_that_nobody_stops_is_read)
{
	cr_assert_eq(beginning(NULL), OK);
}

Test(table_beginning, a_table_that_nobody_waits_for_is_not_read)
{
	const atomic_bool stop = true;
	cr_assert_eq(beginning(&stop), E_INPUT);
}
