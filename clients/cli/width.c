#include "cli/width.h"

#include <utf8proc.h>

/** One character from the front of *rest; -1 for a byte that is not UTF-8. */
static utf8proc_int32_t next_character(struct slice *rest, struct slice *bytes)
{
	utf8proc_int32_t point = -1;
	utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)rest->at,
						 (utf8proc_ssize_t)rest->len, &point);
	if (used <= 0) {
		used = 1;
		point = -1;
	}
	*bytes = (struct slice){rest->at, (size_t)used};
	*rest = slice_from(*rest, (size_t)used);
	return point;
}

static bool is_bidi_control(utf8proc_int32_t point)
{
	return point == 0x061C || point == 0x200E || point == 0x200F ||
	       (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

/** What a terminal might obey instead of show. */
static bool is_unsafe(utf8proc_int32_t point)
{
	if (point < 0 || is_bidi_control(point))
		return true;
	switch (utf8proc_category(point)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return true;
	default:
		return false;
	}
}

void text_add_safe(struct buf *to, struct slice text, enum text_set set)
{
	struct slice bytes;
	while (text.len > 0) {
		utf8proc_int32_t point = next_character(&text, &bytes);
		bool shown = !is_unsafe(point) && (set == TEXT_UTF8 || point < 0x80);
		if (shown)
			buf_add(to, bytes);
		else
			buf_add_text(to, set == TEXT_UTF8 ? "\uFFFD" : "?");
	}
}

static size_t columns_of(utf8proc_int32_t point)
{
	if (point < 0)
		return 1;
	int columns = utf8proc_charwidth(point);
	return columns < 0 ? 0 : (size_t)columns;
}

size_t text_width(struct slice text)
{
	struct slice bytes;
	size_t width = 0;
	while (text.len > 0)
		width += columns_of(next_character(&text, &bytes));
	return width;
}

/** The longest front of `text` within `limit` columns, marks of its last letter included. */
static struct slice front_within(struct slice text, size_t limit, size_t *width)
{
	struct slice rest = text, bytes;
	size_t len = 0;
	*width = 0;
	while (rest.len > 0) {
		size_t columns = columns_of(next_character(&rest, &bytes));
		if (*width + columns > limit)
			break;
		*width += columns;
		len += bytes.len;
	}
	return (struct slice){text.at, len};
}

void text_add_spaces(struct buf *to, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_add_byte(to, ' ');
}

static void add_cut(struct buf *to, struct slice text, size_t width, enum text_set set)
{
	struct slice ellipsis = set == TEXT_UTF8 ? SLICE("\u2026") : SLICE("...");
	size_t ellipsis_width = set == TEXT_UTF8 ? 1 : 3;
	size_t shown = 0;
	if (width < ellipsis_width) {
		text_add_spaces(to, width);
		return;
	}
	buf_add(to, front_within(text, width - ellipsis_width, &shown));
	buf_add(to, ellipsis);
	text_add_spaces(to, width - ellipsis_width - shown);
}

void text_add_cell(struct buf *to, struct slice text, size_t width, enum text_side side,
		   enum text_set set)
{
	size_t own = text_width(text);
	if (own > width) {
		add_cut(to, text, width, set);
		return;
	}
	if (side == TEXT_RIGHT)
		text_add_spaces(to, width - own);
	buf_add(to, text);
	if (side == TEXT_LEFT)
		text_add_spaces(to, width - own);
}

bool text_is_ascii(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		if ((unsigned char)text.at[i] >= 0x80)
			return false;
	}
	return true;
}
