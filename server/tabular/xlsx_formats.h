/** Number formats: which numbers of a sheet are dates.
 *
 * Source: ECMA-376 part 1, 18.8.30 (numbers below 164, those of East Asia among them) and 18.8.31
 *   (codes: d m y h s outside quotes are parts of a date or time).
 */
#pragma once

#include "tabular/package.h"

enum {
	FORMAT_DATE = 1,	/**< shows a year, month or day */
	FORMAT_TIME = 2,	/**< shows hours, minutes or seconds */
	FORMAT_ELAPSED = 4,	/**< hours or minutes that do not begin again at midnight: [h]:mm */
	FORMAT_NUMBERS = 65536, /**< of formats, and of cell styles */
	FORMAT_ZEROS = 30	/**< of "00000" at most */
};

struct xlsx_format {
	uint8_t shows; /**< FORMAT_DATE and so on; 0: a number */
	uint8_t zeros; /**< digits at least, where the format is of zeros alone */
};

struct xlsx_formats {
	struct xlsx_format *by_number; /**< FORMAT_NUMBERS of them */
	uint16_t *of_style;	       /**< numbers of formats */
	uint32_t styles;
};

void xlsx_formats_init(struct xlsx_formats *f);
void xlsx_formats_fini(struct xlsx_formats *f);
enum status xlsx_formats_read(struct xlsx_formats *f, struct package *p, const char *part,
			      struct decode_fault *fault) NODISCARD;
/** A number where the style is not known. */
struct xlsx_format xlsx_format_of(const struct xlsx_formats *f, uint32_t style);

/** What a format code says. */
struct xlsx_format xlsx_format_read(struct slice code);
