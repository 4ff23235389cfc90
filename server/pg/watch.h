/** A descriptor being waited for, apart from who waits.
 *
 * Lifetime: its own allocation, freed in libuv's close callback, so that an owner may replace it
 *   when libpq changes its socket, or go away at once.
 * Promise: fn(owner) is called for every event and for every error libuv reports: what it means
 *   only libpq can tell. Not after watch_drop().
 */
#pragma once

#include <stdbool.h>

#include "base/must.h"

struct loop;
struct watch;

/** NULL where libuv refuses the descriptor. */
struct watch *watch_new(struct loop *l, int fd, void (*fn)(void *owner), void *owner) NODISCARD;
int watch_fd(const struct watch *w);
/** UV_READABLE | UV_WRITABLE, or 0 to stop. False where libuv refuses. */
bool watch_arm(struct watch *w, int events) NODISCARD;
/** Lets go of the descriptor, which may be closed from now on. Nulls; NULL is allowed. */
void watch_drop(struct watch **w);
