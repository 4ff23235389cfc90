#include "base/buf.h"
#include "survey/written.h"

enum { NUMBER_BYTES = 40, GROUP = 3 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/** U+2212, the minus sign of typesetters. */
static void take_minus(struct slice *text, struct buf *to)
{
	const struct slice minus = SLICE("\xE2\x88\x92"), hyphen = SLICE("-");
	size_t len = 0;
	if (slice_starts_with(*text, minus))
		len = minus.len;
	else if (slice_starts_with(*text, hyphen))
		len = hyphen.len;
	if (len > 0)
		buf_add(to, hyphen);
	*text = slice_from(*text, len);
}

static size_t take_digits(struct slice *text, struct buf *to)
{
	size_t len = 0;
	while (len < text->len && is_digit(text->at[len]))
		len++;
	buf_add(to, (struct slice){text->at, len});
	*text = slice_from(*text, len);
	return len;
}

/** The blanks that group thousands: U+00A0 and U+202F. */
static bool take_blank(struct slice *text)
{
	const struct slice blanks[] = {SLICE("\xC2\xA0"), SLICE("\xE2\x80\xAF")};
	for (size_t i = 0; i < COUNT_OF(blanks); i++) {
		if (!slice_starts_with(*text, blanks[i]))
			continue;
		*text = slice_from(*text, blanks[i].len);
		return true;
	}
	return false;
}

/** Digits, in groups of three behind the first where there are groups. */
static bool take_whole(struct slice *text, struct buf *to)
{
	size_t len = take_digits(text, to);
	bool grouped = false;
	if (len == 0)
		return false;
	while (take_blank(text)) {
		if ((!grouped && len > GROUP) || take_digits(text, to) != GROUP)
			return false;
		grouped = true;
	}
	return true;
}

static enum written take_fraction(struct csv_reading *r, uint64_t row, struct slice text,
				  struct buf *to)
{
	char mark = text.at[0];
	bool zero_before = slice_is(buf_slice(to), "0") || slice_is(buf_slice(to), "-0");
	text = slice_from(text, 1);
	buf_add_byte(to, '.');
	size_t len = take_digits(&text, to);
	if (len == 0 || text.len > 0 || buf_over(to))
		return WRITTEN_AS_IS;
	if (r->decimal == 0 && len == GROUP && !zero_before)
		return WRITTEN_THOUSAND;
	if (r->decimal != 0 && r->decimal != mark)
		return WRITTEN_OTHER_MARK;
	if (r->decimal == 0) {
		r->decimal = mark;
		r->decimal_row = row;
	}
	while (to->at[to->len - 1] == '0')
		to->len--;
	to->len -= to->at[to->len - 1] == '.';
	return WRITTEN_READ;
}

static enum written read_number(struct csv_reading *r, uint64_t row, struct slice text,
				struct buf *to)
{
	take_minus(&text, to);
	if (!take_whole(&text, to))
		return WRITTEN_AS_IS;
	if (text.len == 0)
		return buf_over(to) ? WRITTEN_AS_IS : WRITTEN_READ;
	if (text.at[0] != '.' && text.at[0] != ',')
		return WRITTEN_AS_IS;
	return take_fraction(r, row, text, to);
}

/** Digits alone need nothing, and a text that begins otherwise is no number. */
static bool needs_reading(struct slice text)
{
	bool begins = is_digit(text.at[0]) || text.at[0] == '-' || text.at[0] == '\xE2';
	size_t digits = 1;
	while (digits < text.len && is_digit(text.at[digits]))
		digits++;
	return begins && (digits < text.len || text.at[0] == '\xE2');
}

enum written written_number(struct csv_reading *r, uint64_t row, struct slice text,
			    struct arena *arena, struct slice *plain)
{
	struct buf number;
	if (text.len == 0 || !needs_reading(text))
		return WRITTEN_AS_IS;
	buf_init(&number, NUMBER_BYTES);
	enum written read = read_number(r, row, text, &number);
	if (read == WRITTEN_READ) {
		*plain = arena_copy(arena, buf_slice(&number));
		if (plain->at == NULL)
			read = WRITTEN_AS_IS;
	}
	buf_fini(&number);
	return read;
}
