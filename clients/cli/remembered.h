/** Where an upload that is not finished goes on: a note in the user's state directory.
 *
 * $XDG_STATE_HOME/plaudit/uploads (~/.local/state/plaudit/uploads): one small file an upload, named
 * by a digest of the server, the wave, what is said of the file, and the file's own digest: the
 * same command finds it again, another one does not. Errors: none. Without such a directory nothing
 * is remembered.
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"

enum { REMEMBERED_PATH_BYTES = 4096 };

struct remembered {
	char path[REMEMBERED_PATH_BYTES]; /**< "" : nowhere */
};

/** `state` and `home` as in the environment, NULL where unset. */
void remembered_init(struct remembered *r, const char *state, const char *home, struct slice what);
/** False where nothing is known. `room` gets the place with a NUL behind. */
bool remembered_find(const struct remembered *r, char *room, size_t size);
/** False where it cannot be kept. */
bool remembered_keep(const struct remembered *r, const char *place);
void remembered_forget(const struct remembered *r);
