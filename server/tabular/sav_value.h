/** A number of an SPSS file as CSV shows it, and texts in UTF-8.
 *
 * Private to tabular.
 * Units: SPSS counts time in seconds since the beginning of 14 October 1582.
 */
#pragma once

#include <iconv.h>

#include "tabular/sav_dictionary.h"
#include "tabular/table_csv.h"

/** By the print format: "2026-05-04" (with its time of day where it has one), "2026-05-04
 * 10:15:00", "10:15:00"; everything else a number. Nothing where it is not finite. */
void sav_value_add(struct buf *to, double value, int format);

/** Texts of one file, one after the other. */
struct sav_text {
	iconv_t converter;
	struct buf utf8;
	uint64_t cut; /**< texts whose last character the file cut off within */
};

void sav_text_init(struct sav_text *t, const struct encoding *encoding);
void sav_text_fini(struct sav_text *t);
/** In UTF-8, without zero bytes and without blanks at the end; valid until the next call. Bytes
 * that the encoding does not know become CHARSET_BAD_BYTE, for which the decoder rejects the row;
 * a character that the end of the text cut is left out. */
struct slice sav_text_read(struct sav_text *t, struct slice raw);
/** The same to be shown: with '?' for such bytes. */
struct slice sav_text_show(struct sav_text *t, struct slice raw);
