#include "channel/call_words.h"

#include "base/must.h"
#include "channel/call.h"

struct slice call_word(enum call_word word, enum form_language language)
{
	static const struct slice words[CALL_WORD_COUNT][FORM_LANGUAGE_COUNT] = {
#define X(name, en, nb, ko, vi)                                                                    \
	{{en, sizeof(en) - 1}, {nb, sizeof(nb) - 1}, {ko, sizeof(ko) - 1}, {vi, sizeof(vi) - 1}},
		CALL_WORDS(X)
#undef X
	};
	must(word < CALL_WORD_COUNT && language < FORM_LANGUAGE_COUNT);
	return words[word][language];
}

static void add_named(struct buf *to, struct slice name, const struct form_question *q,
		      enum form_language language)
{
	if (slice_is(name, "min"))
		buf_add_int(to, q->scale_min);
	else if (slice_is(name, "max"))
		buf_add_int(to, q->scale_max);
	else if (slice_is(name, "low"))
		buf_add(to, form_low_end(q, language));
	else if (slice_is(name, "high"))
		buf_add(to, form_high_end(q, language));
	else
		never("a word with a name that is none");
}

static void add_filled(struct buf *to, enum call_word word, const struct form_question *q,
		       enum form_language language)
{
	struct slice rest = call_word(word, language), plain;
	while (slice_next_part(&rest, '{', &plain)) {
		struct slice name;
		buf_add(to, plain);
		if (rest.at != NULL && slice_next_part(&rest, '}', &name))
			add_named(to, name, q, language);
	}
}

void call_words_ask(struct buf *to, const struct form_question *q, enum form_language language)
{
	buf_add(to, form_words(q, language));
	buf_add_byte(to, ' ');
	add_filled(to, call_keys(q) > 1 ? CALL_WORD_PRESS_AND_HASH : CALL_WORD_PRESS, q, language);
	if (form_low_end(q, language).len == 0)
		return;
	buf_add_byte(to, ' ');
	add_filled(to, CALL_WORD_ENDS, q, language);
}
