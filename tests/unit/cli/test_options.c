#include <criterion/criterion.h>

#include "base/slice.h"
#include "cli/options.h"

static bool is_word_of(const char *words, const char *word)
{
	struct slice rest = slice_of(words), one;
	while (slice_next_part(&rest, ' ', &one))
		if (slice_is(one, word))
			return true;
	return false;
}

Test(options, every_verb_can_be_explained)
{
	for (size_t i = 0; i < VERB_HELP; i++)
		cr_expect(is_word_of(verb_rows[VERB_HELP].words, verb_rows[i].name), "%s",
			  verb_rows[i].name);
}
