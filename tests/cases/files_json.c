/* JSON: what is none is refused, what is some is read; and csv-spectrum's expected records. */
#include <cjson/cJSON.h>

#include "base/clock.h"
#include "decode/json_scan.h"
#include "files.h"

static void take_record(void *arg, const struct record *record, struct arena *arena)
{
	(void)arg;
	(void)record;
	(void)arena;
}

/** The same document as an array of records, byte by byte: it ends, whatever is in it. */
static bool ends_as_records(struct slice text)
{
	struct told t = {.taken = 0};
	decode_all(&t, decoder_new(DECODE_JSON_ARRAY), text, text.len < 2000 ? 1 : 997, take_record,
		   NULL);
	return t.ended;
}

void run_json(const struct indexed *file)
{
	struct buf text;
	if (!file_read(&text, file->folder, file->path)) {
		failed(file->path, "cannot be read");
		buf_fini(&text);
		return;
	}
	struct json_verdict v = json_judge(buf_slice(&text), JSON_DEPTH, JSON_KEYS);
	const char *code = v.code != NULL ? v.code : "";
	bool reject = slice_is(file->expect, "reject");
	if (!ends_as_records(buf_slice(&text)))
		failed(file->path, "does not end as records");
	else if (reject && v.code == NULL)
		failed(file->path, "is taken");
	else if (slice_is(file->expect, "accept") && !json_is_whole(v))
		failed(file->path, "is refused: %s at %zu", code, v.at);
	else if (slice_is(file->expect, "accept") && v.code != NULL)
		passed_otherwise(file->path, code); /* JSON, but readers differ on what it means */
	else
		passed();
	buf_fini(&text);
}

/* ---- csv-spectrum ---- */

struct spectrum {
	struct slice name;
	const cJSON *row; /* the next one expected */
	bool good;
};

/* Its JSON has another telephone number than its CSV. */
static bool is_known_wrong(const struct spectrum *s, const struct field *f)
{
	return slice_is(s->name, "csv/csv-spectrum/json/location_coordinates.json") &&
	       slice_is(f->name, "Contact Phone Number");
}

static void compare(void *arg, const struct record *record, struct arena *arena)
{
	struct spectrum *s = arg;
	(void)arena;
	if (s->row == NULL || record->fields_len != (size_t)cJSON_GetArraySize(s->row)) {
		s->good = false;
		return;
	}
	const cJSON *wanted = s->row->child;
	for (size_t i = 0; i < record->fields_len; i++, wanted = wanted->next) {
		const struct field *f = &record->fields[i];
		s->good = s->good && slice_is(f->name, wanted->string) &&
			  (slice_is(f->value, wanted->valuestring) || is_known_wrong(s, f));
	}
	s->row = s->row->next;
}

/** The copies at hand lost the CR of the files named for it: they get it back. */
static void with_crlf(struct buf *to, struct slice from)
{
	buf_init(to, FILE_BYTES);
	for (size_t i = 0; i < from.len; i++) {
		if (from.at[i] == '\n' && (i == 0 || from.at[i - 1] != '\r'))
			buf_add_byte(to, '\r');
		buf_add_byte(to, from.at[i]);
	}
}

/** "csv/csv-spectrum/json/x.json" is of "csv/csv-spectrum/csvs/x.csv". */
static bool read_csv_of(const struct indexed *file, struct buf *csv)
{
	struct slice name = slice_from(file->path, strlen("csv/csv-spectrum/json/"));
	struct buf path, given;
	buf_init(&path, FILE_PART_BYTES);
	buf_print(&path, "csv/csv-spectrum/csvs/%.*s.csv", (int)(name.len - strlen(".json")),
		  name.at);
	bool there = file_read(&given, file->folder, buf_slice(&path));
	bool crlf = memmem(name.at, name.len, "_crlf", 5) != NULL;
	buf_init(csv, FILE_BYTES);
	if (crlf)
		with_crlf(csv, buf_slice(&given));
	else
		buf_add(csv, buf_slice(&given));
	buf_fini(&given);
	buf_fini(&path);
	return there;
}

void run_spectrum(const struct indexed *file)
{
	struct told t = {.taken = 0};
	struct spectrum s = {.name = file->path, .good = true};
	struct buf json, csv;
	bool there = file_read(&json, file->folder, file->path);
	there = read_csv_of(file, &csv) && there;
	cJSON *tree = cJSON_ParseWithLength(json.at, json.len);
	s.row = cJSON_IsArray(tree) ? tree->child : tree;
	if (there && tree != NULL)
		decode_all(&t, decoder_new(DECODE_CSV), buf_slice(&csv), 3, compare, &s);
	if (t.ended && s.good && t.refused == 0 && (s.row == NULL || s.row == tree->next))
		passed();
	else
		failed(file->path, "its CSV has other records %s", t.first);
	cJSON_Delete(tree);
	buf_fini(&csv);
	buf_fini(&json);
}

/* ---- instants ---- */

/** RFC 3339 knows a second 60 and any fraction; base/clock.h keeps neither a leap second nor less
 * than a microsecond. */
static bool is_beyond_our_clock(const char *text)
{
	const char *fraction = strchr(text, '.');
	return strstr(text, ":60") != NULL ||
	       (fraction != NULL && strspn(fraction + 1, "0123456789") > 9);
}

static void check_instant(const struct indexed *file, const cJSON *test)
{
	const cJSON *data = cJSON_GetObjectItemCaseSensitive(test, "data");
	const char *about = cJSON_GetObjectItemCaseSensitive(test, "description")->valuestring;
	bool valid = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(test, "valid"));
	int64_t instant;
	if (!cJSON_IsString(data))
		return;
	bool read = clock_parse(slice_of(data->valuestring), &instant);
	if (read == valid)
		passed();
	else if (valid && is_beyond_our_clock(data->valuestring))
		passed_otherwise(file->path, about);
	else
		failed(file->path, "%s: %s is %s", about, data->valuestring,
		       read ? "read" : "refused");
}

void run_instants(const struct indexed *file)
{
	struct buf text;
	if (!file_read(&text, file->folder, file->path))
		failed(file->path, "cannot be read");
	cJSON *tree = cJSON_ParseWithLength(text.at, text.len);
	const cJSON *schema, *test;
	cJSON_ArrayForEach(schema, tree)
	{
		cJSON_ArrayForEach(test, cJSON_GetObjectItemCaseSensitive(schema, "tests"))
			check_instant(file, test);
	}
	cJSON_Delete(tree);
	buf_fini(&text);
}
