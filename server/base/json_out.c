#include "base/json_out.h"

struct json_out json_out_on(struct buf *to)
{
	return (struct json_out){.to = to, .first = true};
}

static void comma(struct json_out *j)
{
	if (!j->first)
		buf_add_byte(j->to, ',');
	j->first = false;
}

static void open(struct json_out *j, char bracket)
{
	comma(j);
	buf_add_byte(j->to, bracket);
	j->first = true;
}

static void close(struct json_out *j, char bracket)
{
	buf_add_byte(j->to, bracket);
	j->first = false;
}

void json_open_object(struct json_out *j)
{
	open(j, '{');
}

void json_close_object(struct json_out *j)
{
	close(j, '}');
}

void json_open_array(struct json_out *j)
{
	open(j, '[');
}

void json_close_array(struct json_out *j)
{
	close(j, ']');
}

static size_t character_bytes(struct slice rest)
{
	for (size_t len = 2; len <= 4 && len <= rest.len; len++)
		if (slice_is_utf8((struct slice){rest.at, len}))
			return len;
	return 0;
}

static void add_escaped(struct buf *to, unsigned char c)
{
	switch (c) {
	case '"':
		buf_add_text(to, "\\\"");
		return;
	case '\\':
		buf_add_text(to, "\\\\");
		return;
	case '\n':
		buf_add_text(to, "\\n");
		return;
	case '\r':
		buf_add_text(to, "\\r");
		return;
	case '\t':
		buf_add_text(to, "\\t");
		return;
	default:
		buf_print(to, "\\u%04x", c);
	}
}

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

static void add_string(struct buf *to, struct slice text)
{
	buf_add_byte(to, '"');
	while (text.len > 0) {
		size_t plain = 0;
		while (plain < text.len && is_plain((unsigned char)text.at[plain]))
			plain++;
		buf_add(to, (struct slice){text.at, plain});
		text = slice_from(text, plain);
		if (text.len == 0)
			break;
		size_t taken = 1;
		if ((unsigned char)text.at[0] < 0x80) {
			add_escaped(to, (unsigned char)text.at[0]);
		} else if ((taken = character_bytes(text)) > 0) {
			buf_add(to, (struct slice){text.at, taken});
		} else {
			buf_add_text(to, "\xEF\xBF\xBD");
			taken = 1;
		}
		text = slice_from(text, taken);
	}
	buf_add_byte(to, '"');
}

void json_key_slice(struct json_out *j, struct slice key)
{
	comma(j);
	add_string(j->to, key);
	buf_add_byte(j->to, ':');
	j->first = true;
}

void json_key(struct json_out *j, const char *key)
{
	json_key_slice(j, slice_of(key));
}

void json_text(struct json_out *j, struct slice text)
{
	comma(j);
	add_string(j->to, text);
}

void json_int(struct json_out *j, int64_t number)
{
	comma(j);
	buf_add_int(j->to, number);
}

void json_double(struct json_out *j, double number)
{
	comma(j);
	buf_add_double(j->to, number);
}

void json_bool(struct json_out *j, bool yes)
{
	comma(j);
	buf_add_text(j->to, yes ? "true" : "false");
}

void json_null(struct json_out *j)
{
	comma(j);
	buf_add_text(j->to, "null");
}

void json_raw(struct json_out *j, struct slice json)
{
	comma(j);
	buf_add(j->to, json);
}

void json_pair_text(struct json_out *j, const char *key, struct slice text)
{
	json_key(j, key);
	json_text(j, text);
}

void json_pair_int(struct json_out *j, const char *key, int64_t number)
{
	json_key(j, key);
	json_int(j, number);
}

void json_pair_double(struct json_out *j, const char *key, double number)
{
	json_key(j, key);
	json_double(j, number);
}

void json_pair_bool(struct json_out *j, const char *key, bool yes)
{
	json_key(j, key);
	json_bool(j, yes);
}

void json_pair_null(struct json_out *j, const char *key)
{
	json_key(j, key);
	json_null(j);
}
