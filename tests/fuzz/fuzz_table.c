#include "fuzz_table.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tabular/table_dictionary.h"

enum { LESS_MEMORY = 1 << 20, LESS_CSV = 1 << 20, LESS_UNPACKED = 4 << 20 };

/** Every row is a record or a bad row with a place; the header may be refused. */
static void must_be_told(struct slice csv)
{
	const struct csv_options options = {
		.encoding = encoding_utf8, .delimiter = ',', .decimal = '.', .header_rows = 1};
	struct decoder *d = decoder_new_csv(&options);
	struct arena arena;
	struct record record;
	struct decode_fault fault;
	enum decoded what;
	arena_init(&arena, 4 * DECODE_RECORD_BYTES);
	decoder_feed(d, csv);
	while ((what = decoder_next(d, &arena, &record, &fault)) != DECODE_END) {
		if (what == DECODE_MORE)
			decoder_finish(d);
		if (what == DECODE_BROKEN)
			break;
		must(what != DECODE_BAD_ROW || fault.row > 0);
		arena_fini(&arena);
		arena_init(&arena, 4 * DECODE_RECORD_BYTES);
	}
	must(what == DECODE_END || fault.row == 0); /* our own dialect: only names can be wrong */
	arena_fini(&arena);
	decoder_free(d);
}

static int open_made(struct slice bytes, char path[64])
{
	int descriptor = memfd_create("fuzzed", MFD_CLOEXEC);
	must(descriptor >= 0 && write(descriptor, bytes.at, bytes.len) == (ssize_t)bytes.len);
	snprintf(path, 64, "/proc/self/fd/%d", descriptor);
	return descriptor;
}

static void must_be_sound(enum status st, const struct decode_fault *fault, struct slice csv)
{
	must(st == OK || st == E_INPUT || st == E_LIMIT);
	must((st == OK) == (fault->code == NULL));
	if (st == OK)
		must_be_told(csv);
}

void must_be_table_or_fault(table_reader *reader, struct slice file, struct slice metadata)
{
	char path[64], metadata_path[64], *csv = NULL;
	size_t len = 0;
	struct table_report report;
	struct decode_fault fault = {.code = NULL};
	struct table_dictionary dictionary;
	int descriptor = open_made(file, path), second = -1;
	FILE *out = open_memstream(&csv, &len);
	must(out != NULL);
	table_dictionary_init(&dictionary, LESS_MEMORY);
	struct table_options options = {.dictionary = &dictionary, .limits = TABLE_LIMITS};
	options.limits.memory_bytes = LESS_MEMORY;
	options.limits.csv_bytes = LESS_CSV;
	options.limits.unpacked_bytes = LESS_UNPACKED;
	if (metadata.len > 0) {
		second = open_made(metadata, metadata_path);
		options.metadata_path = metadata_path;
	}
	enum status st = reader(path, out, &options, &report, &fault);
	fclose(out);
	must_be_sound(st, &fault, (struct slice){csv, len});
	table_dictionary_fini(&dictionary);
	free(csv);
	close(descriptor);
	if (second >= 0)
		close(second);
}
