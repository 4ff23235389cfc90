/** What the server does about resumable uploads by itself: counts those that are whole, also those
 * of before its start, and forgets those that have expired.
 *
 * A whole file becomes an upload with a number. One that was cut off by the server's end is taken
 * up again as a new upload; rows that were committed before are duplicates of it, so each counts
 * once. The spool says which are this server's.
 * Limits: TUS_COUNTED_AT_ONCE at a time.
 */
#pragma once

#include "api/api.h"
#include "api/tus_hold.h"

enum { TUS_COUNTED_AT_ONCE = 2 };

struct tus;

struct tus *tus_new(struct api *api);
/** After the loop has run out. */
void tus_free(struct tus *t);
struct tus_holds *tus_holds(struct tus *t);
/** Looks in the next turns what is to be done. */
void tus_look(struct tus *t);
/** The server stops: nothing new is begun, what is under way ends soon. */
void tus_stop(struct tus *t);
bool tus_busy(const struct tus *t);
