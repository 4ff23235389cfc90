/** The programme file's tree, read value by value; every fault is noted by its pointer.
 *
 * For survey and mapping. A node is a place in the file and knows its way up, so that a fault
 * can name it; nodes live on the stack of the function that reads them.
 * Errors: none at the call. A wrong value leaves a fault and the default; programme_parse()
 * asks once at the end. What is taken from `memory` is bounded by the file's size.
 */
#pragma once

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "survey/programme.h"

struct reading {
	struct arena *memory; /**< the programme's */
	struct arena *words;  /**< the caller's, for faults */
	struct programme_fault *faults;
	size_t len, total;
	bool over; /**< `words` was too small */
};

struct node {
	const cJSON *json; /**< NULL: the file does not give it */
	const struct node *up;
	const char *key; /**< NULL: an element of a list */
	size_t index;
};

struct node node_field(const struct node *of, const char *key);
/** for (e = node_first(&list); e.json; node_next(&e)) */
struct node node_first(const struct node *list);
void node_next(struct node *element);

void reading_fault(struct reading *r, const struct node *at, const char *code, const char *expected,
		   ...) PRINTF_LIKE(4, 5);
/** A fault at the key itself, where the key is wrong and not its value. */
void reading_fault_at_key(struct reading *r, const struct node *of, const char *key,
			  const char *code, const char *expected);

/** Memory of the programme. */
void *reading_take(struct reading *r, size_t count, size_t size);

/** True where it is an object; every key outside `keys` (NULL at the end) is a fault. */
bool read_object(struct reading *r, const struct node *at, const char *const *keys);
/** How many elements may be read: 0 where it is absent, no list, too short or too long. */
size_t read_list(struct reading *r, const struct node *at, size_t least, size_t most);
/** Required. SLICE_NONE where it is no code. */
struct slice read_code(struct reading *r, const struct node *at);
/** The text in the programme's memory; SLICE_NONE where it is none. */
struct slice read_text(struct reading *r, const struct node *at, size_t most_bytes);
struct names read_names(struct reading *r, const struct node *at);
void read_bool(struct reading *r, const struct node *at, bool *value);
void read_integer(struct reading *r, const struct node *at, int64_t least, int64_t most,
		  int64_t *value);
/** A number with few decimals, kept exactly as value * scale; limits are scaled too. */
void read_decimal(struct reading *r, const struct node *at, int64_t scale, int64_t least,
		  int64_t most, int64_t *value);
void read_number(struct reading *r, const struct node *at, double least, double most,
		 double *value);
/** Index into `words` (NULL at the end). */
void read_choice(struct reading *r, const struct node *at, const char *const *words, int *choice);
/** False, and a fault, where the file does not give it. */
bool read_given(struct reading *r, const struct node *at);
