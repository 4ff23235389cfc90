#include "decode/normal.h"

#include <utf8proc.h>

/** Code points that stand in normal form C whatever stands beside them, as long as only such
 * stand there (Unicode 15, NFC_Quick_Check = Yes and no jamo, no mark that joins): enough
 * for the texts of most rows. */
static const struct {
	uint32_t from, to;
} settled[] = {
	{0x0000, 0x02FF}, {0x0370, 0x0373}, {0x0375, 0x0377}, {0x0388, 0x03FF}, {0x0400, 0x0482},
	{0x048A, 0x052F}, {0x1E00, 0x1EFF}, {0x2002, 0x2070}, {0x20A0, 0x20C0}, {0x3003, 0x3029},
	{0x3041, 0x3096}, {0x30A1, 0x30FF}, {0x4E00, 0x9FFF}, {0xAC00, 0xD7A3}, {0xFF01, 0xFFEE},
};

static bool is_settled(utf8proc_int32_t point)
{
	for (size_t i = 0; i < COUNT_OF(settled); i++)
		if ((uint32_t)point <= settled[i].to)
			return (uint32_t)point >= settled[i].from;
	return false;
}

static bool is_normal(struct slice text)
{
	const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text.at;
	const utf8proc_uint8_t *end = at + text.len;
	while (at < end) {
		utf8proc_int32_t point;
		utf8proc_ssize_t len = utf8proc_iterate(at, end - at, &point);
		if (len <= 0 || !is_settled(point))
			return false;
		at += len;
	}
	return true;
}

enum status normal_text(struct slice *value, struct arena *arena)
{
	const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
	if (is_normal(*value))
		return OK;
	const utf8proc_uint8_t *text = (const utf8proc_uint8_t *)value->at;
	utf8proc_ssize_t len = (utf8proc_ssize_t)value->len;
	utf8proc_ssize_t room = utf8proc_decompose(text, len, NULL, 0, options);
	must(room >= 0); /* it is UTF-8 */
	utf8proc_int32_t *points = memory_new(((size_t)room + 1) * sizeof(*points));
	must(utf8proc_decompose(text, len, points, room, options) == room);
	len = utf8proc_reencode(points, room, options); /* in place */
	must(len >= 0);
	struct slice copy = arena_copy(arena, (struct slice){(const char *)points, (size_t)len});
	memory_free(points);
	if (copy.at == NULL)
		return E_LIMIT;
	*value = copy;
	return OK;
}
