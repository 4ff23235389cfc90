#include "app/commands.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "app/database.h"
#include "app/migrate.h"
#include "app/migrations.h"
#include "base/say.h"

enum { ANSWER_BYTES = 512, ANSWER_TIMEOUT_S = 2, STATUS_BYTES = 1024 * 1024 };

static const struct migrations known = {MIGRATIONS, MIGRATION_COUNT};

int command_failed(const struct trouble *why)
{
	say_error("plauditd: %s\n", why->words);
	return EXIT_FAILURE;
}

static enum status up(PGconn *conn, struct trouble *why)
{
	size_t applied = 0;
	enum status st = migrate_up(conn, &known, &applied, why);
	say("applied %zu of %d migrations\n", applied, MIGRATION_COUNT);
	return st;
}

static enum status down(PGconn *conn, struct trouble *why)
{
	const struct pg_migration *undone = NULL;
	enum status st = migrate_down(conn, &known, &undone, why);
	if (st == OK)
		say("%s %s\n", undone != NULL ? "took back" : "there was nothing to",
		    undone != NULL ? undone->name : "take back");
	return st;
}

static enum status show(PGconn *conn, struct trouble *why)
{
	size_t pending = 0;
	struct buf lines;
	buf_init(&lines, STATUS_BYTES);
	enum status st = migrate_status(conn, &known, &pending, &lines, why);
	if (st == OK)
		say("%.*s", SLICE_ARGS(buf_slice(&lines)));
	buf_fini(&lines);
	return st;
}

int command_migrate(const struct config *config, const char *what)
{
	static const struct {
		const char *name;
		enum status (*run)(PGconn *conn, struct trouble *why);
	} verbs[] = {{"up", up}, {"down", down}, {"status", show}};
	struct database database;
	struct trouble why;
	PGconn *conn;
	enum status st = trouble(&why, E_INPUT, "migrate up, down or status");
	for (size_t i = 0; i < COUNT_OF(verbs); i++) {
		if (strcmp(what, verbs[i].name) != 0)
			continue;
		st = database_open(config, DATABASE_MIGRATE, &database, &why);
		if (st < 0)
			break;
		st = migrate_connect(database.owner, config->allow_old_server, &conn, &why);
		if (st == OK) {
			st = verbs[i].run(conn, &why);
			PQfinish(conn);
		}
		database_close(&database);
	}
	return st < 0 ? command_failed(&why) : EXIT_SUCCESS;
}

/** A server that listens everywhere is asked on the loopback address. */
static struct sockaddr_storage address_of(const struct config *config)
{
	struct sockaddr_storage to = {0};
	struct sockaddr_in *four = (struct sockaddr_in *)&to;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&to;
	if (inet_pton(AF_INET6, config->host, &six->sin6_addr) == 1) {
		if (IN6_IS_ADDR_UNSPECIFIED(&six->sin6_addr))
			six->sin6_addr = in6addr_loopback;
		six->sin6_family = AF_INET6;
		six->sin6_port = htons((uint16_t)config->port);
		return to;
	}
	if (inet_pton(AF_INET, config->host, &four->sin_addr) != 1 ||
	    four->sin_addr.s_addr == INADDR_ANY)
		four->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	four->sin_family = AF_INET;
	four->sin_port = htons((uint16_t)config->port);
	return to;
}

static bool is_ready(const struct sockaddr_storage *to, int socket_fd)
{
	static const char request[] = "GET /readyz HTTP/1.1\r\nHost: localhost\r\n"
				      "Connection: close\r\n\r\n";
	char answer[ANSWER_BYTES];
	struct timeval limit = {.tv_sec = ANSWER_TIMEOUT_S};
	(void)setsockopt(socket_fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	(void)setsockopt(socket_fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(socket_fd, (const struct sockaddr *)to, sizeof(*to)) != 0 ||
	    send(socket_fd, request, sizeof(request) - 1, MSG_NOSIGNAL) != sizeof(request) - 1)
		return false;
	ssize_t len = recv(socket_fd, answer, sizeof(answer), MSG_WAITALL);
	struct slice got = {answer, len > 0 ? (size_t)len : 0};
	return slice_starts_with(got, SLICE("HTTP/1.1 200 "));
}

int command_healthcheck(const struct config *config)
{
	struct sockaddr_storage to = address_of(config);
	int socket_fd = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ready = socket_fd >= 0 && is_ready(&to, socket_fd);
	if (socket_fd >= 0)
		close(socket_fd);
	if (ready)
		say("ready\n");
	else
		say_error("not ready\n");
	return ready ? EXIT_SUCCESS : EXIT_FAILURE;
}
