#include "base/must.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void must_failed(const char *what, const char *file, int line, const char *function)
{
	fprintf(stderr, "plaudit: broken promise in %s, %s:%d: %s\n", function, file, line, what);
	abort();
}

void *memory_new(size_t size)
{
	void *memory = calloc(1, size > 0 ? size : 1);
	must(memory != NULL);
	return memory;
}

void *memory_resize(void *old, size_t count, size_t size)
{
	size_t bytes;
	must(!__builtin_mul_overflow(count, size, &bytes));
	void *memory = realloc(old, bytes > 0 ? bytes : 1);
	must(memory != NULL);
	return memory;
}

void memory_free(void *memory)
{
	free(memory);
}
