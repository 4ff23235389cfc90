#include "http/method.h"

static const struct slice names[] = {
#define X(name) [METHOD_##name] = {#name, sizeof(#name) - 1},
	HTTP_METHODS(X)
#undef X
};

const char *http_method_name(enum http_method method)
{
	return names[method].at;
}

bool http_method_from(struct slice name, enum http_method *method)
{
	for (int i = 0; i < METHOD_COUNT; i++) {
		if (slice_equal(names[i], name)) {
			*method = (enum http_method)i;
			return true;
		}
	}
	return false;
}
