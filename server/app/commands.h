/** What plauditd does besides serving; each returns the program's exit status. */
#pragma once

#include "app/config.h"

int command_migrate(const struct config *config, const char *what); /**< up, down, status */
int command_verify(const struct config *config);
int command_healthcheck(const struct config *config);

struct key_request {
	const char *organisation, *role, *name;
	const char *expires; /**< RFC 3339, or NULL */
};
int command_key_create(const struct config *config, const struct key_request *request);
int command_key_list(const struct config *config);
int command_key_revoke(const struct config *config, const char *key_id);

/** Prints "plauditd: words" and returns failure. */
int command_failed(const struct trouble *why);
