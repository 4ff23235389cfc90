/** Who asks, and whether they may.
 *
 * Every route but health carries a struct access as its tag. A missing or wrong key
 * is 401, a key without the right is 403, and what belongs to another organisation
 * does not exist: 404, as if it never had.
 */
#pragma once

#include "api/api.h"

/** Bits by enum role. */
struct access {
	unsigned roles;
	const char *const *query; /**< the parameters the route knows, NULL at the end */
};

#define MAY(role) (1u << ROLE_##role)

/** The key; NULL when the answer has been given already. */
const struct known_key *access_check(struct exchange *x);
/** The programme named in the path; NULL: 404 was answered. */
struct shared_programme *access_programme(struct exchange *x, const struct known_key *key);
/** The wave named in the path; NULL: 404 was answered. */
const struct known_wave *access_wave(struct exchange *x, const struct known_key *key);
/** The source named in the path; NULL: 404 was answered. */
const struct known_source *access_source(struct exchange *x, const struct known_key *key);
struct api *api_of(struct exchange *x);
