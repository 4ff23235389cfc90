/** A file of the spool given to an upload: read part by part, made a table before where it must.
 *
 *	POST …/uploads of a format that must be whole:  spool it, then file_upload_open()
 *	tus, when the last byte is durable; a held file run for good:  file_upload_open()
 *
 * Promise: as upload.h: `ended` exactly once, never before file_upload_open() has returned, with
 *   the same report; nothing touches it afterwards. The file stays under its name: see
 *   file_upload_keep().
 * Limits: one part of SPOOL_PART_BYTES; CONVERSIONS_MOST conversions at a time in all, further
 *   ones wait for their turn.
 */
#pragma once

#include <stdatomic.h>

#include "ingest/upload.h"
#include "spool/spool.h"

enum { CONVERSIONS_MOST = 2 };

/** What a conversion writes to, on its pool thread. */
struct conversion_output {
	/** The next bytes of the table. Below OK: stop, and give this answer back. */
	enum status (*write)(void *arg, struct slice bytes, struct trouble *why);
	void *arg;
	/** Nobody wants it any more: look between two rows, and end with any failure. */
	const atomic_bool *stop;
};

/** Makes the CSV file that is read instead: UTF-8, comma, decimal point, RFC 4180, ISO dates, one
 * header row, CR LF or LF. */
struct conversion {
	/** On a pool thread, blocking. `path` is of the file as it came. */
	enum status (*run)(const void *options, const char *path,
			   const struct conversion_output *output, struct trouble *why);
	const void *options; /**< lives until `ended`, or, abandoned, until `drop` */
	/** The options are not needed any more; exactly once, in the loop. NULL is allowed. */
	void (*drop)(void *options);
};

struct file_upload_request {
	/** `format` is that of what is read: DECODE_CSV where there is a conversion, and then `csv`
	 * is what the conversion writes (conversion_csv()), whatever is in here. */
	struct upload_request upload;
	struct spool_name file;
	struct conversion conversion; /**< run NULL: the file is read as it is */
};

struct file_upload_listener {
	/** The upload has its number (once, before `ended`; not where it never began). May be NULL.
	 */
	void (*begun)(void *arg, int64_t upload_id);
	void (*ended)(void *arg, const struct upload_report *report);
	void *arg;
};

struct file_upload;

struct file_upload *file_upload_open(struct ingest *in, struct spool *spool,
				     const struct file_upload_request *request,
				     const struct file_upload_listener *listener);
/** No listener is called any more. Nulls the owner's pointer. */
void file_upload_abandon(struct file_upload **f);

/** What becomes of the file in `ended`: kept under the upload's number, or removed where there is
 * no upload of its own. */
void file_upload_keep(struct spool *spool, struct spool_name file,
		      const struct upload_report *report);
