/** Makes SPSS files that no program at hand writes: other byte orders, code pages, broken ones. */
#pragma once

#include "base/buf.h"

struct sav_bytes {
	struct buf b;
	bool big_endian;
};

struct sav_start {
	bool big_endian;
	int compression; /**< 0, 1, 2 */
	int cases;
	int code_page;	      /**< 0: no such record */
	const char *encoding; /**< NULL: no such record */
};

void sav_bytes_init(struct sav_bytes *s, const struct sav_start *start);
void sav_bytes_fini(struct sav_bytes *s);

/** width 0: a number. format: print format, 5 = F, 1 = A. */
void sav_bytes_variable(struct sav_bytes *s, const char *name, int width, int format);
void sav_bytes_extension(struct sav_bytes *s, int subtype, struct slice data);
void sav_bytes_encoding(struct sav_bytes *s, const struct sav_start *start);
void sav_bytes_end_dictionary(struct sav_bytes *s);
void sav_bytes_int(struct sav_bytes *s, int number);
void sav_bytes_number(struct sav_bytes *s, double number);
/** Padded with blanks to whole elements. */
void sav_bytes_text(struct sav_bytes *s, struct slice text, size_t elements);
