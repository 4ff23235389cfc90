#include <stdlib.h>

#include "app/commands.h"
#include "app/database.h"
#include "app/migrate.h"
#include "base/clock.h"
#include "base/say.h"
#include "store/key.h"
#include "store/sql.h"

enum { PARAMETERS_MOST = 8, HEX_BYTES = 2 + 2 * KEY_DIGEST_BYTES + 1, NAME_BYTES = 200 };

/** Runs a statement of store/sql with text parameters; the result is the caller's, NULL with
 * *why. Commands speak to PostgreSQL blocking: there is no loop to hold up. */
static PGresult *run(PGconn *conn, const struct pg_statement *statement, const char *const *values,
		     struct trouble *why)
{
	char *text = pg_text_join(statement->parts);
	Oid types[PARAMETERS_MOST];
	must(statement->parameter_count <= PARAMETERS_MOST);
	for (size_t i = 0; i < statement->parameter_count; i++)
		types[i] = pg_type_oid(statement->parameters[i].type);
	PGresult *result = PQexecParams(conn, text, (int)statement->parameter_count, types, values,
					NULL, NULL, 0);
	memory_free(text);
	if (PQresultStatus(result) == PGRES_TUPLES_OK)
		return result;
	(void)trouble(why, E_INTERNAL, "%s: %s", statement->name,
		      PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
	PQclear(result);
	return NULL;
}

static enum status connect_to(const struct config *config, struct database *database, PGconn **conn,
			      struct trouble *why)
{
	enum status st = database_open(config, DATABASE_COMMAND, database, why);
	if (st < 0)
		return st;
	st = migrate_connect(database->runtime, config->allow_old_server, conn, why);
	if (st < 0)
		database_close(database);
	return st;
}

static void to_hex(const unsigned char digest[KEY_DIGEST_BYTES], char hex[HEX_BYTES])
{
	static const char digits[] = "0123456789abcdef";
	hex[0] = '\\';
	hex[1] = 'x';
	for (size_t i = 0; i < KEY_DIGEST_BYTES; i++) {
		hex[2 + 2 * i] = digits[digest[i] >> 4];
		hex[3 + 2 * i] = digits[digest[i] & 15];
	}
	hex[HEX_BYTES - 1] = '\0';
}

static enum status check_request(const struct key_request *r, struct trouble *why)
{
	enum role role;
	int64_t instant;
	if (r->organisation == NULL || r->organisation[0] == '\0')
		return trouble(why, E_INPUT, "--organisation is required");
	if (!role_from(slice_of(r->role), &role))
		return trouble(why, E_INPUT, "--role is firm, sponsor or operator");
	if (strlen(r->name) > NAME_BYTES)
		return trouble(why, E_INPUT, "--name has at most %d bytes", NAME_BYTES);
	if (r->expires != NULL && !clock_parse(slice_of(r->expires), &instant))
		return trouble(why, E_INPUT, "--expires is like 2027-01-31T00:00:00Z");
	return OK;
}

static enum status create(PGconn *conn, const struct key_request *r, char key[KEY_TEXT_BYTES],
			  struct trouble *why)
{
	unsigned char digest[KEY_DIGEST_BYTES];
	char hex[HEX_BYTES], id[KEY_ID_CHARS + 1] = "";
	struct key_parts parts;
	enum status st = key_make(key, why);
	if (st < 0)
		return st;
	must(key_split(slice_of(key), &parts));
	memcpy(id, parts.id.at, KEY_ID_CHARS);
	key_digest(parts.secret, digest);
	to_hex(digest, hex);
	const char *values[] = {r->organisation, id, hex, r->role, r->name, r->expires};
	PGresult *result = run(conn, &SQL_KEY_ADD, values, why);
	if (result == NULL)
		return why->status;
	PQclear(result);
	return OK;
}

int command_key_create(const struct config *config, const struct key_request *request)
{
	struct database database;
	struct trouble why;
	char key[KEY_TEXT_BYTES];
	PGconn *conn;
	enum status st = check_request(request, &why);
	if (st < 0 || connect_to(config, &database, &conn, &why) < 0)
		return command_failed(&why);
	st = create(conn, request, key, &why);
	PQfinish(conn);
	database_close(&database);
	if (st < 0)
		return command_failed(&why);
	say_error("This key is shown once. Keep it in a file that only you can read.\n");
	say("%s\n", key);
	return EXIT_SUCCESS;
}

static const char *cell(const PGresult *rows, int row, int column)
{
	return PQgetisnull(rows, row, column) ? "-" : PQgetvalue(rows, row, column);
}

int command_key_list(const struct config *config)
{
	struct database database;
	struct trouble why;
	PGconn *conn;
	if (connect_to(config, &database, &conn, &why) < 0)
		return command_failed(&why);
	PGresult *rows = run(conn, &SQL_KEY_LIST, NULL, &why);
	PQfinish(conn);
	database_close(&database);
	if (rows == NULL)
		return command_failed(&why);
	say("%-10s %-20s %-9s %-21s %-21s %-21s %s\n", "key", "organisation", "role", "created",
	    "expires", "revoked", "name");
	for (int row = 0; row < PQntuples(rows); row++)
		say("%-10s %-20s %-9s %-21s %-21s %-21s %s\n", cell(rows, row, 0),
		    cell(rows, row, 1), cell(rows, row, 2), cell(rows, row, 4), cell(rows, row, 5),
		    cell(rows, row, 6), cell(rows, row, 3));
	PQclear(rows);
	return EXIT_SUCCESS;
}

int command_key_revoke(const struct config *config, const char *key_id)
{
	struct database database;
	struct trouble why;
	PGconn *conn;
	if (connect_to(config, &database, &conn, &why) < 0)
		return command_failed(&why);
	const char *values[] = {key_id};
	PGresult *rows = run(conn, &SQL_KEY_REVOKE, values, &why);
	bool revoked = rows != NULL && PQntuples(rows) == 1;
	if (rows != NULL && !revoked)
		(void)trouble(&why, E_GONE, "there is no key %s that could be revoked", key_id);
	PQclear(rows);
	PQfinish(conn);
	database_close(&database);
	if (!revoked)
		return command_failed(&why);
	say("revoked %s\n", key_id);
	return EXIT_SUCCESS;
}
