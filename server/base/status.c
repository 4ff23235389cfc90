#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

PRINTF_LIKE(4, 0)
static enum status fill(struct trouble *why, enum status status, const char *code,
			const char *format, va_list arguments)
{
	if (why == NULL)
		return status;
	why->status = status;
	size_t len = strnlen(code, sizeof(why->code) - 1);
	memcpy(why->code, code, len);
	why->code[len] = '\0';
	vsnprintf(why->words, sizeof(why->words), format, arguments);
	return status;
}

enum status trouble(struct trouble *why, enum status status, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fill(why, status, "", format, arguments);
	va_end(arguments);
	return status;
}

enum status trouble_code(struct trouble *why, enum status status, const char *code,
			 const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fill(why, status, code, format, arguments);
	va_end(arguments);
	return status;
}

const char *status_name(enum status status)
{
	switch (status) {
#define X(name, number, words)                                                                     \
	case name:                                                                                 \
		return #name;
		STATUSES(X)
#undef X
	}
	never("a status outside its table");
}
