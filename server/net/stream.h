/** One connected socket: bytes in, bytes out, with limits and without surprises.
 *
 * Reading: at most one buffer of 64 KiB a stream and turn of the loop, so that a
 * fast upload never starves its neighbours. Writing: what is put between two
 * flushes leaves in one system call; what the socket does not take waits in a
 * queue, oldest first. Everything above (http, line protocols) sees bytes only;
 * TLS will sit between these functions and the socket without changing them.
 *
 * Lifetime: made by a listener (or stream_adopt), ends with stream_close(): the
 * memory goes with libuv's close callback and no event comes after the call.
 * Promise: no event is delivered from inside one of the functions below.
 * Units: milliseconds and bytes.
 * Limits: the queue never holds more than queue_bytes plus one piece; above
 * half of it stream_put answers FLOW_PAUSE until `writable`; at the limit FLOW_STOP.
 */
#pragma once

#include "base/flow.h"
#include "base/slice.h"
#include "base/status.h"
#include "loop/loop.h"

enum { STREAM_READ_BYTES = 65536 };

struct stream;

struct stream_limits {
	size_t queue_bytes;	 /**< unsent bytes before the reader counts as lost */
	uint64_t write_stall_ms; /**< unsent bytes and no progress for so long: gone */
};

/** What a stream tells its owner. Every one is set. */
struct stream_events {
	void (*bytes)(void *owner, struct slice in); /**< borrowed during the call */
	void (*eof)(void *owner);		     /**< the peer will send no more */
	void (*gone)(void *owner);     /**< reset, write error or stalled; only close is left */
	void (*writable)(void *owner); /**< after a FLOW_PAUSE: below a quarter of the queue */
	void (*flushed)(void *owner);  /**< after a flush that had to wait: nothing is unsent */
	void (*finished)(void *owner); /**< after stream_finish(): everything and the FIN are out */
};

/** A stream without a socket yet; the listener accepts into it. */
struct stream *stream_new(struct loop *l, const struct stream_limits *limits);
/** Takes over a connected descriptor (a socketpair in tests, an inherited socket). */
enum status stream_adopt(struct stream *s, int descriptor, struct trouble *why) NODISCARD;
uv_stream_t *stream_uv(struct stream *s); /**< for the listener */
/** Called once when the memory is about to go: the listener counts its connections so. */
void stream_on_release(struct stream *s, void (*fn)(void *arg), void *arg);

/** Begins to read. `events` is borrowed for the stream's life. */
void stream_start(struct stream *s, const struct stream_events *events, void *owner);
void stream_pause(struct stream *s);  /**< no `bytes` until stream_resume() */
void stream_resume(struct stream *s); /**< `bytes` comes in a later turn */

/** Queues a copy. */
enum flow stream_put(struct stream *s, struct slice bytes);
/** Queues without copying; release(what) is called once the bytes are out or given up. */
enum flow stream_put_shared(struct stream *s, struct slice bytes, void (*release)(void *what),
			    void *what);
/** The same, where `bytes` are also the first bytes of an open file: the kernel takes them from
 * its pages instead of copying them, if nothing else leaves in the same flush. */
enum flow stream_put_file(struct stream *s, struct slice bytes, int file,
			  void (*release)(void *what), void *what);
/** Sends what is queued: one system call now, the rest when the socket takes it. */
void stream_flush(struct stream *s);
size_t stream_unsent(const struct stream *s);
/** FIN behind everything queued. Reading goes on. */
void stream_finish(struct stream *s);

/** To be called now and then by the owner: finds a stalled writer. */
void stream_tick(struct stream *s, uint64_t now_ms);
/** "192.0.2.1" or "2001:db8::1"; "" where the socket has no address. */
const char *stream_peer(const struct stream *s);
void stream_note_peer(struct stream *s); /**< for the listener: asks the socket once */
void stream_close(struct stream **s);	 /**< taken; NULL inside is allowed */
