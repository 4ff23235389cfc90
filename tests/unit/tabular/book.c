#include "book.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>
#include <zip.h>

#define MAIN   "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define RELS   "http://schemas.openxmlformats.org/package/2006/relationships"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static const char plain_rels[] = "<Relationships xmlns='" RELS
				 "'><Relationship Id='rId1' Type='" OFFICE
				 "/officeDocument' Target='xl/workbook.xml'/></Relationships>";
static const char plain_workbook[] =
	"<workbook xmlns='" MAIN "' xmlns:r='" OFFICE
	"'><sheets><sheet name='Results' sheetId='1' r:id='rId1'/></sheets></workbook>";
static const char plain_workbook_rels[] =
	"<Relationships xmlns='" RELS "'><Relationship Id='rId1' Type='" OFFICE
	"/worksheet' Target='worksheets/sheet1.xml'/><Relationship Id='rId2' Type='" OFFICE
	"/sharedStrings' Target='sharedStrings.xml'/><Relationship Id='rId3' Type='" OFFICE
	"/styles' Target='styles.xml'/></Relationships>";
/* Without what a book does not have */
static const char few_workbook_rels[] =
	"<Relationships xmlns='" RELS "'><Relationship Id='rId1' Type='" OFFICE
	"/worksheet' Target='worksheets/sheet1.xml'/></Relationships>";

static void add(zip_t *zip, const struct book *book, const char *name, const char *text, size_t len)
{
	if (text == NULL)
		return;
	zip_source_t *source = zip_source_buffer(zip, text, len > 0 ? len : strlen(text), 0);
	zip_int64_t entry = zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8);
	cr_assert_geq(entry, 0);
	if (book->stored)
		zip_set_file_compression(zip, (zip_uint64_t)entry, ZIP_CM_STORE, 0);
}

static const char * or (const char *given, const char *plain)
{
	return given != NULL ? given : plain;
}

char *book_write(const struct book *book)
{
	char path[] = "/tmp/plaudit-book-XXXXXX";
	int file = mkstemp(path);
	cr_assert_geq(file, 0);
	close(file);
	zip_t *zip = zip_open(path, ZIP_TRUNCATE | ZIP_CREATE, NULL);
	cr_assert_not_null(zip);
	bool shares = book->strings != NULL || book->styles != NULL;
	add(zip, book, "_rels/.rels", or (book->rels, plain_rels), 0);
	add(zip, book, "xl/workbook.xml", or (book->workbook, plain_workbook), 0);
	add(zip, book, "xl/_rels/workbook.xml.rels",
	    or (book->workbook_rels, shares ? plain_workbook_rels : few_workbook_rels), 0);
	add(zip, book, "xl/worksheets/sheet1.xml", book->sheet, 0);
	add(zip, book, "xl/sharedStrings.xml", or (book->strings, shares ? "<sst/>" : NULL), 0);
	add(zip, book, "xl/styles.xml", or (book->styles, shares ? "<styleSheet/>" : NULL), 0);
	if (book->extra_name != NULL)
		add(zip, book, book->extra_name, book->extra, book->extra_len);
	cr_assert_eq(zip_close(zip), 0);
	return strdup(path);
}

struct told file_read(const char *path, const struct table_options *options)
{
	struct told told = {0};
	struct table_options plain = {.limits = TABLE_LIMITS};
	size_t len;
	FILE *csv = open_memstream(&told.csv, &len);
	told.status = table_read_xlsx(path, csv, options != NULL ? options : &plain, &told.report,
				      &told.fault);
	fclose(csv);
	return told;
}

struct told book_read(const struct book *book, const struct table_options *options)
{
	char *path = book_write(book);
	struct told told = file_read(path, options);
	unlink(path);
	free(path);
	return told;
}

void told_free(struct told *told)
{
	free(told->csv);
}

const char *sheet_of(const char *rows)
{
	static char *sheet;
	free(sheet);
	cr_assert_geq(asprintf(&sheet,
			       "<worksheet xmlns='" MAIN "'><sheetData>%s</sheetData></worksheet>",
			       rows),
		      0);
	return sheet;
}

static void book_reads_as(const struct book *book, const char *csv)
{
	struct told told = book_read(book, NULL);
	cr_assert_eq(told.status, OK, "%s: %s, not %s", told.fault.code, told.fault.value,
		     told.fault.expected);
	cr_expect_str_eq(told.csv, csv);
	told_free(&told);
}

void rows_read_as(const char *rows, const char *csv)
{
	book_reads_as(&(struct book){.sheet = sheet_of(rows)}, csv);
}

void rows_with_read_as(const char *rows, const char *strings, const char *styles, const char *csv)
{
	char *sst = NULL, *sheet = NULL;
	if (strings != NULL)
		cr_assert_geq(asprintf(&sst, "<sst xmlns='" MAIN "'>%s</sst>", strings), 0);
	if (styles != NULL)
		cr_assert_geq(
			asprintf(&sheet, "<styleSheet xmlns='" MAIN "'>%s</styleSheet>", styles),
			0);
	struct book book = {.sheet = sheet_of(rows), .strings = sst, .styles = sheet};
	book_reads_as(&book, csv);
	free(sst);
	free(sheet);
}

static void is_refused(struct told *told, const char *code)
{
	cr_assert_lt(told->status, 0, "it was read: %s", told->csv);
	cr_expect_str_eq(told->fault.code, code, "%s (%s)", told->fault.code, told->fault.expected);
	cr_expect_neq(told->fault.expected[0], '\0');
	told_free(told);
}

void rows_are_refused(const char *rows, const char *code, uint64_t row)
{
	struct told told = book_read(&(struct book){.sheet = sheet_of(rows)}, NULL);
	cr_expect_eq(told.fault.row, row);
	is_refused(&told, code);
}

void book_is_refused(const struct book *book, const char *code)
{
	struct told told = book_read(book, NULL);
	is_refused(&told, code);
}
