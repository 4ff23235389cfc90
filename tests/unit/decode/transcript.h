/** All that a decoder says about some bytes, as text that can be compared.
 *
 *	1 id=r1 score=#4 answers.q1=#5 done=?true note=~
 *	2! too_few_fields [comment] r2,4
 *	broken 3! unclosed_quote [] "abc
 *	end
 * A number is marked #, true and false ?, null ~. A fault shows its column and value.
 */
#pragma once

#include "base/buf.h"
#include "decode/decoder.h"

struct transcript {
	struct buf text;
	struct buf expected; /**< what the faults expected, a line each */
	uint64_t records, bad_rows;
	char code[48];			   /**< of the first fault; "" = none */
	bool ended;			   /**< everything was given */
	size_t most_held_bytes;		   /**< the most the decoder had on the heap */
	const struct csv_options *options; /**< of CSV; NULL: nothing is declared */
	struct buf reading;		   /**< csv_reading_json() at the end */
	void (*on_record)(void *with, const struct record *record);
	void *with;
};

/** Feeds `bytes` in parts of `part_len` (the first one of `first_len`). */
struct transcript transcribe(enum decode_format format, struct slice bytes, size_t first_len,
			     size_t part_len);
/** CSV with what is declared about it. */
struct transcript transcribe_csv(const struct csv_options *options, struct slice bytes,
				 size_t part_len);
/** The same into a transcript that has its on_record and text limit set. */
void transcribe_into(struct transcript *t, enum decode_format format, struct slice bytes,
		     size_t first_len, size_t part_len);
bool transcripts_equal(const struct transcript *a, const struct transcript *b);
void transcript_fini(struct transcript *t);
