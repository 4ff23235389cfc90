/** A run's talk with its server: address, key, and what a refusal means.
 *
 * Every function that can fail has said why on stderr when it returns.
 * Lifetime: borrows the options.
 */
#pragma once

#include "cli/answer.h"
#include "cli/credentials.h"
#include "cli/http.h"
#include "cli/options.h"
#include "cli/outcome.h"

struct session {
	const struct options *options;
	struct credentials credentials;
	struct http_server server;
	const uint64_t *rows; /**< which rows of a file the elements of a sent list were */
	size_t rows_len;      /**< 0: no list was sent */
};

enum outcome session_open(struct session *s, const struct options *options) NODISCARD;
void session_close(struct session *s); /**< forgets the key */

/** "/v1/programmes/P" and, with_wave, "/waves/W"; ends the program where they are not given. */
void session_add_path(const struct session *s, struct buf *path, bool with_wave);

/** Sends, and explains what is not a 2xx; with --json the problem document is on stdout. */
enum outcome session_ask(const struct session *s, const struct http_request *request,
			 struct http_answer *answer) NODISCARD;
/** The same for an answer that is there: explains it, and says how the run ends by it. */
enum outcome session_refused(const struct session *s, const struct http_answer *answer);
/** GET of a path. */
enum outcome session_get(const struct session *s, const struct buf *path, const char *accept,
			 struct http_answer *answer) NODISCARD;

/** The answer's body on stdout, unchanged; on a terminal its control characters are replaced. */
void session_pass_on(const struct http_answer *answer);
/** Says the trouble, and how the run ends by it. */
enum outcome session_fail(const struct trouble *why);
