/** What providers signed, as their libraries and documents print it. */
#pragma once

#include "channel/signature.h"

struct vector {
	const char *name;
	enum signature_scheme scheme;
	const char *secret, *url, *query, *headers, *body;
	const char *at; /**< the time it carries; NULL: none */
};

extern const struct vector vectors[];
extern const size_t vectors_len;
