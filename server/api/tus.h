/** Resumable uploads, tus 1.0.0, under W/uploads/tus: creation, creation-with-upload, checksum,
 * expiration, termination.
 *
 * The state is in PostgreSQL, the bytes are in the spool of the server that took them. A file that
 * is whole is counted in the background as an upload with a number (tus_counting.h).
 * Source: https://tus.io/protocols/resumable-upload (1.0.0).
 * Limits: a file of spool_file_most(); TUS_OPEN_MOST at a time an organisation; what nobody goes on
 *   with is forgotten after TUS_KEEP_SECONDS.
 */
#pragma once

#include "api/api.h"

enum { TUS_OPEN_MOST = 64, TUS_KEEP_SECONDS = 2 * 86400 };

extern const struct handler tus_options, tus_post, tus_head, tus_get, tus_patch, tus_delete,
	tus_instead;
