/** Bytes of a file in, UTF-8 out, in constant memory; what encoding they are in is declared,
 * marked or found out.
 *
 *	charset_feed(&c, part);                 // borrowed until charset_next() gives CHARSET_MORE
 *	while (charset_next(&c, &text) == CHARSET_TEXT)
 *		use(text);                      // valid until the next call
 *
 * A mark at the beginning wins; then what is declared, which a mark must not contradict. Else
 * bytes below 128 pass as they are, and the encoding is found out where it begins to matter: from
 * the first CHARSET_HEAD_BYTES of the file, or, where these are ASCII, from as many behind the
 * first byte that is not. UTF-8 that is (nearly) in order is UTF-8; lines that end in CR alone
 * are an old Mac's; else libuchardet is asked, and believed only where all that was looked at
 * can be read so. What cannot be told is read as UTF-8.
 * Promise: the same bytes, cut anywhere, give the same text. Bytes that the encoding does not
 * know become CHARSET_BAD_BYTE, which no UTF-8 holds, one each (of UTF-16: two each). Bytes
 * that are read as UTF-8 are not looked at and pass as they are.
 * Limits: CHARSET_HEAD_BYTES and CHARSET_TEXT_BYTES of memory.
 */
#pragma once

#include <iconv.h>

#include "base/buf.h"
#include "decode/reading.h"

enum { CHARSET_HEAD_BYTES = 65536, CHARSET_TEXT_BYTES = 16384, CHARSET_CARRY_BYTES = 8 };
#define CHARSET_BAD_BYTE '\xFF'

enum charset_state {
	CHARSET_COLLECTING, /**< the head is not full yet */
	CHARSET_ASCII,	    /**< nothing but ASCII so far */
	CHARSET_PASSING,    /**< UTF-8: as it is */
	CHARSET_CONVERTING
};

struct charset {
	enum charset_state state;
	const struct encoding *declared;
	struct csv_reading *reading; /**< where the encoding and its reason are noted */
	bool at_start;		     /**< the head is the file's own */
	bool finished;
	bool clashes;	   /**< a mark contradicts the declaration: nothing is given */
	struct buf head;   /**< looked at before a byte of it is given */
	struct slice rest; /**< of the head, decided and not given yet */
	struct slice part;
	iconv_t converter;		 /**< (iconv_t)-1: none */
	struct buf text;		 /**< converted */
	char carry[CHARSET_CARRY_BYTES]; /**< the start of a character that the last part cut */
	size_t carry_len;
};

enum charset_step { CHARSET_TEXT, CHARSET_MORE, CHARSET_END };

void charset_init(struct charset *c, const struct encoding *declared, struct csv_reading *reading);
void charset_fini(struct charset *c);
void charset_feed(struct charset *c, struct slice part);
void charset_finish(struct charset *c);
enum charset_step charset_next(struct charset *c, struct slice *text) NODISCARD;
