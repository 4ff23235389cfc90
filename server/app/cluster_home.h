/** The directory of a private cluster: who may use it, what stands where.
 *
 * Layout and accounts are described in cluster.h. A home is locked from
 * home_open() to home_close(); the kernel frees the lock when we die.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "app/accounts.h"
#include "base/status.h"

enum { HOME_SOCKET_BYTES = 104 };

struct cluster_home {
	char directory[PATH_MAX]; /**< absolute, without links */
	char pgdata[PATH_MAX];
	char programs[PATH_MAX];	/**< where postgres and initdb are */
	char socket[HOME_SOCKET_BYTES]; /**< directory of the unix socket */
	struct account self, account;	/**< who we are; who postgres runs as */
	bool short_socket;		/**< socket is under /tmp, to be removed */
	int lock, log;			/**< descriptors, -1: none */
};

/** Everything up to a pgdata that postgres can start on. home_close() is due on failure too. */
enum status home_open(struct cluster_home *home, const char *directory,
		      struct trouble *why) NODISCARD;

/** Only `directory` and `socket`, of a home that another process has open. */
enum status home_find(struct cluster_home *home, const char *directory,
		      struct trouble *why) NODISCARD;

/** The server that may still stand on pgdata, of a plauditd that was killed; 0 for none. */
pid_t home_leftover(const struct cluster_home *home);

void home_close(struct cluster_home *home);
