/** A file before it is uploaded: its first rows as they would be understood, and a mapping
 * proposed.
 *
 * The same code reads them as reads uploads; nothing is stored or counted.
 * Limits: PREVIEW_BYTES of the file are looked at, PREVIEW_ROWS rows shown. May take a second for
 * files and programmes at their limits: not on a loop.
 */
#pragma once

#include "decode/decoder.h"
#include "mapping/profile.h"
#include "tabular/formats.h"
#include "tabular/table_dictionary.h"

enum { PREVIEW_BYTES = 1024 * 1024, PREVIEW_ROWS = 20, PREVIEW_JSON_BYTES = 8 * 1024 * 1024 };

struct preview {
	struct slice bytes; /**< the beginning of the file */
	bool whole;	    /**< and its end */
	enum decode_format format;
	struct csv_options csv; /**< what is declared */
	const struct programme *programme;
	int wave;
	const struct table_dictionary *dictionary; /**< what the file says itself; NULL: nothing */
	struct slice code;			   /**< what a proposed mapping is to be called */
	const struct table_format *table; /**< what the CSV of `bytes` was made of; NULL: nothing */
	struct buf *table_reading; /**< what that says of itself (table_report_json()); how its
				      texts are understood is added */
};

/** {"reading":...,"mapping":{"code":"m","by":"given"|"proposed"}|null,"faults":[...],"rows":[{"row":1,
 * "becomes":{"result_id":"1",...},"faults":[]},{"row":2,"left_out":true}],"reasons":{...},
 * "proposal":{...}}. `profile` is taken, NULL where none is given: then canonical columns are read
 * as they are, and others by the proposal. E_INPUT: the profile does not fit the wave. */
enum status preview_json(const struct preview *asked, struct profile **profile, struct buf *to,
			 struct trouble *why) NODISCARD;
