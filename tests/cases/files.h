/** What the runner of files is made of: run_files.c has the table, each files_*.c one kind.
 *
 * A kind is judged by passed() or failed(), once for each case it holds.
 */
#pragma once

#include "base/buf.h"
#include "decode/decoder.h"

enum { FILE_BYTES = 64 << 20, FILE_ARENA_BYTES = 2 << 20, FILE_PART_BYTES = 4096 };

/** A line of an INDEX.tsv. */
struct indexed {
	const char *folder;
	struct slice path, expect, note;
};

/** What became of the rows of a file. */
struct told {
	uint64_t taken, refused;
	bool ended;
	char first[64]; /**< fault */
};

/* run_files.c */

void passed(void);
/** A line that says so, too. */
void failed(struct slice name, const char *format, ...) PRINTF_LIKE(2, 3);
/** Passed, though not as the index has it: why that is right is written in our documentation. */
void passed_otherwise(struct slice name, const char *why);
/** False where it is not there or too large. `to` is the caller's either way. */
bool file_read(struct buf *to, const char *folder, struct slice path);
void told_refused(struct told *t, const char *code);
/** accept: every row was taken. reject: something was refused, or nothing taken. */
void judge(const struct told *t, struct slice expect, struct slice name);

/** Each record to `take`, in parts of `part` bytes; the decoder is freed. */
void decode_all(struct told *t, struct decoder *d, struct slice bytes, size_t part,
		void (*take)(void *arg, const struct record *record, struct arena *arena),
		void *arg);
/** The same, and as many rows as the note says. files_rows.c. */
void judge_rows(const struct told *t, const struct indexed *file);

/* One function a kind. */

void run_csv(const struct indexed *file);
void run_csv_cases(const struct indexed *file);
void run_json_cases(const struct indexed *file);
void run_spectrum(const struct indexed *file);
void run_json(const struct indexed *file);
void run_json_texts(const struct indexed *file);
void run_instants(const struct indexed *file);
void run_lines(const struct indexed *file);
void run_utf8(const struct indexed *file);
void run_xlsx(const struct indexed *file);
void run_sav(const struct indexed *file);
void run_triple_s(const struct indexed *file);
