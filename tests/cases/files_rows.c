/* Files whose rows are results: CSV as it comes, and our own cases a line each. */
#include <cjson/cJSON.h>

#include "base/clock.h"
#include "files.h"
#include "ingest/batch.h"
#include "survey/result.h"

enum { FIELDS = 600, BATCH_BYTES = 1 << 20 };

static const char *const programme_text =
	"{\"programme\":\"p\",\"channels\":[{\"code\":\"phone\"}],\"companies\":[{\"code\":\"C\"}],"
	"\"instruments\":[{\"code\":\"i\",\"areas\":[{\"code\":\"a\"}],\"items\":[{\"code\":"
	"\"score\",\"area\":\"a\",\"options\":[{\"answer\":1,\"points\":1},{\"answer\":2,"
	"\"points\":2},{\"answer\":3,\"points\":3},{\"answer\":4,\"points\":4},{\"answer\":5,"
	"\"points\":5}]}]}],\"waves\":[{\"code\":\"w\",\"instrument\":\"i\",\"sectors\":[{\"code\":"
	"\"S\",\"companies\":[\"C\"]}]}]}";

/** Rows taken as results: the batch tells the same id with other content. */
struct results {
	struct told told;
	struct intake *intake;
	struct batch *batch;
};

static struct field ours(struct field f)
{
	if (slice_is(f.name, "id"))
		f.name = SLICE("result_id");
	else if (slice_is(f.name, "ts"))
		f.name = SLICE("contacted_at");
	return f;
}

static void take_result(void *arg, const struct record *given, struct arena *arena)
{
	struct results *r = arg;
	struct field fields[FIELDS];
	struct record record = *given;
	struct result result;
	struct reject reject;
	size_t len = given->fields_len;
	for (size_t i = 0; i < len; i++)
		fields[i] = ours(given->fields[i]);
	fields[len++] = (struct field){.name = SLICE("company"), .value = SLICE("C")};
	fields[len++] = (struct field){.name = SLICE("channel"), .value = SLICE("phone")};
	record.fields = fields;
	record.fields_len = len;
	if (intake_read(r->intake, &record, arena, &result, &reject) != OK) {
		told_refused(&r->told, reject.faults[0].code);
		return;
	}
	r->told.taken++;
	batch_add(r->batch, &result, given->row, -1, false);
}

static void take_record(void *arg, const struct record *record, struct arena *arena)
{
	struct told *t = arg;
	(void)record;
	(void)arena;
	t->taken++;
}

/* Some of the cases are decided otherwise by docs/api.md and docs/uploads.md. */
static const struct {
	const char *id;
	uint64_t taken;
	const char *why;
} otherwise[] = {
	{"json-number-16", 1, "a number may be sent as text"},
	{"json-number-20", 1, "null is \"not given\""},
};

static void judge_case(const struct told *t, struct slice expect, struct slice id)
{
	for (size_t i = 0; i < COUNT_OF(otherwise); i++)
		if (slice_is(id, otherwise[i].id) && t->refused == 0 &&
		    t->taken == otherwise[i].taken) {
			passed_otherwise(id, otherwise[i].why);
			return;
		}
	judge(t, expect, id);
}

static void run_case(const struct programme *p, struct decoder *d, struct slice bytes,
		     struct slice expect, struct slice id)
{
	struct results r = {.intake = intake_new(p, 0, clock_now()),
			    .batch = batch_new(p->instruments, ~0U)};
	batch_clear(r.batch, 1, BATCH_BYTES);
	decode_all(&r.told, d, bytes, FILE_PART_BYTES, take_result, &r);
	batch_sort(r.batch);
	for (uint64_t n = batch_fates(r.batch, ROW_CLASH); n > 0; n--)
		told_refused(&r.told, "other_content");
	judge_case(&r.told, expect, id);
	batch_free(r.batch);
	intake_free(r.intake);
}

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

static void run_line(const struct programme *p, bool csv, struct slice line)
{
	const struct csv_options strict = {.encoding = encoding_utf8, .delimiter = ','};
	cJSON *given = cJSON_ParseWithLength(line.at, line.len);
	struct buf bytes;
	must(given != NULL);
	buf_init(&bytes, FILE_BYTES);
	decode64(&bytes, text_of(given, "b64"));
	run_case(p, csv ? decoder_new_csv(&strict) : decoder_new(DECODE_NDJSON), buf_slice(&bytes),
		 slice_of(text_of(given, "expect")), slice_of(text_of(given, "id")));
	buf_fini(&bytes);
	cJSON_Delete(given);
}

static void run_cases(const struct indexed *file, bool csv)
{
	struct arena arena;
	struct programme *p;
	struct programme_faults faults;
	struct buf lines;
	arena_init(&arena, FILE_ARENA_BYTES);
	must(programme_parse(slice_of(programme_text), &arena, &p, &faults) == OK);
	if (!file_read(&lines, file->folder, file->path))
		failed(file->path, "cannot be read");
	struct slice rest = buf_slice(&lines), line;
	while (slice_next_part(&rest, '\n', &line))
		if (line.len > 0)
			run_line(p, csv, line);
	buf_fini(&lines);
	programme_free(p);
	arena_fini(&arena);
}

void run_csv_cases(const struct indexed *file)
{
	run_cases(file, true);
}

void run_json_cases(const struct indexed *file)
{
	run_cases(file, false);
}

/** "rows=12" in the note; UINT64_MAX where it says nothing of them. */
static uint64_t rows_expected(struct slice note)
{
	int64_t rows;
	return slice_starts_with(note, SLICE("rows=")) && slice_to_int64(slice_from(note, 5), &rows)
		       ? (uint64_t)rows
		       : UINT64_MAX;
}

void judge_rows(const struct told *t, const struct indexed *file)
{
	uint64_t rows = rows_expected(file->note);
	if (rows != UINT64_MAX && t->taken != rows)
		failed(file->path, "%llu rows, not %llu %s", (unsigned long long)t->taken,
		       (unsigned long long)rows, t->first);
	else
		judge(t, file->expect, file->path);
}

void run_csv(const struct indexed *file)
{
	static const struct csv_options undeclared;
	struct told t = {.taken = 0};
	struct buf bytes;
	if (file_read(&bytes, file->folder, file->path)) {
		decode_all(&t, decoder_new_csv(&undeclared), buf_slice(&bytes), FILE_PART_BYTES,
			   take_record, &t);
		judge_rows(&t, file);
	} else {
		failed(file->path, "cannot be read");
	}
	buf_fini(&bytes);
}
