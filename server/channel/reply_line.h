/** What a line of a mail looks like. Pure; words of the mail programs of many languages. */
#pragma once

#include "base/slice.h"

enum reply_line {
	REPLY_EMPTY,
	REPLY_TEXT,
	REPLY_QUOTE,	/**< "> text" */
	REPLY_RULE,	/**< "-----" */
	REPLY_SIGN_OFF, /**< "-- ": what follows is a signature */
	REPLY_SENT_BY,	/**< "Sent from my iPhone" */
	REPLY_INTRO,	/**< "On 8 May 2017, somebody wrote:" */
	REPLY_HEADER,	/**< "From: somebody" */
	REPLY_FENCE	/**< "```": code begins or ends */
};

/** What it is by itself. Slices have no line end. */
enum reply_line reply_line_of(struct slice line);
/** Several lines joined may introduce a quotation: this one may begin such. */
bool reply_line_may_introduce(struct slice line);
bool reply_line_introduces(struct slice joined);
struct slice reply_line_trim(struct slice line); /**< without blanks of any kind at both ends */
