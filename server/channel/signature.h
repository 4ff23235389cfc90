/** One verifier of what providers sign, a row a scheme.
 *
 * Raw bytes only, digests compared decoded and in constant time, every live secret tried. What
 * carries a time is refused more than SIGNATURE_TOLERANCE_S away from `now`, which is the
 * database's clock; a time is not believed before its signature is. Source: the providers' own
 * words; vectors in tests/unit/channel/test_signature.c.
 */
#pragma once

#include "base/status.h"
#include "channel/payload.h"

enum {
	SIGNATURE_TOLERANCE_S = 300,
	SIGNATURE_SECRETS = 2,
	SIGNATURE_HEADER_BYTES = 2048, /**< longer is refused unread */
	SIGNATURE_LIST = 8	       /**< signatures in one header; more are refused */
};

/* clang-format off */
#define SIGNATURE_SCHEMES(X)                                                             \
	X(NONE,      "nothing is signed: the address alone is the secret")               \
	X(META,      "X-Hub-Signature-256: sha256=hex of the body")                      \
	X(CHATWOOT,  "X-Chatwoot-Signature: sha256=hex of time.body")                    \
	X(STANDARD,  "webhook-signature: v1,base64 of id.time.body; key after whsec_")   \
	X(ZENDESK,   "X-Zendesk-Webhook-Signature: base64 of time and body")             \
	X(INTERCOM,  "X-Hub-Signature: sha1=hex of the body")                            \
	X(MAILGUN,   "form fields: hex of timestamp and token")                          \
	X(TWILIO,    "X-Twilio-Signature: base64 of address and sorted fields, SHA-1")   \
	X(STATIC,    "Authorization: Basic or Bearer with the secret itself")
/* clang-format on */

enum signature_scheme {
#define X(name, words) SIGNATURE_##name,
	SIGNATURE_SCHEMES(X)
#undef X
};

enum signature_verdict {
	SIGNATURE_GOOD,
	SIGNATURE_MISSING, /**< no signature where one must be */
	SIGNATURE_WRONG,
	SIGNATURE_STALE /**< right, and its time is too far from now */
};

struct signature_check {
	const struct payload *payload;
	struct slice url; /**< configured: "https://cx.example.org/v1/hooks/abc", without query */
	const struct slice *secrets;
	size_t secrets_len;
	bool must;   /**< sign: without a secret it is MISSING; else it is GOOD as it is */
	int64_t now; /**< CLOCK_NO_INSTANT: what carries a time is STALE */
};

enum signature_verdict signature_verify(enum signature_scheme scheme,
					const struct signature_check *check) NODISCARD;
/** Can this be a secret of the scheme? One that is not may be stored, and no event ever fits it. */
bool signature_secret_fits(enum signature_scheme scheme, struct slice secret);
/** "good", "missing", "wrong", "stale". */
const char *signature_verdict_word(enum signature_verdict verdict);
