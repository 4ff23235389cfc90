/** What an exported result has: the columns of a canonical result, in the order of the programme
 * file, and behind them, under names that begin with "plaudit:", what became of it.
 *
 * The canonical ones alone make the same result when they are uploaded again; those added are
 * ignored then (survey/columns.h). `customer` is known only where it breaks a rule that somebody
 * looks at, and only then it matters.
 *
 * Lifetime: borrows the programme.
 */
#pragma once

#include "base/arena.h"
#include "store/stored_result.h"

enum export_set {
	EXPORT_ALL,	  /**< every column */
	EXPORT_CANONICAL, /**< those of a canonical result */
	EXPORT_SHEET	  /**< every column, and the contact's local time as a date */
};

enum export_kind {
	EXPORT_RESULT_ID,
	EXPORT_COMPANY,
	EXPORT_SECTOR,
	EXPORT_CHANNEL,
	EXPORT_SHOPPER,
	EXPORT_CONTACTED_AT,
	EXPORT_ANSWERED,
	EXPORT_ATTEMPT,
	EXPORT_WAIT_SECONDS,
	EXPORT_DURATION_SECONDS,
	EXPORT_CUSTOMER,
	EXPORT_ITEM,
	EXPORT_QUESTION,
	EXPORT_COMMENT,
	EXPORT_STATUS,
	EXPORT_REVISION,
	EXPORT_SCORE,
	EXPORT_AREA,
	EXPORT_BREACHES,
	EXPORT_UPLOAD,
	EXPORT_LOCAL_TIME
};

struct export_column {
	enum export_kind kind;
	size_t index; /**< of an item, a question or an area in the instrument */
	struct slice name;
};

struct export_columns {
	const struct programme *programme;
	const struct wave *wave;
	const struct instrument *instrument;
	struct export_column *at;
	size_t len;
};

/** They live in the arena; E_LIMIT where it is too small. */
enum status export_columns_make(const struct programme *p, int wave, enum export_set set,
				struct arena *arena, struct export_columns *columns) NODISCARD;

enum cell_kind {
	CELL_NONE,
	CELL_TEXT,
	CELL_WHOLE,   /**< number */
	CELL_DECIMAL, /**< number, in units of its last decimal */
	CELL_BOOL,    /**< number: 0 or 1 */
	CELL_DATE     /**< number: microseconds since 2000-01-01 00:00 on the clocks of the place */
};

struct export_cell {
	enum cell_kind kind;
	struct slice text; /**< the result's, or in `room` */
	int64_t number;
	int decimals;
	char room[640]; /**< the words of every breach at most */
};

void export_cell_read(const struct export_columns *columns, size_t column,
		      const struct stored_result *stored, struct export_cell *cell);

enum { DECIMAL_ROOM = 32 };
/** A whole or decimal cell as plain digits, without zeros at its end: "-12.5". */
struct slice export_cell_digits(const struct export_cell *cell, char room[DECIMAL_ROOM]);
