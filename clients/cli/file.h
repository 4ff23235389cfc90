/** A whole file in memory. */
#pragma once

#include "base/buf.h"
#include "base/status.h"

/** "-" is standard input. E_LIMIT over the buf's limit. */
enum status file_read(const char *name, struct buf *file, struct trouble *why) NODISCARD;
/** Opens for reading; "-" is standard input. The descriptor is the caller's to close. */
enum status file_open(const char *name, int *descriptor, struct trouble *why) NODISCARD;
/** Does not close standard input. */
void file_close(int descriptor);
