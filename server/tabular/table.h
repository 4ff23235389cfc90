/** A file that is a table but not text, turned into CSV of our own dialect.
 *
 * XLSX, SAV and Triple-S cannot be read from their first byte on, so such a file is kept whole
 * first and then written anew as CSV (table_csv.h says how), which the CSV decoder reads with that
 * dialect declared: mapping, faults and previews are then the same for every format. Each format
 * has one function of the type table_reader; nothing else of a format is known outside.
 *
 * Threads: they block, touch no global state and may run anywhere. `stop` is looked at at every
 * row.
 * Rows and columns: those of the table. Row 1 is the first below the header; rows without a value
 * count and are written as empty lines, but for those behind the last row that has one. Column 1
 * is the first.
 * Memory: limits.memory_bytes and about 8 MiB, whatever the file says of itself.
 */
#pragma once

#include <stdatomic.h>
#include <stdio.h>

#include "base/json_out.h"
#include "decode/fault.h"
#include "decode/reading.h"

struct table_dictionary;

struct table_limits {
	uint64_t unpacked_bytes; /**< read out of a file, its parts together */
	uint64_t csv_bytes;	 /**< written */
	uint64_t text_bytes;	 /**< XLSX: of shared strings, most of them in a file */
	uint64_t rows;
	uint32_t columns;
	uint32_t ratio; /**< unpacked for one packed byte of a part, past its first MiB */
	size_t memory_bytes;
};

/** 8 GiB unpacked, 4 GiB of CSV, 2 GiB of texts, 1048576 rows (a sheet has no more), DECODE_FIELDS
 * columns, ratio 200, 24 MiB. The bound on what is unpacked is one of time: nothing of it is kept.
 * A sheet of a million rows and 100 columns unpacks to some 4 GiB. */
extern const struct table_limits TABLE_LIMITS;

/** Empty, NULL and zero: not given. */
struct table_options {
	struct slice sheet;	   /**< XLSX: its name, or its number from 1 */
	const char *metadata_path; /**< Triple-S: the .sss or .xml; the path is its data */
	struct table_dictionary
		*dictionary;	 /**< filled by formats that have one; NULL: not wanted */
	const char *temp_folder; /**< for what does not fit memory_bytes; NULL: /tmp */
	const atomic_bool *stop;
	struct table_limits limits;
};

enum { TABLE_NAMES_BYTES = 4096, TABLE_NOTE_BYTES = 160, TABLE_NOTES = 12 };

/** What was read and what is worth knowing of it. */
struct table_report {
	const char *format;		/**< "xlsx" */
	char sheet[128];		/**< the one that was read; "" where there are none */
	struct csv_known sheet_known;	/**< how it was chosen */
	char sheets[TABLE_NAMES_BYTES]; /**< all names, one a line, as many as there is room for */
	uint64_t header_row;		/**< of the file: 1, but for empty rows above it */
	uint64_t rows;			/**< below the header, empty ones among them too */
	uint32_t columns;
	char decimal; /**< '.': numbers with fractions were written, declare it; 0: none, so texts
			 such as "6,2" may set it */
	int notes;
	char note[TABLE_NOTES][TABLE_NOTE_BYTES]; /**< sentences, for whoever sent the file */
};

/** Writes the table at `path` to `csv`, from where that stands; the caller owns both files.
 * E_INPUT, E_LIMIT: the file cannot be read; *fault says why, its row 0 where none applies. What
 *   was written by then is to be thrown away.
 * E_GONE: stopped. E_INTERNAL: a file of ours cannot be read or written; fault->expected says
 *   what, its code is "disk_failed".
 *
 * Codes of all formats: too_big_unpacked too_many_rows too_many_columns record_too_long empty_table
 *   disk_failed. Each format's header names its own. */
typedef enum status table_reader(const char *path, FILE *csv, const struct table_options *options,
				 struct table_report *report, struct decode_fault *fault);

/** Adds a sentence; those that do not fit are left out. */
void table_note(struct table_report *report, const char *format, ...) PRINTF_LIKE(2, 3);

/** Fills the fault: `return table_fault(fault, E_INPUT, row, "code", value, "expected %d", n)`. */
enum status table_fault(struct decode_fault *fault, enum status status, uint64_t row,
			const char *code, struct slice value, const char *format, ...)
	PRINTF_LIKE(6, 7);
/** "disk_failed" with errno's words. */
enum status table_disk_fault(struct decode_fault *fault, const char *doing);

static inline bool table_stopped(const struct table_options *o)
{
	return o->stop != NULL && atomic_load_explicit(o->stop, memory_order_relaxed);
}

/** {"format":"xlsx","sheet":{"is":"Results","by":"assumed","because":"..."},"sheets":[...],
 * "rows":10,"columns":4,"notes":[...]} */
void table_report_json(const struct table_report *report, struct json_out *j);
/** "header", "decimal" and "dates" as its texts were understood, into the object that it wrote. */
void table_report_add_texts(struct buf *json, const struct csv_reading *reading);
