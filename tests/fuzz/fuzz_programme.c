#include "survey/programme.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool never_fielded(const void *context, size_t wave)
{
	(void)context;
	(void)wave;
	return false;
}

static bool always_fielded(const void *context, size_t wave)
{
	(void)context;
	(void)wave;
	return true;
}

/** A programme or faults, never both, never neither; every fault can be shown; a programme
 * extends itself whatever it fields. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct programme *p;
	struct programme_faults faults;
	arena_init(&arena, 1 << 20);
	enum status st = programme_parse((struct slice){(const char *)data, size}, &arena, &p,
					 &faults);
	must(st == OK || st == E_INPUT);
	must((st == OK) == (p != NULL) && (st == OK) == (faults.total == 0));
	for (size_t i = 0; i < faults.len; i++) {
		must(slice_is_utf8(faults.at[i].pointer) && slice_is_utf8(faults.at[i].expected));
		must(faults.at[i].pointer.len == 0 || faults.at[i].pointer.at[0] == '/');
	}
	if (p != NULL) {
		must(programme_extends(p, p, never_fielded, NULL, NULL) == OK);
		must(programme_extends(p, p, always_fielded, NULL, NULL) == OK);
	}
	programme_free(p);
	arena_fini(&arena);
	return 0;
}
