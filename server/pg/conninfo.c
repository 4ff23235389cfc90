#include "pg/conninfo.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pg/conn.h"
#include "pg/libpq.h"

static void add(struct conninfo *c, const char *keyword, const char *value)
{
	size_t i = 0;
	while (c->keywords[i] != NULL)
		i++;
	must(i + 1 < CONNINFO_MOST);
	c->keywords[i] = keyword;
	c->values[i] = value;
}

/** The operator's options stay, ours come after them. */
static enum status add_options(struct conninfo *c, const struct pg_settings *settings,
			       struct trouble *why)
{
	PQconninfoOption *parsed = PQconninfoParse(settings->conninfo, NULL);
	if (parsed == NULL) /* libpq's own words may quote a password */
		return trouble(why, E_INPUT, "the connection string cannot be read");
	const char *theirs = "";
	for (const PQconninfoOption *o = parsed; o->keyword != NULL; o++)
		if (strcmp(o->keyword, "options") == 0 && o->val != NULL)
			theirs = o->val;
	int len = snprintf(c->options, sizeof(c->options), "%s -c statement_timeout=%" PRIu32,
			   theirs, settings->statement_timeout_ms);
	PQconninfoFree(parsed);
	if (len < 0 || (size_t)len >= sizeof(c->options))
		return trouble(why, E_INPUT, "the options of the connection string are too long");
	if (settings->statement_timeout_ms > 0)
		add(c, "options", c->options);
	return OK;
}

enum status conninfo_make(struct conninfo *c, const struct pg_settings *settings,
			  struct trouble *why)
{
	*c = (struct conninfo){0};
	snprintf(c->connect_timeout, sizeof(c->connect_timeout), "%" PRIu32,
		 settings->connect_timeout_s);
	add(c, "application_name", "plauditd");
	add(c, "gssencmode", "disable");
	add(c, "connect_timeout", c->connect_timeout);
	add(c, "keepalives_idle", "10");
	add(c, "keepalives_interval", "5");
	add(c, "keepalives_count", "2");
	add(c, "tcp_user_timeout", "15000");
	add(c, "dbname", settings->conninfo);
	add(c, "client_encoding", "UTF8");
	return add_options(c, settings, why);
}
