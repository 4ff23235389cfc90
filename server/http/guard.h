/** The head of a request, read strictly, before any other parser sees it.
 *
 * A pure push parser: bytes go in, a table of fields comes out. It refuses what
 * llhttp takes: LF without CR, bare CR, folded lines, empty field names, control
 * bytes, more than one empty line before the request, any version but 1.0 and 1.1,
 * and everything over a limit. framing.h then says how the body is framed.
 *
 * Lifetime: the guard keeps the head; its slices live until guard_reset().
 * Source: RFC 9112 sections 2-6; CVE-2023-30589, CVE-2024-27982, CVE-2025-23167.
 * Limits: struct guard_limits.
 */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "http/method.h"

enum { GUARD_FIELDS = 64 };

struct guard_limits {
	size_t head_bytes;
	size_t target_bytes;
	unsigned fields; /**< at most GUARD_FIELDS */
};

struct guard_field {
	uint32_t name_at, name_len; /**< offsets: the head may move while it grows */
	uint32_t value_at, value_len;
};

enum guarded {
	GUARD_MORE,   /**< everything was taken, the head is not complete */
	GUARD_HEAD,   /**< complete; what follows in *in belongs to the body */
	GUARD_REFUSED /**< see refusal; the connection can only be closed */
};

/** Why a request is refused before anybody handles it. */
struct http_refusal {
	int status;
	const char *code, *words; /**< static texts */
};

struct guard {
	struct guard_limits limits;
	struct buf head;
	size_t line_at; /**< start of the line being read */
	unsigned leading_lines;
	bool trailer; /**< fields only, no request line */
	bool after_cr;
	bool has_request_line;
	struct http_refusal refusal;

	enum http_method method;
	unsigned minor; /**< HTTP/1.minor */
	uint32_t target_at, target_len;
	unsigned field_count;
	struct guard_field fields[GUARD_FIELDS];
};

void guard_init(struct guard *g, const struct guard_limits *limits);
void guard_fini(struct guard *g);
void guard_reset(struct guard *g);	   /**< for the next request; keeps the room */
void guard_reset_trailer(struct guard *g); /**< for the fields behind the last chunk */

/** Takes bytes from *in until the head is complete. */
enum guarded guard_next(struct guard *g, struct slice *in);
struct slice guard_head(const struct guard *g);		     /**< without empty lines before it */
struct slice guard_name(const struct guard *g, unsigned i);  /**< i < field_count */
struct slice guard_value(const struct guard *g, unsigned i); /**< without spaces around */
/** The first field of that name, without spaces around; `at` NULL where there is none. */
struct slice guard_field(const struct guard *g, const char *lower_name);
/** For rules that see the whole head; false, to be handed back. */
bool guard_refuse(struct guard *g, int status, const char *code, const char *words);
