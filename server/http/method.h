/** The request methods this server knows; any other is answered with 501. */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

/* clang-format off */
#define HTTP_METHODS(X)                                                                            \
	X(GET) X(HEAD) X(POST) X(PUT) X(PATCH) X(DELETE) X(OPTIONS) X(CONNECT) X(TRACE)
/* clang-format on */

enum http_method {
#define X(name) METHOD_##name,
	HTTP_METHODS(X)
#undef X
		METHOD_COUNT
};

const char *http_method_name(enum http_method method);
bool http_method_from(struct slice name, enum http_method *method); /**< case matters */
