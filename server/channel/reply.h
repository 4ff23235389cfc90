/** What somebody wrote in answer to a mail: without what was quoted, without a signature, and the
 * answers that stand in it as lines of their own ("NPS: 9").
 *
 * A line is known by what it looks like, in the languages of the mail programs that are about; a
 * line that answers is never taken for anything else. Text that is neither is kept: a signature too
 * many in a comment does no harm, an answer lost does.
 * Lifetime: of the arena. Limits: REPLY_TEXT_BYTES of text are looked at, REPLY_ANSWERS answers.
 * Source: measured by the corpus of discourse/email_reply_trimmer (tests/unit/channel).
 */
#pragma once

#include "base/arena.h"

enum { REPLY_TEXT_BYTES = 256 * 1024, REPLY_LINES = 8192, REPLY_ANSWERS = 32 };

struct reply_answer {
	struct slice question, value; /**< the question as `questions` spells it, in order */
};

struct reply {
	struct slice visible; /**< what was written, answers included; trimmed */
	struct slice comment; /**< without the answers; trimmed */
	struct reply_answer answers[REPLY_ANSWERS]; /**< one a question: the first in the mail */
	size_t answers_len;
};

/** `text` is UTF-8, with any line ends; `questions` are the names that answer. E_LIMIT: the arena.
 */
enum status reply_read(struct slice text, const struct slice *questions, size_t questions_len,
		       struct arena *arena, struct reply *reply) NODISCARD;
