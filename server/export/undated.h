/** Workbooks that are the same bytes whenever they are made: one ETag stands for one file, and
 * under an embargo two readings differ in nothing.
 */
#pragma once

struct lxw_workbook;

void undated_make(struct lxw_workbook *book);
