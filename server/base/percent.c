#include "base/percent.h"

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool is_escape(struct slice in, size_t at)
{
	return in.len - at > 2 && digit_of(in.at[at + 1]) >= 0 && digit_of(in.at[at + 2]) >= 0;
}

static bool nothing_to_decode(struct slice in, bool plus_is_space)
{
	if (in.len == 0)
		return true;
	return memchr(in.at, '%', in.len) == NULL &&
	       !(plus_is_space && memchr(in.at, '+', in.len) != NULL);
}

bool percent_decode_bytes(struct arena *arena, struct slice in, bool plus_is_space,
			  struct slice *out)
{
	*out = in;
	if (nothing_to_decode(in, plus_is_space))
		return true;
	char *to = arena_take(arena, in.len + 1);
	if (to == NULL)
		return false;
	size_t len = 0;
	for (size_t i = 0; i < in.len; i++) {
		char c = in.at[i];
		if (c == '%') {
			if (!is_escape(in, i))
				return false;
			c = (char)(digit_of(in.at[i + 1]) * 16 + digit_of(in.at[i + 2]));
			i += 2;
		} else if (c == '+' && plus_is_space) {
			c = ' ';
		}
		to[len++] = c;
	}
	*out = (struct slice){to, len};
	return true;
}

bool percent_decode(struct arena *arena, struct slice in, bool plus_is_space, struct slice *out)
{
	return percent_decode_bytes(arena, in, plus_is_space, out) && slice_is_text(*out);
}
