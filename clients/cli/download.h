/** A file from the server that has its name only when it is whole.
 *
 * It is written beside its place under a name of its own, "FILE.XXXXXX.part", and renamed when all
 * is there: what is cut off, damaged or interrupted leaves nothing behind. To standard output
 * (no file, or "-") bytes go as they come, and only the exit status says whether they are all.
 */
#pragma once

#include "cli/session.h"

enum download_kind { DOWNLOAD_CSV, DOWNLOAD_NDJSON, DOWNLOAD_XLSX };

struct download {
	const char *path; /**< on the server, with its query */
	const char *file; /**< NULL or "-": standard output */
	enum download_kind kind;
	bool is_proven; /**< the server says digest and number of rows, or it is not whole */
};

/** The form of --format, else of the file's suffix, else `otherwise`; false: no such form. */
bool download_kind_of(const struct options *o, enum download_kind otherwise,
		      enum download_kind *kind);
const char *download_suffix(enum download_kind kind); /**< ".csv" */

enum outcome download_run(const struct session *s, const struct download *d);
