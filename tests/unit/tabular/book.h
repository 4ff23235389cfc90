/** Workbooks made for one test, and what the reader makes of them. */
#pragma once

#include "tabular/xlsx.h"

/** XML of the parts; NULL: a plain one, or none (strings, styles). */
struct book {
	const char *sheet, *strings, *styles, *workbook, *workbook_rels, *rels;
	const char *extra_name, *extra; /**< one entry more */
	size_t extra_len;		/**< 0: extra is a text */
	bool stored;			/**< not deflated */
};

struct told {
	enum status status;
	struct table_report report;
	struct decode_fault fault;
	char *csv;
};

/** Writes it to a new file, whose path the caller frees and removes. */
char *book_write(const struct book *book);
/** Reads it with these options (NULL: none). */
struct told book_read(const struct book *book, const struct table_options *options);
struct told file_read(const char *path, const struct table_options *options);
void told_free(struct told *told);

/** "<row>...": in a sheet by itself, read to this CSV. */
void rows_read_as(const char *rows, const char *csv);
/** The same with shared strings or styles ("<si>...", "<numFmts>..."); NULL: none. */
void rows_with_read_as(const char *rows, const char *strings, const char *styles, const char *csv);
/** The sheet is refused with this code at this row. */
void rows_are_refused(const char *rows, const char *code, uint64_t row);
void book_is_refused(const struct book *book, const char *code);

/** The rows as a sheet; valid until the next call. */
const char *sheet_of(const char *rows);
