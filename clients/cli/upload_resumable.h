/** `plaudit upload` of a large file: in pieces, going on by itself after a broken connection or a
 * restarted server, and with the same command after the end of this program.
 *
 * Every function that can fail has said why on stderr when it returns.
 * Limits: a piece of PIECE_BYTES_MOST in memory; PATIENCE_MS without a byte getting through.
 */
#pragma once

#include "cli/session.h"

enum { RESUMABLE_BYTES = 64 * 1024 * 1024 };

struct resumable_file {
	int descriptor; /**< of a regular file */
	int64_t len;
	const char *type;   /**< media type */
	const char *digest; /**< of the content */
	const char *path;   /**< ".../uploads?query" */
};

enum outcome upload_resumable(const struct session *s, const struct resumable_file *file);
