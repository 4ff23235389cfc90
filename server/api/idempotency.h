/** Idempotency-Key: a request that is sent again does nothing again and gets the answer of the
 * first.
 *
 * Stands around the handlers that change something and are not repeatable by their nature. A
 * request with a key claims it in the database, runs, and its answer is stored under the key before
 * it leaves; the same request again gets that answer and the field Idempotency-Replayed. A client
 * that is gone is answered all the same, for when it comes again.
 *
 * The fingerprint is the SHA-256 of method, path, query and Content-Type (and, of a wave's steps,
 * of whose key it is, because under an embargo not every key is told the same), and that of the
 * body: promised by Repr-Digest, else known when the body has been read. A file sent again without
 * Repr-Digest is read to its end before it is answered; nothing of it is taken.
 *
 * Kept: 48 hours, answers below 500 to requests that were read to their end. After others the key
 * is free again; where it is not known whether something was done, the key says so from then on
 * (idempotency_unknown), but for uploads, which may simply be run again.
 * Limits: KEYS_MOST of an organisation.
 * Source: draft-ietf-httpapi-idempotency-key-header.
 */
#pragma once

#include "http/server.h"
#include "loop/loop.h"
#include "pg/pool.h"

enum { KEYS_MOST = 10000, KEY_BYTES_MOST = 200 };

struct idempotency;

struct idempotency *idempotency_new(struct loop *loop, struct pg_pool *pool);
/** When no request runs any more. */
void idempotency_free(struct idempotency *i);
/** For http_server_set_around(). */
const struct handler *idempotency_around(const struct route *route);
