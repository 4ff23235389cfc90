#include <criterion/criterion.h>

#include "app/conninfo.h"

static char shown[2048];

static const char *merged(const char *conninfo, const char *password)
{
	struct buf to;

	buf_init(&to, sizeof(shown) - 1);
	cr_assert_eq(conninfo_merge(&to, conninfo, password, NULL), OK);
	memcpy(shown, to.at, to.len);
	shown[to.len] = '\0';
	buf_fini(&to);
	return shown;
}

static const char *redacted(const char *conninfo)
{
	struct buf to;

	buf_init(&to, sizeof(shown) - 1);
	conninfo_redact(&to, conninfo);
	memcpy(shown, to.at, to.len);
	shown[to.len] = '\0';
	buf_fini(&to);
	return shown;
}

Test(conninfo, a_url_becomes_keyword_pairs)
{
	cr_assert_str_eq(merged("postgresql://u@h:5433/d", NULL),
			 "user='u' dbname='d' host='h' port='5433'");
}

Test(conninfo, several_hosts_stay_several_hosts)
{
	cr_assert(strstr(merged("host=a,b target_session_attrs=read-write", NULL), "host='a,b'"));
}

Test(conninfo, a_password_is_added_with_its_quotes_escaped)
{
	cr_assert(strstr(merged("host=h", "it's \\"), "password='it\\'s \\\\'"));
}

Test(conninfo, a_password_from_outside_replaces_the_one_inside)
{
	const char *text = merged("host=h password=old", "new");

	cr_assert(strstr(text, "password='new'"));
	cr_assert_null(strstr(text, "old"));
}

Test(conninfo, what_libpq_reads_back_is_the_same)
{
	char once[2048];

	strcpy(once, merged("host=h password='a b\\'c'", NULL)); /* a test may */
	cr_assert_str_eq(merged(once, NULL), once);
}

Test(conninfo, a_redacted_string_has_stars_for_its_password)
{
	cr_assert_str_eq(redacted("postgresql://u:hunter2@h/d"),
			 "user='u' password='***' dbname='d' host='h'");
}

Test(conninfo, what_is_no_connection_string_is_not_shown_at_all)
{
	cr_assert_str_eq(redacted("passwrod=hunter2"), "(not a connection string)");
}

Test(conninfo, the_words_about_a_bad_string_do_not_repeat_it)
{
	struct trouble why = {0};
	struct buf to;

	buf_init(&to, 1000);
	cr_assert_eq(conninfo_merge(&to, "passwrod=hunter2", NULL, &why), E_INPUT);
	cr_assert_null(strstr(why.words, "hunter2"));
	buf_fini(&to);
}

Test(conninfo, a_password_is_seen_in_both_forms)
{
	cr_assert(conninfo_has_password("postgresql://u:p@h/d"));
	cr_assert(conninfo_has_password("host=h password=p"));
	cr_assert_not(conninfo_has_password("host=h user=u"));
}
