/** What a caller is told beside the question itself, in the four languages.
 *
 * Lifetime: static.
 */
#pragma once

#include "base/buf.h"
#include "channel/form.h"

/* clang-format off */
/* {min} {max}: the ends of the scale; {low} {high}: what they mean. */
#define CALL_WORDS(X) \
	X(PRESS, "Press a number from {min} to {max}.", \
	  "Tast et tall fra {min} til {max}.", \
	  "{min}번에서 {max}번 사이의 숫자를 눌러 주십시오.", \
	  "Vui lòng bấm một số từ {min} đến {max}.") \
	X(PRESS_AND_HASH, "Press a number from {min} to {max}, then the hash key.", \
	  "Tast et tall fra {min} til {max}, og avslutt med firkanttasten.", \
	  "{min}번에서 {max}번 사이의 숫자를 누르신 후 우물 정자를 눌러 주십시오.", \
	  "Vui lòng bấm một số từ {min} đến {max}, sau đó bấm phím thăng.") \
	X(ENDS, "{min} means: {low}. {max} means: {high}.", \
	  "{min} betyr: {low}. {max} betyr: {high}.", \
	  "{min}번은 {low}, {max}번은 {high}입니다.", \
	  "{min} nghĩa là: {low}. {max} nghĩa là: {high}.") \
	X(THANKS, "Thank you for your answers. Goodbye.", \
	  "Takk for svarene. Ha det bra.", \
	  "답변해 주셔서 감사합니다. 안녕히 계십시오.", \
	  "Xin cảm ơn Quý khách. Xin tạm biệt.") \
	X(SORRY, "We are sorry, that did not work. Goodbye.", \
	  "Beklager, det gikk ikke. Ha det bra.", \
	  "죄송합니다. 처리하지 못했습니다. 안녕히 계십시오.", \
	  "Rất tiếc, đã xảy ra lỗi. Xin tạm biệt.")
/* clang-format on */

enum call_word {
#define X(name, en, nb, ko, vi) CALL_WORD_##name,
	CALL_WORDS(X)
#undef X
		CALL_WORD_COUNT
};

/** THANKS or SORRY. */
struct slice call_word(enum call_word word, enum form_language language);
/** The question, which keys answer it, and what the ends of its scale mean. */
void call_words_ask(struct buf *to, const struct form_question *q, enum form_language language);
