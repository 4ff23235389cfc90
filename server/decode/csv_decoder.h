/** CSV by RFC 4180: a header, then rows, each a record.
 *
 * Also taken: a UTF-8 byte order mark, LF for CRLF, a last line without end.
 * Fields are exact: blanks around them stay, "" within quotes is one quote.
 * Not taken, because readers disagree about it: a quote inside an unquoted
 * field, text behind a closing quote, a carriage return outside quotes that
 * ends no line, control characters other than tab and line ends. Such a row is
 * bad and the next begins at the next line end outside quotes; a quote that is
 * still open at the end breaks the file.
 * Limits: decoder.h; columns = DECODE_FIELDS.
 */
#pragma once

#include "decode/cutter.h"
#include "decode/decoder.h"

enum csv_state {
	CSV_START,  /**< at the start of a field */
	CSV_PLAIN,  /**< in an unquoted field, or behind one that went wrong */
	CSV_QUOTED, /**< within quotes */
	CSV_QUOTE   /**< behind a quote within quotes: the end, or half of "" */
};

struct csv_decoder {
	char separator;
	enum csv_state state;
	size_t mark_seen; /**< bytes of the byte order mark; 3 = no more looked for */
	uint64_t row;
	struct arena names; /**< the header, for as long as the decoder lives */
	size_t columns;	    /**< 0 = no header yet */
	struct field fields[DECODE_FIELDS];
};

void csv_decoder_init(struct csv_decoder *d);
void csv_decoder_fini(struct csv_decoder *d);
enum decoded csv_decoder_next(struct csv_decoder *d, struct cutter *cutter, struct arena *arena,
			      struct record *record, struct decode_fault *fault) NODISCARD;
