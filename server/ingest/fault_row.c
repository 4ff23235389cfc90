#include "ingest/fault_row.h"

#include "pg/copy_row.h"

enum { FIELDS = 7 };

void fault_row_encode(struct buf *to, int64_t upload_id, uint64_t row, int number,
		      const struct fault_words *words)
{
	copy_row(to, FIELDS);
	copy_int8(to, upload_id);
	copy_int8(to, (int64_t)row);
	copy_int2(to, (int16_t)number);
	const struct slice texts[] = {words->code, words->column, words->value, words->expected};
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		copy_text(to, texts[i].at != NULL ? texts[i] : SLICE(""));
}

bool fault_of_fate(enum row_fate fate, struct slice result_id, struct fault_words *words)
{
	static const struct {
		enum row_fate fate;
		const char *code, *expected;
	} faults[] = {
		{ROW_CLASH, FAULT_TWICE, "one row a result_id in a file"},
		{ROW_DIFFERS, FAULT_OTHER_CONTENT,
		 "the content stored under this result_id, or a result_id of its own"},
		{ROW_DECIDED, FAULT_REVIEWED,
		 "a result that review has not decided about; correct this one by itself"},
		{ROW_CHANGED, FAULT_CHANGED, "the stored result in the revision named"},
		{ROW_ABSENT, FAULT_NOT_STORED,
		 "the result_id of a stored result: nothing new is taken now"},
	};
	for (size_t i = 0; i < COUNT_OF(faults); i++) {
		if (faults[i].fate != fate)
			continue;
		*words = (struct fault_words){.code = slice_of(faults[i].code),
					      .column = SLICE("result_id"),
					      .value = result_id,
					      .expected = slice_of(faults[i].expected)};
		return true;
	}
	return false;
}
