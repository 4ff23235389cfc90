/** What the spool knows of each file. Private to spool/.
 *
 * Lifetime: an entry lives while its file has a name or somebody holds it.
 */
#pragma once

#include "spool/spool.h"

struct spool_entry {
	struct spool *spool;
	struct spool_entry *older, *newer; /**< by when they came under their name */
	struct spool_entry *next_named;	   /**< of the names that share a bucket */
	struct spool_name name;
	int64_t bytes; /**< on the disk and on their way to it */
	int64_t since; /**< instant */
	unsigned holds;
	bool removed, written; /**< written: by somebody, now */
};

enum { SPOOL_FILE_NAME_BYTES = 40 };

struct loop *spool_loop(const struct spool *s);
int spool_folder(const struct spool *s); /**< its descriptor */
void spool_file_name(struct spool_name name, char text[SPOOL_FILE_NAME_BYTES]);
/** NULL: there is none. */
struct spool_entry *spool_find(const struct spool *s, struct spool_name name);
/** Held once by the caller. */
struct spool_entry *spool_entry_new(struct spool *s, struct spool_name name);
void spool_entry_hold(struct spool_entry *e);
void spool_entry_release(struct spool_entry **e);
/** The file grows by so much, or (below zero) shrinks. The oldest files make room. */
enum status spool_reserve(struct spool_entry *e, int64_t bytes, struct trouble *why) NODISCARD;
/** It grew by so much, whatever the limits say. */
void spool_entry_grew(struct spool_entry *e, int64_t bytes);
/** Drops the oldest kept files until so much is free, or none is left. */
bool spool_make_room(struct spool *s, int64_t bytes);
/** errno in words; a full disk is E_LIMIT. */
enum status spool_disk_trouble(struct trouble *why, const char *doing);
