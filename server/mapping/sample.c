#include "mapping/sample.h"

static int column_of(struct sample *s, struct slice name)
{
	for (size_t c = 0; c < s->columns_len; c++)
		if (slice_equal(s->columns[c], name))
			return (int)c;
	if (s->columns_len == DECODE_FIELDS)
		return -1;
	struct slice copy = arena_copy(&s->arena, name);
	if (copy.at == NULL)
		return -1;
	s->columns[s->columns_len] = copy;
	return (int)s->columns_len++;
}

/** Under one name, as mappings have it: "answers.q1". */
static bool keep_field(struct sample *s, const struct field *from, struct field *to)
{
	struct slice name = from->name;
	if (from->group.len > 0)
		name = slice_of(arena_print(&s->arena, "%.*s.%.*s", SLICE_ARGS(from->group),
					    SLICE_ARGS(from->name)));
	int column = name.at != NULL ? column_of(s, name) : -1;
	*to = *from;
	to->value = arena_copy(&s->arena, from->value);
	to->name = arena_copy(&s->arena, from->name);
	to->group = arena_copy(&s->arena, from->group);
	return column >= 0 && to->value.at != NULL && to->name.at != NULL && to->group.at != NULL;
}

/** False where there is no more room. */
static bool keep_row(struct sample *s, const struct record *record)
{
	struct field *fields = arena_take_array(&s->arena, record->fields_len, sizeof(*fields));
	if (fields == NULL || s->rows_len == SAMPLE_ROWS)
		return false;
	for (size_t i = 0; i < record->fields_len; i++)
		if (!keep_field(s, &record->fields[i], &fields[i]))
			return false;
	s->rows[s->rows_len++] = (struct sample_row){record->row, fields, record->fields_len};
	return true;
}

static void note_fault(struct sample *s, const struct decode_fault *fault, bool broken)
{
	s->bad_rows += broken ? 0 : 1;
	if (s->fault.code == NULL || broken)
		s->fault = *fault;
	s->broken = broken;
}

/** False where nothing more is to be read. `cut`: a break is ours, not the file's. */
static bool take_rows(struct sample *s, struct decoder *d, bool cut)
{
	struct arena arena;
	struct record record;
	struct decode_fault fault;
	bool more = true;
	arena_init(&arena, SAMPLE_BYTES);
	for (;;) {
		struct arena_mark before = arena_mark(&arena);
		enum decoded got = decoder_next(d, &arena, &record, &fault);
		if (got == DECODE_RECORD)
			more = keep_row(s, &record);
		else if (got == DECODE_BAD_ROW || (got == DECODE_BROKEN && !cut))
			note_fault(s, &fault, got == DECODE_BROKEN);
		arena_rewind(&arena, before);
		if (!more || (got != DECODE_RECORD && got != DECODE_BAD_ROW))
			break;
	}
	arena_fini(&arena);
	return more && !s->broken;
}

static bool is_named(const struct field *field, struct slice column)
{
	if (field->group.len == 0)
		return slice_equal(field->name, column);
	return column.len == field->group.len + 1 + field->name.len &&
	       slice_starts_with(column, field->group) && column.at[field->group.len] == '.' &&
	       slice_equal(slice_from(column, field->group.len + 1), field->name);
}

static const struct field *find(const struct sample_row *row, size_t hint, struct slice column)
{
	if (hint < row->fields_len && is_named(&row->fields[hint], column))
		return &row->fields[hint];
	for (size_t i = 0; i < row->fields_len; i++)
		if (is_named(&row->fields[i], column))
			return &row->fields[i];
	return NULL;
}

static void make_cells(struct sample *s)
{
	s->cells = memory_new((s->rows_len * s->columns_len + 1) * sizeof(const struct field *));
	for (size_t r = 0; r < s->rows_len; r++)
		for (size_t c = 0; c < s->columns_len; c++)
			s->cells[r * s->columns_len + c] = find(&s->rows[r], c, s->columns[c]);
}

/** Without the line that is cut off at the end; empty where there is no line. */
static struct slice whole_lines(struct slice bytes)
{
	size_t len = bytes.len;
	while (len > 0 && bytes.at[len - 1] != '\n')
		len--;
	if (len > 0 && len < bytes.len && bytes.at[len] == '\0')
		len++; /* the other half of a line end in UTF-16 */
	return (struct slice){bytes.at, len};
}

struct sample *sample_new(struct slice bytes, bool whole, enum decode_format format,
			  const struct csv_options *csv)
{
	struct sample *s = memory_new(sizeof(*s));
	struct decoder *d = format == DECODE_CSV ? decoder_new_csv(csv) : decoder_new(format);
	arena_init(&s->arena, SAMPLE_BYTES);
	struct slice cut = whole_lines(bytes);
	bool more = true, lines = format != DECODE_JSON_ARRAY && cut.len > 0;
	if (!whole && lines)
		bytes = cut;
	while (more && bytes.len > 0) {
		size_t len = bytes.len < SAMPLE_FEED_BYTES ? bytes.len : SAMPLE_FEED_BYTES;
		decoder_feed(d, (struct slice){bytes.at, len});
		bytes = slice_from(bytes, len);
		more = take_rows(s, d, false);
	}
	if (more && (whole || lines)) {
		decoder_finish(d);
		(void)take_rows(s, d, !whole);
	}
	s->has_reading = decoder_reading(d) != NULL;
	if (s->has_reading)
		s->reading = *decoder_reading(d);
	decoder_free(d);
	make_cells(s);
	return s;
}

void sample_free(struct sample *s)
{
	if (s == NULL)
		return;
	arena_fini(&s->arena);
	memory_free(s->cells);
	memory_free(s);
}

struct slice sample_value(const struct sample *s, size_t row, size_t column)
{
	const struct field *field = s->cells[row * s->columns_len + column];
	return field == NULL || field->kind == FIELD_NULL ? SLICE_NONE : field->value;
}

struct record sample_record(struct sample *s, size_t row)
{
	return (struct record){.row = s->rows[row].row,
			       .fields = s->rows[row].fields,
			       .fields_len = s->rows[row].fields_len,
			       .reading = s->has_reading ? &s->reading : NULL};
}
