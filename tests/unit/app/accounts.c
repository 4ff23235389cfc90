#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/accounts.h"

static struct account account;
static struct trouble why;

Test(accounts, root_is_found_by_number_and_by_name)
{
	cr_assert_eq(account_of_user(0, &account, &why), OK);
	cr_assert_str_eq(account.name, "root");
	cr_assert_eq(account_named("root", &account, &why), OK);
	cr_assert_eq(account.user, 0);
}

Test(accounts, a_name_nobody_has_is_gone)
{
	cr_assert_eq(account_named("no-such-account", &account, &why), E_GONE);
}

Test(accounts, the_way_to_a_public_directory_is_open_to_us)
{
	char barrier[PATH_MAX];

	cr_assert_eq(account_of_user(geteuid(), &account, &why), OK);
	cr_assert_eq(account_barrier(&account, "/usr/lib", barrier, &why), OK);
	cr_assert_str_eq(barrier, "");
}

Test(accounts, the_first_closed_directory_is_named)
{
	char closed[] = "/tmp/plaudit-test-XXXXXX", inside[64], barrier[PATH_MAX];

	if (geteuid() != 0 || account_named("nobody", &account, &why) != OK)
		cr_skip_test("only root can become another account");
	cr_assert_not_null(mkdtemp(closed));
	snprintf(inside, sizeof(inside), "%s/inside", closed);
	cr_assert_eq(mkdir(inside, 0755), 0);
	cr_assert_eq(account_barrier(&account, inside, barrier, &why), OK);
	cr_assert_str_eq(barrier, closed);
	chmod(closed, 0711);
	cr_assert_eq(account_barrier(&account, inside, barrier, &why), OK);
	cr_assert_str_eq(barrier, "");
	rmdir(inside);
	rmdir(closed);
}
