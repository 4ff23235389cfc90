/** Results of a file counted here, without a server, by the rules of an upload.
 *
 * The first row with a result_id counts; the same row again is a duplicate; other
 * content under that id is rejected. Rejected rows are listed, the others go on.
 * Promise: a board made of this is byte for byte the server's for the same rows.
 * Lifetime: everything lent dies with offline_free().
 * Limits: OFFLINE_RESULTS results of 43 to 86 bytes of memory each (their ids and contents
 *   are remembered as digests), OFFLINE_SHOPPERS shoppers, OFFLINE_FAULTS faults in words.
 *   Beside them the counts, which do not grow with the rows.
 */
#pragma once

#include "decode/decoder.h"
#include "mapping/mapping.h"
#include "standings/board.h"

enum { OFFLINE_RESULTS = 1 << 26, OFFLINE_SHOPPERS = 1 << 20, OFFLINE_FAULTS = 100 };

struct offline_totals {
	int64_t received, accepted, duplicates, rejected, faults, left_out;
};

struct offline_count;

/** `programme` is taken. */
struct offline_count *offline_new(struct programme **programme, int wave);
void offline_free(struct offline_count *o);

/** Before reading: what the file's columns are. `profile` is taken. */
enum status offline_map(struct offline_count *o, struct profile **profile,
			struct trouble *why) NODISCARD;

/** Once. `csv` is what is declared of a CSV file. E_INPUT where the file cannot be read on: nothing
 * of it should be shown. `reading`, NULL for none, gets how a CSV file was understood
 * (csv_reading_json()); where it holds a table's (table_report_json()), how its texts were. */
enum status offline_read(struct offline_count *o, int descriptor, enum decode_format format,
			 const struct csv_options *csv, struct buf *reading,
			 struct trouble *why) NODISCARD;

struct offline_totals offline_totals(const struct offline_count *o);
/** [{"row":3,"column":"q05","code":"not_an_option","value":"7","expected":"..."}], the first. */
struct slice offline_faults(const struct offline_count *o);
struct board_source offline_source(const struct offline_count *o);
