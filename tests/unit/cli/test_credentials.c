#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/credentials.h"

#define SERVER "https://plaudit.example.org"

static char path[64];

static void given_file(const char *text, mode_t mode)
{
	snprintf(path, sizeof(path), "/tmp/plaudit-key-XXXXXX");
	int descriptor = mkstemp(path);
	cr_assert_geq(descriptor, 0);
	cr_assert_eq(write(descriptor, text, strlen(text)), (ssize_t)strlen(text));
	cr_assert_eq(fchmod(descriptor, mode), 0);
	close(descriptor);
}

static void remove_file(void)
{
	unlink(path);
}

static bool key_is(const char *text, const char *server, const char *wanted)
{
	return slice_is(credentials_in(slice_of(text), slice_of(server)), wanted);
}

Test(credentials, a_file_others_may_read_is_refused, .fini = remove_file)
{
	struct credentials found;
	struct trouble why;
	given_file("secret\n", 0644);
	struct credential_places places = {.file = path};
	cr_expect_eq(credentials_find(&places, SERVER, &found, &why), E_DENIED);
	cr_expect_not_null(strstr(why.words, "0644"));
	cr_expect_null(strstr(why.words, "secret"));
	cr_expect_str_empty(found.key);
}

Test(credentials, a_file_the_group_may_write_is_refused, .fini = remove_file)
{
	struct credentials found;
	struct trouble why;
	given_file("secret\n", 0620);
	struct credential_places places = {.file = path};
	cr_expect_eq(credentials_find(&places, SERVER, &found, &why), E_DENIED);
}

Test(credentials, a_file_of_mode_0600_gives_its_key, .fini = remove_file)
{
	struct credentials found;
	struct trouble why;
	given_file("secret\n", 0600);
	struct credential_places places = {.file = path, .key = "other"};
	cr_assert_eq(credentials_find(&places, SERVER, &found, &why), OK);
	cr_expect_str_eq(found.key, "secret");
}

Test(credentials, a_key_with_a_line_break_is_refused)
{
	struct credentials found;
	struct trouble why;
	struct credential_places places = {.key = "secret\r\nX-Other: 1"};
	cr_expect_eq(credentials_find(&places, SERVER, &found, &why), E_DENIED);
}

Test(credentials, a_named_file_that_is_missing_is_an_error)
{
	struct credentials found;
	struct trouble why;
	struct credential_places places = {.file = "/nonexistent/key", .key = "other"};
	cr_expect_eq(credentials_find(&places, SERVER, &found, &why), E_DENIED);
}

Test(credentials, the_environment_is_the_last_resort)
{
	struct credentials found;
	struct trouble why;
	struct credential_places places = {.config = "/nonexistent", .key = "last"};
	cr_assert_eq(credentials_find(&places, SERVER, &found, &why), OK);
	cr_expect_str_eq(found.key, "last");
}

Test(credentials, no_key_anywhere_is_no_error)
{
	struct credentials found;
	struct trouble why;
	struct credential_places places = {0};
	cr_assert_eq(credentials_find(&places, SERVER, &found, &why), OK);
	cr_expect_str_empty(found.key);
}

Test(credentials, a_line_alone_is_the_key_for_any_server)
{
	cr_expect(key_is("# mine\n\n  k1  \r\n", SERVER, "k1"));
}

Test(credentials, a_line_with_a_server_is_for_that_server_only)
{
	const char *text = "https://a.example k1\nhttps://b.example/\tk2\n";
	cr_expect(key_is(text, "https://b.example", "k2"));
	cr_expect(key_is(text, "https://c.example", ""));
	cr_expect(key_is(text, "https://a.example.evil", ""));
}
