#include "cli/tus.h"

#include <openssl/evp.h>
#include <stdio.h>

enum { NUMBER_BYTES = 32, BASE64_LINE_BYTES = 3072 };

#define TUS_RESUMABLE                                                                              \
	{                                                                                          \
		"Tus-Resumable", "1.0.0"                                                           \
	}

static int hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, c | 0x20) : NULL;
	return at != NULL ? (int)(at - digits) : -1;
}

/** The query is ours: every escape is whole. */
static size_t unescape(struct slice text, char *room)
{
	size_t len = 0;
	for (size_t i = 0; i < text.len; i++) {
		bool escaped = text.at[i] == '%' && i + 2 < text.len;
		int byte = escaped ? hex_value(text.at[i + 1]) << 4 | hex_value(text.at[i + 2])
				   : text.at[i];
		room[len++] = (char)byte;
		if (escaped)
			i += 2;
	}
	return len;
}

static void add_pair(struct buf *to, struct slice key, struct slice value)
{
	unsigned char encoded[BASE64_LINE_BYTES / 3 * 4 + 4];
	value = slice_cut(value, BASE64_LINE_BYTES);
	int len = EVP_EncodeBlock(encoded, (const unsigned char *)value.at, (int)value.len);
	if (to->len > 0)
		buf_add_byte(to, ',');
	buf_add(to, key);
	buf_add_byte(to, ' ');
	buf_add(to, (struct slice){(const char *)encoded, (size_t)len});
}

void tus_add_metadata(struct buf *to, struct slice filename, struct slice type, struct slice query)
{
	struct slice part, key;
	char value[BASE64_LINE_BYTES];
	add_pair(to, SLICE("filename"), filename);
	add_pair(to, SLICE("filetype"), type);
	if (query.len > 0 && query.at[0] == '?')
		query = slice_from(query, 1);
	while (query.len > 0 && slice_next_part(&query, '&', &part)) {
		(void)slice_next_part(&part, '=', &key);
		if (part.len < sizeof(value))
			add_pair(to, key, (struct slice){value, unescape(part, value)});
	}
}

static void number(char room[NUMBER_BYTES], int64_t value)
{
	snprintf(room, NUMBER_BYTES, "%lld", (long long)value);
}

static void take_offset(struct tus *t, const struct http_answer *answer)
{
	int64_t offset;
	if (slice_to_int64(http_answer_field(answer, "upload-offset"), &offset) && offset >= 0 &&
	    offset <= t->len)
		t->offset = offset;
}

enum status tus_create(struct tus *t, const char *where, const char *metadata,
		       struct http_answer *answer, struct trouble *why)
{
	char length[NUMBER_BYTES];
	const struct http_field fields[] = {TUS_RESUMABLE,
					    {"Upload-Length", length},
					    {"Upload-Metadata", metadata},
					    {NULL, NULL}};
	const struct http_request request = {
		.method = "POST", .path = where, .accept = "application/json", .fields = fields};
	number(length, t->len);
	enum status st = http_send(t->server, &request, answer, why);
	if (st < 0 || answer->status != 201)
		return st;
	struct slice place = http_answer_field(answer, "location");
	if (!slice_starts_with(place, SLICE("/v1/")) || place.len >= sizeof(t->place))
		return trouble(why, E_INPUT, "the server does not say where the upload is");
	memcpy(t->place, place.at, place.len);
	t->place[place.len] = '\0';
	t->offset = 0;
	return OK;
}

enum status tus_look(struct tus *t, struct http_answer *answer, struct trouble *why)
{
	static const struct http_field fields[] = {TUS_RESUMABLE, {NULL, NULL}};
	const struct http_request request = {
		.method = "HEAD", .path = t->place, .accept = "application/json", .fields = fields};
	enum status st = http_send(t->server, &request, answer, why);
	if (st == OK && answer->status == 200)
		take_offset(t, answer);
	return st;
}

static void write_checksum(char *room, size_t size, struct slice piece)
{
	unsigned char sum[EVP_MAX_MD_SIZE], text[2 * EVP_MAX_MD_SIZE];
	unsigned len = 0;
	must(EVP_Digest(piece.at, piece.len, sum, &len, EVP_sha256(), NULL) == 1);
	EVP_EncodeBlock(text, sum, (int)len);
	snprintf(room, size, "sha256 %s", (const char *)text);
}

enum status tus_send(struct tus *t, struct slice piece, struct http_answer *answer,
		     struct trouble *why)
{
	char offset[NUMBER_BYTES], checksum[sizeof("sha256 ") + 2 * EVP_MAX_MD_SIZE];
	const struct http_field fields[] = {TUS_RESUMABLE,
					    {"Upload-Offset", offset},
					    {"Upload-Checksum", checksum},
					    {NULL, NULL}};
	const struct http_body body = {.descriptor = -1,
				       .memory = piece,
				       .len = (int64_t)piece.len,
				       .type = "application/offset+octet-stream"};
	const struct http_request request = {.method = "PATCH",
					     .path = t->place,
					     .body = &body,
					     .accept = "application/json",
					     .fields = fields};
	number(offset, t->offset);
	write_checksum(checksum, sizeof(checksum), piece);
	enum status st = http_send(t->server, &request, answer, why);
	if (st == OK && answer->status == 204)
		take_offset(t, answer);
	return st;
}
