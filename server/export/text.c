#include "export/text.h"

#include <openssl/evp.h>
#include <stdio.h>

#include "base/json_out.h"
#include "base/must.h"

enum { SHA256_BYTES = 32 };

void export_text_init(struct export_text *t, const struct export_columns *columns,
		      enum export_format format, const struct csv_form *form)
{
	*t = (struct export_text){.columns = columns, .format = format, .form = *form};
	buf_init(&t->to, EXPORT_TEXT_BYTES);
	t->hash = EVP_MD_CTX_new();
	must(t->hash != NULL && EVP_DigestInit_ex(t->hash, EVP_sha256(), NULL) == 1);
}

void export_text_fini(struct export_text *t)
{
	buf_fini(&t->to);
	EVP_MD_CTX_free(t->hash);
	t->hash = NULL;
}

/* CSV */

static void csv_cell(struct csv_out *c, const struct export_cell *cell)
{
	char room[DECIMAL_ROOM];
	switch (cell->kind) {
	case CELL_TEXT:
		csv_text(c, cell->text);
		return;
	case CELL_WHOLE:
	case CELL_BOOL:
		csv_int(c, cell->number);
		return;
	case CELL_DECIMAL:
		csv_decimal(c, export_cell_digits(cell, room));
		return;
	case CELL_NONE:
	case CELL_DATE: /* only sheets have dates */
		csv_empty(c);
		return;
	}
	never("a cell outside its list");
}

static void csv_row(struct export_text *t, const struct stored_result *stored)
{
	struct csv_out c = csv_out_as(&t->to, &t->form);
	struct export_cell cell;
	for (size_t i = 0; i < t->columns->len; i++) {
		export_cell_read(t->columns, i, stored, &cell);
		csv_cell(&c, &cell);
	}
	csv_end_row(&c);
}

void export_text_head(struct export_text *t)
{
	struct csv_out c = csv_out_as(&t->to, &t->form);
	if (t->format != EXPORT_CSV)
		return;
	csv_begin(&c);
	for (size_t i = 0; i < t->columns->len; i++)
		csv_text(&c, t->columns->at[i].name);
	csv_end_row(&c);
}

/* NDJSON */

static void json_cell(struct json_out *j, const struct export_cell *cell)
{
	char room[DECIMAL_ROOM];
	switch (cell->kind) {
	case CELL_TEXT:
		json_text(j, cell->text);
		return;
	case CELL_WHOLE:
		json_int(j, cell->number);
		return;
	case CELL_BOOL:
		json_bool(j, cell->number != 0);
		return;
	case CELL_DECIMAL:
		json_raw(j, export_cell_digits(cell, room));
		return;
	case CELL_NONE:
	case CELL_DATE:
		json_null(j);
		return;
	}
	never("a cell outside its list");
}

/** Every row has every key, so that readers see the same columns in each; items in "answers". */
static void json_row(struct export_text *t, const struct stored_result *stored)
{
	struct json_out j = json_out_on(&t->to);
	struct export_cell cell;
	bool in_items = false;
	json_open_object(&j);
	for (size_t i = 0; i < t->columns->len; i++) {
		const struct export_column *at = &t->columns->at[i];
		if (in_items && at->kind != EXPORT_ITEM)
			json_close_object(&j);
		if (!in_items && at->kind == EXPORT_ITEM) {
			json_key(&j, "answers");
			json_open_object(&j);
		}
		in_items = at->kind == EXPORT_ITEM;
		json_key_slice(&j, at->name);
		export_cell_read(t->columns, i, stored, &cell);
		json_cell(&j, &cell);
	}
	json_close_object(&j);
	buf_add_byte(&t->to, '\n');
}

/* Both */

void export_text_row(struct export_text *t, const struct stored_result *stored)
{
	if (t->format == EXPORT_CSV)
		csv_row(t, stored);
	else
		json_row(t, stored);
	t->rows++;
}

static void hash_new(struct export_text *t)
{
	must(!buf_over(&t->to));
	if (t->to.len > t->hashed)
		must(EVP_DigestUpdate(t->hash, t->to.at + t->hashed, t->to.len - t->hashed) == 1);
	t->hashed = t->to.len;
}

void export_text_sent(struct export_text *t)
{
	hash_new(t);
	buf_clear(&t->to);
	t->hashed = 0;
}

static void hex_so_far(struct export_text *t, char hex[2 * SHA256_BYTES + 1])
{
	unsigned char sum[SHA256_BYTES];
	EVP_MD_CTX *copy = EVP_MD_CTX_new();
	hash_new(t);
	must(copy != NULL && EVP_MD_CTX_copy_ex(copy, t->hash) == 1 &&
	     EVP_DigestFinal_ex(copy, sum, NULL) == 1);
	EVP_MD_CTX_free(copy);
	for (size_t i = 0; i < SHA256_BYTES; i++)
		snprintf(hex + 2 * i, 3, "%02x", sum[i]);
}

static void csv_end(struct export_text *t, struct slice hex)
{
	struct csv_out c = csv_out_as(&t->to, &t->form);
	csv_text(&c, SLICE("plaudit:end"));
	csv_int(&c, t->rows);
	csv_text(&c, hex);
	for (size_t i = 3; i < t->columns->len; i++)
		csv_empty(&c);
	csv_end_row(&c);
}

void export_text_end_row(struct export_text *t)
{
	char hex[2 * SHA256_BYTES + 1];
	hex_so_far(t, hex);
	if (t->format == EXPORT_CSV) {
		csv_end(t, slice_of(hex));
		return;
	}
	struct json_out j = json_out_on(&t->to);
	json_open_object(&j);
	json_pair_bool(&j, "plaudit:end", true);
	json_pair_int(&j, "plaudit:rows", t->rows);
	json_pair_text(&j, "plaudit:sha256", slice_of(hex));
	json_close_object(&j);
	buf_add_byte(&t->to, '\n');
}

void digest_field(const unsigned char sum[32], char field[DIGEST_FIELD_BYTES])
{
	unsigned char base64[48];
	EVP_EncodeBlock(base64, sum, SHA256_BYTES);
	snprintf(field, DIGEST_FIELD_BYTES, "sha-256=:%s:", (const char *)base64);
}

void export_text_digest(struct export_text *t, char field[DIGEST_FIELD_BYTES])
{
	unsigned char sum[SHA256_BYTES];
	hash_new(t);
	must(EVP_DigestFinal_ex(t->hash, sum, NULL) == 1);
	digest_field(sum, field);
}
