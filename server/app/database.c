#include "app/database.h"

#include <stdio.h>

#include "app/migrate.h"
#include "app/migrations.h"
#include "base/log.h"

static const struct migrations known = {MIGRATIONS, MIGRATION_COUNT};

static enum status open_cluster(const struct config *config, enum database_use use,
				struct database *d, struct trouble *why)
{
	enum status st = E_GONE;
	if (use != DATABASE_SERVE)
		st = cluster_find(config->embedded, &d->cluster, why);
	if (st == E_GONE)
		st = cluster_open(config->embedded, &d->cluster, why);
	if (st < 0)
		return st;
	d->runtime = cluster_runtime_conninfo(d->cluster);
	d->owner = cluster_owner_conninfo(d->cluster);
	return OK;
}

static enum status migrate(const struct config *config, const struct database *d,
			   struct trouble *why)
{
	PGconn *conn;
	size_t applied = 0;
	enum status st = migrate_connect(d->owner, config->allow_old_server, &conn, why);
	if (st < 0)
		return st;
	st = migrate_up(conn, &known, &applied, why);
	PQfinish(conn);
	if (applied > 0)
		log_info("migrate.applied", LOG_NUMBER("count", applied));
	return st;
}

/** Files beside the database are kept under it. */
static enum status read_own_id(PGconn *conn, struct database *d, struct trouble *why)
{
	PGresult *answer = PQexec(conn, "select database_id from spool_owner");
	enum status st = OK;
	if (PQresultStatus(answer) == PGRES_TUPLES_OK && PQntuples(answer) == 1)
		(void)snprintf(d->own_id, sizeof(d->own_id), "%s", PQgetvalue(answer, 0, 0));
	else
		st = trouble(why, E_INTERNAL, "the database does not say who it is: %s",
			     PQerrorMessage(conn));
	PQclear(answer);
	return st;
}

static enum status check_schema(const struct config *config, enum database_use use,
				struct database *d, struct trouble *why)
{
	PGconn *conn;
	enum status st = migrate_connect(d->runtime, config->allow_old_server, &conn, why);
	if (st < 0)
		return st;
	st = migrate_check(conn, &known, why);
	if (st == OK && use == DATABASE_SERVE)
		st = read_own_id(conn, d, why);
	PQfinish(conn);
	return st;
}

enum status database_open(const struct config *config, enum database_use use,
			  struct database *database, struct trouble *why)
{
	enum status st = OK;
	*database = (struct database){.runtime = config->database, .owner = config->owner_database};
	if (config->embedded != NULL)
		st = open_cluster(config, use, database, why);
	else if (config->database == NULL)
		st = trouble(why, E_INPUT,
			     "no database; set PLAUDIT_DATABASE_URL or --database, or use "
			     "--embedded DIR");
	bool migrates = use == DATABASE_SERVE &&
			(config->embedded != NULL || config->migrate_on_start);
	if (st == OK && migrates)
		st = migrate(config, database, why);
	if (st == OK && use != DATABASE_MIGRATE)
		st = check_schema(config, use, database, why);
	if (st < 0)
		database_close(database);
	return st;
}

void database_close(struct database *database)
{
	cluster_close(&database->cluster);
}
