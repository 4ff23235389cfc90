/** Whose mail it is, and under which key it is stored once. */
#pragma once

#include "channel/lmtp.h"
#include "store/sources.h"

enum { LMTP_KEY_BYTES = 64 };

/** LMTP_TAKEN: *source is whose it is, valid until the return to the loop. */
enum lmtp_verdict lmtp_recipient_find(const struct sources *sources, const char *domain,
				      struct slice path, const struct known_source **source);
/** The digest of the Message-ID, or of the mail where it has none: takes time with its size. */
void lmtp_mail_digest(struct slice mail, char digest[LMTP_KEY_BYTES]);
/** The digest of both: a mail is stored once for each recipient. */
struct slice lmtp_recipient_key(struct slice path, const char mail_digest[LMTP_KEY_BYTES],
				char key[LMTP_KEY_BYTES]);
