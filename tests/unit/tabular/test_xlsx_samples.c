#include "book.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

static struct told sample_read(const char *name)
{
	const char *shared = getenv("PLAUDIT_SHARED_DIR");
	char path[1024];
	snprintf(path, sizeof(path), "%s/samples/%s", shared != NULL ? shared : "../shared", name);
	if (access(path, R_OK) != 0)
		cr_skip_test("../shared is not here: skipped");
	struct told told = file_read(path, NULL);
	cr_assert_eq(told.status, OK, "%s: %s", told.fault.code, told.fault.expected);
	return told;
}

static void sample_reads_as(const char *name, const char *csv)
{
	struct told told = sample_read(name);
	cr_expect_str_eq(told.csv, csv);
	told_free(&told);
}

Test(xlsx_samples, a_workbook_of_libreoffice_with_decimal_commas_in_its_texts)
{
	sample_reads_as("xlsx-libreoffice.xlsx",
			"\"Bedrift\",Bransje,CES,CSAT,NPS,Kommentar\n"
			"Ice Mobil,Telekom,\"6,2\",\"4,6\",35,Veldig fornøyd å få hjelp\n"
			"Oslo kommune,Offentlig,\"3,1\",\"2,9\",-42,Dårlig økonomisk støtte\n");
}

Test(xlsx_samples, a_workbook_with_its_texts_inline)
{
	sample_reads_as("xlsx-inlinestr.xlsx", "\"우체국\",\n2026-11-22,73.9\n");
}

Test(xlsx_samples, a_workbook_of_one_shared_text)
{
	sample_reads_as("xlsx-sharedstrings.xlsx", "\"Ice Mobil\"\n");
}

/* What is written is what the decoder, told of our dialect, gives back. */
Test(xlsx_samples, the_decoder_reads_what_is_written_without_a_doubt)
{
	rows_read_as("<row><c t='str'><v>sep=;</v></c><c t='str'><v>b</v></c></row>",
		     "\"sep=;\",b\n");
	struct book book = {
		.sheet = sheet_of("<row r='2'><c t='str'><v>sep=;</v></c><c t='str'><v>b</v></c>"
				  "</row><row r='5'><c t='str'><v>x&#10;\"y\"; z</v></c>"
				  "<c><v>73.900000000000006</v></c></row>")};
	struct told told = book_read(&book, NULL);
	struct csv_options ours = {
		.encoding = encoding_find(SLICE("utf-8")), .delimiter = ',', .decimal = '.'};
	struct decoder *decoder = decoder_new_csv(&ours);
	struct arena arena;
	struct record record;
	struct decode_fault fault;
	arena_init(&arena, DECODE_RECORD_BYTES);
	decoder_feed(decoder, slice_of(told.csv));
	enum decoded got = decoder_next(decoder, &arena, &record, &fault);
	if (got == DECODE_MORE) {
		decoder_finish(decoder);
		got = decoder_next(decoder, &arena, &record, &fault);
	}
	cr_assert_eq(got, DECODE_RECORD);
	cr_expect_eq(record.row, 3);
	cr_assert_eq(record.fields_len, 2);
	cr_expect(slice_is(record.fields[0].name, "sep=;"));
	cr_expect(slice_is(record.fields[0].value, "x\n\"y\"; z"));
	cr_expect(slice_is(record.fields[1].value, "73.9"));
	cr_expect_eq(decoder_next(decoder, &arena, &record, &fault), DECODE_END);
	arena_fini(&arena);
	decoder_free(decoder);
	told_free(&told);
}
