#include <criterion/criterion.h>

#include "cli/http.h"
#include "cli/media_type.h"

static void expect(struct buf *made, const char *wanted)
{
	buf_add_byte(made, '\0');
	cr_expect_str_eq(made->at, wanted);
	buf_fini(made);
}

Test(http, a_slash_in_a_code_stays_in_its_segment)
{
	struct buf path;
	buf_init(&path, 1000);
	http_add_segment(&path, SLICE("a/../b c"));
	expect(&path, "/a%2F..%2Fb%20c");
}

Test(http, a_code_of_dots_cannot_climb)
{
	struct buf path;
	buf_init(&path, 1000);
	http_add_segment(&path, SLICE(".."));
	http_add_segment(&path, SLICE("2020.1"));
	expect(&path, "/%2E%2E/2020.1");
}

Test(http, a_query_escapes_what_would_end_it)
{
	struct buf path;
	buf_init(&path, 1000);
	buf_add_text(&path, "/x");
	http_add_query(&path, "sector", SLICE("a&b=c"));
	http_add_query(&path, "metric", SLICE("오"));
	expect(&path, "/x?sector=a%26b%3Dc&metric=%EC%98%A4");
}

Test(http, a_key_goes_unencrypted_to_this_machine_only)
{
	static const struct {
		const char *url;
		bool fine, fine_if_allowed;
	} cases[] = {
		{"http://127.0.0.1:8080", true, true},
		{"http://localhost:8080", true, true},
		{"http://[::1]:8080", true, true},
		{"https://plaudit.example.org", true, true},
		{"http://plaudit.example.org", false, true},
		{"http://127.0.0.1.evil.example", false, true},
		{"http://localhost.evil.example", false, true},
		{"ftp://127.0.0.1", false, false},
		{"https://user:secret@plaudit.example.org", false, false},
		{"https://plaudit.example.org/?key=secret", false, false},
		{"file:///etc/passwd", false, false},
	};
	struct trouble why;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		cr_expect_eq(http_check_server(cases[i].url, false, &why) == OK, cases[i].fine,
			     "%s", cases[i].url);
		cr_expect_eq(http_check_server(cases[i].url, true, &why) == OK,
			     cases[i].fine_if_allowed, "%s, http allowed", cases[i].url);
	}
}

static void expect_type(const char *name, const char *type, const char *wanted)
{
	char made[MEDIA_TYPE_BYTES] = "";
	struct trouble why;
	enum status st = media_type_of(slice_of(name), slice_of(type), made, &why);
	cr_expect_eq(st, wanted != NULL ? OK : E_INPUT, "%s as %s", name, type);
	cr_expect_str_eq(made, wanted != NULL ? wanted : "");
}

Test(media_type, the_suffix_tells)
{
	expect_type("a.csv", "", "text/csv");
	expect_type("dir.json/A.CSV", "", "text/csv");
	expect_type("a.jsonl", "", "application/x-ndjson");
	expect_type("a.ndjson", "", "application/x-ndjson");
	expect_type("a.json", "", "application/json");
	expect_type("a.xlsx", "",
		    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
	expect_type("a.ZSAV", "", "application/x-spss-sav");
	expect_type("a.sss", "", "application/zip");
	expect_type("a.zip", "", "application/zip");
}

Test(media_type, a_given_type_wins_over_the_suffix)
{
	expect_type("a.csv", "json", "application/json");
	expect_type("-", "text/csv; header=present", "text/csv; header=present");
	expect_type("a.xml", "triple_s", "application/zip");
	expect_type("-", "sav", "application/x-spss-sav");
}

Test(media_type, a_name_that_does_not_tell_is_refused)
{
	expect_type("-", "", NULL);
	expect_type("a.txt", "", NULL);
	expect_type("dir.csv/results", "", NULL);
}

Test(media_type, of_other_spreadsheets_it_is_said_what_to_do)
{
	char made[MEDIA_TYPE_BYTES] = "";
	struct trouble why;
	cr_assert_eq(media_type_of(SLICE("dir.csv/a.ODS"), SLICE(""), made, &why), E_INPUT);
	cr_expect_not_null(strstr(why.words, "save it"), "%s", why.words);
}

Test(media_type, a_type_cannot_carry_a_second_header)
{
	expect_type("a.csv", "text/csv\r\nX: 1", NULL);
}
