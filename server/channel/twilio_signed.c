#include "channel/twilio_signed.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "channel/digest_text.h"
#include "channel/form_fields.h"

enum { SHA256_BYTES = 32 };

/** "https://host" and what follows it: ":8443" or nothing, then "/path". */
struct address {
	struct slice origin, port, path, query;
};

static struct slice between(const char *from, const char *to)
{
	return (struct slice){from, (size_t)(to - from)};
}

static bool read_address(struct slice url, struct slice query, struct address *a)
{
	const char *end = url.at + url.len;
	const char *host = url.len > 0 ? memmem(url.at, url.len, "://", 3) : NULL;
	if (host == NULL)
		return false;
	host += 3;
	const char *path = memchr(host, '/', (size_t)(end - host));
	if (path == NULL)
		path = end;
	const char *closed = memrchr(host, ']', (size_t)(path - host)); /* of an IPv6 address */
	const char *colon = memrchr(host, ':', (size_t)(path - host));
	if (colon == NULL || (closed != NULL && colon < closed))
		colon = path;
	*a = (struct address){between(url.at, colon), between(colon, path), between(path, end),
			      query};
	return true;
}

static void append(char *text, size_t *len, struct slice part)
{
	if (part.len > 0)
		memcpy(text + *len, part.at, part.len);
	*len += part.len;
}

static int by_name_and_value(const void *left, const void *right)
{
	const struct form_field *a = left, *b = right;
	int order = slice_compare(a->name, b->name);
	return order != 0 ? order : slice_compare(a->value, b->value);
}

static bool is_repeated(const struct form_field *field, const struct form_field *before)
{
	return slice_equal(field->name, before->name) && slice_equal(field->value, before->value);
}

static bool has_body_digest(struct slice query, struct slice *hex)
{
	static const struct slice name = {"bodySHA256=", sizeof("bodySHA256=") - 1};
	struct slice part;
	while (slice_next_part(&query, '&', &part))
		if (slice_starts_with(part, name)) {
			*hex = slice_from(part, name.len);
			return true;
		}
	return false;
}

static bool is_digest_of(struct slice hex, struct slice body)
{
	unsigned char said[SHA256_BYTES], made[SHA256_BYTES];
	size_t len;
	must(EVP_Digest(body.at, body.len, made, NULL, EVP_sha256(), NULL) == 1);
	return digest_decode(DIGEST_HEX, hex, said, sizeof(said), &len) && len == sizeof(said) &&
	       CRYPTO_memcmp(said, made, sizeof(made)) == 0;
}

/** The fields as they are signed; `at` NULL: not a form, or one too large. */
static struct slice signed_fields(struct slice body, struct arena *arena)
{
	struct form_fields read;
	if (form_fields_read(body, arena, &read, NULL) < 0)
		return SLICE_NONE;
	struct form_field *sorted = arena_take_array(arena, read.len, sizeof(*sorted));
	char *text = arena_take(arena, body.len + 1);
	if (sorted == NULL || text == NULL)
		return SLICE_NONE;
	if (read.len > 0) {
		memcpy(sorted, read.at, read.len * sizeof(*sorted));
		qsort(sorted, read.len, sizeof(*sorted), by_name_and_value);
	}
	struct slice to = {text, 0};
	for (size_t i = 0; i < read.len; i++) {
		if (i > 0 && is_repeated(&sorted[i], &sorted[i - 1]))
			continue;
		append(text, &to.len, sorted[i].name);
		append(text, &to.len, sorted[i].value);
	}
	return to;
}

static struct slice whole_text(const struct address *a, struct slice port, struct slice fields,
			       struct arena *arena)
{
	struct slice parts[] = {a->origin, port,
				a->path,   a->query.len > 0 ? SLICE("?") : SLICE(""),
				a->query,  fields};
	size_t len = 0, room = 0;
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		room += parts[i].len;
	char *text = arena_take(arena, room + 1);
	for (size_t i = 0; text != NULL && i < COUNT_OF(parts); i++)
		append(text, &len, parts[i]);
	return (struct slice){text, len};
}

size_t twilio_signed(struct slice url, const struct payload *payload, struct arena *arena,
		     struct slice ways[TWILIO_WAYS])
{
	struct address a;
	struct slice hex, fields = SLICE("");
	if (!read_address(url, payload->query, &a))
		return 0;
	if (!has_body_digest(a.query, &hex))
		fields = signed_fields(payload->body, arena);
	else if (!is_digest_of(hex, payload->body))
		return 0;
	if (fields.at == NULL)
		return 0;
	struct slice port = a.port;
	if (port.len == 0)
		port = slice_starts_with(url, SLICE("https:")) ? SLICE(":443") : SLICE(":80");
	ways[0] = whole_text(&a, SLICE_NONE, fields, arena);
	ways[1] = whole_text(&a, port, fields, arena);
	return ways[0].at != NULL && ways[1].at != NULL ? TWILIO_WAYS : 0;
}
