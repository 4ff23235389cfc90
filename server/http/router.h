/** Which route a path belongs to: a tree of its parts, built once.
 *
 * A literal part beats a {name} part, without going back: "/a/{x}/c" is not found
 * under "/a/b/…" when "/a/b" exists. HEAD finds GET's route. A last part that ends in
 * .csv, .json, .ndjson or .svg is tried whole first, then without it where the
 * route allows that suffix.
 *
 * Lifetime: the table outlives the router.
 * Limits: 16 parts a path, EXCHANGE_PARAMETERS names a route.
 */
#pragma once

#include "http/exchange.h"

struct router;

enum routed {
	ROUTED,		 /**< x->route, suffix and parameters are filled */
	ROUTE_NONE,	 /**< 404 */
	ROUTE_NO_METHOD, /**< 405; *allow has the methods */
	ROUTE_BAD_PATH	 /**< 400: percent-encoding that is none, control bytes, not UTF-8 */
};

struct router *router_new(const struct route *routes, size_t count);
void router_free(struct router *r);
/** Looks at x->method and x->path. `allow` is the text of the Allow field, valid as long as
 * the router; filled also when ROUTED. */
enum routed router_find(const struct router *r, struct exchange *x, struct slice *allow);
