#include "survey/columns.h"

const char *const column_names[COLUMN_FIXED_COUNT] = {
#define X(name, text) text,
	COLUMNS(X)
#undef X
};

bool column_is_added(struct slice name)
{
	return slice_starts_with(name, SLICE(COLUMN_ADDED)) || slice_is(name, COLUMN_ERROR_CODE) ||
	       slice_is(name, COLUMN_ERROR_COLUMN) || slice_is(name, COLUMN_ERROR_VALUE) ||
	       slice_is(name, COLUMN_ERROR_EXPECTED);
}

bool column_is_reserved(struct slice code)
{
	for (int i = 0; i < COLUMN_FIXED_COUNT; i++)
		if (slice_is(code, column_names[i]))
			return true;
	return slice_is(code, COLUMN_CONTACT_ID) || slice_is(code, COLUMN_ANSWERS);
}
