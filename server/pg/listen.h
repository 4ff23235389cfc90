/** One connection that listens, and says when something may have been missed.
 *
 * Promise: resync(arg) after every time the channels are being listened to, the first included;
 *   whatever was committed before it can be read, whatever comes after it is notified. Between a
 *   break and the next resync notifications are lost: consumers re-read in resync.
 */
#pragma once

#include "pg/backoff.h"
#include "pg/conn.h"

struct pg_listen;

struct pg_listen_settings {
	struct pg_settings conn;
	const char *const *channels; /**< lower case words, ends with NULL; copied */
	void (*notify)(void *arg, const char *channel, const char *payload);
	void (*resync)(void *arg);
	void *arg;
	uint32_t backoff_first_ms; /**< 0: 100 */
	uint32_t backoff_most_ms;  /**< 0: 5000 */
	struct pg_random random;
};

struct pg_listen *pg_listen_new(struct loop *l, const struct pg_listen_settings *settings);
void pg_listen_close(struct pg_listen **listen, void (*closed)(void *arg), void *arg);
bool pg_listen_ready(const struct pg_listen *p);
