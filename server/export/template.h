/** An empty file for a wave's results, to be filled in and uploaded.
 *
 * CSV is its header row. The workbook has drop-downs for company, sector, channel and each item,
 * limits for every number, the item's text when its cell is entered, and the codes with their names
 * on a second sheet. Blocking: template_workbook() is for a pool thread.
 */
#pragma once

#include "export/columns.h"
#include "export/temporary.h"
#include "sheet/csv_out.h"

/** `columns` are the canonical ones. */
void template_csv(const struct export_columns *columns, const struct csv_form *form,
		  struct buf *to);
/** The finished file in the folder, measured, which the caller closes. */
enum status template_workbook(const struct export_columns *columns, const char *folder,
			      struct temporary *file, struct trouble *why) NODISCARD;
