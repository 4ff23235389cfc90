/** What plauditd is told before it starts: flags over PLAUDIT_* over a file over defaults.
 *
 * One table, `settings`, is the whole configuration: the argp options, the
 * environment, the keys of the file, --print-config and --check-config are made
 * from it. A value given by a weaker source never replaces a stronger one, so
 * the sources may be read in any order.
 *
 * Secrets: a setting marked `secret` has no flag (a command line is public) and
 * may be given as PLAUDIT_X_FILE, or as a file of its name in
 * $CREDENTIALS_DIRECTORY (systemd). A connection string may hold a password, so
 * it can come as a _FILE too and is printed without it.
 * Lifetime: a struct config owns its texts until config_fini().
 * Limits: a value is at most 4096 bytes, a file 64 KiB.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/status.h"

enum setting_kind {
	SETTING_TEXT,
	SETTING_NUMBER,
	SETTING_SWITCH,
	SETTING_LEVEL,
	SETTING_CONNINFO,
	SETTING_URL /**< "https://cx.example.org": no slash at its end */
};

enum setting_id {
	SETTING_DATABASE,
	SETTING_DATABASE_PASSWORD,
	SETTING_OWNER_DATABASE,
	SETTING_OWNER_DATABASE_PASSWORD,
	SETTING_EMBEDDED,
	SETTING_HOST,
	SETTING_PORT,
	SETTING_PUBLIC_URL,
	SETTING_AGI,
	SETTING_AGI_PUBLIC,
	SETTING_LMTP,
	SETTING_MAIL_DOMAIN,
	SETTING_LOG_LEVEL,
	SETTING_POOL_SIZE,
	SETTING_INGEST_LANES,
	SETTING_SPOOL,
	SETTING_SPOOL_DAYS,
	SETTING_SPOOL_BYTES,
	SETTING_INBOX_BYTES,
	SETTING_GRAPH_URL,
	SETTING_OUTGOING_PRIVATE,
	SETTING_MIGRATE_ON_START,
	SETTING_ALLOW_OLD_SERVER,
	SETTING_COUNT
};

struct setting {
	const char *name;	 /**< key in the file: "pool_size" */
	const char *flag;	 /**< "pool-size" for --pool-size; NULL where there is none */
	const char *argument;	 /**< "N", "DIR" in --help; NULL for a switch's flag */
	const char *environment; /**< "PLAUDIT_POOL_SIZE" */
	const char *standard;	 /**< the default; NULL: not set */
	const char *help;
	enum setting_kind kind;
	long least, most; /**< of a number */
	bool secret;
};

extern const struct setting settings[SETTING_COUNT];

enum config_source { CONFIG_UNSET, CONFIG_DEFAULT, CONFIG_FILE, CONFIG_ENVIRONMENT, CONFIG_FLAG };

struct config_value {
	char *text; /**< NULL: not set */
	enum config_source source;
};

/** The finished members are valid after config_finish(). */
struct config {
	struct config_value value[SETTING_COUNT];

	const char *database;	    /**< libpq string with its password in it; NULL when embedded */
	const char *owner_database; /**< the same for `migrate`; never NULL when database is not */
	const char *embedded;	    /**< directory of a private cluster, or NULL */
	const char *host;
	int port;
	const char *public_url; /**< where others reach this server; NULL: not said */
	const char *agi;	/**< "127.0.0.1:4573"; NULL: no FastAGI */
	bool agi_public;
	const char *lmtp;	 /**< "127.0.0.1:2424", "unix:/run/x.sock"; NULL: no LMTP */
	const char *mail_domain; /**< of mail addresses of sources; never NULL with lmtp */
	enum log_level log_level;
	int pool_size;
	int ingest_lanes;
	const char *spool; /**< a directory of files; embedded: DIR/spool where none is set */
	int spool_days;
	int64_t spool_bytes, inbox_bytes;
	const char *graph_url; /**< of Messenger */
	bool outgoing_private; /**< providers may have private addresses */
	bool migrate_on_start;
	bool allow_old_server;

	char *merged_database, *merged_owner_database, *made_spool; /**< what the above point at */
};

#define CONFIG_STANDARD_FILE "/etc/plaudit/plauditd.conf"
#define SPOOL_STANDARD	     "/var/lib/plaudit/spool"

void config_init(struct config *c); /**< the defaults */
void config_fini(struct config *c); /**< wipes secrets before freeing */

/** One value from one source. E_INPUT when it does not fit the setting. For a switch without
 * argument give "1". */
enum status config_set(struct config *c, enum setting_id id, const char *value,
		       enum config_source source, struct trouble *why) NODISCARD;

/** "key = value" lines, # and ; comments, [plauditd] or no section. With `must_exist` false a
 * missing file is OK. Every unknown key is an error that names the line. */
enum status config_read_file(struct config *c, const char *path, bool must_exist,
			     struct trouble *why) NODISCARD;

/** PLAUDIT_* and PLAUDIT_*_FILE by `lookup` (getenv in the program, a table in tests). */
enum status config_read_environment(struct config *c, const char *(*lookup)(const char *name),
				    struct trouble *why) NODISCARD;

/** Checks what only makes sense together, merges passwords into the connection strings and
 * fills the finished members. */
enum status config_finish(struct config *c, struct trouble *why) NODISCARD;

/** "name = value" lines in the file's own form, secrets and passwords as ***, each with its
 * source as a comment. */
void config_print(const struct config *c, struct buf *to);

/** A connection string with its password replaced by ***, for logs. */
void config_print_conninfo(const char *conninfo, struct buf *to);
