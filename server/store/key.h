/** API keys: made once, shown once, kept as a digest.
 *
 * "plaudit_live_" + 8 characters of id ([a-z2-7]) + "_" + 43 characters of secret
 * ([0-9A-Za-z], 256 bits of randomness). The id finds the row; the secret is
 * random, so SHA-256 without a salt is enough. Compared in constant time.
 */
#pragma once

#include <stdint.h>

#include "base/slice.h"
#include "base/status.h"

enum { KEY_ID_CHARS = 8, KEY_SECRET_CHARS = 43, KEY_TEXT_BYTES = 80, KEY_DIGEST_BYTES = 32 };

enum role { ROLE_FIRM, ROLE_SPONSOR, ROLE_OPERATOR };

struct key_parts {
	struct slice id;     /**< into the text given */
	struct slice secret; /**< into the text given */
};

/** A new key. E_INTERNAL when the system gives no randomness. */
enum status key_make(char text[KEY_TEXT_BYTES], struct trouble *why) NODISCARD;
/** `count` random characters of [a-z2-7], five bits each: addresses and tokens that nobody guesses.
 * No NUL is put behind them. */
enum status key_letters(char *to, size_t count, struct trouble *why) NODISCARD;
/** False where the text is no key by its shape. */
bool key_split(struct slice text, struct key_parts *parts);
/** SHA-256 of the secret part. */
void key_digest(struct slice secret, unsigned char digest[KEY_DIGEST_BYTES]);
/** Constant time. */
bool key_digest_equal(const unsigned char a[KEY_DIGEST_BYTES],
		      const unsigned char b[KEY_DIGEST_BYTES]);

bool role_from(struct slice name, enum role *role);
const char *role_name(enum role role);
