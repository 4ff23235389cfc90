#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

#include "base/must.h"
#include "cli/source_body.h"

static char folder[] = "/tmp/plaudit-source-XXXXXX";
static struct options options;
static struct buf body;
static struct trouble why;

static void start(void)
{
	cr_assert_not_null(mkdtemp(folder));
	buf_init(&body, 1 << 20);
}

static void end(void)
{
	buf_fini(&body);
}

TestSuite(source_body, .init = start, .fini = end);

/** Its name, kept for the length of the test; with `before` in front of it. */
static const char *given_file(const char *before, const char *name, const char *text)
{
	static char names[8][200];
	static size_t len;
	char *made = names[len++ % 8];
	snprintf(made, 200, "%s/%s", folder, name);
	FILE *f = fopen(made, "w");
	cr_assert_not_null(f);
	fputs(text, f);
	fclose(f);
	snprintf(made, 200, "%s%s/%s", before, folder, name);
	return made;
}

static void given_secret(const char *before, const char *name, const char *text)
{
	options.secret_files[options.secret_files_len++] = given_file(before, name, text);
}

static enum status read_body(const char *text, char *code)
{
	enum status st = source_body_read(&options, given_file("", "source.json", text), &body,
					  code, 65, &why);
	buf_add_byte(&body, '\0');
	return st;
}

Test(source_body, a_document_without_secrets_is_sent_as_it_is)
{
	char code[65];
	cr_assert_eq(read_body("{ \"source\": \"chat\",\n \"x\": 1 }", code), OK);
	cr_expect_str_eq(body.at, "{ \"source\": \"chat\",\n \"x\": 1 }");
	cr_expect_str_eq(code, "chat");
}

Test(source_body, secrets_of_files_are_put_into_the_document)
{
	char code[65];
	given_secret("", "one", "first\n");
	given_secret("signing=", "two", "second\r\n");
	given_secret("access_token=", "three", "a=b");
	cr_assert_eq(read_body("{\"source\":\"chat\"}", code), OK, "%s", why.words);
	cr_expect_str_eq(body.at,
			 "{\"source\":\"chat\",\"secrets\":{\"signing\":[\"first\",\"second\"],"
			 "\"access_token\":\"a=b\"}}");
}

Test(source_body, an_empty_secret_is_none)
{
	char code[65];
	given_secret("", "none", "\n");
	cr_expect_eq(read_body("{\"source\":\"chat\"}", code), E_INPUT);
	cr_expect_not_null(strstr(why.words, "holds no secret"));
}

Test(source_body, what_is_no_object_is_not_sent)
{
	char code[65];
	cr_expect_eq(read_body("[1]", code), E_INPUT);
	cr_expect_eq(read_body("no", code), E_INPUT);
	cr_expect_str_eq(code, "");
}

Test(source_body, one_secret_goes_alone)
{
	given_secret("", "one", "first\n");
	cr_assert_eq(source_body_secret(&options, "signing", &body, &why), OK);
	buf_add_byte(&body, '\0');
	cr_expect_str_eq(body.at, "{\"name\":\"signing\",\"secret\":\"first\"}");
}
