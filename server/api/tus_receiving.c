#include "api/tus_receiving.h"

#include <openssl/evp.h>

#include "base/clock.h"
#include "pg/value.h"
#include "store/sql.h"

enum { SYNC_EVERY_BYTES = 8 * 1024 * 1024 };

/* clang-format off */
#define TUS_STATES(X)                                                     \
	X(OPEN,    "takes bytes")                                         \
	X(SAVING,  "no more come; what came is made durable")             \
	X(CLOSING, "the file is being let go")
/* clang-format on */

enum tus_state {
#define X(name, words) TUS_##name,
	TUS_STATES(X)
#undef X
};

static const unsigned next_states[] = {
	[TUS_OPEN] = 1u << TUS_SAVING | 1u << TUS_CLOSING,
	[TUS_SAVING] = 1u << TUS_CLOSING,
	[TUS_CLOSING] = 0,
};

struct tus_receiving {
	struct tus_receiving_request request;
	struct tus_receiving_listener listener;
	enum tus_state state;
	struct spool_writer *writer;
	EVP_MD_CTX *sum;
	int64_t offset;	 /* fed */
	int64_t on_disk; /* of it, as of the last sync */
	int64_t durable; /* of it, as the database knows */
	int64_t expires_at;
	bool recorded;	    /* the database was told at least once */
	bool saving;	    /* a sync, or its record, is under way */
	struct trouble why; /* status OK: none */
};

static void enter(struct tus_receiving *r, enum tus_state to)
{
	must(next_states[r->state] & (1u << to));
	r->state = to;
}

static void set_trouble(struct tus_receiving *r, const struct trouble *why)
{
	if (r->why.status == OK)
		r->why = *why;
}

static void closed(void *arg, int64_t bytes, const struct trouble *why)
{
	struct tus_receiving *r = arg;
	const struct tus_receiving_listener listener = r->listener;
	int64_t durable = r->durable, expires_at = r->expires_at;
	struct trouble told = r->why;
	(void)bytes;
	(void)why; /* what matters of it is known since the last sync */
	EVP_MD_CTX_free(r->sum);
	memory_free(r);
	listener.ended(listener.arg, durable, expires_at, told.status < 0 ? &told : NULL);
}

static void close_file(struct tus_receiving *r)
{
	enter(r, TUS_CLOSING);
	spool_finish(&r->writer, closed, r);
}

static void step(struct tus_receiving *r);

static void recorded(void *arg, const struct pg_answer *answer)
{
	struct tus_receiving *r = arg;
	struct trouble why = answer->why;
	r->saving = false;
	if (answer->status == OK && pg_rows(answer->result) == 1) {
		r->expires_at = pg_get_timestamptz(answer->result, 0, 0);
		r->durable = r->on_disk;
		r->recorded = true;
		step(r);
		return;
	}
	if (answer->status == OK)
		(void)trouble_code(&why, E_GONE, "unknown_tus_upload",
				   "the upload was ended meanwhile");
	set_trouble(r, &why);
	close_file(r);
}

static void synced(void *arg, int64_t bytes, const struct trouble *why)
{
	struct tus_receiving *r = arg;
	if (why != NULL) {
		r->saving = false;
		set_trouble(r, why);
		close_file(r);
		return;
	}
	r->on_disk = bytes;
	struct pg_value values[] = {pg_int8(r->request.tus_id), pg_int8(bytes),
				    pg_int4(r->request.keep_seconds)};
	pg_pool_run(r->request.pool, &SQL_TUS_DURABLE, values, COUNT_OF(values), recorded, r);
}

/** Saves what is worth it, and closes when there is nothing left to save. */
static void step(struct tus_receiving *r)
{
	bool worth_it = r->state == TUS_SAVING
				? !r->recorded || r->offset > r->durable
				: r->sum == NULL && r->offset - r->durable >= SYNC_EVERY_BYTES;
	if (r->saving || r->state == TUS_CLOSING)
		return;
	if (worth_it) {
		r->saving = true;
		spool_sync(r->writer, synced, r);
	} else if (r->state == TUS_SAVING) {
		close_file(r);
	}
}

static void resume(void *arg)
{
	struct tus_receiving *r = arg;
	if (r->state == TUS_OPEN)
		r->listener.resume(r->listener.arg);
}

/** Nothing of this request counts. */
static void refuse_all(struct tus_receiving *r, const struct trouble *why)
{
	set_trouble(r, why);
	close_file(r);
}

enum flow tus_receiving_feed(struct tus_receiving *r, struct slice part)
{
	struct trouble why;
	if (r->state != TUS_OPEN)
		return FLOW_STOP;
	if (r->offset + (int64_t)part.len > r->request.length) {
		(void)trouble_code(&why, E_LIMIT, "upload_length_exceeded",
				   "more bytes than Upload-Length says");
		tus_receiving_break(r, &why);
		return FLOW_STOP;
	}
	enum flow flow = spool_write(r->writer, part);
	if (flow == FLOW_STOP) {
		spool_writer_trouble(r->writer, &why);
		tus_receiving_break(r, &why);
		return FLOW_STOP;
	}
	r->offset += (int64_t)part.len;
	if (r->sum != NULL)
		must(EVP_DigestUpdate(r->sum, part.at, part.len) == 1);
	step(r);
	return flow;
}

static bool checksum_agrees(struct tus_receiving *r)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	const struct tus_checksum *given = &r->request.checksum;
	must(EVP_DigestFinal_ex(r->sum, digest, &len) == 1);
	return len == given->len && memcmp(digest, given->digest, len) == 0;
}

void tus_receiving_finish(struct tus_receiving *r)
{
	struct trouble why;
	if (r->state != TUS_OPEN)
		return;
	if (r->sum != NULL && !checksum_agrees(r)) {
		(void)trouble_code(&why, E_INPUT, "checksum_mismatch",
				   "the bytes that arrived are not those of the checksum");
		refuse_all(r, &why);
		return;
	}
	enter(r, TUS_SAVING);
	step(r);
}

void tus_receiving_break(struct tus_receiving *r, const struct trouble *why)
{
	if (r->state != TUS_OPEN)
		return;
	if (r->sum != NULL) {
		refuse_all(r, why);
		return;
	}
	set_trouble(r, why);
	enter(r, TUS_SAVING);
	step(r);
}

enum status tus_receiving_open(const struct tus_receiving_request *request,
			       const struct tus_receiving_listener *listener,
			       struct tus_receiving **receiving, struct trouble *why)
{
	const struct spool_name name = {SPOOL_TUS, request->tus_id};
	struct tus_receiving *r = memory_new(sizeof(*r));
	*r = (struct tus_receiving){.request = *request,
				    .listener = *listener,
				    .offset = request->at,
				    .on_disk = request->at,
				    .durable = request->at,
				    .expires_at = CLOCK_NO_INSTANT};
	enum status st = spool_append(request->spool, name, request->at, resume, r, &r->writer,
				      why);
	if (st < 0) {
		memory_free(r);
		return st;
	}
	if (request->checksum.algorithm != NULL) {
		const EVP_MD *kind = EVP_get_digestbyname(request->checksum.algorithm);
		r->sum = EVP_MD_CTX_new();
		must(kind != NULL && r->sum != NULL && EVP_DigestInit_ex(r->sum, kind, NULL) == 1);
	}
	*receiving = r;
	return OK;
}
