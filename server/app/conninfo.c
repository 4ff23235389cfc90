#include "app/conninfo.h"

#include <string.h>

#include <libpq-fe.h>

void conninfo_add(struct buf *to, const char *key, const char *value)
{
	if (to->len > 0)
		buf_add_byte(to, ' ');
	buf_add_text(to, key);
	buf_add_text(to, "='");
	for (; *value != '\0'; value++) {
		if (*value == '\'' || *value == '\\')
			buf_add_byte(to, '\\');
		buf_add_byte(to, *value);
	}
	buf_add_byte(to, '\'');
}

static bool is_secret(const PQconninfoOption *option)
{
	return option->dispchar[0] == '*';
}

/** `password` NULL: as found; a password that is not in the string is added. */
static void add_options(struct buf *to, const PQconninfoOption *options, const char *password)
{
	for (const PQconninfoOption *o = options; o->keyword != NULL; o++) {
		bool replaced = password != NULL && strcmp(o->keyword, "password") == 0;
		if (replaced)
			conninfo_add(to, o->keyword, password);
		else if (o->val != NULL)
			conninfo_add(to, o->keyword, o->val);
	}
}

/** libpq's words quote the string, which may hold a password: only their kind is passed on. */
static PQconninfoOption *parse(const char *conninfo)
{
	char *words = NULL;
	PQconninfoOption *options = PQconninfoParse(conninfo, &words);

	PQfreemem(words);
	return options;
}

enum status conninfo_merge(struct buf *to, const char *conninfo, const char *password,
			   struct trouble *why)
{
	PQconninfoOption *options = parse(conninfo);

	if (options == NULL)
		return trouble(why, E_INPUT, "not a PostgreSQL connection string or URL");
	add_options(to, options, password);
	PQconninfoFree(options);
	return OK;
}

void conninfo_redact(struct buf *to, const char *conninfo)
{
	PQconninfoOption *options = parse(conninfo);

	if (options == NULL) {
		buf_add_text(to, "(not a connection string)");
		return;
	}
	for (const PQconninfoOption *o = options; o->keyword != NULL; o++)
		if (o->val != NULL)
			conninfo_add(to, o->keyword, is_secret(o) ? "***" : o->val);
	PQconninfoFree(options);
}

bool conninfo_has_password(const char *conninfo)
{
	PQconninfoOption *options = parse(conninfo);
	bool found = false;

	if (options == NULL)
		return false;
	for (const PQconninfoOption *o = options; o->keyword != NULL; o++)
		found = found || (o->val != NULL && is_secret(o));
	PQconninfoFree(options);
	return found;
}
