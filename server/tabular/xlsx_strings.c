#include "tabular/xlsx_strings.h"

enum { INDEX_PART = 8 /* of the memory that the index gets */ };

void xlsx_strings_init(struct xlsx_strings *s, size_t memory_bytes, uint64_t limit_bytes,
		       const char *folder)
{
	size_t index_bytes = memory_bytes / INDEX_PART;
	*s = (struct xlsx_strings){0};
	paged_init(&s->text, memory_bytes - index_bytes, limit_bytes, folder);
	paged_init(&s->ends, index_bytes, XLSX_STRINGS * sizeof(uint64_t), folder);
}

void xlsx_strings_fini(struct xlsx_strings *s)
{
	paged_fini(&s->text);
	paged_fini(&s->ends);
}

enum status xlsx_strings_add(struct xlsx_strings *s, struct slice text)
{
	enum status st = paged_add(&s->text, text);
	if (st < 0)
		return st;
	uint64_t end = s->text.len;
	st = paged_add(&s->ends, (struct slice){(const char *)&end, sizeof(end)});
	s->count += st == OK;
	return st;
}

enum status xlsx_strings_get(struct xlsx_strings *s, uint64_t number, struct buf *to)
{
	uint64_t bounds[2] = {0, 0};
	bool is_first = number == 0;
	must(number < s->count);
	uint64_t at = is_first ? 0 : (number - 1) * sizeof(bounds[0]);
	enum status st = paged_read(&s->ends, at, (char *)(is_first ? bounds + 1 : bounds),
				    is_first ? sizeof(bounds[0]) : sizeof(bounds));
	if (st < 0)
		return st;
	size_t len = (size_t)(bounds[1] - bounds[0]);
	char *room = len > 0 ? buf_extend(to, len) : NULL;
	if (len > 0 && room == NULL)
		return E_LIMIT;
	return paged_read(&s->text, bounds[0], room, len);
}
