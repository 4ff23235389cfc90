/** The parts a profile is read in.
 *
 * Private to mapping. Faults are noted in the reading, as in survey/programme_read.h.
 */
#pragma once

#include "mapping/profile.h"
#include "survey/programme_read.h"

/** A profile being read. */
struct making {
	struct reading reading;
	struct profile *profile;
	struct named_column *columns; /**< room for PROFILE_COLUMNS_LIMIT */
	bool hash_wanted;
};

/** Index of the file's column of this name, noted where it is new; -1 with a fault. */
int read_column(struct making *m, const struct node *at);
/** Folded texts; an object's key gives none where the list is absent. */
struct texts read_texts(struct making *m, const struct node *list, size_t least);
struct condition read_condition(struct making *m, const struct node *at);
/** One member of "columns", `made->name` given. */
void read_target(struct making *m, const struct node *at, struct target *made);
/** Memory of the profile; "" where the text cannot be folded, which is a fault of ours. */
struct slice take_folded(struct making *m, struct slice text);
