/* generate PROGRAMME csv ... | make_xlsx FILE inline|shared: the same rows as libxlsxwriter writes
 * them, its texts in their cells (in constant memory) or in one table. What reads as a number is
 * one, but for the first column: an id such as 12e4567890123456 is text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

enum { LINE_BYTES = 65536 };

/** As our own generator writes it: a quoted field has no quotes in it. NULL: no more. */
static char *next_field(char **rest)
{
	char *field = *rest,
	     *quote = field != NULL && *field == '"' ? strchr(field + 1, '"') : NULL;
	if (quote == NULL)
		return strsep(rest, ",");
	*quote = '\0';
	*rest = quote[1] == ',' ? quote + 2 : NULL;
	return field + 1;
}

static void write_field(lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, const char *field)
{
	char *end;
	double number = strtod(field, &end);
	if (*field == '\0')
		return;
	if (column > 0 && *end == '\0')
		worksheet_write_number(sheet, row, column, number, NULL);
	else
		worksheet_write_string(sheet, row, column, field, NULL);
}

int main(int argc, char **argv)
{
	static char line[LINE_BYTES];
	lxw_workbook_options options = {0};
	lxw_row_t row = 0;
	if (argc != 3)
		return 2;
	options.constant_memory = strcmp(argv[2], "inline") == 0;
	lxw_workbook *book = workbook_new_opt(argv[1], &options);
	lxw_worksheet *sheet = workbook_add_worksheet(book, "Results");
	for (; fgets(line, sizeof(line), stdin) != NULL; row++) {
		char *rest = line, *field;
		line[strcspn(line, "\r\n")] = '\0';
		for (lxw_col_t column = 0; (field = next_field(&rest)) != NULL; column++)
			write_field(sheet, row, column, field);
	}
	return workbook_close(book) == LXW_NO_ERROR ? 0 : 1;
}
