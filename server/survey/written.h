/** Numbers and instants as the spreadsheet of a CSV file writes them, put into the one form that
 * intake reads: "−1 234,50" and "4,0" are "-1234.5" and "4", "04.05.2026 10:15" is an instant
 * of the wave's time zone.
 *
 * For survey and mapping. What could be read in two ways is not read.
 */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/zone.h"
#include "decode/reading.h"

enum written {
	WRITTEN_AS_IS,	       /**< nothing to change, or nothing of the kind */
	WRITTEN_READ,	       /**< *plain or *instant is what it says */
	WRITTEN_OTHER_MARK,    /**< the file writes its fractions with the other decimal mark */
	WRITTEN_THOUSAND,      /**< "1.500" may be a thousand and a half */
	WRITTEN_NO_ORDER,      /**< "04/05/2026" may be in April or in May */
	WRITTEN_NO_ZONE,       /**< a local time, and the wave declares no time zone */
	WRITTEN_HOUR_LEFT_OUT, /**< no clock shows it: summer time begins */
	WRITTEN_HOUR_TWICE     /**< clocks show it twice: summer time ends */
};

/** Notes the first decimal mark of the file, with its row, in *r. The fraction's last zeros go.
 * AS_IS where the arena is full. */
enum written written_number(struct csv_reading *r, uint64_t row, struct slice text,
			    struct arena *arena, struct slice *plain);

/** A date and a time of day without a zone; `zone` is NULL where none is declared.
 *
 * "2026-05-04 10:15", "2026/5/4 10:15:30", "2026. 5. 4. 오후 3:07" and "04.05.2026 10:15" are
 * one date in every country; "04/05/2026 10:15 PM" and "4-5-2026" need an order, declared,
 * found in the file, or their own: no month has the number 13. */
enum written written_instant(const struct csv_reading *r, const struct zone *zone,
			     struct slice text, int64_t *instant);
