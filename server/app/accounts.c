#include "app/accounts.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEPTH_LIMIT = 100, CANNOT_BECOME = 101 };

static enum status account_from(const struct passwd *entry, struct account *account,
				struct trouble *why)
{
	if (strlen(entry->pw_name) >= sizeof(account->name))
		return trouble(why, E_LIMIT, "the account name \"%s\" is too long", entry->pw_name);
	account->user = entry->pw_uid;
	account->group = entry->pw_gid;
	(void)snprintf(account->name, sizeof(account->name), "%s", entry->pw_name);
	return OK;
}

enum status account_of_user(uid_t user, struct account *account, struct trouble *why)
{
	const struct passwd *entry = getpwuid(user);

	if (entry == NULL)
		return trouble(why, E_GONE, "user id %u has no account on this system",
			       (unsigned)user);
	return account_from(entry, account, why);
}

enum status account_named(const char *name, struct account *account, struct trouble *why)
{
	const struct passwd *entry = getpwnam(name);

	if (entry == NULL)
		return trouble(why, E_GONE, "there is no account \"%s\" on this system", name);
	return account_from(entry, account, why);
}

bool account_become(const struct account *account)
{
	if (geteuid() == account->user)
		return true;
	return initgroups(account->name, account->group) == 0 && setgid(account->group) == 0 &&
	       setuid(account->user) == 0;
}

/** Cuts `path` behind its n-th directory; false when it has fewer. */
static bool nth_directory(const char *path, int n, char directory[PATH_MAX])
{
	const char *end = path;

	for (int i = 0; i < n && end != NULL; i++)
		end = strchr(end + 1, '/');
	if (end == NULL || n == 0) {
		(void)snprintf(directory, PATH_MAX, "%s", n == 0 ? "/" : path);
		return n == 0;
	}
	(void)snprintf(directory, PATH_MAX, "%.*s", (int)(end - path), path);
	return true;
}

/** In the child: the number of the first closed directory, or DEPTH_LIMIT for none. */
static int first_closed(const char *path)
{
	char directory[PATH_MAX];

	for (int n = 0; n < DEPTH_LIMIT; n++) {
		bool more = nth_directory(path, n, directory);
		if (access(directory, X_OK) != 0)
			return n;
		if (!more)
			break;
	}
	return DEPTH_LIMIT;
}

enum status account_barrier(const struct account *account, const char *path, char barrier[PATH_MAX],
			    struct trouble *why)
{
	int how = 0;
	pid_t child = fork();

	barrier[0] = '\0';
	if (child < 0)
		return trouble(why, E_INTERNAL, "cannot fork: %s", strerror(errno));
	if (child == 0)
		_exit(account_become(account) ? first_closed(path) : CANNOT_BECOME);
	while (waitpid(child, &how, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(how) || WEXITSTATUS(how) == CANNOT_BECOME)
		return trouble(why, E_INTERNAL, "cannot become the account \"%s\"", account->name);
	if (WEXITSTATUS(how) < DEPTH_LIMIT)
		(void)nth_directory(path, WEXITSTATUS(how), barrier);
	return OK;
}
