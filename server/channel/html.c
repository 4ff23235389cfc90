#include "channel/html.h"

static const char *entity_of(char byte)
{
	switch (byte) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static bool is_control(unsigned char byte)
{
	return byte == 0x7f || (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r');
}

void html_text(struct buf *to, struct slice text)
{
	bool utf8 = slice_is_utf8(text);
	for (size_t i = 0; i < text.len; i++) {
		const char *entity = entity_of(text.at[i]);
		unsigned char byte = (unsigned char)text.at[i];
		if (entity != NULL)
			buf_add_text(to, entity);
		else if (is_control(byte))
			buf_add_byte(to, ' ');
		else
			buf_add_byte(to, byte >= 0x80 && !utf8 ? '?' : text.at[i]);
	}
}

void html_attribute(struct buf *to, const char *name, struct slice value)
{
	buf_print(to, " %s=\"", name);
	html_text(to, value);
	buf_add_byte(to, '"');
}
