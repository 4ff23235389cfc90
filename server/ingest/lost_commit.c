#include "ingest/lost_commit.h"

#include "base/must.h"

void lost_commit_open(struct lost_commit *l, struct batch *b, uint64_t stored)
{
	l->open = true;
	l->stored = stored;
	l->fates = memory_resize(l->fates, b->rows_len, 1);
	for (size_t i = 0; i < b->rows_len; i++)
		l->fates[i] = b->row[i].fate;
	batch_doubt_all(b);
}

uint64_t lost_commit_took(struct lost_commit *l, struct batch *b)
{
	must(l->open);
	l->open = false;
	for (size_t i = 0; i < b->rows_len; i++)
		b->row[i].fate = l->fates[i];
	return l->stored;
}

void lost_commit_fini(struct lost_commit *l)
{
	memory_free(l->fates);
	*l = (struct lost_commit){0};
}
