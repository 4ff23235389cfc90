#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/digest_book.h"
#include "cli/offline_count.h"

static const char programme_json[] =
	"{\"programme\":\"p\",\"channels\":[{\"code\":\"phone\"}],\"companies\":[{\"code\":\"A\"},"
	"{\"code\":\"B\"}],\"instruments\":[{\"code\":\"i\",\"areas\":[{\"code\":\"x\"}],\"items\":["
	"{\"code\":\"q1\",\"area\":\"x\",\"options\":[{\"answer\":0,\"points\":0},"
	"{\"answer\":1,\"points\":1}]}],\"questions\":[{\"code\":\"nps\",\"measure\":\"nps\","
	"\"scale\":{\"min\":0,\"max\":10}}]}],\"waves\":[{\"code\":\"w\",\"instrument\":\"i\","
	"\"sectors\":[{\"code\":\"S\",\"companies\":[\"A\",\"B\"]}]}]}";

#define HEAD "result_id,company,channel,shopper,answered,q1,nps,comment\n"

struct counted {
	struct offline_count *count;
	enum status status;
	struct trouble why;
};

/** The bytes as a file, counted. */
static struct counted given_file(const char *text, enum decode_format format)
{
	struct counted c;
	struct programme *p = NULL;
	struct programme_faults faults;
	struct arena arena;
	FILE *file = tmpfile();
	cr_assert_not_null(file);
	fputs(text, file);
	fflush(file);
	lseek(fileno(file), 0, SEEK_SET);
	arena_init(&arena, 1024 * 1024);
	cr_assert_eq(programme_parse(slice_of(programme_json), &arena, &p, &faults), OK);
	arena_fini(&arena);
	c.count = offline_new(&p, 0);
	static const struct csv_options undeclared;
	c.status = offline_read(c.count, fileno(file), format, &undeclared, NULL, &c.why);
	fclose(file);
	return c;
}

static void expect_totals(const char *text, struct offline_totals wanted)
{
	struct counted c = given_file(text, DECODE_CSV);
	struct offline_totals got = offline_totals(c.count);
	cr_expect_eq(c.status, OK);
	cr_expect_eq(got.received, wanted.received);
	cr_expect_eq(got.accepted, wanted.accepted);
	cr_expect_eq(got.duplicates, wanted.duplicates);
	cr_expect_eq(got.rejected, wanted.rejected);
	cr_expect_eq(offline_source(c.count).version, wanted.accepted);
	offline_free(c.count);
}

Test(offline, the_same_row_again_is_a_duplicate)
{
	expect_totals(HEAD "r1,A,phone,P1,1,1,9,\nr1,A,phone,P1,true,1,9,\n",
		      (struct offline_totals){2, 1, 1, 0, 0, 0});
}

Test(offline, other_content_under_an_id_is_rejected_whatever_differs)
{
	static const char *const others[] = {
		"r1,B,phone,P1,1,1,9,\n",  "r1,A,phone,P2,1,1,9,\n", "r1,A,phone,,1,1,9,\n",
		"r1,A,phone,P1,0,,,\n",	   "r1,A,phone,P1,1,0,9,\n", "r1,A,phone,P1,1,1,8,\n",
		"r1,A,phone,P1,1,1,9,x\n",
	};
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		char text[512];
		snprintf(text, sizeof(text), HEAD "r1,A,phone,P1,1,1,9,\n%s", others[i]);
		expect_totals(text, (struct offline_totals){2, 1, 0, 1, 1, 0});
	}
}

Test(offline, a_rejected_row_leaves_its_id_free)
{
	expect_totals(HEAD "r1,NOBODY,phone,P1,1,1,9,\nr1,A,phone,P1,1,1,9,\n",
		      (struct offline_totals){2, 1, 0, 1, 1, 0});
}

Test(offline, faults_are_listed_as_an_upload_lists_them)
{
	struct counted c = given_file(HEAD "r1,A,phone,,1,7,9,\n", DECODE_CSV);
	struct slice faults = offline_faults(c.count);
	cr_expect(slice_starts_with(
		faults, SLICE("[{\"row\":1,\"column\":\"q1\",\"code\":\"not_an_option\","
			      "\"value\":\"7\",\"expected\":")));
	cr_expect_eq(faults.at[faults.len - 1], ']');
	offline_free(c.count);
}

Test(offline, a_file_that_breaks_off_is_refused)
{
	struct counted c = given_file("[{\"result_id\":\"r1\"", DECODE_JSON_ARRAY);
	cr_expect_eq(c.status, E_INPUT);
	cr_expect_not_null(strstr(c.why.words, "cannot be read"));
	offline_free(c.count);
}

Test(offline, shoppers_are_numbered_as_they_appear)
{
	struct counted c = given_file(HEAD "r1,A,phone,Z,1,1,9,\nr2,A,phone,B,1,1,9,\n"
					   "r3,B,phone,Z,1,1,9,\n",
				      DECODE_CSV);
	struct board_source source = offline_source(c.count);
	cr_assert_eq(source.shoppers_len, 2);
	cr_expect(slice_is(source.shoppers[0], "Z"));
	cr_expect(slice_is(source.shoppers[1], "B"));
	offline_free(c.count);
}

Test(digest_book, a_key_keeps_the_value_it_came_with)
{
	struct digest_book *b = digest_book_new(100);
	struct digest first = {1, 2}, second = {3, 4};
	cr_expect_eq(digest_book_add(b, digest_of(SLICE("k")), &first), OK);
	cr_expect_eq(digest_book_add(b, digest_of(SLICE("k")), &second), E_CONFLICT);
	cr_expect(digest_equal(second, (struct digest){1, 2}));
	digest_book_free(b);
}

Test(digest_book, every_key_is_found_after_it_grew)
{
	enum { KEYS = 20000 };
	struct digest_book *b = digest_book_new(KEYS);
	for (uint64_t i = 0; i < 2 * KEYS; i++) {
		uint64_t key = i % KEYS;
		struct digest value = {.low = i};
		enum status st = digest_book_add(
			b, digest_of((struct slice){(const char *)&key, sizeof(key)}), &value);
		cr_assert_eq(st, i < KEYS ? OK : E_CONFLICT);
		cr_assert_eq(value.low, key);
	}
	cr_expect_eq(digest_book_len(b), KEYS);
	digest_book_free(b);
}

Test(digest_book, a_full_book_knows_its_keys_and_takes_no_other)
{
	struct digest_book *b = digest_book_new(1);
	struct digest value = {0};
	cr_expect_eq(digest_book_add(b, digest_of(SLICE("a")), &value), OK);
	cr_expect_eq(digest_book_add(b, digest_of(SLICE("b")), &value), E_LIMIT);
	cr_expect_eq(digest_book_add(b, digest_of(SLICE("a")), &value), E_CONFLICT);
	digest_book_free(b);
}

/* FIPS 180-2: SHA-256("abc") begins ba7816bf 8f01cfea 414140de 5dae2223. */
Test(digest_book, a_digest_is_the_first_half_of_sha_256)
{
	static const unsigned char expected[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea,
						 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23};
	struct digest d = digest_of(SLICE("abc"));
	cr_expect_eq(memcmp(&d, expected, sizeof(expected)), 0);
}
