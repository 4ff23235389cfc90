/** A server, its handlers and one client in one thread: the client is the other end of a
 * socketpair, and the loop turns only when a test says so. No test sleeps. */
#pragma once

#include "base/buf.h"
#include "http/server.h"

/** What the handlers of the rig do and note. */
struct site {
	struct exchange *kept; /**< of /later, /stream, /paused-begin, /slow */
	struct http_bytes *board;
	unsigned begun, ended, gone, writable, stopping, parts;
	uint64_t body_bytes;
	struct buf body;
	bool pause_each_part, stop_at_once;
	struct http_access last;
	char last_path[64];
	bool canary; /**< "/smuggled-canary" was asked for, ever */
	unsigned accesses;
};

struct rig {
	struct loop *loop;
	struct http_server *server;
	struct site site;
	int client; /**< -1 once closed */
	struct buf got;
	bool eof; /**< the server has closed its half */
	bool stopped;
};

struct rig *rig_new(void); /**< default limits */
struct rig *rig_with(const struct http_limits *limits);
void rig_free(struct rig *r); /**< stops the server, checks that nothing is left */

void rig_connect(struct rig *r); /**< one more connection; the old client end is closed */
void rig_send(struct rig *r, const char *text);
void rig_send_bytes(struct rig *r, struct slice bytes); /**< all, turning as needed */
void rig_turn(struct rig *r);				/**< until nothing happens any more */
void rig_wait_for_eof(struct rig *r);			/**< at most a second */
void rig_half_close(struct rig *r);
void rig_hang_up(struct rig *r);

const char *rig_got(struct rig *r); /**< all that came, with a NUL */
bool rig_got_text(struct rig *r, const char *text);
unsigned rig_answers(struct rig *r); /**< how many status lines came */
int rig_status(struct rig *r);	     /**< of the last of them */
void rig_forget(struct rig *r);
