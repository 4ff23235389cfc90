#include "api/idempotency.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "api/access.h"
#include "api/appeals.h"
#include "api/digest_header.h"
#include "api/invitations.h"
#include "api/problem_of.h"
#include "api/publications.h"
#include "api/results.h"
#include "api/reviews.h"
#include "api/sources.h"
#include "api/undos.h"
#include "api/upload_run.h"
#include "api/uploads.h"
#include "api/wave_steps.h"
#include "api/waves.h"
#include "base/log.h"
#include "http/problem.h"
#include "store/sql.h"

enum { WORDS_BYTES = 64 * 1024, RENEW_MS = 20000, SHA_BYTES = 32, SERVER_BYTES = 16 };

struct idempotency {
	struct loop *loop;
	struct pg_pool *pool;
	struct loop_timer *renew;
	unsigned char server[SERVER_BYTES]; /* this process */
	unsigned running;
};

/* clang-format off */
#define KEYED_STATES(X)                                                   \
	X(READING,   "the body comes before the key is looked up")        \
	X(CLAIMING,  "asking whether it was answered before")             \
	X(RUNNING,   "the handler has it")                                \
	X(COMPARING, "answered before, if the body is the same")          \
	X(STORING,   "the answer is being stored")                        \
	X(ENDED,     "answered, or nobody is left")
/* clang-format on */

enum keyed_state {
#define X(name, words) KEYED_##name,
	KEYED_STATES(X)
#undef X
};

#define BIT(name) (1u << KEYED_##name)

static const unsigned next_states[] = {
	[KEYED_READING] = BIT(CLAIMING) | BIT(ENDED),
	[KEYED_CLAIMING] = BIT(RUNNING) | BIT(COMPARING) | BIT(STORING) | BIT(ENDED),
	[KEYED_RUNNING] = BIT(STORING),
	[KEYED_COMPARING] = BIT(ENDED),
	[KEYED_STORING] = BIT(ENDED),
	[KEYED_ENDED] = 0,
};

/** A request with a key. */
struct keyed {
	struct idempotency *owner;
	struct exchange *x; /* NULL once there is nobody to answer */
	enum keyed_state state;
	int organisation_id;
	char key[KEY_BYTES_MOST];
	size_t key_len;
	bool again; /* may run twice */
	unsigned char request_sha[SHA_BYTES], body_sha[SHA_BYTES], stored_sha[SHA_BYTES];
	bool body_known;
	EVP_MD_CTX *hash; /* of a body that comes in parts */
	struct slice whole;
	/* the answer: to be stored, or found */
	int status;
	const char *type;
	struct buf type_found, headers, body;
};

static void enter(struct keyed *k, enum keyed_state to)
{
	must(next_states[k->state] & (1u << to));
	k->state = to;
}

static void free_keyed(struct keyed *k)
{
	EVP_MD_CTX_free(k->hash);
	buf_fini(&k->type_found);
	buf_fini(&k->headers);
	buf_fini(&k->body);
	memory_free(k);
}

static struct slice key_of(const struct keyed *k)
{
	return (struct slice){k->key, k->key_len};
}

static struct slice sha_of(const unsigned char *sha)
{
	return (struct slice){(const char *)sha, SHA_BYTES};
}

/** The last thing done with it. */
static void answer(struct keyed *k)
{
	struct exchange *x = k->x;
	enter(k, KEYED_ENDED);
	if (x != NULL) {
		x->around = NULL;
		exchange_answer(x, k->status, k->type, buf_slice(&k->body));
	}
	free_keyed(k);
}

static void refuse(struct keyed *k, int status, const char *code, const char *title,
		   struct slice detail)
{
	struct exchange *x = k->x;
	enter(k, KEYED_ENDED);
	free_keyed(k);
	if (x == NULL)
		return;
	x->around = NULL;
	if (status == 409 || status == 429)
		exchange_answer_add_header(x, "Retry-After", SLICE("5"));
	exchange_problem(x, status, code, title, detail);
}

/* What becomes of the key */

static void stored(void *arg, const struct pg_answer *answer_of)
{
	struct keyed *k = arg;
	k->owner->running--;
	if (answer_of->status != OK)
		log_warn("idempotency.not_stored", LOG_TEXT("err", answer_of->why.words));
	answer(k);
}

static void let_go(struct keyed *k, const struct pg_statement *how)
{
	struct pg_value values[] = {pg_int4(k->organisation_id), pg_text(key_of(k)),
				    pg_uuid(k->owner->server)};
	pg_pool_run(k->owner->pool, how, values, COUNT_OF(values), stored, k);
}

static void store(struct keyed *k)
{
	struct pg_value values[] = {
		pg_int4(k->organisation_id),
		pg_text(key_of(k)),
		pg_uuid(k->owner->server),
		pg_bytea(sha_of(k->body_sha)),
		pg_int4(k->status),
		pg_text(k->type != NULL ? slice_of(k->type) : SLICE_NONE),
		pg_text(k->headers.len > 0 ? buf_slice(&k->headers) : SLICE("")),
		pg_bytea(k->body.len > 0 ? buf_slice(&k->body) : SLICE("")),
	};
	pg_pool_run(k->owner->pool, &SQL_IDEMPOTENCY_ANSWER, values, COUNT_OF(values), stored, k);
}

static bool tells_unknown(const struct keyed *k)
{
	static const char code[] = "\"code\":\"outcome_unknown\"";
	return k->body.len > 0 && memmem(k->body.at, k->body.len, code, sizeof(code) - 1) != NULL;
}

/** The handler has answered: not the client yet. */
static void answered(struct exchange *x, int status, const char *type, struct slice body)
{
	struct keyed *k = x->around;
	k->status = status;
	k->type = type; /* a constant of the handler */
	buf_add(&k->headers, exchange_added_headers(x));
	buf_add(&k->body, body);
	enter(k, KEYED_STORING);
	if (status < 500 && k->body_known)
		store(k);
	else if (status >= 500 && !k->again && tells_unknown(k))
		let_go(k, &SQL_IDEMPOTENCY_LOSE);
	else
		let_go(k, &SQL_IDEMPOTENCY_RELEASE);
}

/* Claiming */

/** The answer that the first one got. */
static void replay(struct keyed *k)
{
	struct slice rest = buf_slice(&k->headers), line;
	struct exchange *x = k->x;
	while (rest.len > 0 && slice_next_part(&rest, '\n', &line)) {
		struct slice name;
		if (!slice_next_part(&line, ':', &name) || line.at == NULL)
			continue;
		if (line.len > 0 && line.at[line.len - 1] == '\r')
			line.len--;
		const char *text = arena_print(x->arena, "%.*s", SLICE_ARGS(name));
		if (text != NULL)
			exchange_answer_add_header(x, text, slice_trim(line));
	}
	exchange_answer_add_header(x, "Idempotency-Replayed", SLICE("true"));
	buf_add_byte(&k->type_found, '\0');
	k->type = k->type_found.len > 1 ? k->type_found.at : NULL;
	answer(k);
}

static void refuse_other_body(struct keyed *k)
{
	refuse(k, 422, "idempotency_key_reused", "The key belongs to another request",
	       SLICE("an Idempotency-Key is for one request: method, path, query, Content-Type and "
		     "body"));
}

static void run(struct keyed *k)
{
	struct exchange *x = k->x;
	const struct handler *h = x->route->handler;
	struct slice whole = k->whole;
	enter(k, KEYED_RUNNING);
	exchange_intercept(x, answered);
	if (h->whole == NULL || h->body != NULL) {
		exchange_begin_late(x);
		return;
	}
	exchange_keep(x);
	if (h->begin != NULL)
		h->begin(x);
	/* `k` is gone where that was the answer and it is stored already: never in this turn. */
	if (k->state == KEYED_RUNNING)
		h->whole(x, whole);
}

static void found_answer(struct keyed *k, const struct pg_result *rows)
{
	struct slice sha = pg_get_bytes(rows, 0, 2);
	must(sha.len == SHA_BYTES);
	memcpy(k->stored_sha, sha.at, SHA_BYTES);
	k->status = pg_get_int4(rows, 0, 3);
	if (!pg_is_null(rows, 0, 4))
		buf_add(&k->type_found, pg_get_bytes(rows, 0, 4));
	buf_add(&k->headers, pg_get_bytes(rows, 0, 5));
	buf_add(&k->body, pg_get_bytes(rows, 0, 6));
	if (!k->body_known) {
		enter(k, KEYED_COMPARING);
		exchange_resume(k->x);
	} else if (memcmp(k->body_sha, k->stored_sha, SHA_BYTES) == 0) {
		replay(k);
	} else {
		refuse_other_body(k);
	}
}

/** Nobody waits any more for what has been claimed. */
static void unclaim(struct keyed *k, const struct pg_result *rows)
{
	if (rows == NULL || !slice_is(pg_get_bytes(rows, 0, 0), "run")) {
		enter(k, KEYED_ENDED);
		free_keyed(k);
		return;
	}
	k->owner->running++;
	enter(k, KEYED_STORING);
	let_go(k, &SQL_IDEMPOTENCY_RELEASE);
}

static void take_outcome(struct keyed *k, const struct pg_result *rows)
{
	struct slice outcome = pg_get_bytes(rows, 0, 0);
	if (slice_is(outcome, "run")) {
		if (k->owner->running++ == 0)
			loop_timer_start(k->owner->renew, RENEW_MS);
		run(k);
	} else if (slice_is(outcome, "full")) {
		refuse(k, 429, "too_many_idempotency_keys", "Too many keys are kept",
		       SLICE("10000 of an organisation are kept, each for 48 hours"));
	} else if (!pg_get_bool(rows, 0, 1)) {
		refuse_other_body(k);
	} else if (slice_is(outcome, "answered")) {
		found_answer(k, rows);
	} else if (slice_is(outcome, "running")) {
		refuse(k, 409, "idempotency_running", "The request is still running",
		       SLICE("a request with this key runs already: ask again later"));
	} else {
		refuse(k, 409, "idempotency_unknown", "What came of the request is not known",
		       SLICE("a server stopped while it ran: look what was done before you send it "
			     "again with another key"));
	}
}

static void claimed(void *arg, const struct pg_answer *claim)
{
	struct keyed *k = arg;
	if (k->x == NULL) {
		unclaim(k, claim->status == OK ? claim->result : NULL);
	} else if (claim->status == OK) {
		take_outcome(k, claim->result);
	} else {
		struct exchange *x = k->x;
		struct trouble why = claim->why;
		/* Nothing was done yet; a key that was claimed all the same ends by itself. */
		why.status = why.status == E_UNKNOWN ? E_BUSY : why.status;
		enter(k, KEYED_ENDED);
		x->around = NULL;
		free_keyed(k);
		answer_trouble(x, &why);
	}
}

static void claim(struct keyed *k)
{
	struct pg_value values[] = {pg_int4(k->organisation_id),
				    pg_text(key_of(k)),
				    pg_bytea(sha_of(k->request_sha)),
				    k->body_known ? pg_bytea(sha_of(k->body_sha)) : pg_null(),
				    pg_uuid(k->owner->server),
				    pg_bool(k->again),
				    pg_int4(KEYS_MOST)};
	enter(k, KEYED_CLAIMING);
	pg_pool_run(k->owner->pool, &SQL_IDEMPOTENCY_CLAIM, values, COUNT_OF(values), claimed, k);
}

/* The request */

static void hash(struct slice bytes, unsigned char sha[SHA_BYTES])
{
	unsigned len;
	must(EVP_Digest(bytes.at != NULL ? bytes.at : "", bytes.len, sha, &len, EVP_sha256(),
			NULL) == 1);
}

/** What a wave's step answers is for the key that asked: another may not know of a publication
 * that waits. */
static bool answers_one_key(const struct route *route)
{
	return route->handler == &wave_open || route->handler == &wave_close ||
	       route->handler == &wave_publish;
}

static void hash_request(const struct exchange *x, const struct known_key *key,
			 unsigned char sha[SHA_BYTES])
{
	struct buf words;
	struct slice type = exchange_header(x, "content-type");
	buf_init(&words, WORDS_BYTES);
	buf_print(&words, "%d %.*s?%.*s %.*s", (int)x->method, SLICE_ARGS(x->path),
		  SLICE_ARGS(x->query), SLICE_ARGS(type));
	if (answers_one_key(x->route))
		buf_print(&words, " %s", key->key_id);
	hash(buf_slice(&words), sha);
	buf_fini(&words);
}

/** A structured field's string, or the same without its quotes. */
static bool read_key(struct keyed *k, struct slice text)
{
	text = slice_trim(text);
	if (text.len >= 2 && text.at[0] == '"' && text.at[text.len - 1] == '"')
		text = (struct slice){text.at + 1, text.len - 2};
	if (text.len == 0 || text.len > KEY_BYTES_MOST)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] <= ' ' || text.at[i] > '~' || text.at[i] == '"' ||
		    text.at[i] == '\\')
			return false;
	memcpy(k->key, text.at, text.len);
	k->key_len = text.len;
	return true;
}

static bool may_run_again(const struct route *route)
{
	return route->handler == &upload_post || route->handler == &upload_run_post;
}

static struct keyed *new_keyed(struct exchange *x, const struct known_key *key)
{
	struct keyed *k = memory_new(sizeof(*k));
	k->owner = api_of(x)->idempotency;
	k->x = x;
	k->organisation_id = key->organisation_id;
	k->again = may_run_again(x->route);
	buf_init(&k->type_found, 256);
	buf_init(&k->headers, WORDS_BYTES);
	buf_init(&k->body, SIZE_MAX / 2);
	hash_request(x, key, k->request_sha);
	return k;
}

static void begin(struct exchange *x)
{
	struct slice text = exchange_header(x, "idempotency-key");
	const struct handler *h = x->route->handler;
	if (text.at == NULL) {
		if (h->begin != NULL)
			h->begin(x);
		return;
	}
	const struct known_key *key = access_check(x);
	if (key == NULL)
		return;
	struct keyed *k = new_keyed(x, key);
	if (!read_key(k, text)) {
		free_keyed(k);
		exchange_problem(x, 400, "bad_idempotency_key", "The Idempotency-Key is no key",
				 SLICE("1 to 200 characters of ASCII without blanks, quotes and "
				       "backslashes, as they are or within quotes"));
		return;
	}
	x->around = k;
	if (h->whole != NULL && h->body == NULL)
		return;
	if (h->body == NULL) {
		k->body_known = true;
		hash(SLICE_NONE, k->body_sha);
	} else {
		k->body_known = digest_header_read(x, k->body_sha);
		k->hash = EVP_MD_CTX_new();
		must(k->hash != NULL && EVP_DigestInit_ex(k->hash, EVP_sha256(), NULL) == 1);
	}
	exchange_pause(x);
	claim(k);
}

static enum flow body(struct exchange *x, struct slice part)
{
	struct keyed *k = x->around;
	if (k == NULL)
		return x->route->handler->body(x, part);
	must(EVP_DigestUpdate(k->hash, part.at, part.len) == 1);
	if (k->state == KEYED_COMPARING)
		return FLOW_MORE;
	if (k->state != KEYED_RUNNING)
		return FLOW_STOP;
	enum flow flow = x->route->handler->body(x, part);
	return k->state == KEYED_RUNNING ? flow : FLOW_STOP;
}

static void take_body_sha(struct keyed *k)
{
	unsigned len;
	if (k->hash != NULL)
		must(EVP_DigestFinal_ex(k->hash, k->body_sha, &len) == 1);
	k->body_known = true;
}

static void end(struct exchange *x)
{
	struct keyed *k = x->around;
	if (k != NULL && k->state == KEYED_STORING)
		return;
	if (k != NULL)
		take_body_sha(k);
	if (k != NULL && k->state == KEYED_COMPARING) {
		if (memcmp(k->body_sha, k->stored_sha, SHA_BYTES) == 0)
			replay(k);
		else
			refuse_other_body(k);
		return;
	}
	if (k != NULL)
		exchange_keep(x);
	if (x->route->handler->end != NULL)
		x->route->handler->end(x);
}

static void whole(struct exchange *x, struct slice bytes)
{
	struct keyed *k = x->around;
	if (k == NULL) {
		x->route->handler->whole(x, bytes);
		return;
	}
	k->whole = bytes;
	k->body_known = true;
	hash(bytes, k->body_sha);
	claim(k);
}

/** Before the request was complete, or because the server cannot wait. */
static void gone(struct exchange *x)
{
	struct keyed *k = x->around;
	bool handled = k == NULL || k->state == KEYED_RUNNING;
	x->around = NULL;
	if (handled && x->route->handler->gone != NULL)
		x->route->handler->gone(x);
	if (k == NULL)
		return;
	k->x = NULL;
	if (k->state == KEYED_RUNNING) {
		enter(k, KEYED_STORING);
		let_go(k, k->again || !k->body_known ? &SQL_IDEMPOTENCY_RELEASE
						     : &SQL_IDEMPOTENCY_LOSE);
	} else if (k->state == KEYED_READING || k->state == KEYED_COMPARING) {
		enter(k, KEYED_ENDED);
		free_keyed(k);
	}
}

static void stopping(struct exchange *x)
{
	if (x->route->handler->stopping != NULL)
		x->route->handler->stopping(x);
}

const struct handler *idempotency_around(const struct route *route)
{
	static const struct handler keyed = {.begin = begin,
					     .body = body,
					     .end = end,
					     .whole = whole,
					     .gone = gone,
					     .stopping = stopping};
	static const struct handler *const handlers[] = {
		&upload_post,  &upload_run_post,    &upload_undo,     &result_patch,
		&note_post,    &appeal_post,	    &appeal_patch,    &reviews_post,
		&wave_open,    &wave_close,	    &wave_publish,    &source_post,
		&source_patch, &source_secret_post, &invitations_post};
	for (size_t i = 0; i < COUNT_OF(handlers); i++)
		if (route->handler == handlers[i])
			return &keyed;
	return NULL;
}

/* The server */

static void renewed(void *arg, const struct pg_answer *answer_of)
{
	(void)arg; /* the next one, in time */
	(void)answer_of;
}

static void renew(void *arg)
{
	struct idempotency *i = arg;
	struct pg_value values[] = {pg_uuid(i->server)};
	if (i->running == 0)
		return;
	pg_pool_run(i->pool, &SQL_IDEMPOTENCY_RENEW, values, COUNT_OF(values), renewed, NULL);
	loop_timer_start(i->renew, RENEW_MS);
}

struct idempotency *idempotency_new(struct loop *loop, struct pg_pool *pool)
{
	struct idempotency *i = memory_new(sizeof(*i));
	i->loop = loop;
	i->pool = pool;
	i->renew = loop_timer_new(loop, renew, i);
	loop_timer_unref(i->renew);
	must(RAND_bytes(i->server, SERVER_BYTES) == 1);
	return i;
}

void idempotency_free(struct idempotency *i)
{
	if (i == NULL)
		return;
	loop_timer_free(&i->renew);
	memory_free(i);
}
