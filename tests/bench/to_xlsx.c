/* Writes CSV from stdin as a workbook: to_xlsx FILE <x.csv
 *
 * Whole numbers become numbers, all else, and every result_id, text. libxlsxwriter keeps one row,
 * so texts stand inline, as in files that programs stream. */
#include <stdio.h>
#include <stdlib.h>
#include <xlsxwriter.h>

#include "decode/decoder.h"

enum { PART_BYTES = 1024 * 1024, ARENA_BYTES = 1024 * 1024, CELL_BYTES = 32768 };

struct sheet {
	lxw_worksheet *at;
	lxw_row_t row;
};

static void write_text(struct sheet *s, lxw_col_t column, struct slice text)
{
	static char cell[CELL_BYTES + 1];
	must(text.len <= CELL_BYTES);
	memcpy(cell, text.at, text.len);
	cell[text.len] = '\0';
	must(worksheet_write_string(s->at, s->row, column, cell, NULL) == LXW_NO_ERROR);
}

static void write_row(struct sheet *s, const struct record *record)
{
	for (size_t i = 0; s->row == 0 && i < record->fields_len; i++)
		write_text(s, (lxw_col_t)i, record->fields[i].name);
	s->row++;
	for (size_t i = 0; i < record->fields_len; i++) {
		int64_t number;
		const struct field *f = &record->fields[i];
		if (f->value.len == 0)
			continue;
		if (!slice_is(f->name, "result_id") && slice_to_int64(f->value, &number))
			must(worksheet_write_number(s->at, s->row, (lxw_col_t)i, (double)number,
						    NULL) == LXW_NO_ERROR);
		else
			write_text(s, (lxw_col_t)i, f->value);
	}
}

static enum decoded drain(struct decoder *d, struct arena *arena, struct sheet *s)
{
	struct record record;
	struct decode_fault fault;
	enum decoded what;
	struct arena_mark before = arena_mark(arena);
	while ((what = decoder_next(d, arena, &record, &fault)) == DECODE_RECORD) {
		write_row(s, &record);
		arena_rewind(arena, before);
	}
	must(what == DECODE_MORE || what == DECODE_END);
	return what;
}

int main(int argc, char **argv)
{
	static char part[PART_BYTES];
	lxw_workbook_options streamed = {.constant_memory = LXW_TRUE};
	struct arena arena;
	size_t got;
	if (argc != 2) {
		fputs("usage: to_xlsx FILE <x.csv\n", stderr);
		return 2;
	}
	lxw_workbook *book = workbook_new_opt(argv[1], &streamed);
	struct sheet sheet = {.at = workbook_add_worksheet(book, "results")};
	struct decoder *d = decoder_new(DECODE_CSV);
	arena_init(&arena, ARENA_BYTES);
	while ((got = fread(part, 1, sizeof(part), stdin)) > 0) {
		decoder_feed(d, (struct slice){part, got});
		(void)drain(d, &arena, &sheet);
	}
	decoder_finish(d);
	(void)drain(d, &arena, &sheet);
	arena_fini(&arena);
	decoder_free(d);
	return workbook_close(book) == LXW_NO_ERROR ? EXIT_SUCCESS : EXIT_FAILURE;
}
