#include "api/digest_header.h"

#include <openssl/evp.h>

bool digest_header_read(const struct exchange *x, unsigned char digest[DIGEST_HEADER_BYTES])
{
	enum { BASE64_CHARS = 44 };
	struct slice rest = exchange_header(x, "repr-digest"), member;
	while (slice_next_part(&rest, ',', &member)) {
		unsigned char decoded[BASE64_CHARS / 4 * 3];
		struct slice prefix = SLICE("sha-256=:");
		member = slice_trim(member);
		if (!slice_starts_with(member, prefix) ||
		    member.len != prefix.len + BASE64_CHARS + 1 || member.at[member.len - 1] != ':')
			continue;
		const unsigned char *text = (const unsigned char *)member.at + prefix.len;
		if (EVP_DecodeBlock(decoded, text, BASE64_CHARS) != (int)sizeof(decoded))
			return false;
		memcpy(digest, decoded, DIGEST_HEADER_BYTES);
		return true;
	}
	return false;
}
