#include "ingest/doubtful.h"

#include "base/must.h"

enum { OUTCOME_ABSENT = 0 };

bool doubtful_any_absent(const struct pg_result *rows)
{
	for (int i = 0; i < pg_rows(rows); i++)
		if (pg_get_int4(rows, i, 0) == OUTCOME_ABSENT)
			return true;
	return false;
}

bool doubtful_take_fates(struct batch *b, const struct pg_result *rows, bool absent_too)
{
	static const uint8_t fates[] = {
		[OUTCOME_ABSENT] = ROW_ABSENT, ROW_STORED, ROW_SAME, ROW_DIFFERS};
	int asked = 0;
	must(pg_rows(rows) == (int)batch_fates(b, ROW_DOUBTFUL));
	for (size_t i = 0; i < b->rows_len; i++) {
		if (b->row[i].fate != ROW_DOUBTFUL)
			continue;
		int32_t outcome = pg_get_int4(rows, asked++, 0);
		must(outcome >= 0 && outcome < (int32_t)COUNT_OF(fates));
		if (outcome == OUTCOME_ABSENT && !absent_too)
			return false;
		b->row[i].fate = fates[outcome];
	}
	return true;
}
