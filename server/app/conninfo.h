/** libpq connection strings: written, completed with a password, shown without one.
 *
 * Everything is written as key='value' pairs, so a URL and a keyword string
 * come out in the same form; several hosts stay several hosts.
 */
#pragma once

#include "base/buf.h"
#include "base/status.h"

void conninfo_add(struct buf *to, const char *key, const char *value);

/** Rewrites `conninfo` with its password replaced by `password` (NULL: kept as it is). */
enum status conninfo_merge(struct buf *to, const char *conninfo, const char *password,
			   struct trouble *why) NODISCARD;

/** The same with *** for the password; "(not a connection string)" for what is none. */
void conninfo_redact(struct buf *to, const char *conninfo);

/** True where the string itself carries a password. */
bool conninfo_has_password(const char *conninfo);
