#include "ingest/upload_errors.h"

#include "base/json_out.h"
#include "base/must.h"

enum { WORDS_BYTES = 160 };

/** A copy of some words, cut at a character. */
struct words {
	char at[WORDS_BYTES];
	size_t len;
};

struct error {
	uint64_t row;
	struct words code, column, value, expected;
};

struct upload_errors {
	struct error at[ERRORS_SHOWN];
	size_t len;
	uint64_t total;
};

struct upload_errors *upload_errors_new(void)
{
	return memory_new(sizeof(struct upload_errors));
}

void upload_errors_free(struct upload_errors *e)
{
	memory_free(e);
}

uint64_t upload_errors_total(const struct upload_errors *e)
{
	return e->total;
}

static void copy_words(struct words *to, struct slice from)
{
	to->len = from.len < WORDS_BYTES ? from.len : WORDS_BYTES;
	while (to->len < from.len && to->len > 0 &&
	       ((unsigned char)from.at[to->len] & 0xC0) == 0x80)
		to->len--;
	if (to->len > 0)
		memcpy(to->at, from.at, to->len);
}

void upload_errors_add(struct upload_errors *e, uint64_t row, const struct fault_words *words)
{
	e->total++;
	if (e->len == ERRORS_SHOWN && e->at[ERRORS_SHOWN - 1].row <= row)
		return;
	size_t place = e->len < ERRORS_SHOWN ? e->len++ : ERRORS_SHOWN - 1;
	for (; place > 0 && e->at[place - 1].row > row; place--)
		e->at[place] = e->at[place - 1];
	struct error *error = &e->at[place];
	error->row = row;
	copy_words(&error->code, words->code);
	copy_words(&error->column, words->column);
	copy_words(&error->value, words->value);
	copy_words(&error->expected, words->expected);
}

static void pair(struct json_out *j, const char *key, const struct words *words)
{
	json_pair_text(j, key, (struct slice){words->at, words->len});
}

void upload_errors_json(const struct upload_errors *e, struct buf *to)
{
	struct json_out j = json_out_on(to);
	json_open_array(&j);
	for (size_t i = 0; i < e->len; i++) {
		const struct error *error = &e->at[i];
		json_open_object(&j);
		json_pair_int(&j, "row", (int64_t)error->row);
		pair(&j, "column", &error->column);
		pair(&j, "code", &error->code);
		pair(&j, "value", &error->value);
		pair(&j, "expected", &error->expected);
		json_close_object(&j);
	}
	json_close_array(&j);
}
