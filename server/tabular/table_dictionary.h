/** What a table's own file says of its columns: labels, codes, what counts as missing.
 *
 * SPSS and Triple-S files carry it; whoever proposes a mapping reads it here.
 * Lifetime: everything is in the dictionary's own arena; texts are UTF-8 without control
 * characters.
 * Limits: the bytes it was made with. What does not fit is left out and `cut` says so.
 */
#pragma once

#include "base/arena.h"
#include "base/json_out.h"

enum { TABLE_DICTIONARY_BYTES = 4 * 1024 * 1024, TABLE_LABEL_BYTES = 1024 };

struct table_value {
	struct slice code; /**< as it stands in the column */
	struct slice label;
	double score; /**< what it counts in means; NAN where that is not said */
	bool missing; /**< its fields are empty */
	struct table_value *next;
};

enum table_use { TABLE_USE_NONE, TABLE_USE_SERIAL, TABLE_USE_WEIGHT };

struct table_variable {
	struct slice name; /**< of the column */
	struct slice label;
	enum table_use use;
	struct table_value *values, **last;
	uint64_t missing; /**< fields left empty because the file declares their value missing */
	struct table_variable *next;
};

struct table_dictionary {
	struct arena arena;
	struct table_variable *variables, **last;
	bool cut;
};

void table_dictionary_init(struct table_dictionary *d, size_t limit_bytes);
void table_dictionary_fini(struct table_dictionary *d);

/** In the order of the columns; NULL: it did not fit. */
struct table_variable *table_dictionary_add(struct table_dictionary *d, struct slice name,
					    struct slice label);
/** `v` may be NULL. NULL: it did not fit. */
struct table_value *table_variable_add(struct table_dictionary *d, struct table_variable *v,
				       struct slice code, struct slice label);

/** [{"name":"NPS","label":"Likely to recommend","use":"weight","missing":2,"values":[{"code":"99",
 * "label":"Don't know","missing":true,"score":null}]}] */
void table_dictionary_json(const struct table_dictionary *d, struct json_out *j);
