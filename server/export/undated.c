#include "export/undated.h"

#include <xlsxwriter.h>

#include "base/must.h"

/** 1980-01-01, as the library dates the parts of the package. */
enum { CREATED = 315532800 };

void undated_make(struct lxw_workbook *book)
{
	lxw_doc_properties properties = {.created = CREATED};
	must(workbook_set_properties(book, &properties) == LXW_NO_ERROR);
}
