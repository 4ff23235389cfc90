/** Promises we make to ourselves, always on.
 *
 * must(x) and never("words") are for bugs of ours: they print where and abort,
 * in every build. What the world can do wrong is a status (status.h); what a
 * row can do wrong is data (a reject).
 */
#pragma once

#include <stddef.h>

#define must(x)	     ((x) ? (void)0 : must_failed(#x, __FILE__, __LINE__, __func__))
#define never(words) must_failed(words, __FILE__, __LINE__, __func__)

#define NODISCARD		  __attribute__((warn_unused_result))
#define PRINTF_LIKE(words, first) __attribute__((format(printf, words, first)))
#define COUNT_OF(array)		  (sizeof(array) / sizeof((array)[0]))

_Noreturn void must_failed(const char *what, const char *file, int line, const char *function);

/** Memory or abort: the machine running out is not something we serve through (ADR 0002).
 * What clients can make us allocate is bounded by an arena's limit instead. */
void *memory_new(size_t size);				   /**< zeroed */
void *memory_resize(void *old, size_t count, size_t size); /**< the tail is not zeroed */
void memory_free(void *memory);
