/* Workbooks: any bytes as a file, and any XML in a container that is sound.
 *
 * The first byte says which: 'z' a file as it is; else the rest is the XML of the sheet, the shared
 * strings, the styles and the workbook, form feeds between them (XML has none). */
#include <zip.h>

#include "fuzz_table.h"
#include "tabular/xlsx.h"

enum { PARTS = 4, BOOK_BYTES = 1 << 20 };

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

/** The container's bytes. */
static void write_book(struct buf *to, struct slice rest)
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
		buf_add(to, (struct slice){piece, (size_t)len});
	zip_source_close(bytes);
	zip_source_free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = {(const char *)data, size};
	struct buf book;
	buf_init(&book, BOOK_BYTES);
	if (size > 0 && data[0] == 'z')
		buf_add(&book, slice_from(rest, 1));
	else
		write_book(&book, size > 0 ? slice_from(rest, 1) : SLICE_NONE);
	must(!buf_over(&book));
	must_be_table_or_fault(table_read_xlsx, buf_slice(&book), SLICE_NONE);
	buf_fini(&book);
	return 0;
}
