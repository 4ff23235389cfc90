/** What is asked of a customer, and in whose words: by a call, a page, a widget, a message.
 *
 * Lifetime: of the arena it was read into; built-in words are static.
 */
#pragma once

#include "base/slice.h"
#include "survey/programme.h"

enum { FORM_QUESTIONS_MOST = 8 };

/* clang-format off */
#define FORM_LANGUAGES(X) X(EN, "en") X(NB, "nb") X(KO, "ko") X(VI, "vi")
/* clang-format on */

enum form_language {
#define X(name, tag) FORM_##name,
	FORM_LANGUAGES(X)
#undef X
		FORM_LANGUAGE_COUNT
};

struct form_question {
	struct slice column;	  /**< the result's: a question's code, or "comment" */
	enum measure measure;	  /**< of a question; of "comment" it is not looked at */
	bool is_comment;	  /**< free text; a call leaves it out */
	int scale_min, scale_max; /**< inclusive */
	struct slice words[FORM_LANGUAGE_COUNT]; /**< what is asked; empty: the built-in words */
};

struct form {
	const struct form_question *questions;
	size_t len;
	enum form_language language; /**< where the customer's is not known */
};

/** "nb-NO", "no" and "nn" are NB, "ko-KR" is KO; false: none of ours. */
bool form_language_from(struct slice tag, enum form_language *language);
const char *form_language_tag(enum form_language language);
/** The best of an Accept-Language field; `otherwise` where none fits. */
enum form_language form_language_accepted(struct slice header, enum form_language otherwise);
/** What is asked: the form's own words, or the built-in ones of the measure. */
struct slice form_words(const struct form_question *question, enum form_language language);
