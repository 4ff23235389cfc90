/** How the file of an earlier upload was declared, so that it is read in the same way again.
 *
 * What its sender declared of it then (upload.reading says so) and its mapping hold again, unless
 * the query says otherwise; what was to be done with it (replace, dry_run, ...) does not.
 * Lifetime: everything lives in the arena.
 */
#pragma once

#include "api/upload_options.h"
#include "pg/value.h"

enum { HELD_WORDS = 8 };

struct held_words {
	struct exchange *x; /**< whose query wins; NULL: none */
	struct held_word {
		const char *name;
		struct slice value;
	} words[HELD_WORDS];
	size_t len;
};

/** `rows` is upload_file.sql's answer, with a row. Fills what upload_options_read() wants. */
void held_words_read(struct held_words *h, struct exchange *x, const struct pg_result *rows,
		     struct arena *arena, struct upload_words *words);
