#include "book.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#define CELL "<c t='str'><v>a</v></c>"

static struct table_options given_limits(void)
{
	return (struct table_options){.limits = TABLE_LIMITS};
}

/** `times` times the same text between two others; the caller frees it. */
static char *repeated(const char *before, const char *text, size_t times, const char *behind)
{
	struct buf b;
	buf_init(&b, SIZE_MAX / 2);
	buf_add_text(&b, before);
	for (size_t i = 0; i < times; i++)
		buf_add_text(&b, text);
	buf_add_text(&b, behind);
	buf_add_byte(&b, '\0');
	return b.at;
}

static void refused_with(const struct book *book, const struct table_options *options,
			 const char *code)
{
	struct told told = book_read(book, options);
	cr_expect_lt(told.status, 0);
	cr_assert_not_null(told.fault.code, "%s", code);
	cr_expect_str_eq(told.fault.code, code, "%s: %s", told.fault.code, told.fault.expected);
	told_free(&told);
}

/* XML */

Test(xlsx_guards, a_doctype_is_refused_in_every_part)
{
	static const char bomb[] =
		"<!DOCTYPE lolz [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>"
		"<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>]><worksheet>&c;</worksheet>";
	static const char outside[] = "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>";
	const char *sheet = "<worksheet/>";
	book_is_refused(&(struct book){.sheet = bomb}, "doctype_refused");
	book_is_refused(&(struct book){.sheet = sheet, .strings = outside}, "doctype_refused");
	book_is_refused(&(struct book){.sheet = sheet, .styles = outside}, "doctype_refused");
	book_is_refused(&(struct book){.sheet = sheet, .workbook = outside}, "doctype_refused");
	book_is_refused(&(struct book){.sheet = sheet, .workbook_rels = outside},
			"doctype_refused");
	book_is_refused(&(struct book){.sheet = sheet, .rels = outside}, "doctype_refused");
}

Test(xlsx_guards, broken_xml_is_told_with_its_part)
{
	static const char *const sheets[] = {"<worksheet><sheetData><row>",
					     "",
					     "not xml",
					     "<worksheet>\xff</worksheet>",
					     "<worksheet/><worksheet/>",
					     "<worksheet>&undeclared;</worksheet>"};
	for (size_t i = 0; i < COUNT_OF(sheets); i++) {
		struct told told = book_read(&(struct book){.sheet = sheets[i]}, NULL);
		cr_assert_eq(told.status, E_INPUT);
		cr_expect_str_eq(told.fault.code, "broken_xml");
		cr_expect_not_null(strstr(told.fault.expected, "xl/worksheets/sheet1.xml"));
		told_free(&told);
	}
}

Test(xlsx_guards, deep_nesting_is_refused_before_it_fills_memory)
{
	char *sheet = repeated("<worksheet>", "<a>", 1 << 20, "");
	book_is_refused(&(struct book){.sheet = sheet, .stored = true}, "too_complex");
	memory_free(sheet);
}

Test(xlsx_guards, a_tag_without_end_is_refused_before_it_fills_memory)
{
	char *sheet = repeated("<worksheet a='", "xxxxxxxx", 2 << 20, "'/>");
	book_is_refused(&(struct book){.sheet = sheet, .stored = true}, "too_complex");
	memory_free(sheet);
}

Test(xlsx_guards, ever_new_names_are_refused_before_they_fill_memory)
{
	struct buf b;
	buf_init(&b, SIZE_MAX / 2);
	buf_add_text(&b, "<worksheet>");
	for (int i = 0; i < 200000; i++)
		buf_print(&b, "<n%d/>", i);
	buf_add_byte(&b, '\0');
	book_is_refused(&(struct book){.sheet = b.at, .stored = true}, "too_complex");
	buf_fini(&b);
}

/* ZIP */

Test(xlsx_guards, what_unpacks_to_far_more_than_it_was_is_refused)
{
	char *sheet = repeated("<worksheet>", "                ", 1 << 20, "</worksheet>");
	book_is_refused(&(struct book){.sheet = sheet}, "bad_ratio");
	memory_free(sheet);
}

Test(xlsx_guards, the_parts_together_are_bounded)
{
	struct table_options options = given_limits();
	char *sheet = repeated("<worksheet>", "                ", 1000, "</worksheet>");
	struct book book = {.sheet = sheet};
	options.limits.unpacked_bytes = 16500;
	refused_with(&book, &options, "too_big_unpacked");
	options.limits.unpacked_bytes = 17500;
	refused_with(&book, &options, "empty_table");
	memory_free(sheet);
}

Test(xlsx_guards, one_long_text_in_many_cells_is_bounded)
{
	struct table_options options = given_limits();
	char *rows = repeated("", "<row><c t='s'><v>0</v></c></row>", 1000, "");
	char *strings = repeated("<sst><si><t>", "0123456789", 100, "</t></si></sst>");
	struct book book = {.sheet = sheet_of(rows), .strings = strings};
	options.limits.csv_bytes = 100000;
	refused_with(&book, &options, "too_big_unpacked");
	memory_free(rows);
	memory_free(strings);
}

Test(xlsx_guards, shared_texts_together_are_bounded)
{
	struct table_options options = given_limits();
	char *strings = repeated("<sst>", "<si><t>0123456789</t></si>", 100, "</sst>");
	struct book book = {.sheet = sheet_of("<row>" CELL "</row>"), .strings = strings};
	options.limits.text_bytes = 999;
	refused_with(&book, &options, "too_many_shared_strings");
	memory_free(strings);
}

/* As a preview reads it. */
Test(xlsx_guards, shared_texts_may_be_longer_than_the_csv_that_is_wanted)
{
	struct table_options options = given_limits();
	char *strings = repeated("<sst>", "<si><t>0123456789</t></si>", 10000, "</sst>");
	char *rows = repeated("", "<row><c t='s'><v>7</v></c></row>", 500, "");
	struct book book = {.sheet = sheet_of(rows), .strings = strings};
	options.limits.csv_bytes = 4096;
	struct told told = book_read(&book, &options);
	cr_expect_eq(told.status, E_LIMIT);
	cr_expect_str_eq(told.fault.code, "too_big_unpacked");
	cr_expect_gt(strlen(told.csv), 4000);
	told_free(&told);
	memory_free(strings);
	memory_free(rows);
}

Test(xlsx_guards, damaged_bytes_are_told)
{
	struct book book = {.sheet = sheet_of("<row>" CELL "</row>"), .stored = true};
	char *path = book_write(&book), byte;
	FILE *file = fopen(path, "r+");
	bool found = false;
	for (long at = 0; !found && fseek(file, at, SEEK_SET) == 0 && fread(&byte, 1, 1, file) == 1;
	     at++) {
		char next[5] = {0};
		found = byte == '<' && fread(next, 1, 4, file) == 4 && strcmp(next, "v>a<") == 0;
		if (found)
			cr_assert_eq(fseek(file, at + 3, SEEK_SET), 0);
	}
	cr_assert(found);
	fputc('b', file);
	fclose(file);
	struct told told = file_read(path, NULL);
	cr_expect_str_eq(told.fault.code, "broken_zip");
	told_free(&told);
	unlink(path);
	free(path);
}

Test(xlsx_guards, a_file_that_was_cut_off_is_told)
{
	struct book book = {.sheet = sheet_of("<row>" CELL "</row>")};
	char *path = book_write(&book);
	cr_assert_eq(truncate(path, 700), 0);
	struct told told = file_read(path, NULL);
	cr_expect_str_eq(told.fault.code, "broken_zip");
	told_free(&told);
	unlink(path);
	free(path);
}

static struct told bytes_read(const void *bytes, size_t len)
{
	char path[] = "/tmp/plaudit-bytes-XXXXXX";
	int file = mkstemp(path);
	cr_assert_geq(file, 0);
	cr_assert_eq(write(file, bytes, len), (ssize_t)len);
	close(file);
	struct told told = file_read(path, NULL);
	unlink(path);
	return told;
}

Test(xlsx_guards, a_list_of_many_entries_is_refused_before_it_is_read)
{
	static const unsigned char file[] = {'P', 'K', 3, 4, 0, 0, 0, 0, 0,    0,    0,	   0,
					     'P', 'K', 5, 6, 0, 0, 0, 0, 0xF0, 0xFF, 0xF0, 0xFF,
					     0,	  0,   0, 0, 0, 0, 0, 0, 0,    0};
	struct told told = bytes_read(file, sizeof(file));
	cr_expect_eq(told.status, E_LIMIT);
	cr_expect_str_eq(told.fault.code, "too_complex");
	told_free(&told);
}

Test(xlsx_guards, a_list_of_many_entries_in_64_bits_is_refused_as_well)
{
	unsigned char file[4 + 56 + 20 + 22] = "PK\3\4PK\6\6";
	memset(file + 4 + 32, 0x7F, 4); /* entries */
	memcpy(file + 60, "PK\6\7", 4);
	file[68] = 4; /* where the record is */
	memcpy(file + 80, "PK\5\6", 4);
	struct told told = bytes_read(file, sizeof(file));
	cr_expect_str_eq(told.fault.code, "too_complex");
	told_free(&told);
}

/* Other files */

Test(xlsx_guards, other_formats_are_called_by_their_name)
{
	static const struct {
		const char *entry, *code;
	} cases[] = {
		{"xl/workbook.bin", "xlsb_not_read"},
		{"xl/vbaProject.bin", "macros_not_read"},
		{"META-INF/manifest.xml", "ods_not_read"},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct told told = book_read(&(struct book){.sheet = "<worksheet/>",
							    .extra_name = cases[i].entry,
							    .extra = "x"},
					     NULL);
		cr_expect_str_eq(told.fault.code, cases[i].code);
		cr_expect_not_null(strstr(told.fault.expected, "save it as XLSX"));
		told_free(&told);
	}
}

/** A compound file as far as it is looked at: its list of streams is the second sector. */
static struct told compound_read(const char *stream)
{
	unsigned char file[1024] = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
	file[30] = 9; /* sectors of 512 bytes */
	for (size_t i = 0; stream[i] != '\0'; i++)
		file[640 + 2 * i] = (unsigned char)stream[i];
	return bytes_read(file, sizeof(file));
}

Test(xlsx_guards, a_workbook_with_a_password_is_told_from_one_of_before_2007)
{
	struct told told = compound_read("EncryptedPackage");
	cr_expect_str_eq(told.fault.code, "encrypted_file");
	told_free(&told);
	told = compound_read("Workbook");
	cr_expect_str_eq(told.fault.code, "xls_not_read");
	told_free(&told);
}

Test(xlsx_guards, what_is_no_container_is_no_workbook)
{
	static const char *const files[] = {"",		  "P",
					    "a;b\n1;2\n", "<html><table>",
					    "%PDF-1.7",	  "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"};
	for (size_t i = 0; i < COUNT_OF(files); i++) {
		struct told told = bytes_read(files[i], strlen(files[i]));
		cr_expect_eq(told.status, E_INPUT);
		cr_expect_str_eq(told.fault.code, "not_an_xlsx");
		told_free(&told);
	}
}

Test(xlsx_guards, a_container_of_something_else_is_no_workbook)
{
	static const unsigned char empty[22] = "PK\5\6";
	struct told told = bytes_read(empty, sizeof(empty));
	cr_expect_str_eq(told.fault.code, "not_an_xlsx");
	told_free(&told);
	book_is_refused(&(struct book){.sheet = "<worksheet/>",
				       .rels = "<Relationships><Relationship Id='a' "
					       "Type='x/metadata' Target='m'/></Relationships>"},
			"not_an_xlsx");
}

Test(xlsx_guards, a_file_that_is_not_there_is_our_fault)
{
	struct told told = file_read("/tmp/plaudit-there-is-no-such-file", NULL);
	cr_expect_eq(told.status, E_INTERNAL);
	cr_expect_str_eq(told.fault.code, "disk_failed");
	told_free(&told);
}

/* Sizes */

Test(xlsx_guards, a_sheet_has_no_more_rows_than_a_spreadsheet)
{
	rows_are_refused("<row r='1'>" CELL "</row><row r='1048577'/>", "too_many_rows", 1048576);
}

Test(xlsx_guards, the_last_row_of_a_spreadsheet_is_read)
{
	struct told told = book_read(
		&(struct book){.sheet = sheet_of("<row r='1'>" CELL "</row><row r='1048576'>" CELL
						 "</row>")},
		NULL);
	cr_assert_eq(told.status, OK);
	cr_expect_eq(told.report.rows, 1048575);
	cr_expect_eq(strlen(told.csv), 4 + 1048574 + 2);
	told_free(&told);
}

Test(xlsx_guards, a_text_that_is_too_long_is_cut_to_one_that_the_decoder_refuses)
{
	char *rows = repeated("<row>" CELL "</row><row><c t='str'><v>", "\xC3\xA9", 200000,
			      "</v></c></row>");
	struct told told = book_read(&(struct book){.sheet = sheet_of(rows)}, NULL);
	cr_assert_eq(told.status, OK);
	size_t len = strlen(told.csv) - 5;
	cr_expect_gt(len, DECODE_FIELD_BYTES);
	cr_expect_lt(len, DECODE_RECORD_BYTES);
	cr_expect(slice_is_utf8(slice_of(told.csv)));
	told_free(&told);
	memory_free(rows);
}

Test(xlsx_guards, a_row_that_no_decoder_takes_is_refused_with_its_number)
{
	char *text = repeated("<c t='str'><v>", "0123456789", 3000, "</v></c>");
	char *rows = repeated("<row>" CELL "</row><row>" CELL "</row><row>", text, 3, "</row>");
	rows_are_refused(rows, "record_too_long", 2);
	memory_free(rows);
	rows = repeated("<row>" CELL "</row><row>", text, 30, "</row>");
	rows_are_refused(rows, "record_too_long", 1);
	memory_free(rows);
	memory_free(text);
}

Test(xlsx_guards, a_raised_flag_stops_it)
{
	atomic_bool stop = true;
	struct table_options options = given_limits();
	options.stop = &stop;
	struct told told = book_read(&(struct book){.sheet = sheet_of("<row>" CELL "</row>")},
				     &options);
	cr_expect_eq(told.status, E_GONE);
	told_free(&told);
}
