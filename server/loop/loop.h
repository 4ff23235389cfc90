/** The event loop and the four things everybody asks of it.
 *
 * One loop, one thread (ADR 0001): every callback runs in the thread that called
 * loop_run(), except the `work` of loop_offload().
 * Promise: a `done` is called exactly once and never before the starting
 * function has returned. loop_free() refuses (must) while anything is open.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

struct loop;

struct loop *loop_new(void);
void loop_free(struct loop *l); /**< after loop_run() has returned and all handles are closed */

/** Runs until nothing is left to wait for or loop_stop() was called. */
void loop_run(struct loop *l);
void loop_stop(struct loop *l);
uv_loop_t *loop_uv(struct loop *l);

/** Calls fn(arg) in the next turn of the loop, in the order of the calls. Works without memory
 * that could fail and keeps the loop alive until it has been called. */
void loop_later(struct loop *l, void (*fn)(void *arg), void *arg);

/** work(arg) in a pool thread, then done(arg) in the loop. work must touch nothing the loop
 * may change meanwhile. */
void loop_offload(struct loop *l, void (*work)(void *arg), void (*done)(void *arg), void *arg);

/** A timer that belongs to somebody. */
struct loop_timer;
struct loop_timer *loop_timer_new(struct loop *l, void (*fn)(void *arg), void *arg);
/** Fires once, at least 1 ms from now; starting again moves it. */
void loop_timer_start(struct loop_timer *t, uint64_t after_ms);
void loop_timer_stop(struct loop_timer *t);
/** Stops it; fn is not called any more. Nulls the owner's pointer; the memory goes with libuv's
 * close callback. NULL is allowed. */
void loop_timer_free(struct loop_timer **t);
/** A timer that does not keep the loop alive. */
void loop_timer_unref(struct loop_timer *t);
