#include "decode/json_record.h"
#include "decode/json_scan.h"
#include "fuzz_cuts.h"
#include "unit/decode/cjson_twin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** What the reader takes as a record, json_check() passes and cJSON reads alike; what the
 * reader calls torn, the check calls no JSON. */
static void judge_line(struct json_reader *reader, struct slice line)
{
	struct arena arena;
	struct record record = {.row = 1};
	struct decode_fault fault;
	arena_init(&arena, DECODE_RECORD_BYTES);
	enum json_read read = json_record_read(reader, line, &arena, &record, &fault);
	struct json_verdict verdict = json_judge(line, JSON_DEPTH, JSON_KEYS);
	if (read == JSON_READ_RECORD) {
		must(verdict.code == NULL);
		must(cjson_agrees(line, &record));
	} else {
		must((read == JSON_READ_TORN) == !json_is_whole(verdict));
		must((strcmp(fault.code, "not_json") == 0) ==
		     (verdict.code != NULL && strcmp(verdict.code, "not_json") == 0));
	}
	arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct transcript whole = must_be_told_alike(DECODE_NDJSON, data, size);
	transcript_fini(&whole);
	struct json_reader *reader = memory_new(sizeof(*reader));
	struct slice rest = slice_from((struct slice){(const char *)data, size}, 1), line;
	json_reader_init(reader);
	while (slice_next_part(&rest, '\n', &line))
		if (line.len > 0)
			judge_line(reader, line);
	json_reader_fini(reader);
	memory_free(reader);
	return 0;
}
