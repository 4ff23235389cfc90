/** A mapping in a file, stored on the server. */
#pragma once

#include "cli/session.h"
#include "mapping/profile.h"

/** `code` has room for PROGRAMME_CODE_BYTES and a NUL, and gets the profile's own. */
enum outcome mapping_put_file(const struct session *s, const char *name, char *code,
			      struct http_answer *answer) NODISCARD;
