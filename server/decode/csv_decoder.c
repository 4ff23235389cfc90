#include "decode/csv_decoder.h"

#include "decode/fault.h"
#include "decode/json_lex.h"

static const unsigned char byte_order_mark[] = {0xEF, 0xBB, 0xBF};

void csv_decoder_init(struct csv_decoder *d)
{
	d->separator = ',';
	arena_init(&d->names, DECODE_RECORD_BYTES + DECODE_FIELDS);
}

void csv_decoder_fini(struct csv_decoder *d)
{
	arena_fini(&d->names);
}

/* Where a row ends. */

static enum csv_state behind(const struct csv_decoder *d, char c)
{
	if (c == '"' && d->state == CSV_START)
		return CSV_QUOTED;
	if (c == '"' && d->state != CSV_PLAIN)
		return d->state == CSV_QUOTED ? CSV_QUOTE : CSV_QUOTED;
	if (d->state == CSV_QUOTED)
		return CSV_QUOTED;
	return c == d->separator ? CSV_START : CSV_PLAIN;
}

/** Bytes of `fresh` that are the byte order mark: it must not hide a quote that
 * begins the first field. */
static size_t skip_mark(struct csv_decoder *d, struct slice fresh)
{
	size_t i = 0;
	while (i < fresh.len && d->mark_seen < sizeof(byte_order_mark) &&
	       (unsigned char)fresh.at[i] == byte_order_mark[d->mark_seen]) {
		d->mark_seen++;
		i++;
	}
	if (i < fresh.len)
		d->mark_seen = sizeof(byte_order_mark);
	return i;
}

/** Most rows have no quote in them: two memchr() then find what the machine would. */
static bool ends_without_quotes(struct csv_decoder *d, struct slice fresh, size_t *len)
{
	if (d->state == CSV_QUOTED || d->state == CSV_QUOTE)
		return false;
	const char *newline = memchr(fresh.at, '\n', fresh.len);
	if (newline == NULL)
		return false;
	*len = (size_t)(newline - fresh.at) + 1;
	if (memchr(fresh.at, '"', *len) != NULL)
		return false;
	d->state = CSV_START;
	return true;
}

static bool row_ends(void *decoder, struct slice fresh, size_t *len)
{
	struct csv_decoder *d = decoder;
	size_t i = skip_mark(d, fresh);
	if (i == 0 && ends_without_quotes(d, fresh, len))
		return true;
	for (; i < fresh.len; i++) {
		if (fresh.at[i] == '\n' && d->state != CSV_QUOTED) {
			*len = i + 1;
			d->state = CSV_START;
			return true;
		}
		d->state = behind(d, fresh.at[i]);
	}
	return false;
}

/* What stands in a row. */

struct row {
	struct slice text;
	const char *at, *end;
	struct arena *arena;
	char separator;
	bool more; /**< a field begins at `at` */
};

static const char *unescape_quotes(struct row *r, struct slice *value)
{
	char *to = arena_take(r->arena, value->len);
	size_t len = 0;
	if (to == NULL)
		return "record_too_long";
	for (size_t i = 0; i < value->len; i++) {
		to[len++] = value->at[i];
		i += value->at[i] == '"';
	}
	*value = (struct slice){to, len};
	return NULL;
}

static const char *quoted_field(struct row *r, struct slice *value)
{
	const char *start = ++r->at;
	bool escaped = false;
	for (;;) {
		r->at = memchr(r->at, '"', (size_t)(r->end - r->at));
		must(r->at != NULL); /* row_ends() counted the same quotes */
		if (r->end - r->at < 2 || r->at[1] != '"')
			break;
		escaped = true;
		r->at += 2;
	}
	*value = (struct slice){start, (size_t)(r->at - start)};
	r->at++;
	if (r->at < r->end && *r->at != r->separator)
		return "text_after_quote";
	return escaped ? unescape_quotes(r, value) : NULL;
}

static const char *plain_field(struct row *r, struct slice *value)
{
	const char *start = r->at;
	const char *at = start;
	while (at < r->end && *at != r->separator && *at != '"' && *at != '\r')
		at++;
	r->at = at;
	*value = (struct slice){start, (size_t)(at - start)};
	if (at == r->end || *at == r->separator)
		return NULL;
	return *at == '"' ? "quote_inside_field" : "bare_carriage_return";
}

/** NULL or the code of what is wrong with the field at r->at, which then is left behind. */
static const char *next_field(struct row *r, struct slice *value)
{
	bool is_quoted = r->at < r->end && *r->at == '"';
	const char *code = is_quoted ? quoted_field(r, value) : plain_field(r, value);
	if (code != NULL)
		return code;
	r->more = r->at < r->end;
	r->at += r->more;
	return value->len > DECODE_FIELD_BYTES ? "field_too_long" : NULL;
}

static bool is_simple(struct slice text)
{
	bool control = false;
	for (size_t i = 0; i < text.len; i++)
		control |= (unsigned char)text.at[i] < 0x20;
	return !control;
}

/** Bytes that no CSV may hold, wherever they stand. */
static const char *check_bytes(struct slice text)
{
	if (!json_is_utf8(text))
		return "not_utf8";
	if (is_simple(text))
		return NULL;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (c == '\0')
			return "nul_byte";
		if ((unsigned char)c < 0x20 && c != '\t' && c != '\r' && c != '\n')
			return "control_character";
	}
	return NULL;
}

static const char *expected_of(const char *code)
{
	static const char *const expected[][2] = {
		{"not_utf8", "text in UTF-8"},
		{"nul_byte", "text without the byte 0"},
		{"control_character", "text without control characters"},
		{"quote_inside_field", "a field with a quote in it within quotes, \"\" for each"},
		{"text_after_quote", "a separator or the line's end behind a closing quote"},
		{"bare_carriage_return", "lines that end in CRLF or LF"},
		{"field_too_long", "at most 32768 bytes in a field"},
		{"record_too_long", "at most 65536 bytes in a row; is a quote left open?"},
		{"unclosed_quote", "a closing quote before the file ends"},
		{"missing_header", "a first line with the names of the columns"},
		{"empty_column_name", "a name for every column"},
		{"duplicate_column", "each column name once"},
		{"too_many_columns", "at most 512 columns"},
	};
	for (size_t i = 0; i < COUNT_OF(expected); i++)
		if (strcmp(expected[i][0], code) == 0)
			return expected[i][1];
	never("a code outside its table");
}

static void refuse(struct decode_fault *fault, uint64_t row, const char *code, struct slice column,
		   struct slice value)
{
	fault_fill(fault, row, code, column, value);
	fault_expect(fault, "%s", expected_of(code));
}

static struct row row_over(const struct csv_decoder *d, struct slice text, struct arena *arena)
{
	if (text.len > 0 && text.at[text.len - 1] == '\r')
		text.len--;
	return (struct row){.text = text,
			    .at = text.at,
			    .end = text.at + text.len,
			    .arena = arena,
			    .separator = d->separator,
			    .more = true};
}

/* The header. */

static bool is_taken(const struct csv_decoder *d, struct slice name)
{
	for (size_t i = 0; i < d->columns; i++)
		if (slice_equal(d->fields[i].name, name))
			return true;
	return false;
}

static const char *add_column(struct csv_decoder *d, struct slice name)
{
	if (d->columns == DECODE_FIELDS)
		return "too_many_columns";
	if (name.len == 0)
		return "empty_column_name";
	if (is_taken(d, name))
		return "duplicate_column";
	struct slice copy = arena_copy(&d->names, name);
	must(copy.at != NULL); /* no header is longer than a record */
	d->fields[d->columns++] = (struct field){.name = copy, .kind = FIELD_TEXT};
	return NULL;
}

static bool starts_with_mark(struct slice text)
{
	return text.len >= sizeof(byte_order_mark) &&
	       memcmp(text.at, byte_order_mark, sizeof(byte_order_mark)) == 0;
}

static bool read_header(struct csv_decoder *d, struct slice text, struct arena *arena,
			struct decode_fault *fault)
{
	if (starts_with_mark(text))
		text = slice_from(text, sizeof(byte_order_mark));
	struct row r = row_over(d, text, arena);
	struct slice name = r.text;
	const char *code = r.text.len == 0 ? "missing_header" : check_bytes(r.text);
	while (code == NULL && r.more) {
		const char *from = r.at;
		code = next_field(&r, &name);
		if (code != NULL)
			name = (struct slice){from, (size_t)(r.end - from)};
		else
			code = add_column(d, name);
	}
	if (code == NULL)
		return true;
	refuse(fault, 0, code, SLICE_NONE, name);
	return false;
}

/* The rows. */

static bool is_blank(const struct csv_decoder *d, struct slice text)
{
	if (text.len != 0 && text.len != d->columns - 1)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] != d->separator)
			return false;
	return true;
}

static void refuse_count(const struct csv_decoder *d, size_t count, struct slice text,
			 struct decode_fault *fault)
{
	bool few = count < d->columns;
	fault_fill(fault, d->row, few ? "too_few_fields" : "too_many_fields",
		   few ? d->fields[count].name : SLICE_NONE, text);
	fault_expect(fault, "%zu fields as in the header, not %zu", d->columns, count);
}

static enum decoded read_row(struct csv_decoder *d, struct row *r, struct record *record,
			     struct decode_fault *fault)
{
	struct slice value = r->text, surplus;
	size_t count = 0;
	const char *code = check_bytes(r->text);
	for (; code == NULL && r->more; count++) {
		bool has_column = count < d->columns;
		value = (struct slice){r->at, (size_t)(r->end - r->at)};
		code = next_field(r, has_column ? &d->fields[count].value : &surplus);
	}
	if (code != NULL) {
		bool has_column = count > 0 && count <= d->columns;
		refuse(fault, d->row, code, has_column ? d->fields[count - 1].name : SLICE_NONE,
		       value);
		return DECODE_BAD_ROW;
	}
	if (count != d->columns) {
		refuse_count(d, count, r->text, fault);
		return DECODE_BAD_ROW;
	}
	*record = (struct record){.row = d->row, .fields = d->fields, .fields_len = count};
	return DECODE_RECORD;
}

/** Row 0 as long as the header was not read. */
static enum decoded broken(const struct csv_decoder *d, const char *code, struct slice text,
			   struct decode_fault *fault)
{
	if (d->columns == 0 && starts_with_mark(text))
		text = slice_from(text, sizeof(byte_order_mark));
	refuse(fault, d->columns > 0 ? d->row + 1 : 0, code, SLICE_NONE, text);
	return DECODE_BROKEN;
}

enum decoded csv_decoder_next(struct csv_decoder *d, struct cutter *cutter, struct arena *arena,
			      struct record *record, struct decode_fault *fault)
{
	for (;;) {
		struct slice text;
		enum cut cut = cutter_next(cutter, row_ends, d, &text);
		if (cut == CUT_TOO_LONG)
			return broken(d, "record_too_long", text, fault);
		if (cut == CUT_MORE)
			return DECODE_MORE;
		if (cut == CUT_END)
			return d->columns > 0 ? DECODE_END
					      : broken(d, "missing_header", text, fault);
		if (d->state == CSV_QUOTED)
			return broken(d, "unclosed_quote", text, fault);
		if (d->columns == 0) {
			if (!read_header(d, text, arena, fault))
				return DECODE_BROKEN;
			continue;
		}
		d->row++;
		struct row r = row_over(d, text, arena);
		if (!is_blank(d, r.text))
			return read_row(d, &r, record, fault);
	}
}
