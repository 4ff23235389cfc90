/** A proposal in the making.
 *
 * Private to mapping/propose*.c: propose.c weighs, propose_facts.c counts what columns hold,
 * propose_words.c knows words, propose_json.c tells.
 */
#pragma once

#include "mapping/propose.h"
#include "survey/columns.h"
#include "survey/company_names.h"

enum {
	FACT_VALUES = 64, /**< different values of a column that are looked at */
	TARGETS_MOST = COLUMN_FIXED_COUNT + PROGRAMME_QUESTIONS_LIMIT + PROGRAMME_ITEMS_LIMIT,
	LIKELY_COMPANIES = 20
};

struct fact_value {
	struct slice text, folded;
	size_t rows;
};

/** What a column holds, in the rows that were looked at. */
struct column_facts {
	struct slice name, folded;
	struct slice label; /**< the question's text, where the file says it; folded */
	const struct table_variable *variable;
	size_t given;  /**< rows with something in it */
	size_t dates;  /**< of them dates with a time of day */
	size_t days;   /**< dates without */
	size_t clocks; /**< times of day alone */
	size_t values_len;
	bool distinct; /**< no two rows alike */
	bool over;     /**< more different values than are kept */
	int best;      /**< the target it would be likeliest; -1: none */
	double best_sure;
	char because[PROPOSAL_WHY_BYTES];
	struct fact_value values[FACT_VALUES];
};

/** One canonical column. */
struct target_facts {
	struct slice name, folded;
	int fixed; /**< enum column; -1: a question or an item */
	int question, item;
	int column; /**< the file's that is proposed; -1: none */
	int also;   /**< joined behind it; -1: none */
	double sure;
	char because[PROPOSAL_WHY_BYTES];
};

struct likely_company {
	struct slice value;
	size_t rows;
	struct company_guess guesses[COMPANY_SUGGESTIONS];
	size_t guesses_len;
};

struct proposal {
	struct arena arena;
	struct sample *sample;
	const struct programme *p;
	const struct wave *wave;
	const struct instrument *instrument;
	struct company_names *companies;
	const char *producer; /**< NULL: none that is known */
	struct column_facts *columns;
	size_t columns_len;
	struct target_facts targets[TARGETS_MOST];
	size_t targets_len;
	struct likely_company likely[LIKELY_COMPANIES];
	size_t likely_len;
	bool canonical;
};

void facts_take(struct proposal *p, const struct table_dictionary *dictionary);

/* Words; all texts are folded. */

const char *producer_of(const struct proposal *p);
bool word_is_personal(struct slice name);
bool word_is_missing(struct slice value);
/** 0: nothing in the name says so, up to 1. */
double word_names_column(struct slice name, enum column column);
double word_names_measure(struct slice name, enum measure measure);
/** What a well-known word of a five-point scale counts, 1..5; 0: none. */
int word_on_five(struct slice value);
/** 1: yes, 0: no, -1: neither. */
int word_yes_no(struct slice value);
/** The channel a usual word means, among the programme's; -1. */
int word_channel(const struct programme *p, struct slice value);

/* Values */

enum reading_of {
	READ_NOT,     /**< it is none of the target's */
	READ_ANSWER,  /**< as it is */
	READ_LABEL,   /**< a word for *code */
	READ_MISSING, /**< a code or word for no answer */
};

/** What a value would be as an answer of a question or item. */
enum reading_of read_as_answer(const struct proposal *p, const struct target_facts *t,
			       const struct fact_value *v, const struct table_variable *variable,
			       int64_t *code);
/** The company or channel that a value is or stands for; -1. *exact: its very code. */
int read_as_company(const struct proposal *p, const struct fact_value *v,
		    const struct table_variable *variable, bool *exact);
int read_as_channel(const struct proposal *p, const struct fact_value *v,
		    const struct table_variable *variable, bool *exact);
