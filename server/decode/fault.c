#include "decode/fault.h"

#include <stdarg.h>
#include <stdio.h>

/** Bytes of the character at the start of `text`; 0 where it is none that may be shown. */
static size_t character(struct slice text)
{
	unsigned char first = (unsigned char)text.at[0];
	if (first < 0x80)
		return first >= 0x20 && first != 0x7F;
	size_t len = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
	if (text.len < len || !slice_is_utf8((struct slice){text.at, len}))
		return 0;
	bool is_control = first == 0xC2 && (unsigned char)text.at[1] < 0xA0;
	return is_control ? 0 : len;
}

void fault_copy(char *to, size_t room, struct slice from)
{
	size_t used = 0;
	while (from.len > 0) {
		size_t len = character(from);
		size_t need = len > 0 ? len : 1;
		if (used + need >= room)
			break;
		if (len > 0)
			memcpy(to + used, from.at, len);
		else
			to[used] = '?';
		used += need;
		from = slice_from(from, need);
	}
	to[used] = '\0';
}

void fault_fill(struct decode_fault *fault, uint64_t row, const char *code, struct slice column,
		struct slice value)
{
	fault->row = row;
	fault->code = code;
	fault_copy(fault->column, sizeof(fault->column), column);
	fault_copy(fault->value, sizeof(fault->value), value);
	fault->expected[0] = '\0';
}

void fault_expect(struct decode_fault *fault, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(fault->expected, sizeof(fault->expected), format, arguments);
	va_end(arguments);
}
