#include "standings/outcome.h"

#include "base/must.h"

const char *outcome_word(enum outcome_state state)
{
	static const char *const words[] = {
#define X(name, word, words) [OUTCOME_##name] = word,
		OUTCOMES(X)
#undef X
	};

	must((size_t)state < COUNT_OF(words));
	return words[state];
}
