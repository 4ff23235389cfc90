/** CSV by RFC 4180 as spreadsheets and survey tools write it: header rows, then rows, each a
 * record.
 *
 * Also taken: LF for CRLF, CR alone where a whole file ends its lines so, a last line without
 * end, any separator (reading.h), a quote behind a digit in an unquoted field (15"), columns
 * without a name as long as nothing stands in them.
 * Fields are exact but for their normal form (normal.h): blanks around them stay, "" within
 * quotes is one quote, 00123 and 1E5 are texts.
 * Not taken, because readers disagree about it: another quote inside an unquoted
 * field, text behind a closing quote, a carriage return outside quotes that
 * ends no line, control characters other than tab and line ends. Such a row is
 * bad and the next begins at the next line end outside quotes; a quote that is
 * still open at the end breaks the file.
 * Header rows: names stand in the first. Where it has none, the name to the left holds on and
 * each of its columns is named "name [text of the second row]".
 * Limits: decoder.h; columns = DECODE_FIELDS.
 */
#pragma once

#include "decode/cutter.h"
#include "decode/decoder.h"
#include "decode/reading.h"

enum csv_state {
	CSV_START,  /**< at the start of a field */
	CSV_PLAIN,  /**< in an unquoted field, or behind one that went wrong */
	CSV_QUOTED, /**< within quotes */
	CSV_QUOTE   /**< behind a quote within quotes: the end, or half of "" */
};

enum { CSV_NAMELESS = UINT16_MAX };

struct csv_decoder {
	struct csv_reading *reading;
	enum csv_state state;
	uint64_t row;
	struct arena names;   /**< the header, for as long as the decoder lives */
	struct buf *header;   /**< where its rows are kept as they stand; NULL: nowhere */
	int header_rows_read; /**< all of them: rows follow */
	size_t columns;	      /**< with a name: fields of a record */
	size_t width;	      /**< of the file, nameless columns too */
	size_t least;	      /**< the same without nameless ones at the end */
	struct field fields[DECODE_FIELDS];
	uint16_t field_of[DECODE_FIELDS]; /**< by column of the file; CSV_NAMELESS */
};

/** `reading` is filled before the first call of csv_decoder_next(). */
void csv_decoder_init(struct csv_decoder *d, struct csv_reading *reading);
void csv_decoder_fini(struct csv_decoder *d);
enum decoded csv_decoder_next(struct csv_decoder *d, struct cutter *cutter, struct arena *arena,
			      struct record *record, struct decode_fault *fault) NODISCARD;
