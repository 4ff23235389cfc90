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

struct fault_words fault_of_conflict(struct slice result_id, bool twice)
{
	if (twice)
		return (struct fault_words){.code = SLICE(FAULT_TWICE),
					    .column = SLICE("result_id"),
					    .value = result_id,
					    .expected = SLICE("one row a result_id in a file")};
	return (struct fault_words){.code = SLICE(FAULT_OTHER_CONTENT),
				    .column = SLICE("result_id"),
				    .value = result_id,
				    .expected = SLICE("the content stored under this result_id, "
						      "or a result_id of its own")};
}
