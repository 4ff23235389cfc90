/** What stands before the cases of an SPSS file: its variables, their labels and missing values.
 *
 * Private to tabular.
 * Lifetime: everything is in the arena given.
 * Source: the PSPP developers' description of the format ("System File Format"), and files.
 * Errors: E_INPUT with one of the codes of sav.h; E_LIMIT dictionary_too_large.
 * Limits: SAV_RECORDS variable records; what the arena holds.
 */
#pragma once

#include "base/arena.h"
#include "decode/encoding.h"
#include "tabular/sav_input.h"

enum {
	SAV_RECORDS = 65536,	/**< variables, segments of long texts and what goes on of them */
	SAV_LABELS = 1 << 20,	/**< of one set */
	SAV_MISSING = 3,	/**< values or ends of a range */
	SAV_TEXT_BYTES = 32767, /**< of the longest text */
	SAV_ELEMENT = 8,	/**< bytes of a number, and what texts are padded to */
	SAV_SEGMENT_TEXT = 255	/**< bytes that a segment adds to a text that has several */
};

enum sav_compression { SAV_PLAIN, SAV_BYTECODE, SAV_ZLIB };

/** Print formats that are no plain number. */
enum sav_format {
	SAV_DATE = 20,
	SAV_TIME = 21,
	SAV_DATETIME = 22,
	SAV_ADATE = 23,
	SAV_JDATE = 24,
	SAV_DTIME = 25,
	SAV_MOYR = 28,
	SAV_QYR = 29,
	SAV_WKYR = 30,
	SAV_EDATE = 38,
	SAV_SDATE = 39,
	SAV_MTIME = 40,
	SAV_YMDHMS = 41
};

struct sav_label {
	struct slice raw; /**< as in the file: 8 bytes of a number, or text */
	struct slice label;
};

struct sav_label_set {
	struct sav_label *at;
	size_t len;
};

/** Texts are as in the file, in its encoding, unless they say otherwise. */
struct sav_variable {
	struct slice short_name;
	struct slice name; /**< the long one where there is one */
	struct slice label;
	size_t width;	 /**< bytes of text; 0: a number */
	size_t segments; /**< pieces in which a long text stands in a case */
	size_t element;	 /**< its first in a case, counted from 1 */
	size_t elements; /**< of each segment but the last of several */
	size_t last_elements;
	int format;
	struct sav_label_set labels;
	bool missing_range; /**< the first two are the ends of a range */
	size_t missing_len;
	double missing[SAV_MISSING];
	struct slice missing_text[SAV_MISSING];
};

struct sav_dictionary {
	struct arena *arena;
	uint32_t columns_most;
	enum sav_compression compression;
	double bias, system_missing;
	int64_t cases; /**< -1: to the file's end */
	size_t weight; /**< element; 0: none */
	const struct encoding *encoding;
	struct sav_variable *variables; /**< in the order of a case */
	size_t variables_len, variables_room;
	size_t elements;
	struct sav_label_set labels; /**< the last read, not given to variables yet */
	int32_t character_code;	     /**< 0: not said */
	struct slice encoding_name, long_names, very_long, long_labels, long_missing;
};

enum status sav_dictionary_read(struct sav_input *in, struct arena *arena, uint32_t columns_most,
				struct sav_dictionary *d, struct decode_fault *fault) NODISCARD;

/** A record of type 7; the type itself has been read. */
enum status sav_extension_read(struct sav_input *in, struct sav_dictionary *d,
			       struct decode_fault *fault) NODISCARD;
/** Puts to use what the extension records said, after the last of them. */
enum status sav_extensions_apply(const struct sav_input *in, struct sav_dictionary *d,
				 struct decode_fault *fault) NODISCARD;

/** `size` bytes of the file in the arena. */
enum status sav_dictionary_bytes(struct sav_input *in, struct sav_dictionary *d, size_t size,
				 struct slice *bytes, struct decode_fault *fault) NODISCARD;
enum status sav_dictionary_full(struct decode_fault *fault) NODISCARD;
/** Without the blanks and zero bytes at its end. */
struct slice sav_trim(struct slice text);
