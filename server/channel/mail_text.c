#include "channel/mail_text.h"

#include "decode/charset.h"

static bool is_ascii(struct slice bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		if ((unsigned char)bytes.at[i] >= 128)
			return false;
	return true;
}

static const struct encoding *encoding_for(struct slice bytes, struct slice label)
{
	const struct encoding *named = label.len > 0 ? encoding_find(label) : NULL;
	if (named != NULL && !encoding_available(named))
		named = NULL;
	if (named != NULL && named->kind == ENCODING_UTF16)
		return named;
	return slice_is_utf8(bytes) ? encoding_utf8 : named;
}

/** Text as the charset gives it: bytes it could not read stand as CHARSET_BAD_BYTE, and UTF-8 is
 * not looked at. */
static void add_clean(struct buf *to, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.at[i];
		if (byte == (unsigned char)CHARSET_BAD_BYTE)
			buf_add_text(to, "\xEF\xBF\xBD");
		else if ((byte >= ' ' && byte != 127) || byte == '\t' || byte == '\n')
			buf_add_byte(to, (char)byte);
	}
}

/** False: a mark at the beginning contradicts the encoding. */
static bool convert(struct slice bytes, const struct encoding *encoding, struct buf *to)
{
	struct csv_reading reading = {0};
	struct charset c;
	struct slice text;
	enum charset_step step;
	bool fed = false;
	charset_init(&c, encoding, &reading);
	charset_feed(&c, bytes);
	do {
		while ((step = charset_next(&c, &text)) == CHARSET_TEXT)
			add_clean(to, text);
		if (!fed)
			charset_finish(&c);
		fed = true;
	} while (step == CHARSET_MORE);
	charset_fini(&c);
	return !c.clashes;
}

/** Detected and read as UTF-8, it need not be. */
static void mend(struct buf *text)
{
	struct slice rest = buf_slice(text);
	struct buf mended;
	if (rest.len == 0 || slice_is_utf8(rest))
		return;
	buf_init(&mended, 3 * text->len + 8);
	while (rest.len > 0) {
		size_t len = (unsigned char)*rest.at < 128 ? 1 : 4;
		while (len > 0 && (len > rest.len || !slice_is_utf8((struct slice){rest.at, len})))
			len--;
		if (len > 0)
			buf_add(&mended, (struct slice){rest.at, len});
		else
			buf_add_text(&mended, "\xEF\xBF\xBD");
		rest = slice_from(rest, len > 0 ? len : 1);
	}
	buf_fini(text);
	*text = mended;
}

struct slice mail_text_utf8(struct slice bytes, struct slice label, struct arena *arena)
{
	const struct encoding *encoding = encoding_for(bytes, label);
	struct slice copy;
	struct buf text;
	buf_init(&text, 4 * bytes.len + 16);
	if (is_ascii(bytes) && (encoding == NULL || encoding->kind != ENCODING_UTF16))
		add_clean(&text, bytes);
	else
		(void)(convert(bytes, encoding, &text) || convert(bytes, NULL, &text));
	mend(&text);
	copy = arena_copy(arena, buf_slice(&text));
	buf_fini(&text);
	return copy;
}
