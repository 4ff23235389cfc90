/** The first errors of an upload by row, and how many there are in all.
 *
 * Limits: ERRORS_SHOWN errors with at most about 600 bytes of words each.
 */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "ingest/fault_row.h"

enum { ERRORS_SHOWN = 100 };

struct upload_errors;

struct upload_errors *upload_errors_new(void);
void upload_errors_free(struct upload_errors *e);
/** Keeps a copy if it belongs to the first; errors of one row are given in their order. */
void upload_errors_add(struct upload_errors *e, uint64_t row, const struct fault_words *words);
uint64_t upload_errors_total(const struct upload_errors *e);
/** A JSON array: [{"row":3,"column":"q05","code":...,"value":...,"expected":...}]. */
void upload_errors_json(const struct upload_errors *e, struct buf *to);
