/** What an adapter makes of a payload, as lines of text to compare.
 *
 * "csat=5 (1..5) token=... contact=... place=... at=... since=...", what is not told left out;
 * "nothing: why", "bad: why".
 */
#pragma once

#include "channel/adapter.h"
#include "channel/setup.h"

enum { TOLD_BYTES = 4096 };

struct told {
	char text[TOLD_BYTES];
};

/** JSON with ' for "; `headers` are lines; received on 2026-05-04 at noon. */
struct told told_by(const char *kind, const char *json, const char *headers);
/** The same with a source's questions set up. */
struct told told_with(const struct setup *setup, const char *kind, const char *json);
/** The payload's key, "" where the digest is it. */
struct told key_by(const char *kind, const char *json, const char *headers);
/** Every arena from nothing to enough: E_LIMIT until it is heard. The number of those too small. */
unsigned arenas_too_small(const char *kind, const char *json);
