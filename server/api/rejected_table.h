/** The table of a workbook, an SPSS file or a survey once more, from its kept file.
 *
 * Promise: `done` exactly once, never before rejected_table_make() has returned.
 */
#pragma once

#include "api/api.h"
#include "ingest/upload.h"

struct rejected_table;

/** The file is the caller's, has no name and is written as `csv` says; NULL: `why` not. */
typedef void rejected_table_done(void *arg, struct spool_file *file, const struct csv_options *csv,
				 const struct trouble *why);

/** Takes the kept file. `how` says which table it is; borrowed until it returns. */
struct rejected_table *rejected_table_make(struct api *api, struct spool_file **file,
					   const struct upload_request *how,
					   rejected_table_done *done, void *arg);
/** Nobody wants it any more; `done` comes all the same. NULL is allowed. */
void rejected_table_stop(struct rejected_table *t);
