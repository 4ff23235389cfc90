#include "decode/ndjson_decoder.h"

#include "decode/fault.h"
#include "decode/json_lex.h"

void ndjson_decoder_init(struct ndjson_decoder *d)
{
	json_reader_init(&d->reader);
}

void ndjson_decoder_fini(struct ndjson_decoder *d)
{
	json_reader_fini(&d->reader);
}

static bool line_ends(void *nothing, struct slice fresh, size_t *len)
{
	(void)nothing;
	const char *newline = memchr(fresh.at, '\n', fresh.len);
	if (newline == NULL)
		return false;
	*len = (size_t)(newline - fresh.at) + 1;
	return true;
}

static bool is_blank(struct slice line)
{
	return line.len == 0 || json_skip_space(line.at, line.at + line.len) == line.at + line.len;
}

static enum decoded read_line(struct ndjson_decoder *d, struct slice line, struct arena *arena,
			      struct record *record, struct decode_fault *fault)
{
	record->row = ++d->row;
	enum json_read read = json_record_read(&d->reader, line, arena, record, fault);
	return read == JSON_READ_RECORD ? DECODE_RECORD : DECODE_BAD_ROW;
}

enum decoded ndjson_decoder_next(struct ndjson_decoder *d, struct cutter *cutter,
				 struct arena *arena, struct record *record,
				 struct decode_fault *fault)
{
	struct slice line;
	for (;;) {
		switch (cutter_next(cutter, line_ends, NULL, &line)) {
		case CUT_MORE:
			return DECODE_MORE;
		case CUT_END:
			return DECODE_END;
		case CUT_TOO_LONG:
			fault_fill(fault, d->row + 1, "record_too_long", SLICE_NONE, line);
			fault_expect(fault, "at most %d bytes in a line", DECODE_RECORD_BYTES);
			return DECODE_BROKEN;
		case CUT_RECORD:
			if (!is_blank(line))
				return read_line(d, line, arena, record, fault);
		}
	}
}
