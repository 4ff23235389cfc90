/** Which database a command speaks to, and that its schema is the one we know.
 *
 * Lifetime: the strings are valid until database_close().
 * Blocking: all of it; before the loop runs and after.
 */
#pragma once

#include "app/cluster.h"
#include "app/config.h"

struct database {
	struct cluster *cluster; /**< NULL without --embedded */
	const char *runtime;	 /**< libpq string of the server's role */
	const char *owner;	 /**< libpq string of the role that may do DDL */
	char own_id[40];	 /**< of the database, unlike any other's; DATABASE_SERVE alone */
};

enum database_use {
	DATABASE_SERVE,	  /**< starts the embedded cluster; migrates it, or when told to; checks */
	DATABASE_COMMAND, /**< a running embedded cluster, or a started one; checks the schema */
	DATABASE_MIGRATE  /**< as a command, and the schema may be any */
};

enum status database_open(const struct config *config, enum database_use use,
			  struct database *database, struct trouble *why) NODISCARD;
void database_close(struct database *database);
