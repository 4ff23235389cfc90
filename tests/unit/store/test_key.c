#include <criterion/criterion.h>
#include <string.h>

#include "store/key.h"

#define ID     "abcdefg7"
#define SECRET "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg"
#define GOOD   "plaudit_live_" ID "_" SECRET

static bool splits(const char *text)
{
	struct key_parts parts;
	return key_split(slice_of(text), &parts);
}

Test(key, a_made_key_has_its_shape)
{
	char text[KEY_TEXT_BYTES];
	struct trouble why;
	struct key_parts parts;
	cr_assert_eq(key_make(text, &why), OK);
	cr_assert(key_split(slice_of(text), &parts));
	cr_expect_eq(parts.id.len, KEY_ID_CHARS);
	cr_expect_eq(parts.secret.len, KEY_SECRET_CHARS);
	cr_expect_eq(strlen(text), strlen(GOOD));
	cr_expect_eq(parts.id.at, text + strlen("plaudit_live_"));
}

Test(key, no_two_keys_are_alike_and_every_letter_occurs)
{
	char text[200][KEY_TEXT_BYTES];
	bool met[256] = {0};
	struct trouble why;
	int letters = 0;
	for (int i = 0; i < 200; i++) {
		cr_assert_eq(key_make(text[i], &why), OK);
		for (int j = 0; j < i; j++)
			cr_expect_str_neq(text[i], text[j]);
		for (const char *at = text[i] + strlen(GOOD) - KEY_SECRET_CHARS; *at != '\0'; at++)
			met[(unsigned char)*at] = true;
	}
	for (int i = 0; i < 256; i++)
		letters += met[i];
	cr_expect_eq(letters, 62);
}

Test(key, a_key_is_split_into_id_and_secret)
{
	struct key_parts parts;
	cr_assert(key_split(SLICE(GOOD), &parts));
	cr_expect(slice_is(parts.id, ID));
	cr_expect(slice_is(parts.secret, SECRET));
}

Test(key, every_other_length_is_refused)
{
	char longer[] = GOOD "x";
	struct key_parts parts;
	for (size_t len = 0; len < sizeof(longer); len++)
		cr_expect_eq(key_split((struct slice){longer, len}, &parts), len == strlen(GOOD),
			     "%zu", len);
	cr_expect_not(key_split(SLICE_NONE, &parts));
}

Test(key, every_wrong_byte_is_refused)
{
	char text[sizeof(GOOD)];
	for (size_t i = 0; i < strlen(GOOD); i++) {
		static const char wrong[] = " -+/=.\x7f\n\0";
		for (size_t w = 0; w < sizeof(wrong); w++) {
			struct key_parts parts;
			memcpy(text, GOOD, sizeof(GOOD));
			text[i] = wrong[w];
			cr_expect_not(key_split((struct slice){text, strlen(GOOD)}, &parts),
				      "byte %zu", i);
		}
	}
}

Test(key, letters_outside_their_alphabet_are_refused)
{
	cr_expect(splits(GOOD));
	cr_expect_not(splits("plaudit_live_Abcdefg7_" SECRET), "an id is lower case");
	cr_expect_not(splits("plaudit_live_abcdefg1_" SECRET), "an id has 2 to 7 only");
	cr_expect_not(splits("plaudit_test_" ID "_" SECRET));
	cr_expect_not(splits("plaudit_live_" ID "-" SECRET));
}

/* printf abc | sha256sum: FIPS 180-2, B.1 */
Test(key, the_digest_is_sha_256)
{
	static const unsigned char abc[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea,
					    0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
					    0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c,
					    0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
	unsigned char digest[KEY_DIGEST_BYTES];
	key_digest(SLICE("abc"), digest);
	cr_expect_eq(memcmp(digest, abc, sizeof(abc)), 0);
	cr_expect(key_digest_equal(digest, abc));
}

Test(key, digests_that_differ_in_one_bit_are_not_equal)
{
	unsigned char a[KEY_DIGEST_BYTES] = {0}, b[KEY_DIGEST_BYTES] = {0};
	for (size_t i = 0; i < KEY_DIGEST_BYTES; i++) {
		b[i] = 0x80;
		cr_expect_not(key_digest_equal(a, b));
		b[i] = 0;
	}
	cr_expect(key_digest_equal(a, b));
}

Test(key, roles_are_read_as_they_are_written)
{
	for (enum role role = ROLE_FIRM; role <= ROLE_OPERATOR; role++) {
		enum role read;
		cr_assert(role_from(slice_of(role_name(role)), &read));
		cr_expect_eq(read, role);
	}
	enum role none;
	cr_expect_not(role_from(SLICE("admin"), &none));
	cr_expect_not(role_from(SLICE(""), &none));
	cr_expect_not(role_from(SLICE("Firm"), &none));
}
