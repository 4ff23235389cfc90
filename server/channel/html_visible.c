#include "channel/html_visible.h"

#include "base/utf8.h"

enum { NAME_MOST_BYTES = 15, ENTITY_MOST_BYTES = 10, QUOTES_MOST = 8 };

struct html {
	struct slice in;
	struct buf *out;
	size_t line_start; /* in `out` */
	unsigned quotes;   /* blockquotes that are open */
	bool blank_due;	   /* between two words */
	bool preformatted;
};

/* clang-format off */
/** What ends a line, at its begin and its end. */
static const char *const blocks[] = {
	"p", "div", "br", "tr", "li", "ul", "ol", "table", "blockquote", "hr", "pre", "h1", "h2", "h3",
	"h4", "h5", "h6", "section", "article", "header", "footer", "body", "address", "dt", "dd",
};

/** What is not shown, to its closing tag. */
static const char *const hidden[] = {"style", "script", "head", "title", "noscript", "template"};

static const struct {
	const char *name, *text;
} entities[] = {
	{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"nbsp", " "},
	{"aring", "å"}, {"Aring", "Å"}, {"oslash", "ø"}, {"Oslash", "Ø"}, {"aelig", "æ"}, {"AElig", "Æ"},
	{"eacute", "é"}, {"egrave", "è"}, {"auml", "ä"}, {"ouml", "ö"}, {"uuml", "ü"}, {"szlig", "ß"},
	{"ndash", "–"}, {"mdash", "—"}, {"hellip", "…"}, {"lsquo", "‘"}, {"rsquo", "’"}, {"ldquo", "“"},
	{"rdquo", "”"}, {"laquo", "«"}, {"raquo", "»"}, {"zwnj", ""}, {"zwj", ""}, {"shy", ""},
};
/* clang-format on */

static bool is_one_of(struct slice name, const char *const *names, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (slice_equal_ignoring_case(name, slice_of(names[i])))
			return true;
	return false;
}

/* Text */

static void begin_line(struct html *h)
{
	if (h->out->len != h->line_start)
		return;
	for (unsigned i = 0; i < h->quotes && i < QUOTES_MOST; i++)
		buf_add_text(h->out, "> ");
}

static void end_line(struct html *h)
{
	h->blank_due = false;
	if (h->out->len == h->line_start)
		return;
	buf_add_byte(h->out, '\n');
	h->line_start = h->out->len;
}

static void add(struct html *h, struct slice bytes)
{
	if (bytes.len == 0)
		return;
	if (h->blank_due && h->out->len != h->line_start)
		buf_add_byte(h->out, ' ');
	h->blank_due = false;
	begin_line(h);
	buf_add(h->out, bytes);
}

/** An empty line stays one. */
static void break_line(struct html *h)
{
	if (h->out->len == h->line_start)
		begin_line(h);
	buf_add_byte(h->out, '\n');
	h->line_start = h->out->len;
	h->blank_due = false;
}

static int digit_of(char byte, int base)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	if (base == 16 && (byte | 0x20) >= 'a' && (byte | 0x20) <= 'f')
		return (byte | 0x20) - 'a' + 10;
	return -1;
}

/** "#8217" or "#x2019"; 0: not one. */
static uint32_t number_of(struct slice name)
{
	int base = name.len > 1 && (name.at[1] | 0x20) == 'x' ? 16 : 10;
	uint32_t code = 0;
	for (size_t i = base == 16 ? 2 : 1; i < name.len; i++) {
		int digit = digit_of(name.at[i], base);
		if (digit < 0 || code > 0x10FFFF)
			return 0;
		code = code * (uint32_t)base + (uint32_t)digit;
	}
	bool is_text = code >= ' ' && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
	return is_text ? code : 0;
}

static void add_entity(struct html *h, struct slice name)
{
	char bytes[4];
	uint32_t code = name.at[0] == '#' ? number_of(name) : 0;
	if (code == 0xA0) {
		h->blank_due = true;
	} else if (code > 0) {
		add(h, (struct slice){bytes, utf8_write(bytes, code)});
	} else {
		for (size_t i = 0; i < COUNT_OF(entities); i++)
			if (slice_is(name, entities[i].name)) {
				add(h, slice_of(entities[i].text));
				return;
			}
		add(h, SLICE("&"));
		add(h, name);
	}
}

/** From '&' on. */
static void take_entity(struct html *h)
{
	size_t len = 1;
	while (len < h->in.len && len <= ENTITY_MOST_BYTES &&
	       (digit_of(h->in.at[len], 10) >= 0 || (h->in.at[len] | 0x20) >= 'a') &&
	       (h->in.at[len] | 0x20) <= 'z')
		len++;
	if (len == 1 && len < h->in.len && h->in.at[1] == '#')
		while (++len < h->in.len && len <= ENTITY_MOST_BYTES &&
		       (digit_of(h->in.at[len], 16) >= 0 || (h->in.at[len] | 0x20) == 'x'))
			;
	if (len == 1) {
		add(h, SLICE("&"));
		h->in = slice_from(h->in, 1);
		return;
	}
	add_entity(h, (struct slice){h->in.at + 1, len - 1});
	h->in = slice_from(h->in, len);
	if (h->in.len > 0 && *h->in.at == ';')
		h->in = slice_from(h->in, 1);
}

/* Tags */

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n' || byte == '\f';
}

static struct slice name_at(struct slice in)
{
	size_t len = 0;
	while (len < in.len && len < NAME_MOST_BYTES &&
	       (digit_of(in.at[len], 10) >= 0 ||
		((in.at[len] | 0x20) >= 'a' && (in.at[len] | 0x20) <= 'z')))
		len++;
	return (struct slice){in.at, len};
}

/** Behind the '>' that is not in quotation marks. */
static struct slice behind_tag(struct slice in)
{
	char quote = '\0';
	for (size_t i = 0; i < in.len; i++) {
		char byte = in.at[i];
		if (quote != '\0')
			quote = byte == quote ? '\0' : quote;
		else if (byte == '>')
			return slice_from(in, i + 1);
		else if ((byte == '"' || byte == '\'') && i > 0 && in.at[i - 1] == '=')
			quote = byte;
	}
	return slice_from(in, in.len);
}

static struct slice behind_words(struct slice in, const char *words)
{
	const char *found = in.len > 0 ? memmem(in.at, in.len, words, strlen(words)) : NULL;
	return found != NULL ? slice_from(in, (size_t)(found - in.at) + strlen(words))
			     : slice_from(in, in.len);
}

/** "</style" in any case; what is hidden and never closed hides the rest. */
static struct slice at_closing_tag(struct slice in, struct slice name)
{
	while (in.len > 0) {
		in = behind_words(in, "</");
		if (in.len >= name.len &&
		    slice_equal_ignoring_case((struct slice){in.at, name.len}, name))
			return in;
	}
	return in;
}

static void open_or_close(struct html *h, struct slice name, bool closing)
{
	bool quote = slice_equal_ignoring_case(name, SLICE("blockquote"));
	if (slice_equal_ignoring_case(name, SLICE("br"))) {
		break_line(h);
		return;
	}
	if (is_one_of(name, blocks, COUNT_OF(blocks)))
		end_line(h);
	else if (slice_equal_ignoring_case(name, SLICE("td")))
		h->blank_due = true;
	if (slice_equal_ignoring_case(name, SLICE("pre")))
		h->preformatted = !closing;
	if (quote && closing && h->quotes > 0)
		h->quotes--;
	else if (quote && !closing)
		h->quotes++;
}

/** From '<' on. */
static void take_tag(struct html *h)
{
	struct slice rest = slice_from(h->in, 1), name;
	bool closing = rest.len > 0 && *rest.at == '/';
	if (slice_starts_with(rest, SLICE("!--"))) {
		h->in = behind_words(rest, "-->");
		return;
	}
	name = name_at(slice_from(rest, closing ? 1 : 0));
	if (name.len == 0 && !(rest.len > 0 && (*rest.at == '!' || *rest.at == '?' || closing))) {
		add(h, SLICE("<")); /* "score < 5" */
		h->in = rest;
		return;
	}
	h->in = behind_tag(rest);
	open_or_close(h, name, closing);
	if (!closing && is_one_of(name, hidden, COUNT_OF(hidden)))
		h->in = behind_tag(at_closing_tag(h->in, name));
}

static void take_run(struct html *h)
{
	size_t len = 1;
	while (len < h->in.len && h->in.at[len] != '<' && h->in.at[len] != '&' &&
	       !is_blank(h->in.at[len]))
		len++;
	add(h, (struct slice){h->in.at, len});
	h->in = slice_from(h->in, len);
}

void html_visible(struct slice html, struct buf *text)
{
	struct html h = {.in = html, .out = text, .line_start = text->len};
	while (h.in.len > 0 && !buf_over(text)) {
		if (*h.in.at == '<') {
			take_tag(&h);
		} else if (*h.in.at == '&') {
			take_entity(&h);
		} else if (h.preformatted && *h.in.at == '\n') {
			break_line(&h);
			h.in = slice_from(h.in, 1);
		} else if (is_blank(*h.in.at)) {
			h.blank_due = true;
			h.in = slice_from(h.in, 1);
		} else {
			take_run(&h);
		}
	}
	end_line(&h);
}
