/* Does with every CSV file of a folder what its INDEX.tsv says: run_files FOLDER.
 *
 * INDEX.tsv: path, corpus, expect (accept, reject, either or words), ... A line for each row that
 * does otherwise or is of a format that is not read here, then "N passed, N failed, N skipped".
 * Files below csv/ are read as they come. The cases of own/csv.ndjson are rows of id, score and
 * comment by a sender who declares UTF-8 and commas; company and channel are filled in. */
#include <cjson/cJSON.h>
#include <stdio.h>

#include "base/clock.h"
#include "decode/decoder.h"
#include "survey/result.h"

enum { FILE_BYTES = 64 << 20, ARENA_BYTES = 1 << 20, PART_BYTES = 4096, FIELDS = 600 };

static const char *const programme_text =
	"{\"programme\":\"p\",\"channels\":[{\"code\":\"phone\"}],\"companies\":[{\"code\":\"C\"}],"
	"\"instruments\":[{\"code\":\"i\",\"areas\":[{\"code\":\"a\"}],\"items\":[{\"code\":"
	"\"score\",\"area\":\"a\",\"options\":[{\"answer\":1,\"points\":1},{\"answer\":2,"
	"\"points\":2},{\"answer\":3,\"points\":3},{\"answer\":4,\"points\":4},{\"answer\":5,"
	"\"points\":5}]}]}],\"waves\":[{\"code\":\"w\",\"instrument\":\"i\",\"sectors\":[{\"code\":"
	"\"S\",\"companies\":[\"C\"]}]}]}";

/** What became of a file; intake is NULL where its columns are not ours. */
struct told {
	struct intake *intake;
	uint64_t taken, refused;
	bool ended;
	char first[64]; /**< fault */
};

static struct {
	unsigned passed, failed, skipped;
} total;

static void refuse(struct told *t, const char *code)
{
	if (t->refused++ == 0)
		snprintf(t->first, sizeof(t->first), "%s", code);
}

/** id is result_id, and each row is a contact of company C by phone. */
static void take_result(struct told *t, const struct record *given, struct arena *arena)
{
	struct field fields[FIELDS];
	struct record record = *given;
	struct result result;
	struct reject reject;
	size_t len = given->fields_len;
	for (size_t i = 0; i < len; i++) {
		fields[i] = given->fields[i];
		if (slice_is(fields[i].name, "id"))
			fields[i].name = SLICE("result_id");
	}
	fields[len++] = (struct field){.name = SLICE("company"), .value = SLICE("C")};
	fields[len++] = (struct field){.name = SLICE("channel"), .value = SLICE("phone")};
	record.fields = fields;
	record.fields_len = len;
	if (intake_read(t->intake, &record, arena, &result, &reject) == OK)
		t->taken++;
	else
		refuse(t, reject.faults[0].code);
}

static enum decoded drain(struct told *t, struct decoder *d, struct arena *arena)
{
	for (;;) {
		struct record record;
		struct decode_fault fault;
		struct arena_mark before = arena_mark(arena);
		enum decoded what = decoder_next(d, arena, &record, &fault);
		if (what == DECODE_RECORD && t->intake != NULL)
			take_result(t, &record, arena);
		else if (what == DECODE_RECORD)
			t->taken++;
		else if (what == DECODE_BAD_ROW || what == DECODE_BROKEN)
			refuse(t, fault.code);
		arena_rewind(arena, before);
		if (what != DECODE_RECORD && what != DECODE_BAD_ROW)
			return what;
	}
}

static void read_csv(struct told *t, const struct csv_options *options, struct slice bytes)
{
	struct arena arena;
	struct decoder *d = decoder_new_csv(options);
	enum decoded what = DECODE_MORE;
	arena_init(&arena, ARENA_BYTES);
	while (what == DECODE_MORE && bytes.len > 0) {
		size_t len = bytes.len < PART_BYTES ? bytes.len : PART_BYTES;
		decoder_feed(d, (struct slice){bytes.at, len});
		what = drain(t, d, &arena);
		bytes = slice_from(bytes, len);
	}
	if (what == DECODE_MORE) {
		decoder_finish(d);
		what = drain(t, d, &arena);
	}
	t->ended = what == DECODE_END || what == DECODE_BROKEN;
	decoder_free(d);
	arena_fini(&arena);
}

/** accept: every row was taken. reject: something was refused, or nothing taken. */
static void judge(const struct told *t, struct slice expect, struct slice name)
{
	bool good = t->ended;
	if (slice_is(expect, "accept"))
		good = good && t->refused == 0;
	else if (slice_is(expect, "reject"))
		good = good && (t->refused > 0 || t->taken == 0);
	if (good) {
		total.passed++;
		return;
	}
	total.failed++;
	printf("failed: %.*s: expected %.*s, %llu rows taken, %llu refused %s\n", SLICE_ARGS(name),
	       SLICE_ARGS(expect), (unsigned long long)t->taken, (unsigned long long)t->refused,
	       t->first);
}

/* Files */

static bool read_file(struct buf *to, const char *folder, struct slice path)
{
	static char part[PART_BYTES];
	size_t got;
	snprintf(part, sizeof(part), "%s/%.*s", folder, SLICE_ARGS(path));
	FILE *file = fopen(part, "rb");
	buf_init(to, FILE_BYTES);
	if (file == NULL)
		return false;
	while ((got = fread(part, 1, sizeof(part), file)) > 0)
		buf_add(to, (struct slice){part, got});
	fclose(file);
	return !buf_over(to);
}

static void run_file(const char *folder, struct slice path, struct slice expect)
{
	static const struct csv_options undeclared;
	struct told t = {.intake = NULL};
	struct buf file;
	if (read_file(&file, folder, path)) {
		read_csv(&t, &undeclared, buf_slice(&file));
		judge(&t, expect, path);
	} else {
		total.failed++;
		printf("failed: %.*s cannot be read\n", SLICE_ARGS(path));
	}
	buf_fini(&file);
}

/* Cases a line */

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
	for (; digit64(*text) >= 0; text++) {
		bits = bits << 6 | (unsigned)digit64(*text);
		have += 6;
		if (have >= 8) {
			have -= 8;
			buf_add_byte(to, (char)(bits >> have & 0xFF));
		}
	}
}

static const char *text_of(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
	must(cJSON_IsString(item));
	return item->valuestring;
}

static void run_case(const struct programme *p, struct slice line)
{
	const struct csv_options strict = {.encoding = encoding_utf8, .delimiter = ','};
	cJSON *given = cJSON_ParseWithLength(line.at, line.len);
	struct told t = {.intake = intake_new(p, 0, clock_now())};
	struct buf bytes;
	must(given != NULL);
	buf_init(&bytes, FILE_BYTES);
	decode64(&bytes, text_of(given, "b64"));
	read_csv(&t, &strict, buf_slice(&bytes));
	judge(&t, slice_of(text_of(given, "expect")), slice_of(text_of(given, "id")));
	buf_fini(&bytes);
	intake_free(t.intake);
	cJSON_Delete(given);
}

static void run_cases(const char *folder, struct slice path)
{
	struct arena arena;
	struct programme *p;
	struct programme_faults faults;
	struct buf file;
	arena_init(&arena, ARENA_BYTES);
	must(programme_parse(slice_of(programme_text), &arena, &p, &faults) == OK);
	must(read_file(&file, folder, path));
	struct slice rest = buf_slice(&file), line;
	while (slice_next_part(&rest, '\n', &line))
		if (line.len > 0)
			run_case(p, line);
	buf_fini(&file);
	programme_free(p);
	arena_fini(&arena);
}

/* The index */

static bool is_csv(struct slice path)
{
	const struct slice json = SLICE(".json");
	bool is_json = path.len > json.len &&
		       slice_equal(slice_from(path, path.len - json.len), json);
	return slice_starts_with(path, SLICE("csv/")) && !is_json;
}

static void run_row(const char *folder, struct slice row)
{
	struct slice path, corpus, expect;
	if (!slice_next_part(&row, '\t', &path) || !slice_next_part(&row, '\t', &corpus) ||
	    !slice_next_part(&row, '\t', &expect) || slice_is(path, "path"))
		return;
	if (slice_is(path, "own/csv.ndjson")) {
		run_cases(folder, path);
	} else if (is_csv(path)) {
		run_file(folder, path, expect);
	} else {
		total.skipped++;
		printf("skipped: %.*s is no CSV\n", SLICE_ARGS(path));
	}
}

int main(int count, char **words)
{
	struct buf index;
	if (count != 2 || !read_file(&index, words[1], SLICE("INDEX.tsv"))) {
		fprintf(stderr, "usage: run_files FOLDER, with an INDEX.tsv in it\n");
		return 2;
	}
	struct slice rest = buf_slice(&index), row;
	while (slice_next_part(&rest, '\n', &row))
		if (row.len > 0)
			run_row(words[1], row);
	buf_fini(&index);
	printf("%u passed, %u failed, %u skipped\n", total.passed, total.failed, total.skipped);
	return total.failed > 0 ? 1 : 0;
}
