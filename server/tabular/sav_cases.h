/** The cases of an SPSS file as a stream of elements of 8 bytes, however it is compressed.
 *
 * Private to tabular.
 * Limits: what zlib unpacks is bounded as table.h says (unpacked_bytes, ratio).
 */
#pragma once

#include <zlib.h>

#include "tabular/sav_dictionary.h"

struct sav_cases {
	struct sav_input *in;
	const struct table_limits *limits;
	enum sav_compression compression;
	double bias;
	char system_missing[SAV_ELEMENT]; /**< in the file's byte order */
	unsigned char codes[SAV_ELEMENT]; /**< of the next elements */
	size_t code;			  /**< the next of them; SAV_ELEMENT: spent */
	z_stream zlib;
	int64_t packed_bytes; /**< of zlib's blocks, not read yet */
	uint64_t packed, unpacked;
};

enum status sav_cases_begin(struct sav_cases *c, struct sav_input *in,
			    const struct sav_dictionary *d, const struct table_limits *limits,
			    struct decode_fault *fault) NODISCARD;
void sav_cases_end(struct sav_cases *c);

/** The next element, or *ends: there is none, and the one before was whole. */
enum status sav_cases_next(struct sav_cases *c, char element[SAV_ELEMENT], bool *ends,
			   struct decode_fault *fault) NODISCARD;
