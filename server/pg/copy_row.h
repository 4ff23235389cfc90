/** Rows for COPY ... FROM STDIN (FORMAT binary), written straight into a buf.
 *
 * Use: copy_start, then for each row copy_row(fields) and exactly that many copy_<type>, then
 *   copy_finish; what is in the buf may be sent and cleared at any time in between.
 * Errors: buf_over() of the buf, asked once.
 * Source: PostgreSQL manual, COPY, "Binary Format".
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

void copy_start(struct buf *b);
void copy_finish(struct buf *b);

void copy_row(struct buf *b, uint16_t fields);
void copy_null(struct buf *b);
void copy_bool(struct buf *b, bool yes);
void copy_int2(struct buf *b, int16_t number);
void copy_int4(struct buf *b, int32_t number);
void copy_int8(struct buf *b, int64_t number);
void copy_float8(struct buf *b, double number);
void copy_date(struct buf *b, int32_t days);
void copy_timestamptz(struct buf *b, int64_t instant); /**< CLOCK_NO_INSTANT: null */
void copy_text(struct buf *b, struct slice text);      /**< text, bytea, json; `at` NULL: null */
void copy_jsonb(struct buf *b, struct slice json);     /**< `at` NULL: null */
void copy_uuid(struct buf *b, const unsigned char bytes[16]);
void copy_int2_array(struct buf *b, const int16_t *numbers, size_t count);
void copy_int4_array(struct buf *b, const int32_t *numbers, size_t count);
