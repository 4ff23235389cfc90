#include "inbox/item.h"

#include <openssl/evp.h>

#include "base/hash.h"

#define DIGEST_PREFIX "sha256:"

enum { DIGEST_BYTES = 32, DIGEST_KEY_BYTES = 7 + 2 * DIGEST_BYTES };

size_t item_bytes(const struct inbox_item *from)
{
	/* A key is replaced by nothing longer than its digest. */
	return sizeof(struct item) + from->dedupe_key.len + DIGEST_KEY_BYTES +
	       from->payload.query.len + from->payload.headers.len + from->payload.body.len;
}

static bool is_fit(struct slice text)
{
	return slice_is_utf8(text) && (text.len == 0 || memchr(text.at, '\0', text.len) == NULL);
}

static struct slice copy_bytes(char **to, struct slice from)
{
	struct slice copy = {*to, from.len};
	if (from.len > 0)
		memcpy(*to, from.at, from.len);
	*to += from.len;
	return copy;
}

/** Bytes of other charsets, which PostgreSQL would refuse, and the whole batch with them. */
static struct slice copy_text(char **to, struct slice from)
{
	char *begin = *to;
	struct slice copy = copy_bytes(to, from);
	bool fits = is_fit(copy);
	for (size_t i = 0; !fits && i < copy.len; i++)
		if (begin[i] == '\0' || (unsigned char)begin[i] >= 0x80)
			begin[i] = '?';
	return copy;
}

static struct slice copy_key(char **to, struct slice from)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len;
	char *begin = *to;
	if (from.len > 0 && from.len <= INBOX_KEY_BYTES && is_fit(from))
		return copy_bytes(to, from);
	must(EVP_Digest(from.at, from.len, digest, &len, EVP_sha256(), NULL) == 1);
	(void)copy_bytes(to, SLICE(DIGEST_PREFIX));
	for (unsigned i = 0; i < len; i++) {
		static const char digits[] = "0123456789abcdef";
		*(*to)++ = digits[digest[i] >> 4];
		*(*to)++ = digits[digest[i] & 15];
	}
	return (struct slice){begin, (size_t)(*to - begin)};
}

struct item *item_copy(const struct inbox_item *from)
{
	size_t bytes = item_bytes(from);
	struct item *item = memory_new(bytes - (from->body_stays ? from->payload.body.len : 0));
	char *to = (char *)(item + 1);
	item->bytes = bytes;
	item->is.source_id = from->source_id;
	item->is.dedupe_key = copy_key(&to, from->dedupe_key);
	item->hash = hash_bytes(item->is.dedupe_key);
	item->is.payload.query = copy_text(&to, from->payload.query);
	item->is.payload.headers = copy_text(&to, from->payload.headers);
	item->is.payload.body = from->body_stays ? from->payload.body
						 : copy_bytes(&to, from->payload.body);
	return item;
}

struct item *item_refused(const struct trouble *why)
{
	struct item *item = memory_new(sizeof(*item));
	item->bytes = sizeof(*item);
	item->why = *why;
	return item;
}

void item_append(struct item_list *list, struct item *item)
{
	item->next = NULL;
	*(list->last != NULL ? &list->last->next : &list->first) = item;
	list->last = item;
}

struct item *item_take(struct item_list *list)
{
	struct item *item = list->first;
	if (item == NULL)
		return NULL;
	list->first = item->next;
	if (list->first == NULL)
		list->last = NULL;
	return item;
}

void item_put_back(struct item_list *list, struct item_list *from)
{
	struct item **place = &list->first, *item;
	while ((item = item_take(from)) != NULL) {
		while (*place != NULL && (*place)->number < item->number)
			place = &(*place)->next;
		item->next = *place;
		*place = item;
		if (item->next == NULL)
			list->last = item;
		place = &item->next;
	}
}

static bool is_among(const struct item *item, const struct item_list *list)
{
	for (const struct item *other = list->first; other != NULL; other = other->next)
		if (other->hash == item->hash && other->is.source_id == item->is.source_id)
			return true;
	return false;
}

size_t item_take_batch(struct item_list *from, struct item_list *to, const struct item_list *apart,
		       const struct inbox_item *pointers[INBOX_BATCH])
{
	size_t count = 0, bytes = 0;
	while (from->first != NULL && count < INBOX_BATCH &&
	       (count == 0 || bytes + from->first->bytes <= INBOX_BATCH_BYTES) &&
	       (apart == NULL || !is_among(from->first, apart))) {
		struct item *item = item_take(from);
		item_append(to, item);
		pointers[count++] = &item->is;
		bytes += item->bytes;
	}
	return count;
}
