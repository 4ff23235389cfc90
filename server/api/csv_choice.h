/** How a CSV answer is to be written: ?dialect= and ?formulas=. */
#pragma once

#include "http/exchange.h"
#include "sheet/csv_out.h"

#define CSV_TYPE  "text/csv; charset=utf-8; header=present"
#define XLSX_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

/** False: it makes no sense, and 422 was answered. Only an answer in CSV has a choice. */
bool csv_choice_read(struct exchange *x, bool csv, struct csv_form *form);
/** Not what is written where nothing is said. */
bool csv_choice_made(const struct csv_form *form);
/** What an ETag has at its end besides: "-nb", "-kept", both or nothing. */
const char *csv_choice_tag(const struct csv_form *form);
