/* Workbooks: any bytes as a file, and any XML in a container that is sound.
 *
 * The first byte says which: 'z' a file as it is; else the rest is the XML of the sheet, the shared
 * strings, the styles and the workbook, form feeds between them (XML has none).
 * What is read must be CSV of our own dialect, row for row; what is not must say why. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zip.h>

#include "tabular/xlsx.h"

enum { PARTS = 4, MOST_ROWS = 2000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char rels[] = "<Relationships><Relationship Id='1' Type='x/officeDocument' "
			   "Target='xl/w.xml'/></Relationships>";
static const char book_rels[] =
	"<Relationships><Relationship Id='1' Type='x/worksheet' Target='s.xml'/><Relationship "
	"Id='2' Type='x/sharedStrings' Target='t.xml'/><Relationship Id='3' Type='x/styles' "
	"Target='f.xml'/></Relationships>";
static const char *const names[PARTS] = {"xl/s.xml", "xl/t.xml", "xl/f.xml", "xl/w.xml"};
static const char *const plain[PARTS] = {
	"<worksheet/>", "<sst/>", "<styleSheet/>",
	"<workbook><sheets><sheet name='S' id='1'/></sheets></workbook>"};

static void add(zip_t *zip, const char *name, struct slice text)
{
	zip_source_t *source = zip_source_buffer(zip, text.at, text.len, 0);
	zip_int64_t entry = zip_file_add(zip, name, source, 0);
	must(entry >= 0);
	must(zip_set_file_compression(zip, (zip_uint64_t)entry, ZIP_CM_STORE, 0) == 0);
}

/** The container's bytes into `file`. */
static void write_book(int file, struct slice rest)
{
	zip_source_t *bytes = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_source_keep(bytes);
	zip_t *zip = zip_open_from_source(bytes, ZIP_TRUNCATE, NULL);
	must(zip != NULL);
	add(zip, "_rels/.rels", slice_of(rels));
	add(zip, "xl/_rels/w.xml.rels", slice_of(book_rels));
	for (size_t i = 0; i < PARTS; i++) {
		struct slice part = SLICE_NONE;
		bool given = rest.at != NULL && slice_next_part(&rest, '\f', &part);
		add(zip, names[i], given && part.len > 0 ? part : slice_of(plain[i]));
	}
	must(zip_close(zip) == 0);
	char piece[4096];
	zip_int64_t len;
	must(zip_source_open(bytes) == 0);
	while ((len = zip_source_read(bytes, piece, sizeof(piece))) > 0)
		must(write(file, piece, (size_t)len) == len);
	zip_source_close(bytes);
	zip_source_free(bytes);
}

/** Row 0 is the header, which may be wrong in its own ways. */
static void may_be_said(const struct decode_fault *fault)
{
	static const char *const codes[] = {"too_many_fields",	 "field_too_long",
					    "control_character", "nul_byte",
					    "empty_column_name", "duplicate_column"};
	bool known = fault->row == 0 && strcmp(fault->code, "record_too_long") == 0;
	for (size_t i = 0; i < COUNT_OF(codes); i++)
		known = known || strcmp(fault->code, codes[i]) == 0;
	must(known);
}

static void must_be_our_dialect(struct slice csv, uint64_t rows)
{
	struct csv_options ours = {.encoding = encoding_find(SLICE("utf-8")),
				   .delimiter = ',',
				   .decimal = '.',
				   .header_rows = 1};
	struct decoder *decoder = decoder_new_csv(&ours);
	struct arena arena;
	struct record record;
	struct decode_fault fault = {0};
	enum decoded got;
	arena_init(&arena, 8 * DECODE_RECORD_BYTES);
	decoder_feed(decoder, csv);
	for (bool last = false;; arena_rewind(&arena, (struct arena_mark){0})) {
		got = decoder_next(decoder, &arena, &record, &fault);
		if (got == DECODE_BAD_ROW || got == DECODE_BROKEN)
			may_be_said(&fault);
		if (got == DECODE_RECORD)
			must(record.row <= rows);
		if (got == DECODE_BROKEN || got == DECODE_END)
			break;
		if (got == DECODE_MORE && !last)
			decoder_finish(decoder);
		last = last || got == DECODE_MORE;
	}
	must(got == DECODE_END || fault.row == 0);
	arena_fini(&arena);
	decoder_free(decoder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64], *csv = NULL;
	size_t csv_len = 0;
	struct table_options options = {.limits = TABLE_LIMITS};
	static struct table_report report;
	struct decode_fault fault = {0};
	int file = memfd_create("book", MFD_CLOEXEC);
	must(file >= 0);
	struct slice rest = {(const char *)data, size};
	if (size > 0 && data[0] == 'z')
		must(write(file, rest.at + 1, size - 1) == (ssize_t)size - 1);
	else
		write_book(file, size > 0 ? slice_from(rest, 1) : SLICE_NONE);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	options.limits.rows = MOST_ROWS;
	options.limits.memory_bytes = 16384;
	FILE *to = open_memstream(&csv, &csv_len);
	enum status st = table_read_xlsx(path, to, &options, &report, &fault);
	fclose(to);
	if (st == OK)
		must_be_our_dialect((struct slice){csv, csv_len}, report.rows);
	else
		must(st != E_INTERNAL && fault.code != NULL && fault.expected[0] != '\0');
	free(csv);
	close(file);
	return 0;
}
