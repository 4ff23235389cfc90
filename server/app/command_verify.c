#include <stdlib.h>

#include "app/commands.h"
#include "app/database.h"
#include "app/random.h"
#include "base/say.h"
#include "board/publication_verify.h"
#include "store/verify.h"

enum { DIFFERENCES_SHOWN = 20 };

struct command {
	struct loop *loop;
	struct pg_pool *pool;
	struct catalogue *catalogue;
	struct pg_conn *conn;
	struct verify_report report;
	struct publication_report published;
	uint64_t shown;
};

static void pool_closed(void *arg)
{
	(void)arg; /* the loop has nothing left to wait for */
}

static void finish(struct command *c)
{
	if (c->conn != NULL)
		pg_pool_give(c->pool, &c->conn);
	catalogue_free(c->catalogue);
	pg_pool_close(&c->pool, pool_closed, c);
}

static void differs(void *arg, const char *words)
{
	struct command *c = arg;
	if (c->shown++ < DIFFERENCES_SHOWN)
		say("%s\n", words);
}

static void publications_verified(void *arg, const struct publication_report *report)
{
	struct command *c = arg;
	c->published = *report;
	if (report->status < 0) {
		c->report.status = report->status;
		c->report.why = report->why;
	}
	finish(c);
}

static void verified(void *arg, const struct verify_report *report)
{
	struct command *c = arg;
	c->report = *report;
	if (report->status < 0)
		finish(c);
	else
		publication_verify_run(c->loop, c->conn, PLAUDIT_VERSION, differs,
				       publications_verified, c);
}

static void conn_taken(void *arg, struct pg_conn *conn, const struct trouble *why)
{
	struct command *c = arg;
	c->conn = conn;
	if (conn != NULL) {
		verify_run(conn, c->catalogue, differs, verified, c);
		return;
	}
	c->report.status = why->status;
	c->report.why = *why;
	finish(c);
}

static void catalogue_read(void *arg, enum status st)
{
	struct command *c = arg;
	if (st == OK) {
		pg_pool_take(c->pool, conn_taken, c);
		return;
	}
	c->report.status = trouble(&c->report.why, st, "the catalogue could not be read");
	finish(c);
}

static void run(struct command *c, const struct config *config, const char *conninfo)
{
	struct pg_pool_settings pool = {
		.conn = {.conninfo = conninfo, .allow_old_server = config->allow_old_server},
		.shared = 1,
		.exclusive = 1,
		.random = random_source()};
	c->loop = loop_new();
	c->pool = pg_pool_new(c->loop, &pool);
	c->catalogue = catalogue_new(c->pool, NULL, NULL);
	catalogue_reload(c->catalogue, catalogue_read, c);
	loop_run(c->loop);
	loop_free(c->loop);
}

int command_verify(const struct config *config)
{
	struct database database;
	struct trouble why;
	struct command c = {0};
	if (database_open(config, DATABASE_COMMAND, &database, &why) < 0)
		return command_failed(&why);
	run(&c, config, database.runtime);
	database_close(&database);
	if (c.report.status < 0)
		return command_failed(&c.report.why);
	if (c.shown > DIFFERENCES_SHOWN)
		say("... and %llu more\n", (unsigned long long)(c.shown - DIFFERENCES_SHOWN));
	say("%llu publication(s), %llu boards, %llu of them made again: %llu differences\n",
	    (unsigned long long)c.published.publications, (unsigned long long)c.published.boards,
	    (unsigned long long)c.published.boards_made,
	    (unsigned long long)c.published.differences);
	say("%llu wave(s), %llu results, %llu cells recounted: %llu differences\n",
	    (unsigned long long)c.report.waves, (unsigned long long)c.report.results,
	    (unsigned long long)c.report.cells, (unsigned long long)c.report.differences);
	return c.report.differences + c.published.differences == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
