#include "decode/csv_row.h"

#include "decode/decoder.h"
#include "decode/json_lex.h"

enum { FIRST_COMPOSING_LEAD = 0xCC /* of U+0300; what stands before is always normalised */ };

struct csv_row csv_row_over(struct slice text, char separator, struct arena *arena)
{
	if (text.len > 0 && text.at[text.len - 1] == '\r')
		text.len--;
	return (struct csv_row){.text = text,
				.at = text.at,
				.end = text.at + text.len,
				.arena = arena,
				.separator = separator,
				.more = true};
}

/* Fields */

static const char *unescape_quotes(struct csv_row *r, struct slice *value)
{
	char *to = arena_take(r->arena, value->len);
	size_t len = 0;
	if (to == NULL)
		return "record_too_long";
	for (size_t i = 0; i < value->len; i++) {
		to[len++] = value->at[i];
		i += value->at[i] == '"';
	}
	*value = (struct slice){to, len};
	return NULL;
}

static const char *quoted_field(struct csv_row *r, struct slice *value)
{
	const char *start = ++r->at;
	bool escaped = false;
	for (;;) {
		r->at = memchr(r->at, '"', (size_t)(r->end - r->at));
		must(r->at != NULL); /* who found the row's end counted the same quotes */
		if (r->end - r->at < 2 || r->at[1] != '"')
			break;
		escaped = true;
		r->at += 2;
	}
	*value = (struct slice){start, (size_t)(r->at - start)};
	r->at++;
	if (r->at < r->end && *r->at != r->separator)
		return "text_after_quote";
	return escaped ? unescape_quotes(r, value) : NULL;
}

/** 15" and 36'37.8": inches and seconds. */
static bool is_mark_of_unit(const char *quote, const char *start)
{
	return *quote == '"' && quote > start && quote[-1] >= '0' && quote[-1] <= '9';
}

static const char *plain_field(struct csv_row *r, struct slice *value)
{
	const char *start = r->at;
	const char *at = start;
	do {
		while (at < r->end && *at != r->separator && *at != '"' && *at != '\r')
			at++;
	} while (at < r->end && is_mark_of_unit(at, start) && at++ < r->end);
	r->at = at;
	*value = (struct slice){start, (size_t)(at - start)};
	if (at == r->end || *at == r->separator)
		return NULL;
	return *at == '"' ? "quote_inside_field" : "bare_carriage_return";
}

const char *csv_row_next(struct csv_row *r, struct slice *value)
{
	bool is_quoted = r->at < r->end && *r->at == '"';
	const char *code = is_quoted ? quoted_field(r, value) : plain_field(r, value);
	if (code != NULL)
		return code;
	r->more = r->at < r->end;
	r->at += r->more;
	return value->len > DECODE_FIELD_BYTES ? "field_too_long" : NULL;
}

/* Bytes */

/** Whether there are bytes below 0x20 and above 0x7F, eight at a time. */
static void look_at(struct slice text, bool *low, bool *high)
{
	const uint64_t tops = UINT64_C(0x8080808080808080), blank = UINT64_C(0x2020202020202020);
	uint64_t word, lows = 0, highs = 0;
	for (; text.len >= sizeof(word); text.at += sizeof(word), text.len -= sizeof(word)) {
		memcpy(&word, text.at, sizeof(word));
		highs |= word;
		lows |= (word - blank) & ~word;
	}
	for (size_t i = 0; i < text.len; i++) {
		highs |= (unsigned char)text.at[i];
		lows |= (unsigned char)text.at[i] < 0x20 ? tops : 0;
	}
	*high = (highs & tops) != 0;
	*low = (lows & tops) != 0;
}

static bool has_composing_lead(struct slice text)
{
	const uint64_t tops = UINT64_C(0x8080808080808080);
	uint64_t word;
	size_t i = 0;
	while (i < text.len) {
		if (text.len - i >= sizeof(word)) {
			memcpy(&word, text.at + i, sizeof(word));
			if ((word & tops) == 0) {
				i += sizeof(word);
				continue;
			}
		}
		if ((unsigned char)text.at[i++] >= FIRST_COMPOSING_LEAD)
			return true;
	}
	return false;
}

static bool is_wrong_control(char c)
{
	return (unsigned char)c < 0x20 && c != '\t' && c != '\r' && c != '\n';
}

const char *csv_row_check(struct slice text, bool *may_compose)
{
	bool low, high;
	*may_compose = false;
	look_at(text, &low, &high);
	if (high && !json_is_utf8(text))
		return "not_utf8";
	for (size_t i = 0; low && i < text.len; i++)
		if (is_wrong_control(text.at[i]))
			return text.at[i] == '\0' ? "nul_byte" : "control_character";
	*may_compose = high && has_composing_lead(text);
	return NULL;
}

size_t csv_row_bad_byte(struct slice text)
{
	bool is_utf8 = json_is_utf8(text);
	for (size_t i = 0; i < text.len;) {
		unsigned char c = (unsigned char)text.at[i];
		size_t len = c < 0x80 ? 1 : c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
		if (len > text.len - i || !slice_is_utf8((struct slice){text.at + i, len}))
			return i;
		if (is_utf8 && is_wrong_control(text.at[i]))
			return i;
		i += len;
	}
	return text.len;
}
