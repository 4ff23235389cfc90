/** The bytes of an SPSS file, one after the other, in the file's byte order.
 *
 * Private to tabular. Blocking; never seeks, so a pipe would do.
 * Errors: E_INPUT "truncated" where the file ends within what was asked for; E_INTERNAL
 *   "disk_failed".
 */
#pragma once

#include "tabular/table.h"

enum { SAV_INPUT_BYTES = 64 * 1024 };

struct sav_input {
	int descriptor;
	bool swapped;	 /**< the file has the other byte order */
	uint64_t offset; /**< bytes given so far */
	size_t at, len;
	unsigned char bytes[SAV_INPUT_BYTES];
};

void sav_input_init(struct sav_input *in, int descriptor);

/** Up to `most` bytes, at least one but at the end of the file (*part is empty then); valid
 * until the next call. */
enum status sav_input_part(struct sav_input *in, size_t most, struct slice *part,
			   struct decode_fault *fault) NODISCARD;
enum status sav_input_read(struct sav_input *in, void *to, size_t size,
			   struct decode_fault *fault) NODISCARD;
enum status sav_input_skip(struct sav_input *in, uint64_t size,
			   struct decode_fault *fault) NODISCARD;
enum status sav_input_int32(struct sav_input *in, int32_t *number,
			    struct decode_fault *fault) NODISCARD;
/** A count; E_INPUT "not_readable" below 0 and above `most`. */
enum status sav_input_count(struct sav_input *in, size_t most, size_t *count,
			    struct decode_fault *fault) NODISCARD;

/** Numbers within bytes that were read. */
int32_t sav_int32(const struct sav_input *in, const void *at);
int64_t sav_int64(const struct sav_input *in, const void *at);
double sav_double(const struct sav_input *in, const void *at);
