/** A mapping profile: how the columns of a firm's files become a canonical result.
 *
 * Source: docs/mappings.md has every key, its meaning, default and faults.
 * Lifetime: everything hangs on the profile and dies with profile_free(). Immutable.
 * Names and values of the file are compared folded (decode/fold.h): upper and lower case, and
 * blanks of any kind and number, are no difference. A column whose name is exactly that of the
 * profile comes first.
 * Limits: the numbers below; a profile over one of them gets a fault, never a cut list.
 */
#pragma once

#include "base/arena.h"
#include "base/json_out.h"
#include "base/slice.h"
#include "base/status.h"
#include "decode/reading.h"
#include "survey/names.h"
#include "survey/programme.h"

enum {
	PROFILE_BYTES_LIMIT = 512 * 1024,
	PROFILE_TARGETS_LIMIT = 300,
	PROFILE_COLUMNS_LIMIT = 1024, /**< columns of files that are named, in all */
	PROFILE_NAME_BYTES = 2000,    /**< of one column: question texts are long */
	PROFILE_PARTS_LIMIT = 16,     /**< columns one value is made of */
	PROFILE_CODES_LIMIT = 1000,   /**< codes with labels, a target */
	PROFILE_SPELLINGS_LIMIT = 64, /**< of one code */
	PROFILE_TEXTS_LIMIT = 256,    /**< missing texts, values of a condition */
	PROFILE_TEXT_BYTES = 1000,
	PROFILE_RULES_LIMIT = 64,
	HASH_KEY_LEAST = 16
};

/** What a value is made of. */
enum made_of {
	MADE_OF_COLUMNS,   /**< the first of them that is given; most have one */
	MADE_OF_JOINED,	   /**< all of them, one behind the other */
	MADE_OF_CONSTANT,  /**< `text` */
	MADE_OF_ROW_NUMBER /**< `text`, a hyphen and the number of the row */
};

struct label {
	struct slice spelling; /**< folded */
	struct slice code;
};

struct texts {
	const struct slice *at; /**< folded */
	size_t len;
};

enum condition_kind { CONDITION_IS, CONDITION_IS_NOT, CONDITION_BEGINS };

/** One column holds, or does not hold, one of these texts; "" is an empty field. */
struct condition {
	int column;
	enum condition_kind kind;
	struct texts texts;
};

struct rescaling {
	bool reversed;
	int64_t from, to; /**< of the file, where it is reversed */
	bool where_given; /**< only in rows of which this holds */
	struct condition where;
	int64_t shift; /**< added last */
};

/** One canonical column: a field of a result, an item or a question. */
struct target {
	struct slice name;
	enum made_of made_of;
	const int *columns; /**< indices into the profile's columns */
	size_t columns_len;
	struct slice text;	    /**< the constant, what joins, the key of row numbers */
	struct slice sent_name;	    /**< what faults call it: the column, all of them joined */
	const struct label *labels; /**< ascending by spelling */
	size_t labels_len;
	struct texts missing;
	struct rescaling scale;
	bool hashed;
};

struct leave_out {
	struct slice why;
	struct condition condition;
};

struct named_column {
	struct slice name, folded;
};

struct profile {
	struct arena arena;
	struct slice code;
	struct names name;
	struct csv_options csv; /**< how its files are written, as far as it says */
	const struct target *targets;
	size_t targets_len;
	const struct leave_out *rules;
	size_t rules_len;
	const struct named_column *columns; /**< of files, each once, ignored ones too */
	size_t columns_len;
	struct texts missing; /**< of items and questions */
	bool others_ignored;  /**< columns not named are passed over, else refused */
	struct slice hash_key;
};

/** Reads and checks the whole file. On OK *made is the caller's. On E_INPUT all faults are in
 * *faults, which lives in `arena`; *made is NULL. E_LIMIT: `arena` is too small. */
enum status profile_parse(struct slice json, struct arena *arena, struct profile **made,
			  struct programme_faults *faults) NODISCARD;
void profile_free(struct profile *p); /**< NULL is allowed */

/** What is declared of a file and, where nothing is, what the profile says of its files. */
struct csv_options profile_csv_options(const struct profile *p, const struct csv_options *declared);

/** Does it speak of columns, codes and companies that the programme has? For one wave of it, or
 * (`wave` -1) for any. E_INPUT: *faults, in `arena`. */
enum status profile_check(const struct profile *profile, const struct programme *p, int wave,
			  struct arena *arena, struct programme_faults *faults) NODISCARD;
