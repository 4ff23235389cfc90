#include "cli/digest_book.h"

#include <openssl/evp.h>

#include "base/must.h"

enum { FIRST_ROOM = 1024 };

/** A digest of nothing but zero bits is not expected in the life of the universe. */
struct entry {
	struct digest key, value;
};

struct digest_book {
	size_t limit, len, room; /* room: a power of two */
	struct entry *at;
};

struct digest digest_of(struct slice bytes)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	struct digest d;
	must(EVP_Digest(bytes.at, bytes.len, sum, NULL, EVP_sha256(), NULL) == 1);
	memcpy(&d, sum, sizeof(d));
	return d;
}

struct digest_book *digest_book_new(size_t limit)
{
	struct digest_book *b = memory_new(sizeof(*b));
	*b = (struct digest_book){
		.limit = limit, .room = FIRST_ROOM, .at = memory_new(FIRST_ROOM * sizeof(*b->at))};
	return b;
}

void digest_book_free(struct digest_book *b)
{
	if (b == NULL)
		return;
	memory_free(b->at);
	memory_free(b);
}

size_t digest_book_len(const struct digest_book *b)
{
	return b->len;
}

/** Where the key is, or the free place where it belongs. */
static struct entry *place_of(const struct digest_book *b, struct digest key)
{
	static const struct digest nothing;
	size_t at = key.low & (b->room - 1);
	while (!digest_equal(b->at[at].key, key) && !digest_equal(b->at[at].key, nothing))
		at = (at + 1) & (b->room - 1);
	return &b->at[at];
}

static void grow(struct digest_book *b)
{
	struct digest_book larger = {.room = b->room * 2};
	larger.at = memory_new(larger.room * sizeof(*larger.at));
	for (size_t i = 0; i < b->room; i++)
		*place_of(&larger, b->at[i].key) = b->at[i];
	memory_free(b->at);
	b->at = larger.at;
	b->room = larger.room;
}

enum status digest_book_add(struct digest_book *b, struct digest key, struct digest *value)
{
	struct entry *e = place_of(b, key);
	if (digest_equal(e->key, key)) {
		*value = e->value;
		return E_CONFLICT;
	}
	if (b->len == b->limit)
		return E_LIMIT;
	*e = (struct entry){key, *value};
	b->len++;
	if (b->len * 4 > b->room * 3)
		grow(b);
	return OK;
}
