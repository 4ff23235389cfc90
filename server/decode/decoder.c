#include "decode/decoder.h"

#include "decode/csv_decoder.h"
#include "decode/json_array_decoder.h"
#include "decode/ndjson_decoder.h"

struct decoder {
	enum decode_format format;
	struct cutter cutter;
	bool is_broken;
	struct decode_fault fault; /**< given again when broken */
	union {
		struct csv_decoder csv;
		struct ndjson_decoder ndjson;
		struct json_array_decoder array;
	} of;
};

struct decoder *decoder_new(enum decode_format format)
{
	struct decoder *d = memory_new(sizeof(*d));
	d->format = format;
	cutter_init(&d->cutter, DECODE_RECORD_BYTES);
	switch (format) {
	case DECODE_CSV:
		csv_decoder_init(&d->of.csv);
		return d;
	case DECODE_NDJSON:
		ndjson_decoder_init(&d->of.ndjson);
		return d;
	case DECODE_JSON_ARRAY:
		json_array_decoder_init(&d->of.array);
		return d;
	}
	never("a format outside its table");
}

void decoder_free(struct decoder *d)
{
	if (d == NULL)
		return;
	switch (d->format) {
	case DECODE_CSV:
		csv_decoder_fini(&d->of.csv);
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

void decoder_feed(struct decoder *d, struct slice part)
{
	must(!d->cutter.finished);
	must(d->is_broken || d->cutter.part.len == 0);
	d->cutter.part = part;
}

void decoder_finish(struct decoder *d)
{
	d->cutter.finished = true;
}

static enum decoded next(struct decoder *d, struct arena *arena, struct record *record,
			 struct decode_fault *fault)
{
	switch (d->format) {
	case DECODE_CSV:
		return csv_decoder_next(&d->of.csv, &d->cutter, arena, record, fault);
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

static size_t keys_bytes(const struct json_keys *keys)
{
	return keys->room * (sizeof(*keys->open) + 2 * sizeof(*keys->slots));
}

size_t decoder_held_bytes(const struct decoder *d)
{
	size_t bytes = sizeof(*d) + d->cutter.held.room;
	if (d->format == DECODE_CSV)
		return bytes + d->of.csv.names.used_bytes;
	const struct json_reader *reader = d->format == DECODE_NDJSON ? &d->of.ndjson.reader
								      : &d->of.array.reader;
	return bytes + keys_bytes(&reader->keys);
}
