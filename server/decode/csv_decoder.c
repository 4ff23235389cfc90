#include "decode/csv_decoder.h"

#include "decode/csv_header.h"
#include "decode/csv_row.h"
#include "decode/fault.h"
#include "decode/normal.h"

enum { NAMES_BYTES = 2 * DECODE_RECORD_BYTES + DECODE_FIELDS };

void csv_decoder_init(struct csv_decoder *d, struct csv_reading *reading)
{
	d->reading = reading;
	arena_init(&d->names, NAMES_BYTES);
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
	return c == d->reading->delimiter ? CSV_START : CSV_PLAIN;
}

/** Most rows have no quote in them: two memchr() then find what the machine would. */
static bool ends_without_quotes(struct csv_decoder *d, struct slice fresh, size_t *len)
{
	if (d->state == CSV_QUOTED || d->state == CSV_QUOTE)
		return false;
	const char *newline = memchr(fresh.at, d->reading->line_end, fresh.len);
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
	if (ends_without_quotes(d, fresh, len))
		return true;
	for (size_t i = 0; i < fresh.len; i++) {
		if (fresh.at[i] == d->reading->line_end && d->state != CSV_QUOTED) {
			*len = i + 1;
			d->state = CSV_START;
			return true;
		}
		d->state = behind(d, fresh.at[i]);
	}
	return false;
}

/* Faults */

static const char *expected_of(const char *code)
{
	static const char *const expected[][2] = {
		{"not_utf8", "text in UTF-8, or the file's encoding declared"},
		{"nul_byte", "text without the byte 0"},
		{"control_character", "text without control characters"},
		{"quote_inside_field", "a field with a quote in it within quotes, \"\" for each"},
		{"text_after_quote", "a separator or the line's end behind a closing quote"},
		{"bare_carriage_return", "lines that end in CRLF or LF, or all of them in CR"},
		{"field_too_long", "at most 32768 bytes in a field"},
		{"record_too_long", "at most 65536 bytes in a row; is a quote left open?"},
		{"unclosed_quote", "a closing quote before the file ends"},
		{"missing_header", "a first line with the names of the columns"},
		{"empty_column_name", "a name for every column that holds something"},
		{"duplicate_column", "each column name once"},
		{"too_many_columns", "at most 512 columns"},
	};
	for (size_t i = 0; i < COUNT_OF(expected); i++)
		if (strcmp(expected[i][0], code) == 0)
			return expected[i][1];
	never("a code outside its table");
}

static void refuse(const struct csv_decoder *d, struct decode_fault *fault, uint64_t row,
		   const char *code, struct slice column, struct slice value)
{
	const struct encoding *encoding = d->reading->encoding;
	if (strcmp(code, "not_utf8") == 0 && encoding->kind != ENCODING_UTF8) {
		fault_fill(fault, row, "not_in_encoding", column, value);
		fault_expect(fault, "text in %s, or another encoding declared", encoding->name);
		return;
	}
	fault_fill(fault, row, code, column, value);
	fault_expect(fault, "%s", expected_of(code));
}

static struct slice name_of(const struct csv_decoder *d, size_t column)
{
	bool has_name = column < d->width && d->field_of[column] != CSV_NAMELESS;
	return has_name ? d->fields[d->field_of[column]].name : SLICE_NONE;
}

/** The field that holds the byte, as far as fields can be told apart. */
static void refuse_byte(const struct csv_decoder *d, struct csv_row *r, const char *code,
			struct decode_fault *fault)
{
	const char *bad = r->text.at + csv_row_bad_byte(r->text);
	struct slice value = r->text, ignored;
	size_t column = 0;
	for (;; column++) {
		value = (struct slice){r->at, (size_t)(r->end - r->at)};
		if (csv_row_next(r, &ignored) != NULL || r->at > bad || !r->more)
			break;
	}
	refuse(d, fault, d->row, code, name_of(d, column), value);
}

static void refuse_count(const struct csv_decoder *d, size_t count, struct slice text,
			 struct decode_fault *fault)
{
	bool few = count < d->least;
	fault_fill(fault, d->row, few ? "too_few_fields" : "too_many_fields",
		   few ? name_of(d, count) : SLICE_NONE, text);
	fault_expect(fault, "%zu fields as in the header, not %zu", d->least, count);
}

/* The rows. */

static bool is_blank(const struct csv_decoder *d, struct slice text)
{
	if (text.len != 0 && text.len != d->width - 1)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] != d->reading->delimiter)
			return false;
	return true;
}

static bool all_empty(const struct csv_decoder *d)
{
	for (size_t i = 0; i < d->columns; i++)
		if (d->fields[i].value.len > 0)
			return false;
	return true;
}

static const char *normalise(struct csv_decoder *d, struct arena *arena)
{
	for (size_t i = 0; i < d->columns; i++)
		if (normal_text(&d->fields[i].value, arena) < 0)
			return "record_too_long";
	return NULL;
}

/** The row's next field into its place; a value in a column without a name is *stray. */
static const char *next_field(struct csv_decoder *d, struct csv_row *r, size_t column,
			      struct slice *stray)
{
	uint16_t field = column < d->width ? d->field_of[column] : CSV_NAMELESS;
	struct slice value;
	if (field != CSV_NAMELESS)
		return csv_row_next(r, &d->fields[field].value);
	const char *code = csv_row_next(r, &value);
	if (code == NULL && value.len > 0 && stray->len == 0)
		*stray = value;
	return code;
}

/** DECODE_MORE: the row holds nothing at all. */
static enum decoded read_row(struct csv_decoder *d, struct csv_row *r, struct record *record,
			     struct decode_fault *fault)
{
	struct slice value = r->text, stray = SLICE_NONE;
	bool may_compose;
	size_t count = 0;
	const char *code = csv_row_check(r->text, &may_compose);
	if (code != NULL) {
		refuse_byte(d, r, code, fault);
		return DECODE_BAD_ROW;
	}
	for (; code == NULL && r->more; count++) {
		value = (struct slice){r->at, (size_t)(r->end - r->at)};
		code = next_field(d, r, count, &stray);
	}
	if (code == NULL && (count < d->least || count > d->width)) {
		refuse_count(d, count, r->text, fault);
		return DECODE_BAD_ROW;
	}
	if (code == NULL && stray.len > 0) {
		refuse(d, fault, d->row, "empty_column_name", SLICE_NONE, stray);
		return DECODE_BAD_ROW;
	}
	if (code == NULL && may_compose)
		code = normalise(d, r->arena);
	if (code != NULL) {
		refuse(d, fault, d->row, code, name_of(d, count - 1), value);
		return DECODE_BAD_ROW;
	}
	if (d->fields[0].value.len == 0 && all_empty(d))
		return DECODE_MORE;
	*record = (struct record){.row = d->row,
				  .fields = d->fields,
				  .fields_len = d->columns,
				  .reading = d->reading};
	return DECODE_RECORD;
}

static bool has_header(const struct csv_decoder *d)
{
	return d->header_rows_read > 0 && d->header_rows_read == d->reading->header_rows;
}

/** Row 0 as long as the header was not read. */
static enum decoded broken(const struct csv_decoder *d, const char *code, struct slice text,
			   struct decode_fault *fault)
{
	refuse(d, fault, has_header(d) ? d->row + 1 : 0, code, SLICE_NONE, text);
	return DECODE_BROKEN;
}

static enum decoded take(struct csv_decoder *d, struct slice text, struct arena *arena,
			 struct record *record, struct decode_fault *fault)
{
	if (!has_header(d)) {
		struct slice at;
		if (d->header != NULL) {
			buf_add(d->header, text);
			buf_add_byte(d->header, '\0');
		}
		const char *code = csv_header_take(d, text, arena, &at);
		if (code == NULL)
			return DECODE_MORE;
		refuse(d, fault, 0, code, SLICE_NONE, at);
		return DECODE_BROKEN;
	}
	d->row++;
	struct csv_row r = csv_row_over(text, d->reading->delimiter, arena);
	return is_blank(d, r.text) ? DECODE_MORE : read_row(d, &r, record, fault);
}

enum decoded csv_decoder_next(struct csv_decoder *d, struct cutter *cutter, struct arena *arena,
			      struct record *record, struct decode_fault *fault)
{
	enum decoded what = DECODE_MORE;
	while (what == DECODE_MORE) {
		struct slice text;
		enum cut cut = cutter_next(cutter, row_ends, d, &text);
		if (cut == CUT_TOO_LONG)
			return broken(d, "record_too_long", text, fault);
		if (cut == CUT_MORE)
			return DECODE_MORE;
		if (cut == CUT_END)
			return has_header(d) ? DECODE_END
					     : broken(d, "missing_header", text, fault);
		if (d->state == CSV_QUOTED)
			return broken(d, "unclosed_quote", text, fault);
		what = take(d, text, arena, record, fault);
	}
	return what;
}
