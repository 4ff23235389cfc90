/** The table of a workbook, an SPSS file or a survey once more, from its kept file.
 *
 * Promise: done(arg, file, NULL) or done(arg, NULL, why) exactly once, never before
 *   rejected_table_make() has returned. The file is the caller's and has no name.
 */
#pragma once

#include "api/api.h"
#include "ingest/upload.h"

struct rejected_table;

/** Takes the kept file. `how` says which table it is; borrowed until it returns. */
struct rejected_table *
rejected_table_make(struct api *api, struct spool_file **file, const struct upload_request *how,
		    void (*done)(void *arg, struct spool_file *file, const struct trouble *why),
		    void *arg);
/** Nobody wants it any more; `done` comes all the same. NULL is allowed. */
void rejected_table_stop(struct rejected_table *t);
/** How it is written. */
struct csv_options rejected_table_csv(void);
