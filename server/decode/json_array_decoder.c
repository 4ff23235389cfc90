#include "decode/json_array_decoder.h"

#include "decode/fault.h"

void json_array_decoder_init(struct json_array_decoder *d)
{
	json_reader_init(&d->reader);
}

void json_array_decoder_fini(struct json_array_decoder *d)
{
	json_reader_fini(&d->reader);
}

static const char *expected_in(enum json_frame_state state)
{
	switch (state) {
	case FRAME_BEFORE:
		return "'[' at the start of an array";
	case FRAME_FIRST:
		return "an object or ']'";
	case FRAME_NEXT:
		return "an object behind ','";
	case FRAME_ELEMENT:
		return "the end of the element, then ',' or ']'";
	case FRAME_AFTER:
		return "',' or ']' behind an element";
	case FRAME_DONE:
		return "nothing behind the array";
	}
	never("a state outside its table");
}

/** `value` is one byte at most: what follows it may not have come yet. */
static enum decoded broken(const struct json_array_decoder *d, const char *code, struct slice value,
			   struct decode_fault *fault)
{
	if (value.len > 1)
		value.len = 1;
	fault_fill(fault, d->row, code, SLICE_NONE, value);
	fault_expect(fault, "%s", expected_in(d->frame.state));
	return DECODE_BROKEN;
}

static enum decoded ended(const struct json_array_decoder *d, struct decode_fault *fault)
{
	if (d->frame.state == FRAME_DONE)
		return DECODE_END;
	bool begun = d->frame.state != FRAME_BEFORE;
	return broken(d, begun ? "unclosed_array" : "not_an_array", SLICE_NONE, fault);
}

static enum decoded read_element(struct json_array_decoder *d, struct slice element,
				 struct arena *arena, struct record *record,
				 struct decode_fault *fault)
{
	record->row = ++d->row;
	switch (json_record_read(&d->reader, element, arena, record, fault)) {
	case JSON_READ_RECORD:
		return DECODE_RECORD;
	case JSON_READ_BAD:
		return DECODE_BAD_ROW;
	case JSON_READ_TORN:
		return DECODE_BROKEN;
	}
	never("an outcome outside its table");
}

enum decoded json_array_decoder_next(struct json_array_decoder *d, struct cutter *cutter,
				     struct arena *arena, struct record *record,
				     struct decode_fault *fault)
{
	struct slice element;
	if (d->frame.state != FRAME_ELEMENT) {
		const char *code = json_frame_between(&d->frame, &cutter->part);
		if (code != NULL)
			return broken(d, code, cutter->part, fault);
		if (d->frame.state != FRAME_ELEMENT)
			return cutter->finished ? ended(d, fault) : DECODE_MORE;
	}
	switch (cutter_next(cutter, json_frame_ends, &d->frame, &element)) {
	case CUT_MORE:
		return DECODE_MORE;
	case CUT_TOO_LONG:
		fault_fill(fault, d->row + 1, "record_too_long", SLICE_NONE, element);
		fault_expect(fault, "at most %d bytes in an element", DECODE_RECORD_BYTES);
		return DECODE_BROKEN;
	case CUT_END:
	case CUT_RECORD:
		break;
	}
	if (d->frame.state == FRAME_ELEMENT) /* the stream ended, the element did not */
		return ended(d, fault);
	return read_element(d, element, arena, record, fault);
}
