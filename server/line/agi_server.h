/** Where Asterisk comes with a call: a FastAGI server that asks the source's questions.
 *
 * The protocol has no password: who can connect and knows a source's address is believed. So it
 * listens on loopback and private networks alone, unless the operator says otherwise.
 * Promise: the next question comes when the answer before it is stored for good; who hangs up keeps
 * what was answered.
 * Lifetime: agi_server_free() after agi_server_stop(), when agi_server_busy() is false and the loop
 * has ended. Limits: AGI_CALLS_MOST calls at a time.
 */
#pragma once

#include "inbox/inbox.h"
#include "store/sources.h"

enum { AGI_CALLS_MOST = 512 };

struct agi_server;

struct agi_server *agi_server_new(struct loop *loop, struct sources *sources, struct inbox *inbox);
/** "127.0.0.1:4573". E_DENIED: an address that is not private, and not `anywhere`. */
enum status agi_server_open(struct agi_server *s, const char *address, bool anywhere,
			    struct trouble *why) NODISCARD;
unsigned agi_server_port(const struct agi_server *s);  /**< 0 while not open */
unsigned agi_server_calls(const struct agi_server *s); /**< now */
/** No new call; calls that are talking are left, answers on their way are stored. */
void agi_server_stop(struct agi_server *s);
bool agi_server_busy(const struct agi_server *s);
void agi_server_free(struct agi_server *s);
