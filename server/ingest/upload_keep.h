/** The copy of a file that the spool keeps while its upload reads it. Private to upload*.c.
 *
 * A file is kept under its upload's number once all of it has come; what broke off is not. A spool
 * that fails costs nothing but the copy.
 */
#pragma once

#include <stdbool.h>

#include "base/slice.h"
#include "spool/spool.h"

struct upload;

struct upload_keep {
	struct spool_writer *writer; /**< NULL: not kept, or no longer */
	struct spool_name passing;
	bool paused; /**< too much is on its way to the disk */
	bool ended;
};

void upload_keep_begin(struct upload *u);
void upload_keep_write(struct upload *u, struct slice part);
/** True: upload_report_end() comes again when the file is in its place. */
bool upload_keep_end(struct upload *u);
