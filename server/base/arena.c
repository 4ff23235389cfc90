#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include "base/must.h"

enum { BLOCK_BYTES = 16384 };

struct arena_block {
	struct arena_block *older;
	size_t size, used;
	max_align_t bytes[];
};

struct arena_deferred {
	struct arena_deferred *older;
	void (*fn)(void *what);
	void *what;
};

void arena_init(struct arena *a, size_t limit_bytes)
{
	*a = (struct arena){.limit_bytes = limit_bytes};
}

void arena_fini(struct arena *a)
{
	arena_rewind(a, (struct arena_mark){0});
	memory_free(a->spare);
	*a = (struct arena){0};
}

static struct arena_block *block_for(struct arena *a, size_t size)
{
	struct arena_block *block = a->spare;
	if (block != NULL && size <= block->size) {
		a->spare = NULL;
		memset(block->bytes, 0, block->used);
		block->used = 0;
	} else {
		size_t room = size > BLOCK_BYTES ? size : BLOCK_BYTES;
		block = memory_new(sizeof(*block) + room);
		block->size = room;
	}
	block->older = a->block;
	a->block = block;
	return block;
}

void *arena_take(struct arena *a, size_t size)
{
	size_t align = _Alignof(max_align_t);
	if (size > a->limit_bytes || a->used_bytes > a->limit_bytes - size)
		return NULL;
	a->used_bytes += size;
	size_t rounded = (size + align - 1) / align * align;
	struct arena_block *block = a->block;
	if (block == NULL || block->size - block->used < rounded)
		block = block_for(a, rounded);
	void *taken = (char *)block->bytes + block->used;
	block->used += rounded;
	return taken;
}

void *arena_take_array(struct arena *a, size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes))
		return NULL;
	return arena_take(a, bytes);
}

struct slice arena_copy(struct arena *a, struct slice bytes)
{
	char *copy = arena_take(a, bytes.len + 1);
	if (copy == NULL)
		return SLICE_NONE;
	if (bytes.len > 0)
		memcpy(copy, bytes.at, bytes.len);
	return (struct slice){copy, bytes.len};
}

const char *arena_print(struct arena *a, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int len = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	must(len >= 0);
	char *text = arena_take(a, (size_t)len + 1);
	if (text == NULL)
		return NULL;
	va_start(arguments, format);
	vsnprintf(text, (size_t)len + 1, format, arguments);
	va_end(arguments);
	return text;
}

void arena_defer(struct arena *a, void (*fn)(void *what), void *what)
{
	struct arena_deferred *note = memory_new(sizeof(*note));
	*note = (struct arena_deferred){.older = a->deferred, .fn = fn, .what = what};
	a->deferred = note;
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){
		.block = a->block,
		.block_used = a->block ? a->block->used : 0,
		.used_bytes = a->used_bytes,
		.deferred = a->deferred,
	};
}

static void run_deferred_until(struct arena *a, struct arena_deferred *stop)
{
	while (a->deferred != stop) {
		struct arena_deferred *note = a->deferred;
		a->deferred = note->older;
		note->fn(note->what);
		memory_free(note);
	}
}

static void release_block(struct arena *a, struct arena_block *block)
{
	if (a->spare == NULL && block->size == BLOCK_BYTES)
		a->spare = block;
	else
		memory_free(block);
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
	run_deferred_until(a, mark.deferred);
	while (a->block != mark.block) {
		struct arena_block *block = a->block;
		a->block = block->older;
		release_block(a, block);
	}
	if (a->block != NULL) {
		memset((char *)a->block->bytes + mark.block_used, 0,
		       a->block->used - mark.block_used);
		a->block->used = mark.block_used;
	}
	a->used_bytes = mark.used_bytes;
}
