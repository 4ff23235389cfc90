/* Does with every file of a folder what its index says: run_files FOLDER [INDEX].
 *
 * INDEX (FOLDER/INDEX.tsv): path, corpus, expect (accept, reject, either or words), bytes, note. A
 * line for each case that does otherwise and each file that is skipped, then "N passed, N failed,
 * N skipped". A file of cases counts as many times as it has cases. Skipped is what is no file
 * format: recorded HTTP and mail belong to the tests of those.
 *
 * csv/ is read as it comes; own/ are rows of id, score and comment, each of a sender who declares
 * UTF-8 and commas; company and channel are filled in. JSON is refused where it is none, whatever
 * else a record's rules would say of it. strings/ and the texts of formats/ must come back as they
 * were through CSV and through JSON, without ever starting a formula. Other files go by
 * their name's end; "rows=3" in the note is how many rows must be taken. */
#include <stdarg.h>
#include <stdio.h>

#include "files.h"

static struct {
	unsigned passed, failed, skipped;
} total;

void passed(void)
{
	total.passed++;
}

void failed(struct slice name, const char *format, ...)
{
	va_list list;
	total.failed++;
	printf("failed: %.*s: ", SLICE_ARGS(name));
	va_start(list, format);
	vprintf(format, list);
	va_end(list);
	putchar('\n');
}

void passed_otherwise(struct slice name, const char *why)
{
	total.passed++;
	printf("otherwise: %.*s: %s\n", SLICE_ARGS(name), why);
}

bool file_read(struct buf *to, const char *folder, struct slice path)
{
	static char part[FILE_PART_BYTES];
	size_t got;
	snprintf(part, sizeof(part), "%s/%.*s", folder, SLICE_ARGS(path));
	FILE *file = fopen(part, "rb");
	buf_init(to, FILE_BYTES);
	if (file == NULL)
		return false;
	while ((got = fread(part, 1, sizeof(part), file)) > 0)
		buf_add(to, (struct slice){part, got});
	fclose(file);
	return !buf_over(to);
}

void told_refused(struct told *t, const char *code)
{
	if (t->refused++ == 0)
		snprintf(t->first, sizeof(t->first), "%s", code);
}

void judge(const struct told *t, struct slice expect, struct slice name)
{
	bool good = t->ended;
	if (slice_is(expect, "accept"))
		good = good && t->refused == 0;
	else if (slice_is(expect, "reject"))
		good = good && (t->refused > 0 || t->taken == 0);
	if (good)
		passed();
	else
		failed(name, "expected %.*s, %llu rows taken, %llu refused %s", SLICE_ARGS(expect),
		       (unsigned long long)t->taken, (unsigned long long)t->refused, t->first);
}

static enum decoded drain(struct told *t, struct decoder *d, struct arena *arena,
			  void (*take)(void *arg, const struct record *record, struct arena *arena),
			  void *arg)
{
	for (;;) {
		struct record record;
		struct decode_fault fault;
		struct arena_mark before = arena_mark(arena);
		enum decoded what = decoder_next(d, arena, &record, &fault);
		if (what == DECODE_RECORD)
			take(arg, &record, arena);
		else if (what == DECODE_BAD_ROW || what == DECODE_BROKEN)
			told_refused(t, fault.code);
		arena_rewind(arena, before);
		if (what != DECODE_RECORD && what != DECODE_BAD_ROW)
			return what;
	}
}

void decode_all(struct told *t, struct decoder *d, struct slice bytes, size_t part,
		void (*take)(void *arg, const struct record *record, struct arena *arena),
		void *arg)
{
	struct arena arena;
	enum decoded what = DECODE_MORE;
	arena_init(&arena, FILE_ARENA_BYTES);
	while (what == DECODE_MORE && bytes.len > 0) {
		size_t len = bytes.len < part ? bytes.len : part;
		decoder_feed(d, (struct slice){bytes.at, len});
		what = drain(t, d, &arena, take, arg);
		bytes = slice_from(bytes, len);
	}
	if (what == DECODE_MORE) {
		decoder_finish(d);
		what = drain(t, d, &arena, take, arg);
	}
	t->ended = what == DECODE_END || what == DECODE_BROKEN;
	decoder_free(d);
	arena_fini(&arena);
}

/* ---- the index ---- */

struct kind {
	const char *starts, *ends;
	void (*run)(const struct indexed *file); /* NULL: skipped */
};

/* The first that fits. */
static const struct kind kinds[] = {
	{"http/", "", NULL},
	{"mail/", "", NULL},
	{"own/http", "", NULL},
	{"own/csv.ndjson", "", run_csv_cases},
	{"own/json-lines.ndjson", "", run_json_cases},
	{"csv/csv-spectrum/json/", "", run_spectrum},
	{"csv/", "", run_csv},
	{"json/", "", run_json},
	{"formats/date-time.json", "", run_instants},
	{"formats/", "", run_json_texts},
	{"strings/utf8tests.txt", "", run_utf8},
	{"strings/", ".json", run_json_texts},
	{"strings/", "", run_lines},
	{"", ".xlsx", run_xlsx},
	{"", ".sav", run_sav},
	{"", ".zsav", run_sav},
	{"", ".sss", run_triple_s},
	{"", ".json", run_json},
	{"", ".csv", run_csv},
	{"", ".txt", run_csv},
};

static bool ends_with(struct slice text, const char *end)
{
	size_t len = strlen(end);
	return text.len >= len && slice_is(slice_from(text, text.len - len), end);
}

static void run_row(struct indexed *file, struct slice row)
{
	struct slice corpus, bytes;
	if (!slice_next_part(&row, '\t', &file->path) || !slice_next_part(&row, '\t', &corpus) ||
	    !slice_next_part(&row, '\t', &file->expect) || slice_is(file->path, "path"))
		return;
	(void)slice_next_part(&row, '\t', &bytes);
	file->note = row;
	for (size_t k = 0; k < COUNT_OF(kinds); k++) {
		if (!slice_starts_with(file->path, slice_of(kinds[k].starts)) ||
		    !ends_with(file->path, kinds[k].ends))
			continue;
		if (kinds[k].run != NULL) {
			kinds[k].run(file);
			return;
		}
		break;
	}
	total.skipped++;
	printf("skipped: %.*s is no file format\n", SLICE_ARGS(file->path));
}

int main(int count, char **words)
{
	struct buf index;
	bool given = count == 3
			     ? file_read(&index, words[2][0] == '/' ? "" : ".", slice_of(words[2]))
			     : count == 2 && file_read(&index, words[1], SLICE("INDEX.tsv"));
	if (!given) {
		fprintf(stderr, "usage: run_files FOLDER [INDEX], or with an INDEX.tsv in it\n");
		return 2;
	}
	struct slice rest = buf_slice(&index), row;
	struct indexed file = {.folder = words[1]};
	while (slice_next_part(&rest, '\n', &row))
		if (row.len > 0)
			run_row(&file, row);
	buf_fini(&index);
	printf("%u passed, %u failed, %u skipped\n", total.passed, total.failed, total.skipped);
	return total.failed > 0 ? 1 : 0;
}
