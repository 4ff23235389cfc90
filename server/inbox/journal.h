/** Payloads on this server's disk while PostgreSQL is away: written in groups, read in order.
 *
 * Files of a folder, "inbox-17", each of whole records one behind the other; a process begins a new
 * one and never goes on with another's. A file is removed once all of it was dropped.
 * Blocking: journal_new() and journal_free() only, before the loop runs and after. In the loop's
 * thread there are at most openat() and close(), the rest is on libuv's pool.
 * Promise: `done` exactly once, never before the starting function has returned. What a write was
 * told well is read again after whatever crash; a file whose write or fsync failed is never
 * written again (Rebello et al., "Can Applications Recover from fsync Failures?", ATC 2020).
 * Errors: E_BUSY inbox_full · E_INTERNAL journal_failed. Limits: bytes_most in all; one write and
 * one read at a time.
 */
#pragma once

#include <sys/types.h>

#include "inbox/inbox.h"

enum { JOURNAL_READ_BYTES = 1024 * 1024 };

/** What it asks of the disk; tests have another. */
struct journal_disk {
	ssize_t (*write)(int descriptor, const void *bytes, size_t len, off_t at);
	int (*sync)(int descriptor);
};

/** 0 takes the default in brackets. */
struct journal_settings {
	struct loop *loop;
	const char *folder;		 /**< NULL: there is none, and nothing can be written */
	int64_t bytes_most;		 /**< (1 GiB) */
	int64_t file_bytes;		 /**< after so much a new file is begun (16 MiB) */
	const struct journal_disk *disk; /**< (the system's) */
};

struct journal;

/** Finds what an earlier process has left: what it was writing when it was killed is cut off. */
struct journal *journal_new(const struct journal_settings *settings);
/** When nothing is being written or read. */
void journal_free(struct journal *j);
bool journal_usable(const struct journal *j);

/** done(arg, NULL) once all of it is there for good. The items are borrowed until then. */
void journal_write(struct journal *j, const struct inbox_item *const *items, size_t count,
		   void (*done)(void *arg, const struct trouble *why), void *arg);
bool journal_writing(const struct journal *j);

/** The next records, at most INBOX_BATCH and JOURNAL_READ_BYTES (or one that is larger), valid
 * until journal_drop(): done(arg, items, count). Only where journal_unread() is not 0, and may
 * find none all the same: what was damaged is left out. */
void journal_read(struct journal *j,
		  void (*done)(void *arg, const struct inbox_item *const *items, size_t count),
		  void *arg);
/** What was read last is in PostgreSQL. */
void journal_drop(struct journal *j);

uint64_t journal_unread(const struct journal *j); /**< records that are there and not dropped */
int64_t journal_bytes(const struct journal *j);	  /**< on the disk */
