#include "decode/charset.h"

#include <errno.h>

#include "decode/detect.h"

#define NO_CONVERTER ((iconv_t)-1)

void charset_init(struct charset *c, const struct encoding *declared, struct csv_reading *reading)
{
	*c = (struct charset){.declared = declared,
			      .reading = reading,
			      .at_start = true,
			      .converter = NO_CONVERTER};
	buf_init(&c->head, CHARSET_HEAD_BYTES);
	buf_init(&c->text, CHARSET_TEXT_BYTES);
}

void charset_fini(struct charset *c)
{
	if (c->converter != NO_CONVERTER)
		iconv_close(c->converter);
	buf_fini(&c->head);
	buf_fini(&c->text);
}

void charset_feed(struct charset *c, struct slice part)
{
	must(!c->finished && c->part.len == 0);
	c->part = part;
}

void charset_finish(struct charset *c)
{
	c->finished = true;
}

/* What the head says */

static void begin(struct charset *c, const struct encoding *encoding)
{
	c->reading->encoding = encoding;
	c->state = encoding->kind == ENCODING_UTF8 ? CHARSET_PASSING : CHARSET_CONVERTING;
	if (c->state == CHARSET_PASSING)
		return;
	c->converter = iconv_open("UTF-8", encoding->iconv);
	must(c->converter != NO_CONVERTER); /* whoever chose it has tried */
}

static void decide_by_mark(struct charset *c, const struct encoding *mark, size_t len)
{
	struct csv_known *known = &c->reading->encoding_known;
	c->rest = slice_from(c->rest, len);
	csv_know(known, KNOWN_MARKED, "the file begins with the byte order mark of %s", mark->name);
	if (c->declared != NULL && !encoding_agrees(c->declared, mark)) {
		csv_know(known, KNOWN_MARKED, "the file begins with the mark of %s, declared is %s",
			 mark->name, c->declared->name);
		c->clashes = true;
	}
	begin(c, mark);
}

/** From a head that begins the file or at the first byte that is not ASCII. */
static void decide(struct charset *c)
{
	struct csv_known *known = &c->reading->encoding_known;
	const struct encoding *found = c->declared;
	size_t mark_len = 0;
	c->rest = buf_slice(&c->head);
	const struct encoding *mark = c->at_start ? detect_mark(c->rest, &mark_len) : NULL;
	if (mark != NULL) {
		decide_by_mark(c, mark, mark_len);
		return;
	}
	if (found != NULL)
		csv_know(known, KNOWN_DECLARED, "declared");
	else
		found = detect_encoding(c->rest, c->at_start, c->finished, known);
	if (found != NULL) {
		begin(c, found);
		return;
	}
	c->reading->encoding = encoding_utf8;
	c->state = CHARSET_ASCII;
}

/** False: more is needed to decide. */
static bool collect(struct charset *c)
{
	size_t room = CHARSET_HEAD_BYTES - c->head.len;
	size_t len = c->part.len < room ? c->part.len : room;
	buf_add(&c->head, (struct slice){c->part.at, len});
	c->part = slice_from(c->part, len);
	if (len < room && !c->finished)
		return false;
	decide(c);
	return true;
}

/* What is given */

/** What is to be read next: the head, then the part. A head that was used up goes. */
static struct slice *source(struct charset *c)
{
	if (c->rest.len > 0)
		return &c->rest;
	if (c->head.room > 0) {
		buf_fini(&c->head);
		buf_init(&c->head, CHARSET_HEAD_BYTES);
	}
	return &c->part;
}

static enum charset_step nothing_left(const struct charset *c)
{
	return c->finished ? CHARSET_END : CHARSET_MORE;
}

static enum charset_step next_passing(struct charset *c, struct slice *text)
{
	struct slice *from = source(c);
	if (from->len == 0)
		return nothing_left(c);
	*text = *from;
	*from = slice_from(*from, from->len);
	return CHARSET_TEXT;
}

static enum charset_step next_ascii(struct charset *c, struct slice *text)
{
	struct slice *from = source(c);
	if (from->len == 0)
		return nothing_left(c);
	size_t len = detect_ascii_len(*from);
	*text = (struct slice){from->at, len};
	*from = slice_from(*from, len);
	if (len > 0)
		return CHARSET_TEXT;
	must(from == &c->part); /* a head with such a byte was decided by it */
	c->at_start = false;
	c->state = CHARSET_COLLECTING;
	return charset_next(c, text);
}

/** What the converter still holds: a letter that a mark behind it may change. */
static void flush(struct charset *c)
{
	size_t room = CHARSET_TEXT_BYTES - c->text.len;
	char *out = buf_extend(&c->text, room);
	must(iconv(c->converter, NULL, NULL, &out, &room) != (size_t)-1);
	c->text.len -= room;
}

static void give_bad_byte(struct charset *c, struct slice *from)
{
	size_t unit = c->reading->encoding->kind == ENCODING_UTF16 ? 2 : 1;
	flush(c);
	buf_add_byte(&c->text, CHARSET_BAD_BYTE);
	*from = slice_from(*from, unit);
}

/** EINVAL: what is left of *from is the start of a character. E2BIG: the room is used up. */
static int convert(struct charset *c, struct slice *from)
{
	size_t room = CHARSET_TEXT_BYTES - c->text.len, left = from->len;
	char *out = buf_extend(&c->text, room), *in;
	memcpy(&in, &from->at, sizeof(in)); /* iconv() does not write there */
	int reason = iconv(c->converter, &in, &left, &out, &room) == (size_t)-1 ? errno : 0;
	c->text.len -= room;
	*from = slice_from(*from, from->len - left);
	if (reason == EILSEQ)
		give_bad_byte(c, from);
	return reason;
}

/** A character that the end of a part cut, byte by byte until it is whole or none. */
static void convert_carry(struct charset *c, struct slice *from)
{
	c->carry[c->carry_len++] = from->at[0];
	*from = slice_from(*from, 1);
	struct slice left = {c->carry, c->carry_len};
	while (left.len > 0 && convert(c, &left) != EINVAL)
		;
	memmove(c->carry, left.at, left.len);
	c->carry_len = left.len;
	must(c->carry_len < CHARSET_CARRY_BYTES); /* no character is so long */
}

static void convert_part(struct charset *c, struct slice *from)
{
	if (convert(c, from) != EINVAL)
		return;
	must(from->len < CHARSET_CARRY_BYTES);
	memcpy(c->carry, from->at, from->len);
	c->carry_len = from->len;
	*from = slice_from(*from, from->len);
}

static void convert_end(struct charset *c)
{
	struct slice left = {c->carry, c->carry_len};
	while (left.len > 0)
		give_bad_byte(c, &left);
	c->carry_len = 0;
	flush(c);
}

static enum charset_step next_converted(struct charset *c, struct slice *text)
{
	enum { SPARE = 64 };
	struct slice *from = source(c);
	buf_clear(&c->text);
	while (from->len > 0 && CHARSET_TEXT_BYTES - c->text.len >= SPARE) {
		if (c->carry_len > 0)
			convert_carry(c, from);
		else
			convert_part(c, from);
		from = source(c);
	}
	if (from->len == 0 && c->finished && c->text.len == 0)
		convert_end(c);
	*text = buf_slice(&c->text);
	return text->len > 0 ? CHARSET_TEXT : nothing_left(c);
}

enum charset_step charset_next(struct charset *c, struct slice *text)
{
	if (c->state == CHARSET_COLLECTING && !collect(c))
		return CHARSET_MORE;
	if (c->clashes)
		return CHARSET_END;
	switch (c->state) {
	case CHARSET_ASCII:
		return next_ascii(c, text);
	case CHARSET_PASSING:
		return next_passing(c, text);
	case CHARSET_CONVERTING:
		return next_converted(c, text);
	case CHARSET_COLLECTING:
		break;
	}
	never("a charset that has not decided");
}
