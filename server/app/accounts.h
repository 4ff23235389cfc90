/** Operating system accounts: who we are, and becoming somebody else in a child.
 *
 * PostgreSQL refuses to run as root, so a root plauditd starts it as an ordinary
 * account. Names matter as well as numbers: peer authentication maps names.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "base/status.h"

enum { ACCOUNT_NAME_BYTES = 64 };

struct account {
	uid_t user;
	gid_t group;
	char name[ACCOUNT_NAME_BYTES];
};

/** E_GONE where the system has no such account (a container's bare number, for instance). */
enum status account_of_user(uid_t user, struct account *account, struct trouble *why) NODISCARD;
enum status account_named(const char *name, struct account *account, struct trouble *why) NODISCARD;

/** For good: groups, group, user. Only in a child that is about to exec. False with errno set.
 * Nothing is done when the process already is that account. */
bool account_become(const struct account *account);

/** The first directory on the way to `path` (absolute, existing) that the account may not
 * search; "" when it can reach it. Asked in a child, so groups and ACLs count. */
enum status account_barrier(const struct account *account, const char *path, char barrier[PATH_MAX],
			    struct trouble *why) NODISCARD;
