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

bool doubtful_take_fates(struct batch *b, const struct pg_result *rows)
{
	static const uint8_t fates[] = {ROW_STORED, ROW_SAME, ROW_DIFFERS};
	int asked = 0;
	must(pg_rows(rows) == (int)batch_fates(b, ROW_DOUBTFUL));
	for (size_t i = 0; i < b->rows_len; i++) {
		if (b->row[i].fate != ROW_DOUBTFUL)
			continue;
		int32_t outcome = pg_get_int4(rows, asked++, 0);
		if (outcome < 1 || outcome > (int32_t)COUNT_OF(fates))
			return false;
		b->row[i].fate = fates[outcome - 1];
	}
	return true;
}
