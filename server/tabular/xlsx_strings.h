/** The shared strings of a workbook, by their number.
 *
 * Any number of them up to XLSX_STRINGS: what does not fit memory_bytes goes to a file (paged.h).
 */
#pragma once

#include "base/buf.h"
#include "tabular/paged.h"

enum { XLSX_STRINGS = 1 << 26 };

struct xlsx_strings {
	struct paged text;
	struct paged ends; /**< where each ends in `text`, 8 bytes each */
	uint64_t count;
};

void xlsx_strings_init(struct xlsx_strings *s, size_t memory_bytes, uint64_t limit_bytes,
		       const char *folder);
void xlsx_strings_fini(struct xlsx_strings *s);
/** E_LIMIT, E_INTERNAL as paged.h. */
enum status xlsx_strings_add(struct xlsx_strings *s, struct slice text) NODISCARD;
/** Appends string `number`, which is below s->count; E_LIMIT: no room in `to`. */
enum status xlsx_strings_get(struct xlsx_strings *s, uint64_t number, struct buf *to) NODISCARD;
