#include <criterion/criterion.h>

#include "api/tus_words.h"

static struct arena arena;
static struct trouble why;

static void begin(void)
{
	arena_init(&arena, 64 * 1024);
}

static void end(void)
{
	arena_fini(&arena);
}

TestSuite(tus_words, .init = begin, .fini = end);

/* The example of the protocol's text. */
static const struct slice example = SLICE(
	"filename d29ybGRfZG9taW5hdGlvbl9wbGFuLnBkZg==,is_confidential");

static void assert_bad(struct slice metadata)
{
	cr_expect_eq(tus_metadata_check(metadata, &why), E_INPUT, "%.*s", SLICE_ARGS(metadata));
	cr_expect_str_eq(why.code, "bad_metadata");
}

Test(tus_words, the_protocols_own_metadata_is_read)
{
	struct slice value;
	cr_assert_eq(tus_metadata_check(example, &why), OK, "%s", why.words);
	cr_assert(tus_metadata_find(example, "filename", &arena, &value));
	cr_assert(slice_is(value, "world_domination_plan.pdf"));
}

Test(tus_words, a_key_without_a_value_has_an_empty_one)
{
	struct slice value = SLICE("x");
	cr_assert(tus_metadata_find(example, "is_confidential", &arena, &value));
	cr_assert_eq(value.len, 0);
	cr_assert_not(tus_metadata_find(example, "file", &arena, &value));
}

Test(tus_words, no_metadata_is_none)
{
	struct slice value;
	cr_assert_eq(tus_metadata_check(SLICE_NONE, &why), OK);
	cr_assert_eq(tus_metadata_check(SLICE(""), &why), OK);
	cr_assert_not(tus_metadata_find(SLICE_NONE, "filename", &arena, &value));
}

Test(tus_words, every_length_of_base64_is_decoded)
{
	static const char *const encoded[] = {"a ", "a Zg==", "a Zm8=", "a Zm9v", "a Zm9vYmFy"};
	static const char *const plain[] = {"", "f", "fo", "foo", "foobar"}; /* RFC 4648 */
	for (size_t i = 0; i < COUNT_OF(plain); i++) {
		struct slice value;
		cr_assert(tus_metadata_find(slice_of(encoded[i]), "a", &arena, &value));
		cr_assert(slice_is(value, plain[i]), "%s", plain[i]);
	}
}

Test(tus_words, what_is_no_base64_is_refused)
{
	assert_bad(SLICE("a Zg="));
	assert_bad(SLICE("a Z==="));
	assert_bad(SLICE("a Zm9v!"));
	assert_bad(SLICE("a =Zm9"));
	assert_bad(SLICE("a Zm9v Zm9v"));
}

Test(tus_words, a_key_comes_once_and_has_a_name)
{
	assert_bad(SLICE("a Zg==,b,a Zg=="));
	assert_bad(SLICE("a,,b"));
}

Test(tus_words, a_value_is_text_and_a_key_is_ascii)
{
	assert_bad(SLICE("reason AA==")); /* NUL */
	assert_bad(SLICE("reason YQpi")); /* a line feed */
	assert_bad(SLICE("reason /w==")); /* 0xff */
	assert_bad(SLICE("\xc3\xa9 Zg=="));
	cr_assert_eq(tus_metadata_check(SLICE("filename w6kuY3N2"), &why), OK); /* é.csv */
}

Test(tus_words, a_checksum_names_its_algorithm)
{
	struct tus_checksum sum;
	cr_assert_eq(tus_checksum_read(SLICE("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0="), &sum, &why), OK);
	cr_assert_str_eq(sum.algorithm, "sha1");
	cr_assert_eq(sum.len, 20);
	/* printf 'hello world' | openssl dgst -sha1 -binary | xxd -p */
	cr_assert_eq(memcmp(sum.digest, "\x2a\xae\x6c\x35\xc9\x4f\xcf\xb4\x15\xdb", 10), 0);
}

Test(tus_words, without_a_checksum_none_is_checked)
{
	struct tus_checksum sum;
	cr_assert_eq(tus_checksum_read(SLICE_NONE, &sum, &why), OK);
	cr_assert_null(sum.algorithm);
}

Test(tus_words, a_checksum_that_is_none_is_refused)
{
	static const char *const fields[] = {"",
					     "sha1",
					     "sha1 ",
					     "sha1 AAAA",
					     "md5 AAAA",
					     "SHA1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=",
					     "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=A"};
	struct tus_checksum sum;
	for (size_t i = 0; i < COUNT_OF(fields); i++)
		cr_expect_eq(tus_checksum_read(slice_of(fields[i]), &sum, &why), E_INPUT, "%s",
			     fields[i]);
}

Test(tus_words, a_length_is_a_whole_number_of_bytes)
{
	int64_t length;
	cr_assert(tus_length_read(SLICE("0"), &length) && length == 0);
	cr_assert(tus_length_read(SLICE("5368709120"), &length) && length == 5368709120);
	cr_assert_not(tus_length_read(SLICE_NONE, &length));
	cr_assert_not(tus_length_read(SLICE(""), &length));
	cr_assert_not(tus_length_read(SLICE("-1"), &length));
	cr_assert_not(tus_length_read(SLICE("-0"), &length));
	cr_assert_not(tus_length_read(SLICE("1.5"), &length));
	cr_assert_not(tus_length_read(SLICE("9223372036854775808"), &length));
}
