/** What is sent about a source: a document in a file, with secrets that stand in files of their
 * own. A command line is public, so that a secret is never on it.
 */
#pragma once

#include "cli/session.h"

enum { SOURCE_FILE_BYTES = 256 * 1024, SOURCE_SECRET_BYTES = 1000 };

/** The document of the file with the secrets of --secret-file ("FILE", which signs, or "NAME=FILE")
 * put into it; `code` has room for `room` bytes and gets its own, "" where it has none. The caller
 * wipes `to`. */
enum status source_body_read(const struct options *o, const char *file, struct buf *to, char *code,
			     size_t room, struct trouble *why) NODISCARD;
/** {"name":…,"secret":…} with the secret of --secret-file, else of standard input. */
enum status source_body_secret(const struct options *o, const char *name, struct buf *to,
			       struct trouble *why) NODISCARD;
void source_body_wipe(struct buf *b); /**< overwritten, then freed */
