#include "decode/decoder.h"

#include "decode/csv_decoder.h"
#include "decode/csv_text.h"
#include "decode/fault.h"
#include "decode/json_array_decoder.h"
#include "decode/ndjson_decoder.h"

enum { FIRST_BYTES = 8 };

struct decoder {
	enum decode_format format;
	char first[FIRST_BYTES]; /**< of a CSV file: they tell what it is where it is none */
	size_t first_len;
	bool is_text;
	struct cutter cutter;
	bool is_broken;
	struct decode_fault fault; /**< given again when broken */
	struct csv_text text;	   /**< of CSV: what stands before the cutter */
	union {
		struct csv_decoder csv;
		struct ndjson_decoder ndjson;
		struct json_array_decoder array;
	} of;
};

struct decoder *decoder_new_csv(const struct csv_options *options)
{
	struct decoder *d = memory_new(sizeof(*d));
	d->format = DECODE_CSV;
	cutter_init(&d->cutter, DECODE_RECORD_BYTES);
	csv_text_init(&d->text, options);
	csv_decoder_init(&d->of.csv, &d->text.reading);
	return d;
}

struct decoder *decoder_new(enum decode_format format)
{
	static const struct csv_options nothing_declared;
	if (format == DECODE_CSV)
		return decoder_new_csv(&nothing_declared);
	struct decoder *d = memory_new(sizeof(*d));
	d->format = format;
	cutter_init(&d->cutter, DECODE_RECORD_BYTES);
	if (format == DECODE_NDJSON)
		ndjson_decoder_init(&d->of.ndjson);
	else
		json_array_decoder_init(&d->of.array);
	return d;
}

void decoder_free(struct decoder *d)
{
	if (d == NULL)
		return;
	switch (d->format) {
	case DECODE_CSV:
		csv_decoder_fini(&d->of.csv);
		csv_text_fini(&d->text);
		break;
	case DECODE_NDJSON:
		ndjson_decoder_fini(&d->of.ndjson);
		break;
	case DECODE_JSON_ARRAY:
		json_array_decoder_fini(&d->of.array);
		break;
	}
	cutter_fini(&d->cutter);
	memory_free(d);
}

static void keep_first(struct decoder *d, struct slice part)
{
	size_t room = sizeof(d->first) - d->first_len;
	size_t len = part.len < room ? part.len : room;
	if (len > 0)
		memcpy(d->first + d->first_len, part.at, len);
	d->first_len += len;
}

void decoder_feed(struct decoder *d, struct slice part)
{
	must(!d->cutter.finished && !d->text.charset.finished);
	if (d->is_broken)
		return;
	if (d->format == DECODE_CSV) {
		keep_first(d, part);
		charset_feed(&d->text.charset, part);
		return;
	}
	must(d->cutter.part.len == 0);
	d->cutter.part = part;
}

void decoder_finish(struct decoder *d)
{
	if (d->format == DECODE_CSV)
		charset_finish(&d->text.charset);
	else
		d->cutter.finished = true;
}

/** A mark says one encoding, the sender another. */
static enum decoded clash(const struct csv_reading *reading, struct decode_fault *fault)
{
	fault_fill(fault, 0, "encoding_clash", SLICE_NONE, slice_of(reading->encoding->name));
	fault_expect(fault, "%s", reading->encoding_known.why);
	return DECODE_BROKEN;
}

/** A workbook or a file of SPSS under the name of CSV would be refused for its first strange byte,
 * which helps nobody. */
static bool is_no_text(const struct decoder *d, struct decode_fault *fault)
{
	static const struct {
		struct slice magic;
		const char *expected;
	} others[] = {
		{{"PK\3\4", 4}, "text; this is a workbook or an archive: send it as what it is"},
		{{"$FL2@(#)", 8}, "text; this is an SPSS file: send it as what it is"},
		{{"$FL3@(#)", 8}, "text; this is an SPSS file: send it as what it is"},
		{{"\xD0\xCF\x11\xE0", 4}, "text; this is an old workbook: save it as XLSX or CSV"},
		{{"%PDF-", 5}, "text; this is a PDF: export its data as CSV or XLSX"},
	};
	struct slice first = {d->first, d->first_len};
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		if (!slice_starts_with(first, others[i].magic))
			continue;
		fault_fill(fault, 0, "not_text", SLICE_NONE, first);
		fault_expect(fault, "%s", others[i].expected);
		return true;
	}
	return false;
}

/** Rows of the text that is there, then more text. */
static enum decoded next_of_csv(struct decoder *d, struct arena *arena, struct record *record,
				struct decode_fault *fault)
{
	for (;;) {
		enum decoded what = DECODE_MORE;
		if (d->text.begun)
			what = csv_decoder_next(&d->of.csv, &d->cutter, arena, record, fault);
		if (what != DECODE_MORE)
			return what;
		enum charset_step step = csv_text_next(&d->text, &d->cutter.part);
		if (step == CHARSET_MORE)
			return DECODE_MORE;
		if (!d->is_text && is_no_text(d, fault))
			return DECODE_BROKEN;
		d->is_text = true;
		if (step == CHARSET_END && d->text.charset.clashes)
			return clash(&d->text.reading, fault);
		d->cutter.finished = step == CHARSET_END;
	}
}

static enum decoded next(struct decoder *d, struct arena *arena, struct record *record,
			 struct decode_fault *fault)
{
	switch (d->format) {
	case DECODE_CSV:
		return next_of_csv(d, arena, record, fault);
	case DECODE_NDJSON:
		return ndjson_decoder_next(&d->of.ndjson, &d->cutter, arena, record, fault);
	case DECODE_JSON_ARRAY:
		return json_array_decoder_next(&d->of.array, &d->cutter, arena, record, fault);
	}
	never("a format outside its table");
}

enum decoded decoder_next(struct decoder *d, struct arena *arena, struct record *record,
			  struct decode_fault *fault)
{
	if (d->is_broken) {
		*fault = d->fault;
		return DECODE_BROKEN;
	}
	enum decoded outcome = next(d, arena, record, fault);
	if (outcome == DECODE_BROKEN) {
		d->is_broken = true;
		d->fault = *fault;
	}
	return outcome;
}

struct slice decoder_row_text(const struct decoder *d)
{
	return d->cutter.last;
}

void decoder_keep_header(struct decoder *d, struct buf *header)
{
	must(d->format == DECODE_CSV);
	d->of.csv.header = header;
}

const struct csv_reading *decoder_reading(const struct decoder *d)
{
	bool known = d->format == DECODE_CSV && d->text.reading.encoding != NULL;
	return known ? &d->text.reading : NULL;
}

static size_t keys_bytes(const struct json_keys *keys)
{
	return keys->room * (sizeof(*keys->open) + 2 * sizeof(*keys->slots));
}

size_t decoder_held_bytes(const struct decoder *d)
{
	size_t bytes = sizeof(*d) + d->cutter.held.room;
	if (d->format == DECODE_CSV)
		return bytes + d->of.csv.names.used_bytes + csv_text_held_bytes(&d->text);
	const struct json_reader *reader = d->format == DECODE_NDJSON ? &d->of.ndjson.reader
								      : &d->of.array.reader;
	return bytes + keys_bytes(&reader->keys);
}
