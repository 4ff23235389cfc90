/** SHA-256 of a file on the disk; blocking, for a pool thread. */
#pragma once

#include <stdatomic.h>

#include "base/status.h"

enum { FILE_DIGEST_BYTES = 32 };

/** E_GONE: stopped. E_INTERNAL "spool_failed". */
enum status file_digest(const char *path, const atomic_bool *stop,
			unsigned char digest[FILE_DIGEST_BYTES], struct trouble *why) NODISCARD;
