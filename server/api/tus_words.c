#include "api/tus_words.h"

static int base64_value(char c)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c != '\0' ? strchr(alphabet, c) : NULL;
	return at != NULL ? (int)(at - alphabet) : -1;
}

/** Strict: whole groups of four, padded. `to` has room for 3 bytes a group. */
static bool base64_decode(struct slice text, unsigned char *to, size_t *len)
{
	size_t padding = 0;
	*len = 0;
	if (text.len % 4 != 0)
		return false;
	while (padding < 2 && padding < text.len && text.at[text.len - 1 - padding] == '=')
		padding++;
	for (size_t i = 0; i < text.len; i += 4) {
		uint32_t group = 0;
		for (size_t k = 0; k < 4; k++) {
			bool padded = i + k >= text.len - padding;
			int value = padded ? 0 : base64_value(text.at[i + k]);
			if (value < 0)
				return false;
			group = group << 6 | (uint32_t)value;
		}
		for (unsigned k = 0; k < 3; k++)
			to[(*len)++] = (unsigned char)(group >> (16 - 8 * k));
	}
	*len -= padding;
	return true;
}

/** "key" or "key value" at the front of *rest. */
static bool next_pair(struct slice *rest, struct slice *key, struct slice *value)
{
	struct slice pair;
	if (!slice_next_part(rest, ',', &pair))
		return false;
	pair = slice_trim(pair);
	(void)slice_next_part(&pair, ' ', key);
	*value = pair.at != NULL ? slice_trim(pair) : SLICE_NONE;
	return true;
}

static bool comes_again(struct slice rest, struct slice key)
{
	struct slice other, value;
	while (next_pair(&rest, &other, &value))
		if (slice_equal(key, other))
			return true;
	return false;
}

static bool is_printable_ascii(struct slice key)
{
	for (size_t i = 0; i < key.len; i++)
		if (key.at[i] <= ' ' || key.at[i] > '~')
			return false;
	return key.len > 0;
}

enum status tus_metadata_check(struct slice metadata, struct trouble *why)
{
	unsigned char decoded[TUS_METADATA_BYTES];
	struct slice rest = metadata, key, value;
	size_t len;
	if (metadata.len > TUS_METADATA_BYTES)
		return trouble_code(why, E_INPUT, "bad_metadata",
				    "Upload-Metadata has more than %d bytes", TUS_METADATA_BYTES);
	while (metadata.len > 0 && next_pair(&rest, &key, &value)) {
		bool good = is_printable_ascii(key) && base64_decode(value, decoded, &len) &&
			    slice_is_text((struct slice){(const char *)decoded, len}) &&
			    !comes_again(rest, key);
		if (!good)
			return trouble_code(why, E_INPUT, "bad_metadata",
					    "Upload-Metadata is keys, each once, each with a space "
					    "and a text in base64, between commas");
	}
	return OK;
}

bool tus_metadata_find(struct slice metadata, const char *key, struct arena *arena,
		       struct slice *value)
{
	struct slice rest = metadata, name, encoded;
	size_t len;
	while (metadata.len > 0 && next_pair(&rest, &name, &encoded)) {
		if (!slice_is(name, key))
			continue;
		unsigned char *to = arena_take(arena, encoded.len / 4 * 3 + 1);
		if (to == NULL || !base64_decode(encoded, to, &len))
			return false;
		*value = (struct slice){(const char *)to, len};
		return true;
	}
	return false;
}

enum status tus_checksum_read(struct slice field, struct tus_checksum *checksum,
			      struct trouble *why)
{
	static const struct {
		const char *name;
		size_t len;
	} algorithms[] = {{"sha1", 20}, {"sha256", 32}};
	unsigned char decoded[TUS_DIGEST_BYTES + 16];
	struct slice name;
	size_t len;
	*checksum = (struct tus_checksum){0};
	if (field.at == NULL)
		return OK;
	(void)slice_next_part(&field, ' ', &name);
	for (size_t i = 0; i < COUNT_OF(algorithms); i++) {
		if (!slice_is(name, algorithms[i].name))
			continue;
		field = slice_trim(field);
		if (field.at == NULL || field.len > 44 || !base64_decode(field, decoded, &len) ||
		    len != algorithms[i].len)
			break;
		checksum->algorithm = algorithms[i].name;
		checksum->len = len;
		memcpy(checksum->digest, decoded, len);
		return OK;
	}
	return trouble_code(why, E_INPUT, "bad_checksum",
			    "Upload-Checksum is sha1 or sha256, a space and the digest in base64");
}

bool tus_length_read(struct slice field, int64_t *length)
{
	return field.at != NULL && slice_to_int64(field, length) && *length >= 0 &&
	       field.at[0] != '-';
}
