/** A file of the spool given to an upload: read part by part, made a table before where it must.
 *
 *	POST …/uploads of a format that must be whole:  spool it, then file_upload_open()
 *	tus, when the last byte is durable; a held file run for good:  file_upload_open()
 *
 * A table is made on a pool thread before the upload begins, so that nothing is locked meanwhile;
 * the digest of the file itself is taken there, too, and a promised one held against it. Where it
 *cannot be made the upload begins all the same and tells of it as of any file that cannot be read
 *(row, code, "file_unreadable"). Promise: as upload.h: `ended` exactly once, never before
 *file_upload_open() has returned, with the same report; nothing touches it afterwards. The file
 *stays under its name: see file_upload_keep(). Errors: those of uploads, and of the spool:
 *file_not_kept, spool_full. Limits: one part of SPOOL_PART_BYTES; TABLES_AT_ONCE tables are made at
 *a time, further ones wait for their turn.
 */
#pragma once

#include "ingest/upload.h"
#include "spool/spool.h"

enum { TABLES_AT_ONCE = 2 };

struct file_upload_request {
	/** What format and csv say of a file of a `table` format is not looked at. */
	struct upload_request upload;
	struct spool_name file;
	int64_t file_bytes; /**< of another size it is file_not_kept; 0: not known */
};

struct file_upload_listener {
	/** The upload has its number: once, before `ended`, where it began. May be NULL. */
	void (*begun)(void *arg, int64_t upload_id);
	void (*ended)(void *arg, const struct upload_report *report);
	void *arg;
};

struct file_upload;

struct file_upload *file_upload_open(struct ingest *in, const struct file_upload_request *request,
				     const struct file_upload_listener *listener);
/** No listener is called any more. Nulls the owner's pointer. */
void file_upload_abandon(struct file_upload **abandoned);

/** What becomes of the file in `ended`: kept under the upload's number, or removed where there is
 * no upload of its own. */
void file_upload_keep(struct spool *spool, struct spool_name file,
		      const struct upload_report *report);
