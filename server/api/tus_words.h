/** What tus 1.0.0 writes in header fields: metadata, checksums, numbers. Pure.
 *
 * Source: https://tus.io/protocols/resumable-upload (1.0.0), "Creation" and "Checksum".
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

#define TUS_VERSION    "1.0.0"
#define TUS_EXTENSIONS "creation,creation-with-upload,checksum,expiration,termination"
#define TUS_CHECKSUMS  "sha1,sha256"

enum { TUS_DIGEST_BYTES = 32, TUS_METADATA_BYTES = 8192 };

/** "filename d29ybGQ=,is_confidential": keys in ASCII with text in base64, or without. E_INPUT
 * bad_metadata, also where a key comes twice. */
enum status tus_metadata_check(struct slice metadata, struct trouble *why) NODISCARD;
/** The value of a key, decoded; false where there is none (or the arena is full). */
bool tus_metadata_find(struct slice metadata, const char *key, struct arena *arena,
		       struct slice *value);

struct tus_checksum {
	const char *algorithm; /**< as OpenSSL knows it; NULL: none is given */
	unsigned char digest[TUS_DIGEST_BYTES];
	size_t len;
};

/** "sha256 <base64>". E_INPUT bad_checksum: another algorithm, or no digest of it. */
enum status tus_checksum_read(struct slice field, struct tus_checksum *checksum,
			      struct trouble *why) NODISCARD;
/** A whole number of bytes; false where it is none, or below zero. */
bool tus_length_read(struct slice field, int64_t *length);
