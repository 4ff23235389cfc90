#include "channel/digest_text.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static bool reads(enum digest_encoding encoding, const char *text, const char *bytes)
{
	unsigned char to[4];
	size_t len;
	return digest_decode(encoding, slice_of(text), to, sizeof(to), &len) &&
	       slice_equal((struct slice){(char *)to, len}, slice_of(bytes));
}

/* RFC 4648, section 10. */
Test(digest_text, base64_is_that_of_the_standard)
{
	cr_expect(reads(DIGEST_BASE64, "", ""));
	cr_expect(reads(DIGEST_BASE64, "Zg==", "f"));
	cr_expect(reads(DIGEST_BASE64, "Zm8=", "fo"));
	cr_expect(reads(DIGEST_BASE64, "Zm9v", "foo"));
	cr_expect(reads(DIGEST_BASE64, "Zm9vYg==", "foob"));
}

Test(digest_text, base64_has_one_spelling)
{
	cr_expect(not(reads(DIGEST_BASE64, "Zh==", "f")));
	cr_expect(not(reads(DIGEST_BASE64, "Zm9=", "fo")));
	cr_expect(not(reads(DIGEST_BASE64, "Zg", "f")));
	cr_expect(not(reads(DIGEST_BASE64, "Zg= ", "f")));
	cr_expect(not(reads(DIGEST_BASE64, "====", "")));
	cr_expect(not(reads(DIGEST_BASE64, "Z===", "")));
}

Test(digest_text, hexadecimal_is_in_lower_case)
{
	cr_expect(reads(DIGEST_HEX, "666f6f", "foo"));
	cr_expect(not(reads(DIGEST_HEX, "666F6F", "foo")));
	cr_expect(not(reads(DIGEST_HEX, "666f6", "fo")));
}

Test(digest_text, what_is_longer_than_its_room_is_refused)
{
	cr_expect(not(reads(DIGEST_BASE64, "Zm9vYmE=", "fooba")));
	cr_expect(not(reads(DIGEST_HEX, "666f6f6261", "fooba")));
}

Test(digest_text, a_digest_is_printed_as_it_is_read)
{
	char to[6];
	digest_print_hex((const unsigned char *)"f\xffo", 3, to);
	cr_expect(slice_equal((struct slice){to, sizeof(to)}, SLICE("66ff6f")));
}
