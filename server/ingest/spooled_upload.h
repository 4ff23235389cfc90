/** An upload whose file must be whole before it can be read: it is kept in the spool as it comes,
 * then made a table and counted (file_upload.h).
 *
 * The same verbs and promises as upload.h; `resume` comes after each FLOW_PAUSE only, for it can
 * be fed from the beginning. What the request borrows must live until `ended`, or until it is
 * abandoned.
 * Errors: those of file_upload.h.
 */
#pragma once

#include "ingest/upload.h"

struct spooled_upload;

struct spooled_upload *spooled_upload_open(struct ingest *in, const struct upload_request *request,
					   const struct upload_listener *listener);
enum flow spooled_upload_feed(struct spooled_upload *u, struct slice part) NODISCARD;
void spooled_upload_finish(struct spooled_upload *u);
/** Nulls the owner's pointer. */
void spooled_upload_abandon(struct spooled_upload **abandoned);
