#include "inbox/journal_record.h"

#include <endian.h>

#include <openssl/evp.h>

#define MAGIC "PJ1\n"

enum { MAGIC_BYTES = 4, DIGEST_BYTES = 8, DIGESTED_FROM = MAGIC_BYTES + DIGEST_BYTES };

static uint32_t number_at(struct slice bytes, size_t at)
{
	uint32_t number;
	memcpy(&number, bytes.at + at, sizeof(number));
	return be32toh(number);
}

static void digest_of(struct slice bytes, unsigned char digest[EVP_MAX_MD_SIZE])
{
	unsigned len;
	must(EVP_Digest(bytes.at, bytes.len, digest, &len, EVP_sha256(), NULL) == 1);
}

size_t journal_record_bytes(const struct inbox_item *item)
{
	return JOURNAL_HEAD_BYTES + item->dedupe_key.len + item->payload.query.len +
	       item->payload.headers.len + item->payload.body.len;
}

void journal_record_put(struct buf *to, const struct inbox_item *item)
{
	const struct slice parts[] = {item->dedupe_key, item->payload.query, item->payload.headers,
				      item->payload.body};
	unsigned char digest[EVP_MAX_MD_SIZE];
	size_t begin = to->len;
	buf_add_text(to, MAGIC);
	buf_add_be64(to, 0); /* the digest's place */
	buf_add_be32(to, (uint32_t)item->source_id);
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		buf_add_be32(to, (uint32_t)parts[i].len);
	buf_add_be64(to, (uint64_t)item->payload.received_at);
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		buf_add(to, parts[i]);
	must(!buf_over(to));
	digest_of(slice_from(buf_slice(to), begin + DIGESTED_FROM), digest);
	memcpy(to->at + begin + MAGIC_BYTES, digest, DIGEST_BYTES);
}

size_t journal_record_length(struct slice head)
{
	size_t length = JOURNAL_HEAD_BYTES;
	must(head.len >= JOURNAL_HEAD_BYTES);
	if (memcmp(head.at, MAGIC, MAGIC_BYTES) != 0)
		return 0;
	for (size_t i = 1; i <= 4; i++)
		length += number_at(head, DIGESTED_FROM + i * 4);
	return length;
}

static struct slice next_part(struct slice *rest, size_t len)
{
	struct slice part = {rest->at, len};
	*rest = slice_from(*rest, len);
	return part;
}

bool journal_record_get(struct slice record, struct inbox_item *item)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	uint64_t received_at;
	digest_of(slice_from(record, DIGESTED_FROM), digest);
	if (memcmp(record.at + MAGIC_BYTES, digest, DIGEST_BYTES) != 0)
		return false;
	memcpy(&received_at, record.at + DIGESTED_FROM + 20, sizeof(received_at));
	struct slice rest = slice_from(record, JOURNAL_HEAD_BYTES);
	*item = (struct inbox_item){.source_id = (int)number_at(record, DIGESTED_FROM)};
	item->payload.received_at = (int64_t)be64toh(received_at);
	item->dedupe_key = next_part(&rest, number_at(record, DIGESTED_FROM + 4));
	item->payload.query = next_part(&rest, number_at(record, DIGESTED_FROM + 8));
	item->payload.headers = next_part(&rest, number_at(record, DIGESTED_FROM + 12));
	item->payload.body = next_part(&rest, number_at(record, DIGESTED_FROM + 16));
	return true;
}
