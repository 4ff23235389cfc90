#include "tabular/triple_s.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>
#include <zip.h>

#include "reading.h"

enum { METADATA_BYTES = 64 * 1024 };

static struct reading read_pair(struct slice metadata, struct slice data)
{
	struct reading r;
	char metadata_path[64], data_path[64];
	int a = reading_given(metadata, metadata_path), b = reading_given(data, data_path);
	const struct table_options options = {.metadata_path = metadata_path,
					      .limits = TABLE_LIMITS};
	reading_run_with(&r, table_read_triple_s, data_path, &options);
	close(a);
	close(b);
	return r;
}

/** A survey of these variables. */
static struct reading read_survey(const char *record, const char *variables, const char *data)
{
	char metadata[METADATA_BYTES];
	int len = snprintf(metadata, sizeof(metadata),
			   "<?xml version=\"1.0\"?>\n<sss version=\"2.0\"><survey><name>x</name>"
			   "<record ident=\"A\" %s>%s</record></survey></sss>",
			   record, variables);
	cr_assert_lt(len, METADATA_BYTES);
	return read_pair((struct slice){metadata, (size_t)len}, slice_of(data));
}

static void is_table(struct reading *r, const char *expected)
{
	cr_expect_eq(r->status, OK, "%s: %s", r->fault.code, r->fault.expected);
	cr_expect_str_eq(r->csv, expected);
}

static void is_refused(struct reading *r, enum status status, const char *code)
{
	cr_expect_eq(r->status, status);
	cr_assert_not_null(r->fault.code, "no fault, but %s", r->csv);
	cr_expect_str_eq(r->fault.code, code, "%s: %s", r->fault.code, r->fault.expected);
	reading_fini(r);
}

#define QUANTITY(name, start, finish)                                                              \
	"<variable ident=\"1\" type=\"quantity\"><name>" name "</name><position start=\"" start    \
	"\" finish=\"" finish "\"/></variable>"
#define CHARACTER(name, start, finish)                                                             \
	"<variable ident=\"2\" type=\"character\"><name>" name "</name><position start=\"" start   \
	"\" finish=\"" finish "\"/></variable>"

/* Types of variables */

Test(triple_s, fixed_data_are_cut_by_columns)
{
	struct reading r = read_survey("", CHARACTER("WHERE", "7", "12") QUANTITY("N", "1", "6"),
				       "0001.5Oslo  \r\n+00002Bergen\n     0\xC3\x85lta  \n");
	is_table(&r, "\"WHERE\",N\nOslo,1.5\nBergen,2\nÅlta,0\n");
	reading_fini(&r);
}

Test(triple_s, csv_data_are_told_by_the_number_of_their_field)
{
	struct reading r = read_survey(
		"format=\"csv\" skip=\"1\"", CHARACTER("WHERE", "3", "3") QUANTITY("N", "1", "1"),
		"N,IGNORED,WHERE\n1,x,\"Oslo, \"\"V\"\"est\"\n2,,Bergen \n,,\n");
	is_table(&r, "\"WHERE\",N\n\"Oslo, \"\"V\"\"est\",1\nBergen,2\n\n");
	cr_expect_eq(r.report.rows, 3);
	reading_fini(&r);
}

Test(triple_s, a_code_is_itself_without_zeros_before_it)
{
	struct reading r = read_survey(
		"",
		"<variable ident=\"1\" type=\"single\"><name>Q</name>"
		"<position start=\"1\" finish=\"3\"/><values><value code=\"7\">Ja</value>"
		"<value code=\"99\">Vet ikke</value></values></variable>"
		"<variable ident=\"2\" type=\"single\" format=\"literal\"><name>L</name>"
		"<position start=\"4\" finish=\"6\"/><values><value code=\"007\">Bond</value>"
		"</values></variable>",
		"007007\n 99NO \n      \n");
	is_table(&r, "\"Q\",L\n7,007\n99,NO\n\n");
	reading_fini(&r);
}

Test(triple_s, dates_times_and_truths_are_written_as_ours)
{
	struct reading r = read_survey(
		"",
		"<variable ident=\"1\" type=\"date\"><name>D</name>"
		"<position start=\"1\" finish=\"8\"/></variable>"
		"<variable ident=\"2\" type=\"time\"><name>T</name>"
		"<position start=\"9\" finish=\"14\"/></variable>"
		"<variable ident=\"3\" type=\"logical\"><name>B</name>"
		"<position start=\"15\"/></variable>",
		"202605041015301\n              0\n2026-5-4101530 \n202605041015  1\n");
	is_table(&r,
		 "\"D\",T,B\n2026-05-04,10:15:30,1\n,,0\n2026-5-4,10:15:30,\n2026-05-04,10:15,1\n");
	reading_fini(&r);
}

static const char multiple[] =
	"<variable ident=\"5\" type=\"multiple\"><name>M</name><label>Which</label>"
	"<position start=\"1\" finish=\"4\"/>%s<values><value code=\"1\">Radio</value>"
	"<value code=\"2\">TV</value><value code=\"4\">Net</value></values></variable>";

static struct reading read_multiple(const char *record, const char *spread, const char *data)
{
	char variables[1024];
	snprintf(variables, sizeof(variables), multiple, spread);
	return read_survey(record, variables, data);
}

Test(triple_s, a_multiple_answer_as_bits_is_a_column_for_each_code)
{
	struct reading r = read_multiple("", "", "1001\n0100\n    \n1 x \n");
	is_table(&r, "\"M[1]\",M[2],M[4]\n1,0,1\n0,1,0\n\n1,0,0\n");
	const struct table_variable *column = reading_variable(&r, "M[4]");
	cr_expect(slice_is(column->label, "Which"));
	cr_expect(slice_is(column->values->label, "Net"));
	reading_fini(&r);
}

Test(triple_s, a_multiple_answer_as_a_spread_is_the_same)
{
	struct reading r = read_multiple("", "<spread subfields=\"2\" width=\"2\"/>",
					 "0401\n 2  \n    \n0900\n");
	is_table(&r, "\"M[1]\",M[2],M[4]\n1,0,1\n0,1,0\n\n0,0,0\n");
	cr_expect(reading_notes(&r, "that no value declares: 1"));
	reading_fini(&r);
}

Test(triple_s, a_spread_of_csv_has_fields_of_its_own)
{
	struct reading r = read_multiple("format=\"csv\"", "<spread subfields=\"4\"/>",
					 "4,1,,\n,2,,\n,,,\n");
	is_table(&r, "\"M[1]\",M[2],M[4]\n1,0,1\n0,1,0\n\n");
	reading_fini(&r);
}

Test(triple_s, a_range_of_codes_has_a_column_each)
{
	struct reading r = read_survey(
		"",
		"<variable ident=\"5\" type=\"multiple\"><name>M</name><position start=\"1\" "
		"finish=\"3\"/><values><range from=\"1\" to=\"2\"/><value code=\"3\">None</value>"
		"</values></variable>",
		"101\n");
	is_table(&r, "\"M[1]\",M[2],M[3]\n1,0,1\n");
	reading_fini(&r);
}

/* Labels, scores, uses */

static const char scored[] =
	"<variable ident=\"1\" type=\"single\"><name>Q</name><label>How\n   was it?"
	"<text mode=\"analysis\">A</text></label><position start=\"1\" finish=\"2\"/><values>"
	"<value code=\"1\" score=\"0\">Bad</value><value code=\"2\" score=\"100\">"
	"<text xml:lang=\"nb-NO\">God</text><text xml:lang=\"en-GB\">Good</text></value>"
	"<value code=\"98\">Don't know</value></values></variable>"
	"<variable ident=\"2\" type=\"quantity\" use=\"weight\"><name>W</name>"
	"<position start=\"3\"/></variable>"
	"<variable ident=\"3\" type=\"quantity\" use=\"serial\"><position start=\"4\"/></variable>";

Test(triple_s, a_code_without_a_score_where_others_have_one_is_missing)
{
	struct reading r = read_survey("", scored, " 111\n9812\n0213\n");
	is_table(&r, "\"Q\",W,V3\n1,1,1\n,1,2\n2,1,3\n");
	cr_expect_eq(reading_variable(&r, "Q")->missing, 1);
	cr_expect(reading_notes(&r, "missing are empty fields: 1 (Q 1)"));
	reading_fini(&r);
}

Test(triple_s, labels_scores_and_uses_go_to_the_dictionary)
{
	struct reading r = read_survey("", scored, "");
	struct buf values;
	buf_init(&values, 4096);
	const struct table_variable *q = reading_variable(&r, "Q");
	cr_expect(slice_is(q->label, "How was it?"), "%.*s", SLICE_ARGS(q->label));
	reading_values(q, &values);
	cr_expect_str_eq(values.at, "1=Bad(0); 2=God(100); 98=Don't know!");
	cr_expect_eq(reading_variable(&r, "W")->use, TABLE_USE_WEIGHT);
	cr_expect_eq(reading_variable(&r, "V3")->use, TABLE_USE_SERIAL);
	buf_fini(&values);
	reading_fini(&r);
}

/* Encodings */

Test(triple_s, data_are_utf8_where_all_of_them_are_else_windows_1252)
{
	struct reading r = read_survey("format=\"csv\"", CHARACTER("C", "1", "1"),
				       "Troms\xC3\xB8\n");
	is_table(&r, "\"C\"\nTromsø\n");
	reading_fini(&r);
	r = read_survey("format=\"csv\"", CHARACTER("C", "1", "1"), "Troms\xC3\xB8\nTroms\xF8\n");
	is_table(&r, "\"C\"\nTromsÃ¸\nTromsø\n");
	cr_expect(reading_notes(&r, "the standard says ISO 8859-1"));
	reading_fini(&r);
}

Test(triple_s, what_the_metadata_say_of_the_data_wins)
{
	struct reading r = read_survey("format=\"csv\" data-file-encoding=\"EUC-KR\"",
				       CHARACTER("C", "1", "1"), "\xBF\xEC\xC3\xBC\n");
	is_table(&r, "\"C\"\n우체\n");
	reading_fini(&r);
	r = read_survey("data-file-encoding=\"x-klingon\"", CHARACTER("C", "1", "1"), "");
	is_refused(&r, E_INPUT, "unknown_encoding");
	r = read_survey("data-file-encoding=\"latin1\"", CHARACTER("C", "1", "1"),
			"\xEF\xBB\xBF"
			"a\n");
	is_refused(&r, E_INPUT, "encoding_clash");
}

Test(triple_s, a_byte_order_mark_says_what_the_data_are_in)
{
	struct reading r;
	static const char metadata[] =
		"<sss version=\"1.2\"><survey><record ident=\"A\"><variable ident=\"1\" "
		"type=\"character\"><name>C</name><position start=\"1\" finish=\"2\"/></variable>"
		"</record></survey></sss>";
	r = read_pair(slice_of(metadata), SLICE("\xFF\xFE\xC5\0l\0\n\0"));
	is_table(&r, "\"C\"\nÅl\n");
	reading_fini(&r);
}

static struct slice utf16_of(struct slice ascii, char *room)
{
	size_t len = 0;
	room[len++] = '\xFF';
	room[len++] = '\xFE';
	for (size_t i = 0; i < ascii.len; i++) {
		room[len++] = ascii.at[i];
		room[len++] = '\0';
	}
	return (struct slice){room, len};
}

Test(triple_s, metadata_may_be_in_utf16_or_windows_1252_and_have_a_doctype)
{
	static const char body[] =
		"<!DOCTYPE sss PUBLIC \"-//triple-s//DTD Survey Interchange v1.2//EN\" "
		"\"http://127.0.0.1:1/never-fetched.dtd\"><sss version=\"1.2\"><survey><record "
		"ident=\"A\"><variable ident=\"1\" type=\"character\"><name>C</name><position "
		"start=\"1\"/></variable></record></survey></sss>";
	char room[4096];
	struct reading r = read_pair(utf16_of(slice_of(body), room), SLICE("x\n"));
	is_table(&r, "\"C\"\nx\n");
	reading_fini(&r);
	r = read_pair(SLICE("<?xml version=\"1.0\" encoding=\"windows-1252\"?><sss version=\"2.0\">"
			    "<survey><record ident=\"A\"><variable ident=\"1\" type=\"character\">"
			    "<name>Bes\xF8k\x80</name><position start=\"1\"/></variable></record>"
			    "</survey></sss>"),
		      SLICE("x\n"));
	is_table(&r, "\"Besøk€\"\nx\n");
	reading_fini(&r);
}

/* Rows that are wrong, and files */

Test(triple_s, a_line_that_is_too_short_ends_its_row_there)
{
	struct reading r = read_survey("", QUANTITY("A", "1", "2") QUANTITY("B", "3", "4"),
				       "1122\n112\n11\n\n3344");
	is_table(&r, "\"A\",B\n11,22\n11\n11\n\n33,44\n");
	cr_expect_eq(r.report.rows, 5);
	cr_expect(reading_notes(&r, "lines that end before their last variable: 2"));
	reading_fini(&r);
	r = read_survey("format=\"csv\"", QUANTITY("A", "1", "1") QUANTITY("B", "2", "2"),
			"1,2\n1\n");
	is_table(&r, "\"A\",B\n1,2\n1\n");
	reading_fini(&r);
}

Test(triple_s, what_is_not_read_is_told)
{
	static const struct {
		const char *metadata, *code;
	} rows[] = {
		{"<hierarchy ident=\"x\"><sss version=\"2.0\"/></hierarchy>",
		 "hierarchical_triple_s"},
		{"<sss version=\"2.0\"><survey><record ident=\"A\"/><record ident=\"B\"/></survey>"
		 "</sss>",
		 "hierarchical_triple_s"},
		{"<sss version=\"3.0\"/>", "unknown_version"},
		{"<sss version=\"2.0\"/>", "not_triple_s"},
		{"<html/>", "not_triple_s"},
		{"<sss version=\"2.0\"><survey>", "broken_xml"},
		{"plain text", "broken_xml"},
		{"<sss version=\"2.0\"><survey><record><variable type=\"single\"/></record>"
		 "</survey></sss>",
		 "not_triple_s"},
		{"<sss version=\"2.0\"><survey><record><variable type=\"odd\"/></record></survey>"
		 "</sss>",
		 "not_triple_s"},
		{"<sss version=\"2.0\"><survey><record><variable type=\"date\"><position "
		 "start=\"3\" finish=\"2\"/></variable></record></survey></sss>",
		 "not_triple_s"},
		{"<!DOCTYPE sss [<!ENTITY a \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\">"
		 "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
		 "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">"
		 "<!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\">"
		 "<!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;\">"
		 "<!ENTITY f \"&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;\">]>"
		 "<sss version=\"2.0\"><survey><name>&f;</name></survey></sss>",
		 "broken_xml"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct reading r = read_pair(slice_of(rows[i].metadata), SLICE("1\n"));
		is_refused(&r, E_INPUT, rows[i].code);
	}
}

/** Subfields without a column cost time in every line. */
Test(triple_s, subfields_are_bounded_together)
{
	char spreads[8192];
	size_t len = 0;
	for (size_t i = 0; i < 9; i++)
		len += (size_t)snprintf(spreads + len, sizeof(spreads) - len,
					"<variable type=\"multiple\"><position start=\"1\" "
					"finish=\"1000\"/><spread subfields=\"1000\" width=\"1\"/>"
					"</variable>");
	struct reading r = read_survey("", spreads, "1\n");
	is_refused(&r, E_LIMIT, "dictionary_too_large");
}

Test(triple_s, a_line_without_end_is_not_kept)
{
	char *data = malloc(300 * 1024);
	memset(data, 'x', 300 * 1024);
	data[300 * 1024 - 1] = '\0';
	struct reading r = read_survey("", QUANTITY("A", "1", "2"), data);
	cr_expect_eq(r.fault.row, 1);
	is_refused(&r, E_LIMIT, "record_too_long");
	free(data);
}

Test(triple_s, every_limit_is_kept)
{
	const char *path = NULL;
	char metadata_path[64], data_path[64], metadata[METADATA_BYTES];
	static const struct {
		size_t offset;
		uint64_t value;
		enum status status;
		const char *code;
	} rows[] = {
		{offsetof(struct table_limits, csv_bytes), 12, E_LIMIT, "too_big_unpacked"},
		{offsetof(struct table_limits, unpacked_bytes), 100, E_LIMIT, "too_big_unpacked"},
		{offsetof(struct table_limits, rows), 1, E_LIMIT, "too_many_rows"},
		{offsetof(struct table_limits, memory_bytes), 300, E_LIMIT, "dictionary_too_large"},
	};
	int len = snprintf(metadata, sizeof(metadata),
			   "<sss version=\"2.0\"><survey><record>%s</record></survey></sss>",
			   QUANTITY("A", "1", "2") QUANTITY("B", "3", "4"));
	int a = reading_given((struct slice){metadata, (size_t)len}, metadata_path);
	int b = reading_given(SLICE("1122\n3344\n"), data_path);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct table_options options = {.metadata_path = metadata_path,
						.limits = TABLE_LIMITS};
		struct reading r;
		memcpy((char *)&options.limits + rows[i].offset, &rows[i].value,
		       sizeof(rows[i].value));
		reading_run_with(&r, table_read_triple_s, data_path, &options);
		is_refused(&r, rows[i].status, rows[i].code);
	}
	struct table_options narrow = {.metadata_path = metadata_path, .limits = TABLE_LIMITS};
	struct reading r;
	narrow.limits.columns = 1;
	reading_run_with(&r, table_read_triple_s, data_path, &narrow);
	is_refused(&r, E_INPUT, "too_many_columns");
	close(a);
	close(b);
	(void)path;
}

/* The archive */

struct entry {
	const char *name, *content;
};

/** Zips the entries (to the first without a name) and reads them. */
static struct reading read_zip(const struct entry *entries)
{
	char path[] = "/tmp/plaudit-triple-s-XXXXXX";
	int descriptor = mkstemp(path), code;
	cr_assert_geq(descriptor, 0);
	close(descriptor);
	zip_t *zip = zip_open(path, ZIP_TRUNCATE, &code);
	cr_assert_not_null(zip);
	for (; entries->name != NULL; entries++) {
		zip_source_t *source = zip_source_buffer(zip, entries->content,
							 strlen(entries->content), 0);
		cr_assert_geq(zip_file_add(zip, entries->name, source, 0), 0);
	}
	cr_assert_eq(zip_close(zip), 0);
	struct reading r;
	reading_run(&r, table_read_triple_s, path, NULL);
	unlink(path);
	return r;
}

static const char small[] = "<sss version=\"2.0\"><survey><record>" QUANTITY(
	"A", "1", "2") "</record></survey></sss>";

Test(triple_s, an_archive_holds_both_files_whatever_else_is_in_it)
{
	static const struct entry entries[] = {{"survey/x.SSS", small},
					       {"survey/x.asc", "12\n34\n"},
					       {"__MACOSX/survey/._x.asc", "?"},
					       {"readme.txt", "?"},
					       {NULL, NULL}};
	struct reading r = read_zip(entries);
	is_table(&r, "\"A\"\n12\n34\n");
	cr_expect_str_eq(r.report.format, "triple_s");
	reading_fini(&r);
}

Test(triple_s, an_archive_that_does_not_hold_one_of_each_is_refused)
{
	static const struct {
		struct entry entries[4];
		const char *code;
	} rows[] = {
		{{{"x.sss", small}}, "no_data_file"},
		{{{"x.dat", "12\n"}}, "no_metadata_file"},
		{{{"x.sss", small}, {"x.dat", "12\n"}, {"y.csv", "12\n"}}, "several_files"},
		{{{"x.sss", small}, {"x.xml", small}, {"y.csv", "12\n"}}, "several_files"},
		{{{"[Content_Types].xml", small}, {"x.csv", "12\n"}}, "not_triple_s"},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct reading r = read_zip(rows[i].entries);
		is_refused(&r, E_INPUT, rows[i].code);
	}
	struct reading r;
	reading_run_bytes(&r, table_read_triple_s, SLICE("<sss/>"), NULL);
	is_refused(&r, E_INPUT, "not_triple_s");
}

Test(triple_s, the_sample_of_shared_is_read)
{
	const char *found = reading_shared("samples/triples.sss");
	char metadata_path[512];
	struct reading r;
	if (found == NULL)
		return;
	snprintf(metadata_path, sizeof(metadata_path), "%s", found);
	const struct table_options options = {.metadata_path = metadata_path,
					      .limits = TABLE_LIMITS};
	reading_run_with(&r, table_read_triple_s, reading_shared("samples/triples.csv"), &options);
	is_table(&r, "\"CASE\",VISIT,CHANNEL,NPS,CSAT,WT\n1,2026-05-04,1,9,5,1.0000\n"
		     "2,2026-05-05,4,99,2,0.8750\n3,2026-05-05,3,,4,1.1250\n");
	reading_fini(&r);
}
