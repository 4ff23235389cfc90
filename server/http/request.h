/** What is decided about a request before its handler sees it, and counted when it ended.
 * Private to http/. */
#pragma once

#include "http/conn.h"

enum { STATUS_CLIENT_GONE = 499 };

/** Fills the exchange from the head and finds its route. False: it was answered here. */
bool request_is_wanted(struct conn *c);
/** Counters and the access hook. */
void request_count(struct conn *c, int status);
