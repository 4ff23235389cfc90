/** What an upload's report warns of; data are never changed for it.
 *
 * Lifetime: borrows its texts.
 * Limits: WARNINGS_MOST of one upload.
 */
#pragma once

#include <stdint.h>

#include "base/json_out.h"

enum { WARNINGS_MOST = 50 };

enum warning_code { WARNING_REVERSED_SCALE, WARNING_STRAIGHT_LINING };

struct warning {
	enum warning_code code;
	const char *by;	     /**< "file", "channel", "shopper" */
	struct slice group;  /**< the channel's or shopper's code; empty for the file */
	struct slice column; /**< empty: all of them */
	int64_t n;	     /**< rows it rests on */
	const char *measure; /**< what `figure` is: "correlation", "slope", "share" */
	double figure, expected;
	const char *words;
};

struct warnings {
	struct warning at[WARNINGS_MOST];
	size_t len;
};

/** Beyond WARNINGS_MOST nothing more is kept. */
void warnings_add(struct warnings *w, const struct warning *one);
/** [{"code":"reversed_scale","by":"channel","group":"online","column":null,"n":18,
 * "measure":"slope","figure":-0.98,"expected":1,"words":...}] */
void warnings_json(const struct warnings *w, struct json_out *j);
