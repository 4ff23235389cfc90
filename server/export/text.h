/** Results as CSV or NDJSON, row by row, with their number and the SHA-256 of all bytes so far.
 *
 * Bytes gather in `to`; whoever sends them calls export_text_sent() and nothing is counted twice.
 * The end row is a row that no result can be: CSV "plaudit:end,ROWS,SHA-256" filled up to the
 * number of columns, NDJSON {"plaudit:end":true,...}. Its digest is that of all bytes before it,
 * in hexadecimal; the digest of export_text_digest() is that of all bytes.
 *
 * Lifetime: borrows the columns.
 */
#pragma once

#include "export/columns.h"
#include "sheet/csv_out.h"

enum export_format { EXPORT_CSV, EXPORT_NDJSON, EXPORT_XLSX };

enum { EXPORT_TEXT_BYTES = 1024 * 1024 }; /**< `to` holds no more: take the bytes in time */

struct export_text {
	const struct export_columns *columns;
	enum export_format format;
	struct csv_form form;
	struct buf to;
	struct evp_md_ctx_st *hash; /**< OpenSSL's */
	size_t hashed;		    /**< bytes of `to` */
	int64_t rows;
};

void export_text_init(struct export_text *t, const struct export_columns *columns,
		      enum export_format format, const struct csv_form *form);
void export_text_fini(struct export_text *t);
void export_text_head(struct export_text *t); /**< the header row of CSV */
void export_text_row(struct export_text *t, const struct stored_result *stored);
void export_text_end_row(struct export_text *t);
void export_text_sent(struct export_text *t); /**< what is in `to` is on its way */

enum { DIGEST_FIELD_BYTES = 64 };
/** "sha-256=:BASE64:" of everything so far (RFC 9530), after which nothing is added. */
void export_text_digest(struct export_text *t, char field[DIGEST_FIELD_BYTES]);

/** "sha-256=:BASE64:" of this sum. */
void digest_field(const unsigned char sum[32], char field[DIGEST_FIELD_BYTES]);
