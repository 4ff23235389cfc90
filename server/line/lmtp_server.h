/** Where the site's mail server brings mail for survey addresses, by LMTP.
 *
 * Taken is "<address or mailbox of a source of kind mail>[+<token>]@<mail domain>", in any case.
 * Promise: 250 for a recipient only when the mail is stored for good; 451 where it is not, and the
 * mail server comes again. A mail that comes again is stored once a recipient.
 * Lifetime: lmtp_server_free() after lmtp_server_stop(), when lmtp_server_busy() is false and the
 * loop has ended.
 * Limits: LMTP_SESSIONS_MOST connections, one message at a time each; LMTP_ROOM_BYTES of messages
 * that are coming in or being stored: who has none waits with its DATA.
 */
#pragma once

#include "inbox/inbox.h"
#include "store/sources.h"

enum { LMTP_SESSIONS_MOST = 128, LMTP_ROOM_BYTES = 64 * 1024 * 1024 };

struct lmtp_server;

struct lmtp_server *lmtp_server_new(struct loop *loop, struct sources *sources,
				    struct inbox *inbox);
/** "127.0.0.1:2424", "unix:/run/plauditd/lmtp.sock"; never port 25 (RFC 2033). `domain` is
 * borrowed. E_DENIED: an address that is not private: LMTP asks nobody who he is. */
enum status lmtp_server_open(struct lmtp_server *s, const char *address, const char *domain,
			     struct trouble *why) NODISCARD;
unsigned lmtp_server_port(const struct lmtp_server *s); /**< 0 while not open, and of a path */
/** No new connection; 421 to all but those whose message is being stored. */
void lmtp_server_stop(struct lmtp_server *s);
bool lmtp_server_busy(const struct lmtp_server *s);
void lmtp_server_free(struct lmtp_server *s); /**< NULL is allowed */
