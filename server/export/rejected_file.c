#include "export/rejected_file.h"

#include "base/json_out.h"
#include "decode/csv_row.h"
#include "decode/json_lex.h"
#include "survey/columns.h"

enum { ROW_ARENA_BYTES = 2 * 1024 * 1024, ADDED = 4, HEADER_BYTES = 1024 * 1024 };

static const char *const added_names[ADDED] = {COLUMN_ERROR_CODE, COLUMN_ERROR_COLUMN,
					       COLUMN_ERROR_VALUE, COLUMN_ERROR_EXPECTED};

struct rejected_file {
	enum decode_format format;
	struct decoder *decoder;
	struct arena arena; /* of one row */
	struct buf header;  /* rows of CSV, as they came */
	bool begun, any, divided, marked, looked;
	bool left_out[DECODE_FIELDS]; /* columns that such a file had added */
	bool leaves_out;
};

struct rejected_file *rejected_file_new(enum decode_format format, const struct csv_options *csv)
{
	struct rejected_file *f = memory_new(sizeof(*f));
	f->format = format;
	f->decoder = format == DECODE_CSV ? decoder_new_csv(csv) : decoder_new(format);
	arena_init(&f->arena, ROW_ARENA_BYTES);
	buf_init(&f->header, HEADER_BYTES);
	if (format == DECODE_CSV)
		decoder_keep_header(f->decoder, &f->header);
	return f;
}

void rejected_file_free(struct rejected_file *f)
{
	if (f == NULL)
		return;
	decoder_free(f->decoder);
	arena_fini(&f->arena);
	buf_fini(&f->header);
	memory_free(f);
}

void rejected_file_feed(struct rejected_file *f, struct slice part)
{
	if (!f->looked)
		f->marked = slice_starts_with(part, SLICE("\xEF\xBB\xBF"));
	f->looked = true;
	decoder_feed(f->decoder, part);
}

void rejected_file_finish(struct rejected_file *f)
{
	decoder_finish(f->decoder);
}

bool rejected_file_next(struct rejected_file *f, uint64_t *row, bool *ended)
{
	struct record record;
	struct decode_fault fault;
	arena_rewind(&f->arena, (struct arena_mark){0});
	enum decoded what = decoder_next(f->decoder, &f->arena, &record, &fault);
	*ended = what == DECODE_END || what == DECODE_BROKEN;
	f->divided = what == DECODE_RECORD;
	if (what == DECODE_RECORD)
		*row = record.row;
	else if (what == DECODE_BAD_ROW)
		*row = fault.row;
	return what == DECODE_RECORD || what == DECODE_BAD_ROW;
}

/* What is added */

static struct slice part_of(const struct rejected_fault *fault, size_t column)
{
	const struct slice parts[ADDED] = {fault->code, fault->column, fault->value,
					   fault->expected};
	return parts[column];
}

/** All faults' words for one column. */
static void join(struct buf *to, const struct rejected_fault *faults, size_t len, size_t column)
{
	for (size_t i = 0; i < len; i++) {
		if (i > 0)
			buf_add_text(to, " | ");
		buf_add(to, part_of(&faults[i], column));
	}
}

/* CSV */

static bool starts_formula(struct slice text)
{
	return text.len > 0 && text.at[0] != '\0' && strchr("=+-@\t\r", text.at[0]) != NULL;
}

static void add_cell(struct buf *to, struct slice text, char separator)
{
	bool quoted = false;
	for (size_t i = 0; i < text.len && !quoted; i++)
		quoted = text.at[i] == separator || text.at[i] == '"' || text.at[i] == '\n' ||
			 text.at[i] == '\r';
	if (quoted)
		buf_add_byte(to, '"');
	if (starts_formula(text))
		buf_add_byte(to, '\'');
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '"')
			buf_add_byte(to, '"');
		buf_add_byte(to, text.at[i]);
	}
	if (quoted)
		buf_add_byte(to, '"');
}

static char separator_of(const struct rejected_file *f)
{
	return decoder_reading(f->decoder)->delimiter;
}

/** The row without the columns that are left out; false where it cannot be divided. */
static bool add_kept_fields(struct rejected_file *f, struct slice text, struct buf *to)
{
	char separator = separator_of(f);
	struct csv_row r = csv_row_over(text, separator, &f->arena);
	bool first = true;
	for (size_t column = 0; r.more; column++) {
		const char *from = r.at;
		struct slice ignored;
		if (csv_row_next(&r, &ignored) != NULL)
			return false;
		const char *behind = r.more ? r.at - 1 : r.end;
		if (column < DECODE_FIELDS && f->left_out[column])
			continue;
		if (!first)
			buf_add_byte(to, separator);
		buf_add(to, (struct slice){from, (size_t)(behind - from)});
		first = false;
	}
	return true;
}

static struct slice without_return(struct slice text)
{
	if (text.len > 0 && text.at[text.len - 1] == '\r')
		text.len--;
	return text;
}

/** The row as it came. False: it has the columns that would be added, and cannot be divided. */
static bool add_row_text(struct rejected_file *f, struct slice text, struct buf *to)
{
	size_t before = to->len;
	if (!f->leaves_out) {
		buf_add(to, without_return(text));
		return true;
	}
	if (add_kept_fields(f, text, to))
		return true;
	to->len = before;
	buf_add(to, without_return(text));
	return false;
}

static void add_line_end(struct rejected_file *f, struct slice text, struct buf *to)
{
	bool returned = text.len > 0 && text.at[text.len - 1] == '\r';
	buf_add_text(to, returned && decoder_reading(f->decoder)->line_end == '\n' ? "\r\n" : "\n");
}

/** Which columns of the header are such as are added. */
static void find_left_out(struct rejected_file *f, struct slice names)
{
	struct csv_row r = csv_row_over(names, separator_of(f), &f->arena);
	for (size_t column = 0; r.more && column < DECODE_FIELDS; column++) {
		struct slice name;
		if (csv_row_next(&r, &name) != NULL)
			return;
		for (size_t i = 0; i < ADDED; i++)
			if (slice_is(name, added_names[i]))
				f->left_out[column] = f->leaves_out = true;
	}
}

static void add_csv_header(struct rejected_file *f, struct buf *to)
{
	const struct csv_reading *reading = decoder_reading(f->decoder);
	char separator = separator_of(f);
	struct slice rest = buf_slice(&f->header), text;
	bool first = true;
	if (f->marked || reading->encoding->kind != ENCODING_UTF8)
		buf_add_text(to, "\xEF\xBB\xBF");
	if (reading->delimiter_known.how == KNOWN_MARKED)
		buf_print(to, "sep=%c\r\n", separator);
	while (rest.len > 0 && slice_next_part(&rest, '\0', &text)) {
		if (first)
			find_left_out(f, text);
		(void)add_row_text(f, text, to);
		for (size_t i = 0; i < ADDED; i++) {
			buf_add_byte(to, separator);
			buf_add_text(to, first ? added_names[i] : "");
		}
		add_line_end(f, text, to);
		first = false;
	}
}

static void add_csv_row(struct rejected_file *f, const struct rejected_fault *faults, size_t len,
			struct buf *to)
{
	struct slice text = decoder_row_text(f->decoder);
	struct buf words;
	bool adds = add_row_text(f, text, to);
	buf_init(&words, HEADER_BYTES);
	for (size_t column = 0; adds && column < ADDED; column++) {
		buf_clear(&words);
		join(&words, faults, len, column);
		buf_add_byte(to, separator_of(f));
		add_cell(to, buf_slice(&words), separator_of(f));
	}
	buf_fini(&words);
	add_line_end(f, text, to);
}

/* JSON */

/** From an opening bracket to behind its closing one. The text is JSON. */
static void skip_container(const char **at, const char *end)
{
	int depth = 0;
	do {
		struct slice raw;
		unsigned doubts = 0;
		char c = *(*at)++;
		if (c == '"')
			(void)json_lex_string(at, end, &raw, &doubts);
		depth += (c == '{' || c == '[') - (c == '}' || c == ']');
	} while (depth > 0 && *at < end);
}

static void skip_value(const char **at, const char *end)
{
	struct json_scalar scalar;
	if (**at == '{' || **at == '[')
		skip_container(at, end);
	else
		(void)json_lex_scalar(at, end, &scalar);
}

static bool is_added(struct slice name)
{
	for (size_t i = 0; i < ADDED; i++)
		if (slice_is(name, added_names[i]))
			return true;
	return false;
}

/** Its members but those that are added, each as it came. */
static bool add_members(struct slice object, struct buf *to)
{
	const char *end = object.at + object.len;
	const char *at = json_skip_space(object.at, end) + 1; /* behind the brace */
	bool any = false;
	for (at = json_skip_space(at, end); at < end && *at == '"'; at = json_skip_space(at, end)) {
		const char *from = at++;
		struct slice name = SLICE_NONE;
		unsigned doubts = 0;
		(void)json_lex_string(&at, end, &name, &doubts);
		at = json_skip_space(json_skip_space(at, end) + 1, end); /* behind the colon */
		skip_value(&at, end);
		if (!is_added(name)) {
			if (any)
				buf_add_byte(to, ',');
			buf_add(to, (struct slice){from, (size_t)(at - from)});
			any = true;
		}
		at = json_skip_space(at, end);
		if (at < end && *at == ',')
			at++;
	}
	return any;
}

static void add_json_words(const struct rejected_fault *faults, size_t len, struct buf *to)
{
	struct buf words;
	struct json_out j = json_out_on(to);
	buf_init(&words, HEADER_BYTES);
	json_open_object(&j);
	for (size_t column = 0; column < ADDED; column++) {
		buf_clear(&words);
		join(&words, faults, len, column);
		json_pair_text(&j, added_names[column], buf_slice(&words));
	}
	json_close_object(&j);
	buf_fini(&words);
}

/** Only what was read as a record is an object for sure. */
static void add_json_row(struct rejected_file *f, const struct rejected_fault *faults, size_t len,
			 struct buf *to)
{
	struct slice text = slice_trim(decoder_row_text(f->decoder));
	if (!f->divided) {
		buf_add(to, text);
		return;
	}
	struct buf words;
	buf_init(&words, HEADER_BYTES);
	add_json_words(faults, len, &words);
	buf_add_byte(to, '{');
	if (add_members(text, to))
		buf_add_byte(to, ',');
	buf_add(to, slice_from(buf_slice(&words), 1));
	buf_fini(&words);
}

/* The file */

static void begin(struct rejected_file *f, struct buf *to)
{
	if (f->begun)
		return;
	f->begun = true;
	if (f->format == DECODE_JSON_ARRAY)
		buf_add_byte(to, '[');
	else if (f->format == DECODE_CSV && decoder_reading(f->decoder) != NULL)
		add_csv_header(f, to);
}

void rejected_file_add(struct rejected_file *f, const struct rejected_fault *faults, size_t len,
		       struct buf *to)
{
	begin(f, to);
	if (f->format == DECODE_CSV) {
		add_csv_row(f, faults, len, to);
	} else {
		if (f->format == DECODE_JSON_ARRAY && f->any)
			buf_add_text(to, ",\n");
		add_json_row(f, faults, len, to);
		if (f->format == DECODE_NDJSON)
			buf_add_byte(to, '\n');
	}
	f->any = true;
}

void rejected_file_end(struct rejected_file *f, struct buf *to)
{
	begin(f, to);
	if (f->format == DECODE_JSON_ARRAY)
		buf_add_text(to, "]\n");
}
