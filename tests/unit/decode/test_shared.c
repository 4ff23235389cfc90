/* Bad and good input that others wrote, where it is at hand (PLAUDIT_SHARED_DIR). */
#include <cjson/cJSON.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "decode/json_scan.h"
#include "said.h"

enum { FILE_BYTES = 64 << 20 };

/** False, and said, where the shared folder is not there. */
static bool given_path(char *path, size_t room, const char *name)
{
	const char *shared = getenv("PLAUDIT_SHARED_DIR");
	snprintf(path, room, "%s/badinput/%s", shared != NULL ? shared : "../shared", name);
	FILE *file = fopen(path, "rb");
	if (file != NULL) {
		fclose(file);
		return true;
	}
	fprintf(stderr, "skipped: %s is not there\n", path);
	return false;
}

static void read_file(struct buf *to, const char *path)
{
	FILE *file = fopen(path, "rb");
	char part[65536];
	size_t got;
	cr_assert_not_null(file, "%s", path);
	buf_init(to, FILE_BYTES);
	while ((got = fread(part, 1, sizeof(part), file)) > 0)
		buf_add(to, (struct slice){part, got});
	fclose(file);
}

/* JSONTestSuite: y_ must be read, n_ must not. Three y_ files are JSON that we refuse by
 * promise: a key twice (readers take the first or the last), and NUL (cJSON cuts there). */

static const struct {
	const char *file, *code;
} promised[] = {
	{"y_object_duplicated_key.json", "duplicate_key"},
	{"y_object_duplicated_key_and_value.json", "duplicate_key"},
	{"y_object_escaped_null_in_key.json", "nul_character"},
	{"y_string_null_escape.json", "nul_character"},
};

static const char *expected_of_y(const char *file)
{
	for (size_t i = 0; i < COUNT_OF(promised); i++)
		if (strcmp(promised[i].file, file) == 0)
			return promised[i].code;
	return "";
}

static void check_suite_file(const char *folder, const char *file, size_t *y, size_t *n)
{
	char path[1024];
	struct buf text;
	struct trouble why = {.code = ""};
	snprintf(path, sizeof(path), "%s/%s", folder, file);
	read_file(&text, path);
	enum status st = json_check(buf_slice(&text), JSON_DEPTH, JSON_KEYS, &why);
	if (file[0] == 'y') {
		cr_expect_str_eq(why.code, expected_of_y(file), "%s: %s", file, why.words);
		++*y;
	} else if (file[0] == 'n') {
		cr_expect_neq(st, OK, "%s", file);
		++*n;
	}
	buf_fini(&text);
}

Test(shared, jsontestsuite_is_read_and_refused_as_it_says)
{
	char folder[500];
	size_t y = 0, n = 0;
	if (!given_path(folder, sizeof(folder), "json/JSONTestSuite"))
		return;
	DIR *dir = opendir(folder);
	cr_assert_not_null(dir);
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
		if (entry->d_name[0] != '.')
			check_suite_file(folder, entry->d_name, &y, &n);
	closedir(dir);
	fprintf(stderr, "JSONTestSuite: %zu y_ files, %zu n_ files\n", y, n);
	cr_assert_geq(y, (size_t)68);
	cr_assert_geq(n, (size_t)119);
}

/* Our own cases: {"id":..., "expect":..., "b64":...} a line. */

static int digit64(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = c != '\0' ? strchr(digits, c) : NULL;
	return found != NULL ? (int)(found - digits) : -1;
}

static void decode64(struct buf *to, const char *text)
{
	unsigned bits = 0, have = 0;
	buf_init(to, FILE_BYTES);
	for (; digit64(*text) >= 0; text++) {
		bits = bits << 6 | (unsigned)digit64(*text);
		have += 6;
		if (have >= 8) {
			have -= 8;
			buf_add_byte(to, (char)(bits >> have & 0xFF));
		}
	}
}

struct expectation {
	const char *id, *code;
};

static const char *text_of(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
	cr_assert(cJSON_IsString(item), "%s", key);
	return item->valuestring;
}

/** What must be refused here is; what must be accepted is. What a table does not name is
 * for those who know the columns: an unknown column, a score of NaN. */
/** They are those of a sender who declares UTF-8 and commas; without a word from him a file
 * in UTF-16 or with semicolons is understood. */
static const struct csv_options *strictly(void)
{
	static struct csv_options declared;
	declared = (struct csv_options){.encoding = encoding_utf8, .delimiter = ','};
	return &declared;
}

static size_t check_case(const cJSON *given, enum decode_format format,
			 const struct expectation *known, size_t known_len)
{
	const char *id = text_of(given, "id");
	struct buf bytes;
	size_t found = 0;
	decode64(&bytes, text_of(given, "b64"));
	struct transcript t = format == DECODE_CSV
				      ? transcribe_csv(strictly(), buf_slice(&bytes), 1000)
				      : transcribe(format, buf_slice(&bytes), 1000, 1000);
	for (size_t i = 0; i < known_len; i++)
		if (strcmp(known[i].id, id) == 0) {
			cr_expect_str_eq(t.code, known[i].code, "%s: %s", id, t.text.at);
			found++;
		}
	if (strcmp(text_of(given, "expect"), "accept") == 0) {
		cr_expect_str_empty(t.code, "%s: %s", id, t.text.at);
		cr_expect_geq(t.records, (size_t)1, "%s", id);
	}
	transcript_fini(&t);
	buf_fini(&bytes);
	return found;
}

static void check_cases(const char *name, enum decode_format format,
			const struct expectation *known, size_t known_len)
{
	char path[500];
	struct buf file;
	size_t found = 0;
	if (!given_path(path, sizeof(path), name))
		return;
	read_file(&file, path);
	struct slice rest = buf_slice(&file), line;
	while (slice_next_part(&rest, '\n', &line)) {
		if (line.len == 0)
			continue;
		cJSON *given = cJSON_ParseWithLength(line.at, line.len);
		cr_assert_not_null(given);
		found += check_case(given, format, known, known_len);
		cJSON_Delete(given);
	}
	cr_assert_eq(found, known_len, "%zu of %zu cases found", found, known_len);
	buf_fini(&file);
}

Test(shared, own_csv_cases_are_refused_for_the_right_reason)
{
	static const struct expectation known[] = {
		{"csv-quote-inside", "quote_inside_field"},
		{"csv-open-quote-1MiB", "record_too_long"},
		{"csv-cr-only", ""},
		{"csv-too-few", "too_few_fields"},
		{"csv-dup-header", "duplicate_column"},
		{"csv-nul", "nul_byte"},
		{"csv-utf16", "encoding_clash"},
		{"csv-latin1", "not_utf8"},
		{"csv-copy-end", "too_few_fields"},
		{"csv-long-row-of-commas", "record_too_long"},
		{"csv-ansi", "control_character"},
		{"csv-formula-0", ""},
		{"csv-only-header", ""},
		{"csv-blank-line-mid", ""},
	};
	check_cases("own/csv.ndjson", DECODE_CSV, known, COUNT_OF(known));
}

Test(shared, own_json_lines_are_refused_for_the_right_reason)
{
	static const struct expectation known[] = {
		{"json-bom", "not_json"},
		{"json-two-on-a-line", "not_json"},
		{"json-array-top", "not_an_object"},
		{"json-split-over-lines", "not_json"},
		{"json-truncated", "not_json"},
		{"json-dup-key", "duplicate_key"},
		{"json-dup-key-escaped", "duplicate_key"},
		{"json-nul-escape", "nul_character"},
		{"json-number-0", "not_json"},
		{"json-number-3", "not_json"},
		{"json-number-4", "not_json"},
		{"json-number-5", "not_json"},
		{"json-number-9", "not_json"},
		{"json-depth-999", "too_deep"},
		{"json-depth-100000", "record_too_long"},
		{"json-line-10MiB", "record_too_long"},
		{"json-many-zeros", "record_too_long"},
		{"json-many-keys", "too_many_keys"},
		{"json-bad-utf8", "not_utf8"},
		{"json-surrogate-half", "lone_surrogate"},
		{"json-bad-u-escape", "not_json"},
		{"json-raw-tab", "not_json"},
		{"json-formfeed-space", "not_json"},
		{"json-trailing-comma", "not_json"},
		{"json-single-quotes", "not_json"},
		{"json-comment", "not_json"},
		{"json-nfc-nfd", ""},
	};
	check_cases("own/json-lines.ndjson", DECODE_NDJSON, known, COUNT_OF(known));
}

/* csv-spectrum: each file has its records as JSON beside it. */

struct spectrum {
	const cJSON *row; /**< the next one expected */
	const char *file;
};

static void check_spectrum_row(void *with, const struct record *record)
{
	struct spectrum *s = with;
	cr_assert_not_null(s->row, "%s has more rows", s->file);
	cr_assert_eq(record->fields_len, (size_t)cJSON_GetArraySize(s->row), "%s", s->file);
	const cJSON *expected = s->row->child;
	for (size_t i = 0; i < record->fields_len; i++, expected = expected->next) {
		const struct field *f = &record->fields[i];
		cr_expect(slice_is(f->name, expected->string), "%s: %.*s", s->file,
			  SLICE_ARGS(f->name));
		cr_expect(slice_is(f->value, expected->valuestring), "%s: %.*s", s->file,
			  SLICE_ARGS(f->value));
	}
	s->row = s->row->next;
}

static void with_crlf(struct buf *to, struct slice from)
{
	buf_init(to, FILE_BYTES);
	for (size_t i = 0; i < from.len; i++) {
		if (from.at[i] == '\n' && (i == 0 || from.at[i - 1] != '\r'))
			buf_add_byte(to, '\r');
		buf_add_byte(to, from.at[i]);
	}
}

/** The copies at hand lost the CR of the files named for it: they get it back. */
static void check_spectrum(const char *csv, const char *json, const char *file)
{
	struct buf given, golden, restored;
	read_file(&given, csv);
	read_file(&golden, json);
	with_crlf(&restored, buf_slice(&given));
	cJSON *tree = cJSON_ParseWithLength(golden.at, golden.len);
	cr_assert(cJSON_IsArray(tree), "%s", file);
	struct spectrum s = {tree->child, file};
	struct transcript t = {.on_record = check_spectrum_row, .with = &s};
	buf_init(&t.text, FILE_BYTES);
	transcribe_into(&t, DECODE_CSV,
			buf_slice(strstr(file, "_crlf") != NULL ? &restored : &given), 1, 3);
	cr_expect_null(s.row, "%s has fewer rows", file);
	cr_expect_str_empty(t.code, "%s", file);
	transcript_fini(&t);
	cJSON_Delete(tree);
	buf_fini(&restored);
	buf_fini(&golden);
	buf_fini(&given);
}

static const char *const spectrum_files[] = {
	"comma_in_quotes",
	"empty",
	"empty_crlf",
	"escaped_quotes",
	"json",
	"newlines",
	"newlines_crlf",
	"quotes_and_newlines",
	"simple",
	"simple_crlf",
	"utf8",
};

Test(shared, csv_spectrum_is_read_exactly)
{
	for (size_t i = 0; i < COUNT_OF(spectrum_files); i++) {
		char csv[500], json[500], name[100];
		snprintf(name, sizeof(name), "csv/csv-spectrum/csvs/%s.csv", spectrum_files[i]);
		if (!given_path(csv, sizeof(csv), name))
			return;
		snprintf(name, sizeof(name), "csv/csv-spectrum/json/%s.json", spectrum_files[i]);
		cr_assert(given_path(json, sizeof(json), name));
		check_spectrum(csv, json, spectrum_files[i]);
	}
}

/** Degrees, minutes and seconds, 36'37.8"N, unquoted. The JSON beside it holds another telephone
 * number than the file. */
Test(shared, the_twelfth_of_csv_spectrum_keeps_its_seconds)
{
	char path[500];
	struct buf given;
	if (!given_path(path, sizeof(path), "csv/csv-spectrum/csvs/location_coordinates.csv"))
		return;
	read_file(&given, path);
	struct transcript t = transcribe(DECODE_CSV, buf_slice(&given), 1, 1);
	cr_assert_str_eq(t.text.at,
			 "1 Contact Phone Number=2095257564 Location Coordinates=37\xEF\xBF\xBD"
			 "36'37.8\"N 121\xEF\xBF\xBD"
			 "2'17.9\"W Cities=Modesto Counties=Stanislaus\nend\n");
	transcript_fini(&t);
	buf_fini(&given);
}
