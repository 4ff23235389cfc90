/* Texts that were made to harm: they come back as they were through our CSV and our JSON, and no
 * cell of ours begins like a formula. What no file of ours may hold is refused by its row. */
#include <cjson/cJSON.h>

#include "base/json_out.h"
#include "decode/normal.h"
#include "files.h"
#include "sheet/csv_out.h"

struct answer {
	struct buf value; /* of the only field */
	unsigned rows;
};

static void take_value(void *arg, const struct record *record, struct arena *arena)
{
	struct answer *a = arg;
	(void)arena;
	a->rows++;
	buf_clear(&a->value);
	if (record->fields_len == 2)
		buf_add(&a->value, record->fields[1].value);
}

/** Control characters, more than a field holds, not UTF-8: these are refused, and said so. */
static bool may_be_refused(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];
		if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F)
			return true;
	}
	return text.len > DECODE_FIELD_BYTES || !slice_is_utf8(text);
}

static bool is_same(struct slice got, struct slice sent)
{
	struct arena arena;
	arena_init(&arena, FILE_ARENA_BYTES);
	struct slice normal = sent;
	bool same = slice_equal(got, sent) ||
		    (normal_text(&normal, &arena) == OK && slice_equal(got, normal));
	arena_fini(&arena);
	return same;
}

static bool comes_back(struct decoder *d, struct slice file, struct slice sent, bool guarded)
{
	struct told t = {.taken = 0};
	struct answer a = {.rows = 0};
	buf_init(&a.value, FILE_BYTES);
	decode_all(&t, d, file, FILE_PART_BYTES, take_value, &a);
	struct slice got = guarded ? csv_unguarded(buf_slice(&a.value)) : buf_slice(&a.value);
	bool same = t.ended && t.refused == 0 && a.rows == 1 && is_same(got, sent);
	bool refused = t.ended && t.refused == 1 && a.rows == 0 && may_be_refused(sent);
	buf_fini(&a.value);
	return same || refused;
}

static bool through_csv(struct slice text)
{
	const struct csv_options declared = {.encoding = encoding_utf8, .delimiter = ','};
	struct buf file;
	buf_init(&file, FILE_BYTES);
	struct csv_out c = csv_out_on(&file);
	csv_text(&c, SLICE("id"));
	csv_text(&c, SLICE("comment"));
	csv_end_row(&c);
	csv_text(&c, SLICE("1"));
	size_t before = file.len + strlen(",");
	csv_text(&c, text);
	bool quoted = file.len > before && file.at[before] == '"';
	size_t first = before + quoted;
	bool inert = file.len <= first || file.at[first] == '\0' ||
		     strchr("=+-@\t\r", file.at[first]) == NULL;
	csv_end_row(&c);
	bool same = comes_back(decoder_new_csv(&declared), buf_slice(&file), text, true);
	buf_fini(&file);
	return inert && same;
}

static bool through_json(struct slice text)
{
	struct buf file;
	buf_init(&file, FILE_BYTES);
	struct json_out j = json_out_on(&file);
	if (!slice_is_utf8(text))
		return true; /* JSON is UTF-8: there is no such file of ours */
	json_open_object(&j);
	json_pair_text(&j, "id", SLICE("1"));
	json_pair_text(&j, "comment", text);
	json_close_object(&j);
	buf_add_byte(&file, '\n');
	bool same = comes_back(decoder_new(DECODE_NDJSON), buf_slice(&file), text, false);
	buf_fini(&file);
	return same;
}

static void check_text(const struct indexed *file, size_t number, struct slice text)
{
	bool csv = through_csv(text), json = through_json(text);
	if (csv && json)
		passed();
	else
		failed(file->path, "text %zu does not come back through %s: %.*s", number,
		       csv ? "JSON" : "CSV", (int)(text.len < 60 ? text.len : 60), text.at);
}

void run_lines(const struct indexed *file)
{
	struct buf text;
	size_t number = 0;
	if (!file_read(&text, file->folder, file->path))
		failed(file->path, "cannot be read");
	struct slice rest = buf_slice(&text), line;
	while (slice_next_part(&rest, '\n', &line))
		check_text(file, ++number, line);
	buf_fini(&text);
}

/** Every text in it, keys left out; without recursion, as deep as cJSON parses. */
void run_json_texts(const struct indexed *file)
{
	struct buf text;
	size_t number = 0, depth = 0;
	const cJSON *above[CJSON_NESTING_LIMIT + 1];
	if (!file_read(&text, file->folder, file->path))
		failed(file->path, "cannot be read");
	cJSON *tree = cJSON_ParseWithLength(text.at, text.len);
	if (tree == NULL)
		failed(file->path, "is no JSON");
	for (const cJSON *at = tree; at != NULL;) {
		if (cJSON_IsString(at))
			check_text(file, ++number, slice_of(at->valuestring));
		if (at->child != NULL) {
			above[depth++] = at;
			at = at->child;
			continue;
		}
		while (at->next == NULL && depth > 0)
			at = above[--depth];
		at = at->next;
	}
	cJSON_Delete(tree);
	buf_fini(&text);
}

/* ---- UTF-8, valid and not ---- */

static int digit16(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *found = c != '\0' ? strchr(digits, c) : NULL;
	return found != NULL ? (int)((found - digits) % 16) : -1;
}

static void decode16(struct buf *to, struct slice text)
{
	int high = -1;
	for (size_t i = 0; i < text.len; i++) {
		int digit = digit16(text.at[i]);
		if (digit < 0)
			continue;
		if (high >= 0)
			buf_add_byte(to, (char)(high * 16 + digit));
		high = high >= 0 ? -1 : digit;
	}
}

/** "7.1:valid hex:c2 80", "22.0:valid:/", "6.0.1:invalid hex:c0 af:..." */
static void check_utf8(const struct indexed *file, struct slice line)
{
	struct slice number, kind, text;
	struct buf bytes;
	if (line.len == 0 || line.at[0] == '#' || !slice_next_part(&line, ':', &number) ||
	    !slice_next_part(&line, ':', &kind) || !slice_next_part(&line, ':', &text))
		return;
	kind = slice_trim(kind);
	bool hex = memmem(kind.at, kind.len, "hex", 3) != NULL;
	buf_init(&bytes, FILE_BYTES);
	if (hex)
		decode16(&bytes, text);
	else
		buf_add(&bytes, text);
	bool valid = slice_starts_with(kind, SLICE("valid"));
	if (slice_is_utf8(buf_slice(&bytes)) == valid && through_csv(buf_slice(&bytes)))
		passed();
	else
		failed(file->path, "case %.*s", SLICE_ARGS(number));
	buf_fini(&bytes);
}

void run_utf8(const struct indexed *file)
{
	struct buf text;
	if (!file_read(&text, file->folder, file->path))
		failed(file->path, "cannot be read");
	struct slice rest = buf_slice(&text), line;
	while (slice_next_part(&rest, '\n', &line))
		check_utf8(file, line);
	buf_fini(&text);
}
