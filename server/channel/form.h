/** What is asked of a customer, and in whose words: by a call, a page, a widget, a message.
 *
 * Lifetime: of the arena it was read into; built-in words are static.
 */
#pragma once

#include "base/arena.h"
#include "base/slice.h"
#include "channel/form_words.h"
#include "survey/programme.h"

enum { FORM_QUESTIONS_MOST = 8, FORM_ACCEPTED_MOST = 32 };

struct form_question {
	struct slice column;	  /**< the result's: a question's code, or "comment" */
	enum measure measure;	  /**< of a question; of "comment" it is not looked at */
	bool is_comment;	  /**< free text; a call leaves it out */
	bool high_is_effort;	  /**< the top of the scale is the bad end, as of the question */
	int scale_min, scale_max; /**< inclusive */
	struct slice words[FORM_LANGUAGE_COUNT];  /**< what is asked; empty: the built-in words */
	struct slice sounds[FORM_LANGUAGE_COUNT]; /**< files of Asterisk; see call_sounds.h */
};

struct form {
	const struct form_question *questions;
	size_t len;
	enum form_language language; /**< where the customer's is not known */
	struct slice thanks_sounds[FORM_LANGUAGE_COUNT], sorry_sounds[FORM_LANGUAGE_COUNT];
};

/** "nb-NO", "no" and "nn" are NB, "ko-KR" is KO; false: none of ours. */
bool form_language_from(struct slice tag, enum form_language *language);
const char *form_language_tag(enum form_language language);
/** The best of an Accept-Language field, of which the first FORM_ACCEPTED_MOST parts are read;
 * `otherwise` where none fits. */
enum form_language form_language_accepted(struct slice header, enum form_language otherwise);
/** What is asked: the form's own words, or the built-in ones of the measure. Of a question of no
 * measure the words of another language, or its column. */
struct slice form_words(const struct form_question *question, enum form_language language);
/** What the ends of the scale mean; empty where only the firm could say. */
struct slice form_low_end(const struct form_question *question, enum form_language language);
struct slice form_high_end(const struct form_question *question, enum form_language language);
/** What is asked where nobody says: csat, ces and nps as far as the instrument has them, and a
 * comment. OK or E_LIMIT. */
enum status form_usual(const struct instrument *instrument, struct arena *arena, struct form *form,
		       struct trouble *why) NODISCARD;
/** NULL: it does not ask for that column. */
const struct form_question *form_find(const struct form *form, struct slice column);
/** A name in the customer's language, else in English, else in whichever it has; empty: it has
 * none, or the arena is too small. */
struct slice form_name(struct names names, enum form_language language, struct arena *arena);
