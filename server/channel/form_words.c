#include "channel/form_words.h"

#include "base/must.h"

struct slice form_word(enum form_word word, enum form_language language)
{
	static const struct slice words[FORM_WORD_COUNT][FORM_LANGUAGE_COUNT] = {
#define X(name, en, nb, ko, vi)                                                                    \
	{{en, sizeof(en) - 1}, {nb, sizeof(nb) - 1}, {ko, sizeof(ko) - 1}, {vi, sizeof(vi) - 1}},
		FORM_WORDS(X)
#undef X
	};
	must(word < FORM_WORD_COUNT && language < FORM_LANGUAGE_COUNT);
	return words[word][language];
}

struct slice form_language_name(enum form_language language)
{
	static const struct slice names[FORM_LANGUAGE_COUNT] = {
#define X(name, tag, own_name) {own_name, sizeof(own_name) - 1},
		FORM_LANGUAGES(X)
#undef X
	};
	must(language < FORM_LANGUAGE_COUNT);
	return names[language];
}
