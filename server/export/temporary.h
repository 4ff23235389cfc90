/** A file without a name in a folder.
 *
 * Blocking: for a pool thread. Lifetime: the space is given back with the last descriptor, whatever
 *   becomes of this process.
 */
#pragma once

#include <stdint.h>

#include "base/status.h"

enum { TEMPORARY_PATH_BYTES = 64, TEMPORARY_DIGEST_BYTES = 32 };

struct temporary {
	int file;				      /**< -1: none */
	char path[TEMPORARY_PATH_BYTES];	      /**< for who can only open by a name */
	uint64_t bytes;				      /**< after temporary_measure() */
	unsigned char digest[TEMPORARY_DIGEST_BYTES]; /**< SHA-256; the same */
};

/** Where nothing else is said: TMPDIR, else /var/tmp. */
const char *temporary_folder(void);
/** E_BUSY where the folder cannot be written to. */
enum status temporary_open(const char *folder, struct temporary *t, struct trouble *why) NODISCARD;
/** Reads all of it once. */
enum status temporary_measure(struct temporary *t, struct trouble *why) NODISCARD;
void temporary_close(struct temporary *t);
