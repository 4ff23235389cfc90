/** How a CSV file is written: what its sender declares, and what was understood of it and why.
 *
 * Nothing is guessed in silence: each part of a csv_reading says how it is known, in a word
 * (enum known) and in a sentence that is shown to whoever sent the file.
 * Lifetime: a csv_reading belongs to its decoder and may change until the file has ended (the
 * encoding of a file that begins in ASCII shows later).
 */
#pragma once

#include <stdint.h>

#include "base/json_out.h"
#include "base/slice.h"
#include "base/status.h"
#include "decode/encoding.h"

enum { HEADER_ROWS_LIMIT = 5, READING_WHY_BYTES = 120 };

/** What "04/05/2026" and "04-05-2026" mean; "04.05.2026" is always day, month, year and
 * "2026-05-04" is always year, month, day. */
enum date_order { DATES_UNKNOWN, DATES_DAY_FIRST, DATES_MONTH_FIRST };

/** Zero and NULL: to be found out. */
struct csv_options {
	const struct encoding *encoding; /**< an available one */
	char delimiter;
	char decimal;	     /**< '.' or ',' */
	bool decimal_stored; /**< the file says that itself: its numbers are stored as such */
	int header_rows;
	enum date_order dates;
};

/** The same in words, as a query or a command line gives them; empty = not given. */
struct csv_words {
	struct slice encoding;	  /**< a label (encoding.h) */
	struct slice delimiter;	  /**< comma, semicolon, tab, pipe, or the character itself */
	struct slice decimal;	  /**< point, comma, or the character itself */
	struct slice header_rows; /**< 1 to HEADER_ROWS_LIMIT */
	struct slice dates;	  /**< dmy, mdy */
};

/** E_INPUT: the words say what is wanted. */
enum status csv_options_read(struct csv_options *o, const struct csv_words *words,
			     struct trouble *why) NODISCARD;
/** Nothing is declared. */
bool csv_options_empty(const struct csv_options *o);

enum known {
	KNOWN_NOT,	/**< the file has nothing that needs it */
	KNOWN_DECLARED, /**< the sender said so */
	KNOWN_MARKED,	/**< the file says so: a byte order mark, a sep= line */
	KNOWN_DETECTED, /**< the file looks so */
	KNOWN_ASSUMED	/**< what is usual, for want of anything else */
};

struct csv_known {
	enum known how;
	char why[READING_WHY_BYTES];
};

struct csv_reading {
	const struct encoding *encoding; /**< NULL until it is known */
	char delimiter, line_end;	 /**< '\n' (also behind CR), or '\r' alone */
	int header_rows;
	enum date_order dates;
	char decimal; /**< of the first number with a fraction; 0 = none so far */
	uint64_t decimal_row;
	struct csv_known encoding_known, delimiter_known, header_known, dates_known;
	bool decimal_declared, decimal_stored;
};

void csv_know(struct csv_known *known, enum known how, const char *format, ...) PRINTF_LIKE(3, 4);
/** {"is":"xlsx","by":"declared","because":"..."}; `is` may be NULL. */
void csv_known_json(const struct csv_known *known, const char *is, struct json_out *j);
const char *csv_delimiter_name(char delimiter);
/** {"encoding":{"is":"windows-1252","by":"detected","because":"..."},...} */
void csv_reading_json(const struct csv_reading *r, struct json_out *j);
/** "header", "decimal" and "dates" of it, as members of an object that is open. */
void csv_reading_pairs(const struct csv_reading *r, struct json_out *j);
