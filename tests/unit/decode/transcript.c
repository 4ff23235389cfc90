#include "transcript.h"

#include <stdlib.h>

enum { TEXT_LIMIT = 16 << 20, ARENA_BYTES = DECODE_RECORD_BYTES };

static void write_field(struct buf *to, const struct field *field)
{
	static const char *const marks[] = {
		[FIELD_TEXT] = "", [FIELD_NUMBER] = "#", [FIELD_BOOL] = "?", [FIELD_NULL] = "~"};
	buf_add_text(to, " ");
	if (field->group.len > 0) {
		buf_add(to, field->group);
		buf_add_text(to, ".");
	}
	buf_add(to, field->name);
	buf_add_text(to, "=");
	buf_add_text(to, marks[field->kind]);
	buf_add(to, field->value);
}

static void write_record(struct transcript *t, const struct record *record)
{
	t->records++;
	buf_add_int(&t->text, (int64_t)record->row);
	for (size_t i = 0; i < record->fields_len; i++)
		write_field(&t->text, &record->fields[i]);
	buf_add_text(&t->text, "\n");
	if (t->on_record != NULL)
		t->on_record(t->with, record);
}

static void write_fault(struct transcript *t, const struct decode_fault *fault)
{
	if (t->code[0] == '\0')
		memcpy(t->code, fault->code, strlen(fault->code) + 1);
	buf_print(&t->text, "%lu! %s [%s] %s\n", (unsigned long)fault->row, fault->code,
		  fault->column, fault->value);
	buf_print(&t->expected, "%s\n", fault->expected);
	must(fault->expected[0] != '\0');
	must(slice_is_utf8(slice_of(fault->value)));
	must(slice_is_utf8(slice_of(fault->column)));
}

static enum decoded drain(struct transcript *t, struct decoder *d, struct arena *arena)
{
	for (;;) {
		struct record record;
		struct decode_fault fault;
		struct arena_mark before = arena_mark(arena);
		enum decoded got = decoder_next(d, arena, &record, &fault);
		if (got == DECODE_RECORD) {
			write_record(t, &record);
		} else if (got == DECODE_BAD_ROW) {
			t->bad_rows++;
			write_fault(t, &fault);
		} else if (got == DECODE_BROKEN) {
			buf_add_text(&t->text, "broken ");
			write_fault(t, &fault);
		} else if (got == DECODE_END) {
			t->ended = true;
			buf_add_text(&t->text, "end\n");
		}
		if (decoder_held_bytes(d) > t->most_held_bytes)
			t->most_held_bytes = decoder_held_bytes(d);
		arena_rewind(arena, before);
		if (got != DECODE_RECORD && got != DECODE_BAD_ROW)
			return got;
	}
}

/** A copy of its own, exactly as long: a sanitizer sees who reads past a part. */
static enum decoded feed(struct transcript *t, struct decoder *d, struct arena *arena,
			 struct slice part)
{
	char *copy = memory_new(part.len + (part.len == 0));
	if (part.len > 0)
		memcpy(copy, part.at, part.len);
	decoder_feed(d, (struct slice){copy, part.len});
	enum decoded got = drain(t, d, arena);
	memory_free(copy);
	return got;
}

static void write_reading(struct transcript *t, const struct decoder *d)
{
	buf_init(&t->reading, TEXT_LIMIT);
	struct json_out j = json_out_on(&t->reading);
	if (decoder_reading(d) != NULL)
		csv_reading_json(decoder_reading(d), &j);
	buf_add_byte(&t->reading, '\0');
	t->reading.len--;
}

void transcribe_into(struct transcript *t, enum decode_format format, struct slice bytes,
		     size_t first_len, size_t part_len)
{
	struct arena arena;
	struct decoder *d = t->options != NULL ? decoder_new_csv(t->options) : decoder_new(format);
	enum decoded got = DECODE_MORE;
	size_t len = first_len;
	must(part_len > 0);
	arena_init(&arena, ARENA_BYTES);
	while (got == DECODE_MORE && bytes.len > 0) {
		if (len > bytes.len)
			len = bytes.len;
		got = feed(t, d, &arena, (struct slice){bytes.at, len});
		bytes = slice_from(bytes, len);
		len = part_len;
	}
	if (got == DECODE_MORE) {
		decoder_finish(d);
		drain(t, d, &arena);
	}
	write_reading(t, d);
	decoder_free(d);
	arena_fini(&arena);
}

static struct transcript transcribe_with(const struct csv_options *options,
					 enum decode_format format, struct slice bytes,
					 size_t first_len, size_t part_len)
{
	struct transcript t = {.options = options};
	buf_init(&t.text, TEXT_LIMIT);
	buf_init(&t.expected, TEXT_LIMIT);
	transcribe_into(&t, format, bytes, first_len, part_len);
	buf_add_byte(&t.text, '\0');
	must(!buf_over(&t.text));
	t.text.len--;
	return t;
}

struct transcript transcribe(enum decode_format format, struct slice bytes, size_t first_len,
			     size_t part_len)
{
	return transcribe_with(NULL, format, bytes, first_len, part_len);
}

struct transcript transcribe_csv(const struct csv_options *options, struct slice bytes,
				 size_t part_len)
{
	return transcribe_with(options, DECODE_CSV, bytes, part_len, part_len);
}

bool transcripts_equal(const struct transcript *a, const struct transcript *b)
{
	return slice_equal(buf_slice(&a->text), buf_slice(&b->text)) &&
	       slice_equal(buf_slice(&a->expected), buf_slice(&b->expected)) &&
	       slice_equal(buf_slice(&a->reading), buf_slice(&b->reading));
}

void transcript_fini(struct transcript *t)
{
	buf_fini(&t->text);
	buf_fini(&t->expected);
	buf_fini(&t->reading);
}
