#include "app/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/conninfo.h"
#include "base/slice.h"

enum {
	VALUE_LIMIT_BYTES = 4096,
	CONNINFO_LIMIT_BYTES = 16384,
	FILE_LIMIT_BYTES = 64 << 10,
	NAME_BYTES = 80,
	DOMAIN_LIMIT_BYTES = 253
};

static const char *const source_names[] = {[CONFIG_UNSET] = "not set",
					   [CONFIG_DEFAULT] = "default",
					   [CONFIG_FILE] = "file",
					   [CONFIG_ENVIRONMENT] = "environment",
					   [CONFIG_FLAG] = "flag"};

/* ---- single values ---- */

static void forget(char *secret)
{
	if (secret != NULL)
		explicit_bzero(secret, strlen(secret));
	memory_free(secret);
}

static char *copy_of(struct slice text)
{
	char *copy = memory_new(text.len + 1);

	memcpy(copy, text.at, text.len);
	return copy;
}

static enum status check_number(const struct setting *s, struct slice value, struct trouble *why)
{
	int64_t number;

	if (slice_to_int64(value, &number) && number >= s->least && number <= s->most)
		return OK;
	return trouble(why, E_INPUT, "%s is \"%.*s\", not a number from %ld to %ld", s->name,
		       SLICE_ARGS(value), s->least, s->most);
}

static bool is_switch(struct slice value, bool *on)
{
	*on = slice_is(value, "1") || slice_is(value, "true") || slice_is(value, "yes");
	return *on || slice_is(value, "0") || slice_is(value, "false") || slice_is(value, "no");
}

/** What addresses are made of by putting a path behind it. */
static bool is_url(struct slice value)
{
	struct slice rest = slice_starts_with(value, SLICE("https://"))	 ? slice_from(value, 8)
			    : slice_starts_with(value, SLICE("http://")) ? slice_from(value, 7)
									 : SLICE_NONE;
	for (size_t i = 0; i < rest.len; i++)
		if (rest.at[i] <= ' ' || rest.at[i] > '~' ||
		    strchr("@?#\\\"<>", rest.at[i]) != NULL)
			return false;
	return rest.len > 0 && rest.at[0] != '/' && rest.at[0] != ':' &&
	       rest.at[rest.len - 1] != '/';
}

static enum status check_value(const struct setting *s, struct slice value, struct trouble *why)
{
	enum log_level level;
	struct buf ignored;
	enum status st;
	bool on;

	switch (s->kind) {
	case SETTING_NUMBER:
		return check_number(s, value, why);
	case SETTING_SWITCH:
		return is_switch(value, &on) ? OK
					     : trouble(why, E_INPUT, "%s is \"%.*s\", not 0 or 1",
						       s->name, SLICE_ARGS(value));
	case SETTING_LEVEL:
		return log_level_from(value, &level)
			       ? OK
			       : trouble(why, E_INPUT,
					 "%s is \"%.*s\", not debug, info, warn or error", s->name,
					 SLICE_ARGS(value));
	case SETTING_CONNINFO:
		buf_init(&ignored, CONNINFO_LIMIT_BYTES);
		st = conninfo_merge(&ignored, value.at, NULL, NULL);
		buf_fini(&ignored);
		return st == OK ? OK
				: trouble(why, E_INPUT,
					  "%s is not a PostgreSQL connection string or URL",
					  s->name);
	case SETTING_URL:
		return is_url(value) ? OK
				     : trouble(why, E_INPUT,
					       "%s is \"%.*s\", not https://NAME without a / "
					       "at its end",
					       s->name, SLICE_ARGS(value));
	case SETTING_TEXT:
		return OK;
	}
	never("a setting of no kind");
}

enum status config_set(struct config *c, enum setting_id id, const char *value,
		       enum config_source source, struct trouble *why)
{
	struct config_value *v = &c->value[id];
	struct slice text = slice_of(value);
	enum status st;

	if (text.len > VALUE_LIMIT_BYTES)
		return trouble(why, E_LIMIT, "%s is longer than %d bytes", settings[id].name,
			       VALUE_LIMIT_BYTES);
	if (text.len == 0)
		return trouble(why, E_INPUT, "%s is empty", settings[id].name);
	st = check_value(&settings[id], text, why);
	if (st < 0 || source < v->source)
		return st;
	forget(v->text);
	*v = (struct config_value){copy_of(text), source};
	return OK;
}

void config_init(struct config *c)
{
	*c = (struct config){0};
	for (int id = 0; id < SETTING_COUNT; id++)
		if (settings[id].standard != NULL)
			must(config_set(c, (enum setting_id)id, settings[id].standard,
					CONFIG_DEFAULT, NULL) == OK);
}

void config_fini(struct config *c)
{
	for (int id = 0; id < SETTING_COUNT; id++)
		forget(c->value[id].text);
	forget(c->merged_database);
	forget(c->merged_owner_database);
	forget(c->made_spool);
	*c = (struct config){0};
}

/* ---- files ---- */

static enum status read_whole(const char *path, struct buf *to, struct trouble *why)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	char piece[4096];
	ssize_t got = 0;

	if (file < 0)
		return trouble(why, errno == ENOENT ? E_GONE : E_INPUT, "cannot read %s: %s", path,
			       strerror(errno));
	while ((got = read(file, piece, sizeof(piece))) > 0)
		buf_add(to, (struct slice){piece, (size_t)got});
	explicit_bzero(piece, sizeof(piece));
	if (got < 0)
		(void)trouble(why, E_INPUT, "cannot read %s: %s", path, strerror(errno));
	else if (buf_over(to))
		(void)trouble(why, E_LIMIT, "%s is too long", path);
	(void)close(file);
	if (got < 0)
		return E_INPUT;
	return buf_over(to) ? E_LIMIT : OK;
}

/** A secret's file may end in one line end, as every editor leaves it. */
static enum status set_from_file(struct config *c, enum setting_id id, const char *path,
				 enum config_source source, struct trouble *why)
{
	struct buf text;
	enum status st;

	buf_init(&text, VALUE_LIMIT_BYTES);
	st = read_whole(path, &text, why);
	while (text.len > 0 && strchr("\r\n", text.at[text.len - 1]) != NULL)
		text.len--;
	buf_add_byte(&text, '\0');
	if (st == OK)
		st = config_set(c, id, text.at, source, why);
	if (text.at != NULL)
		explicit_bzero(text.at, text.len);
	buf_fini(&text);
	return st == E_GONE ? E_INPUT : st;
}

/** May be given as the path of a file that holds it. */
static bool may_be_file(const struct setting *s)
{
	return s->secret || s->kind == SETTING_CONNINFO;
}

static bool find_key(struct slice key, enum setting_id *id, bool *is_file)
{
	char name[NAME_BYTES];

	for (int i = 0; i < SETTING_COUNT; i++) {
		*id = (enum setting_id)i;
		*is_file = false;
		if (slice_is(key, settings[i].name))
			return true;
		*is_file = true;
		(void)snprintf(name, sizeof(name), "%s_file", settings[i].name);
		if (may_be_file(&settings[i]) && slice_is(key, name))
			return true;
	}
	return false;
}

static enum status set_key(struct config *c, struct slice key, struct slice value,
			   struct trouble *why)
{
	enum setting_id id;
	bool is_file;
	enum status st;
	char *text;

	if (!find_key(key, &id, &is_file))
		return trouble(why, E_INPUT, "there is no setting \"%.*s\"", SLICE_ARGS(key));
	text = copy_of(value);
	st = is_file ? set_from_file(c, id, text, CONFIG_FILE, why)
		     : config_set(c, id, text, CONFIG_FILE, why);
	forget(text);
	return st;
}

static enum status take_line(struct config *c, struct slice line, struct trouble *why)
{
	struct slice value, key;

	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	line = slice_trim(line);
	if (line.len == 0 || line.at[0] == '#' || line.at[0] == ';')
		return OK;
	if (line.at[0] == '[')
		return slice_is(line, "[plauditd]")
			       ? OK
			       : trouble(why, E_INPUT, "the only section is [plauditd]");
	value = line;
	(void)slice_next_part(&value, '=', &key);
	if (value.at == NULL)
		return trouble(why, E_INPUT, "not \"key = value\"");
	return set_key(c, slice_trim(key), slice_trim(value), why);
}

/* libinih is not used: Debian's cuts lines at 200 bytes, and a connection string may be longer. */
static enum status take_lines(struct config *c, const char *path, struct slice text,
			      struct trouble *why)
{
	struct trouble own = {0};
	struct slice line;

	for (int number = 1; slice_next_part(&text, '\n', &line); number++) {
		enum status st = take_line(c, line, &own);
		if (st < 0)
			return trouble(why, st, "%s line %d: %s", path, number, own.words);
	}
	return OK;
}

enum status config_read_file(struct config *c, const char *path, bool must_exist,
			     struct trouble *why)
{
	struct buf text;
	enum status st;

	buf_init(&text, FILE_LIMIT_BYTES);
	st = read_whole(path, &text, why);
	if (st == OK)
		st = take_lines(c, path, buf_slice(&text), why);
	else if (st == E_GONE)
		st = must_exist ? E_INPUT : OK;
	if (text.at != NULL)
		explicit_bzero(text.at, text.len);
	buf_fini(&text);
	return st;
}

/* ---- environment ---- */

static enum status read_plain(struct config *c, enum setting_id id,
			      const char *(*lookup)(const char *name), struct trouble *why)
{
	const char *value = lookup(settings[id].environment);

	if (value == NULL || value[0] == '\0')
		return OK;
	return config_set(c, id, value, CONFIG_ENVIRONMENT, why);
}

static enum status read_file_variable(struct config *c, enum setting_id id,
				      const char *(*lookup)(const char *name), struct trouble *why)
{
	const struct setting *s = &settings[id];
	char name[NAME_BYTES];
	const char *path;

	if (!may_be_file(s))
		return OK;
	(void)snprintf(name, sizeof(name), "%s_FILE", s->environment);
	path = lookup(name);
	if (path == NULL || path[0] == '\0')
		return OK;
	if (c->value[id].source == CONFIG_ENVIRONMENT)
		return trouble(why, E_INPUT, "both %s and %s are set", s->environment, name);
	return set_from_file(c, id, path, CONFIG_ENVIRONMENT, why);
}

/** systemd's LoadCredential=database_password:/etc/plaudit/password */
static enum status read_credential(struct config *c, enum setting_id id, const char *directory,
				   struct trouble *why)
{
	char path[VALUE_LIMIT_BYTES];
	int len = snprintf(path, sizeof(path), "%s/%s", directory, settings[id].name);

	if (!may_be_file(&settings[id]) || len < 0 || len >= (int)sizeof(path) ||
	    access(path, F_OK) != 0)
		return OK;
	return set_from_file(c, id, path, CONFIG_FILE, why);
}

enum status config_read_environment(struct config *c, const char *(*lookup)(const char *name),
				    struct trouble *why)
{
	const char *credentials = lookup("CREDENTIALS_DIRECTORY");

	for (int i = 0; i < SETTING_COUNT; i++) {
		enum setting_id id = (enum setting_id)i;
		enum status st = read_plain(c, id, lookup, why);
		if (st == OK)
			st = read_file_variable(c, id, lookup, why);
		if (st == OK && credentials != NULL)
			st = read_credential(c, id, credentials, why);
		if (st < 0)
			return st;
	}
	return OK;
}

/* ---- the whole ---- */

static const char *text_of(const struct config *c, enum setting_id id)
{
	return c->value[id].text;
}

static int64_t number_of(const struct config *c, enum setting_id id)
{
	int64_t number = 0;

	must(slice_to_int64(slice_of(text_of(c, id)), &number));
	return number;
}

static bool switch_of(const struct config *c, enum setting_id id)
{
	bool on = false;

	must(is_switch(slice_of(text_of(c, id)), &on));
	return on;
}

static enum status merge(const char *conninfo, const char *password, char **merged,
			 struct trouble *why)
{
	struct buf text;
	enum status st;

	buf_init(&text, CONNINFO_LIMIT_BYTES);
	st = conninfo_merge(&text, conninfo, password, why);
	if (st == OK && buf_over(&text))
		st = trouble(why, E_LIMIT, "the connection string is too long");
	forget(*merged);
	*merged = st == OK ? copy_of(buf_slice(&text)) : NULL;
	if (text.at != NULL)
		explicit_bzero(text.at, text.len);
	buf_fini(&text);
	return st;
}

static enum status merge_databases(struct config *c, struct trouble *why)
{
	const char *own = text_of(c, SETTING_OWNER_DATABASE);
	const char *own_password = text_of(c, SETTING_OWNER_DATABASE_PASSWORD);
	const char *password = text_of(c, SETTING_DATABASE_PASSWORD);
	enum status st = OK;

	if (text_of(c, SETTING_DATABASE) != NULL)
		st = merge(text_of(c, SETTING_DATABASE), password, &c->merged_database, why);
	/* the runtime role's password is not the owner's */
	if (st == OK && own != NULL)
		st = merge(own, own_password, &c->merged_owner_database, why);
	c->database = c->merged_database;
	c->owner_database = own != NULL ? c->merged_owner_database : c->merged_database;
	return st;
}

static void choose_spool(struct config *c)
{
	struct buf path;

	c->spool = text_of(c, SETTING_SPOOL);
	if (c->spool != NULL)
		return;
	c->spool = SPOOL_STANDARD;
	if (c->embedded == NULL)
		return;
	buf_init(&path, VALUE_LIMIT_BYTES + 16);
	buf_print(&path, "%s/spool", c->embedded);
	forget(c->made_spool);
	c->spool = c->made_spool = copy_of(buf_slice(&path));
	buf_fini(&path);
}

/** Everybody on the machine can read a command line; it works, but somebody should know. */
static void warn_of_public_password(const struct config *c, enum setting_id id)
{
	const struct config_value *v = &c->value[id];

	if (v->source == CONFIG_FLAG && conninfo_has_password(v->text))
		log_warn("config.password_in_argv", LOG_TEXT("setting", settings[id].name),
			 LOG_TEXT("instead", settings[id].environment));
}

static bool is_domain(const char *text)
{
	size_t len = strspn(text,
			    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");

	return len > 0 && len <= DOMAIN_LIMIT_BYTES && text[len] == '\0';
}

static enum status check_mail(const struct config *c, struct trouble *why)
{
	if (c->mail_domain != NULL && !is_domain(c->mail_domain))
		return trouble(why, E_INPUT, "mail_domain \"%s\" is not a domain", c->mail_domain);
	if (c->lmtp != NULL && c->mail_domain == NULL)
		return trouble(why, E_INPUT, "lmtp needs mail_domain");
	return OK;
}

enum status config_finish(struct config *c, struct trouble *why)
{
	c->embedded = text_of(c, SETTING_EMBEDDED);
	c->host = text_of(c, SETTING_HOST);
	c->port = (int)number_of(c, SETTING_PORT);
	c->public_url = text_of(c, SETTING_PUBLIC_URL);
	c->agi = text_of(c, SETTING_AGI);
	c->agi_public = switch_of(c, SETTING_AGI_PUBLIC);
	c->lmtp = text_of(c, SETTING_LMTP);
	c->mail_domain = text_of(c, SETTING_MAIL_DOMAIN);
	c->pool_size = (int)number_of(c, SETTING_POOL_SIZE);
	c->ingest_lanes = (int)number_of(c, SETTING_INGEST_LANES);
	c->spool_days = (int)number_of(c, SETTING_SPOOL_DAYS);
	c->spool_bytes = number_of(c, SETTING_SPOOL_BYTES);
	c->inbox_bytes = number_of(c, SETTING_INBOX_BYTES);
	choose_spool(c);
	c->graph_url = text_of(c, SETTING_GRAPH_URL);
	c->outgoing_private = switch_of(c, SETTING_OUTGOING_PRIVATE);
	c->migrate_on_start = switch_of(c, SETTING_MIGRATE_ON_START);
	c->allow_old_server = switch_of(c, SETTING_ALLOW_OLD_SERVER);
	must(log_level_from(slice_of(text_of(c, SETTING_LOG_LEVEL)), &c->log_level));
	if (c->embedded != NULL && text_of(c, SETTING_DATABASE) != NULL)
		return trouble(why, E_INPUT,
			       "both database (%s) and embedded (%s) are set; choose one",
			       source_names[c->value[SETTING_DATABASE].source],
			       source_names[c->value[SETTING_EMBEDDED].source]);
	if (check_mail(c, why) < 0)
		return E_INPUT;
	warn_of_public_password(c, SETTING_DATABASE);
	warn_of_public_password(c, SETTING_OWNER_DATABASE);
	return merge_databases(c, why);
}

/* ---- shown ---- */

void config_print_conninfo(const char *conninfo, struct buf *to)
{
	conninfo_redact(to, conninfo);
}

static void print_one(const struct config *c, enum setting_id id, struct buf *to)
{
	const struct config_value *v = &c->value[id];
	struct buf shown;

	if (v->text == NULL) {
		buf_print(to, "# %s is not set\n", settings[id].name);
		return;
	}
	buf_init(&shown, CONNINFO_LIMIT_BYTES);
	if (settings[id].secret)
		buf_add_text(&shown, "***");
	else if (settings[id].kind == SETTING_CONNINFO)
		conninfo_redact(&shown, v->text);
	else
		buf_add_text(&shown, v->text);
	buf_print(to, "# from: %s\n%s = ", source_names[v->source], settings[id].name);
	buf_add(to, buf_slice(&shown));
	buf_add_byte(to, '\n');
	buf_fini(&shown);
}

void config_print(const struct config *c, struct buf *to)
{
	buf_add_text(to, "[plauditd]\n");
	for (int id = 0; id < SETTING_COUNT; id++)
		print_one(c, (enum setting_id)id, to);
}
