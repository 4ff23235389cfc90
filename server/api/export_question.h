/** What is asked of an export: which results, which columns, in which form.
 *
 * Lifetime: what `wanted` points to lives in the exchange's arena.
 */
#pragma once

#include "export/scan.h"
#include "export/text.h"
#include "http/exchange.h"
#include "store/catalogue.h"

struct export_question {
	enum export_format format;
	enum export_set set;
	struct csv_form form;
	bool end_row;
	struct scan_wanted wanted;
};

/** Whether it is a file that is asked for, and not a page: by the path's suffix, else by Accept. */
bool export_is_wanted(const struct exchange *x, enum export_format *format);
/** ?status=, company, sector and channel. E_INPUT or E_GONE with the code of a refusal. */
enum status results_wanted_read(struct exchange *x, const struct known_wave *wave,
				struct scan_wanted *wanted, struct trouble *why) NODISCARD;
/** False: it makes no sense, and that was answered. */
bool export_question_read(struct exchange *x, const struct known_wave *wave,
			  enum export_format format, struct export_question *q);
