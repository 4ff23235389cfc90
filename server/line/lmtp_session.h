/** One connection of a mail server: its stream, the protocol, and the storing between them.
 *
 * Lifetime: of its own; it ends with its stream, or when what it was storing is stored.
 */
#pragma once

#include "channel/lmtp.h"
#include "inbox/inbox.h"
#include "net/stream.h"
#include "store/sources.h"

struct lmtp_session;

/** What sessions share. */
struct lmtp_sessions {
	struct loop *loop;
	struct sources *sources;
	struct inbox *inbox;
	const char *domain;
	struct lmtp_session *first;
	unsigned len;
	size_t room_bytes; /**< left for messages */
	bool stopping;
	bool waking; /**< those that wait for room are about to be asked */
};

/** Owns the stream. */
void lmtp_session_begin(struct lmtp_sessions *sessions, struct stream *stream);
/** Leaves those that are silent. Once a second. */
void lmtp_sessions_tick(struct lmtp_sessions *sessions);
/** 421 to all that are not storing. */
void lmtp_sessions_stop(struct lmtp_sessions *sessions);
bool lmtp_sessions_busy(const struct lmtp_sessions *sessions);
