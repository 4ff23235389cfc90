#include "decode/fold.h"

#include <utf8proc.h>

static bool is_ascii(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] >= 0x80)
			return false;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/** In place: one space for each run of blanks, none at the ends, small letters. */
static size_t squeeze(char *text, size_t len)
{
	static const char small[] = "abcdefghijklmnopqrstuvwxyz";
	size_t to = 0;
	for (size_t i = 0; i < len; i++) {
		char c = text[i];
		if (c >= 'A' && c <= 'Z')
			text[to++] = small[c - 'A'];
		else if (!is_blank(c))
			text[to++] = c;
		else if (to > 0 && text[to - 1] != ' ')
			text[to++] = ' ';
	}
	return to > 0 && text[to - 1] == ' ' ? to - 1 : to;
}

static enum status fold_unicode(struct slice text, struct arena *arena, struct slice *copy)
{
	const utf8proc_option_t options = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
					  UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
	const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text.at;
	utf8proc_ssize_t len = (utf8proc_ssize_t)text.len;
	utf8proc_ssize_t room = utf8proc_decompose(at, len, NULL, 0, options);
	must(room >= 0); /* it is UTF-8 */
	utf8proc_int32_t *points = memory_new(((size_t)room + 1) * sizeof(*points));
	must(utf8proc_decompose(at, len, points, room, options) == room);
	len = utf8proc_reencode(points, room, options); /* in place */
	must(len >= 0);
	*copy = arena_copy(arena, (struct slice){(const char *)points, (size_t)len});
	memory_free(points);
	return copy->at == NULL ? E_LIMIT : OK;
}

enum status fold_text(struct slice text, struct arena *arena, struct slice *folded)
{
	struct slice copy;
	char *room = NULL;
	if (is_ascii(text)) {
		copy = text;
	} else if (fold_unicode(text, arena, &copy) < 0) {
		return E_LIMIT;
	}
	room = arena_take(arena, copy.len + 1);
	if (room == NULL)
		return E_LIMIT;
	if (copy.len > 0)
		memcpy(room, copy.at, copy.len);
	*folded = (struct slice){room, squeeze(room, copy.len)};
	return OK;
}
