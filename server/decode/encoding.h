/** The encodings a CSV file may be written in, by the labels people and programs give them.
 *
 * Labels mean what browsers take them for (WHATWG Encoding): "latin1" and "us-ascii" are
 * windows-1252, "euc-kr" is CP949. "iso-8859-15" declared is itself; detected it is
 * windows-1252, which detectors cannot tell from it and Excel writes.
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

enum encoding_kind {
	ENCODING_UTF8,
	ENCODING_UTF16, /**< units of two bytes */
	ENCODING_BYTES	/**< ASCII bytes stand for themselves */
};

struct encoding {
	const char *name;  /**< shown, and a label of itself */
	const char *iconv; /**< what iconv_open() calls it */
	enum encoding_kind kind;
	bool detected; /**< may be taken without a declaration when a detector names it */
};

extern const struct encoding *const encoding_utf8,
	*const encoding_utf16le, *const encoding_utf16be, *const encoding_macintosh;

/** NULL: no such label. Case and blanks around it do not matter. */
const struct encoding *encoding_find(struct slice label);
/** The C library has its table. (Debian keeps rare ones in a package of their own from glibc 2.39
 * on.) */
bool encoding_available(const struct encoding *encoding);
/** By what a detector says; NULL where that may not be taken without asking. */
const struct encoding *encoding_detected(struct slice label);
/** "utf-16" without an order is declared: a mark decides, else it is little-endian. */
bool encoding_agrees(const struct encoding *declared, const struct encoding *mark);
