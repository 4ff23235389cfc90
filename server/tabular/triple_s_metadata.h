/** The metadata of a Triple-S survey: which variables stand where in its data.
 *
 * Private to tabular.
 * Lifetime: everything is in the arena given; texts are UTF-8.
 * Source: "Triple-S XML standard", versions 1.2 and 2.0 (2.0.002 of September 2011).
 * Limits: TRIPLE_S_VARIABLES; what the arena and the XML parser (xml.h) hold.
 */
#pragma once

#include "base/arena.h"
#include "decode/encoding.h"
#include "tabular/table.h"
#include "tabular/table_dictionary.h"
#include "tabular/xml.h"

enum {
	TRIPLE_S_VARIABLES = 4096,
	TRIPLE_S_POSITION_MOST = 1 << 20, /**< a column, or a field's number */
	TRIPLE_S_SKIP_MOST = 1 << 20,	  /**< lines */
	TRIPLE_S_SUBFIELDS = 8192,  /**< of all spreads together: they are read in every line */
	TRIPLE_S_CODE_MOST = 10000, /**< of a multiple variable */
	TRIPLE_S_TEXT_BYTES = 1024  /**< of a name, label or code */
};

enum triple_s_type {
	TRIPLE_S_SINGLE,
	TRIPLE_S_MULTIPLE,
	TRIPLE_S_QUANTITY,
	TRIPLE_S_CHARACTER,
	TRIPLE_S_LOGICAL,
	TRIPLE_S_DATE,
	TRIPLE_S_TIME
};

struct triple_s_value {
	struct slice code;
	struct slice label;
	double score; /**< NAN: none */
	struct triple_s_value *next;
};

struct triple_s_variable {
	struct slice name; /**< or V and its ident */
	struct slice label;
	enum triple_s_type type;
	enum table_use use;
	bool literal;	      /**< codes are texts */
	size_t start, finish; /**< columns from 1; of CSV: `start` is the field's number */
	size_t subfields;     /**< of a spread multiple; 0: a string of bits */
	size_t width;	      /**< of a subfield */
	struct triple_s_value *values, **last;
	size_t values_len;
	bool scored;		      /**< some value has a score: codes without one are missing */
	int64_t range_from, range_to; /**< whole ones, of a multiple; from > to: none */
	struct triple_s_variable *next;
};

struct triple_s {
	bool csv; /**< else fixed columns */
	uint64_t skip;
	const struct encoding *encoding; /**< of the data; NULL: not said */
	struct triple_s_variable *variables, **last;
	size_t variables_len;
	size_t subfields; /**< of all of them */
};

struct triple_s_metadata;

/** `to` and `arena` must outlive it. */
struct triple_s_metadata *triple_s_metadata_new(struct triple_s *to, struct arena *arena,
						struct decode_fault *fault);
void triple_s_metadata_free(struct triple_s_metadata *m);
/** After the `last` part, *to is complete and sound. */
enum status triple_s_metadata_feed(struct triple_s_metadata *m, struct slice part,
				   bool last) NODISCARD;
