#include "tabular/missing_note.h"

void missing_note_add(struct missing_note *n, struct slice name, uint64_t count)
{
	enum { COUNT_BYTES = 24 };
	if (count == 0)
		return;
	n->total += count;
	if (n->len + name.len + COUNT_BYTES < sizeof(n->list))
		n->len += (size_t)snprintf(n->list + n->len, sizeof(n->list) - n->len,
					   "%s%.*s %llu", n->len > 0 ? ", " : "", SLICE_ARGS(name),
					   (unsigned long long)count);
}

void missing_note_tell(const struct missing_note *n, struct table_report *report)
{
	if (n->total > 0)
		table_note(report, "values declared missing are empty fields: %llu (%s)",
			   (unsigned long long)n->total, n->list);
}
