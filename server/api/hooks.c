#include "api/hooks.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "api/access.h"
#include "base/clock.h"
#include "base/log.h"
#include "channel/digest_text.h"

enum {
	HEADERS_BYTES = 16 * 1024,
	ADDRESS_BYTES = 16 * 1024,
	ANSWER_BYTES = 64 * 1024,
	DIGEST_HEX_BYTES = 64,
	CHECKED_AT_ONCE = 64 * 1024 /* longer bodies on a pool thread: the loop has others, too */
};

/** A payload from its head to its answer; x is NULL once nobody waits. */
struct hook {
	struct exchange *x;
	struct api *api;
	struct hook *next, **link;	   /**< of all hooks */
	const struct known_source *source; /**< held */
	struct buf body, headers;
	size_t counted_bytes; /**< of api->hook_bytes */
	bool is_small;	      /**< as its head says */
	bool is_whole;	      /**< it goes its way without its sender, who may have left */

	/* Of a whole one: what it is checked by, and with what result. */
	struct buf query, url, proof; /**< the last: headers, those with secrets too */
	int64_t now;
	enum signature_verdict verdict;
	char key[ADAPTER_DEDUPE_BYTES];
	size_t key_len;
};

static const struct adapter *adapter_of(const struct hook *h)
{
	return h->source->setup->adapter;
}

static void say(struct exchange *x, int status, const char *words)
{
	if (status == 503)
		exchange_answer_add_header(x, "Retry-After", SLICE("5"));
	exchange_answer(x, status, "text/plain; charset=utf-8", slice_of(words));
}

static struct hook *hook_new(struct exchange *x, const struct known_source *source)
{
	struct hook *h = memory_new(sizeof(*h));
	h->x = x;
	h->api = api_of(x);
	h->source = source;
	source_hold(source);
	h->next = h->api->hooks;
	h->link = &h->api->hooks;
	if (h->next != NULL)
		h->next->link = &h->next;
	h->api->hooks = h;
	buf_init(&h->body, (size_t)source->setup->adapter->body_most);
	buf_init(&h->headers, HEADERS_BYTES);
	buf_init(&h->query, ADDRESS_BYTES);
	buf_init(&h->url, ADDRESS_BYTES);
	buf_init(&h->proof, HEADERS_BYTES);
	return h;
}

static void hook_free(struct hook *h)
{
	h->api->hook_bytes -= h->counted_bytes;
	*h->link = h->next;
	if (h->next != NULL)
		h->next->link = h->link;
	buf_fini(&h->body);
	buf_fini(&h->headers);
	buf_fini(&h->query);
	buf_fini(&h->url);
	if (h->proof.len > 0)
		explicit_bzero(h->proof.at, h->proof.len);
	buf_fini(&h->proof);
	source_release(&h->source);
	memory_free(h);
}

/** The last of it. */
static void end_with(struct hook *h, int status, const char *words)
{
	struct exchange *x = h->x;
	hook_free(h);
	if (x != NULL)
		say(x, status, words);
}

/* Which source */

/** NULL: it was answered. */
static const struct known_source *find_source(struct exchange *x)
{
	const struct api *api = api_of(x);
	struct slice address = SLICE_NONE;
	(void)exchange_parameter(x, "source", &address);
	const struct known_source *source = sources_find(api->sources, address);
	if (source != NULL && source->setup->adapter->hook)
		return source;
	if (sources_ready(api->sources))
		say(x, 404, "there is nothing at this address\n");
	else
		say(x, 503, "this server has just started\n");
	return NULL;
}

/** Whoever knows one source's address leaves room for the others, and large payloads some for small
 * ones, which calls and chats are. */
static bool has_room(const struct hook *h, size_t more)
{
	size_t own = more, most = h->is_small ? HOOK_BYTES_MOST : HOOK_LARGE_BYTES_MOST;
	if (h->api->hook_bytes + more <= HOOK_SOURCE_BYTES)
		return true;
	for (const struct hook *each = h->api->hooks; each != NULL; each = each->next)
		own += each->source->source_id == h->source->source_id ? each->counted_bytes : 0;
	return own <= HOOK_SOURCE_BYTES && h->api->hook_bytes + more <= most;
}

static enum flow take_part(struct exchange *x, struct slice part)
{
	struct hook *h = x->state;
	if (h->body.len + part.len > (size_t)adapter_of(h)->body_most) {
		end_with(h, 413, "too large\n");
		return FLOW_STOP;
	}
	if (!has_room(h, part.len)) {
		end_with(h, adapter_of(h)->answers.away, "too much is coming in\n");
		return FLOW_STOP;
	}
	buf_add(&h->body, part);
	h->api->hook_bytes += part.len;
	h->counted_bytes += part.len;
	return FLOW_MORE;
}

static void client_gone(struct exchange *x)
{
	struct hook *h = x->state;
	h->x = NULL;
	if (!h->is_whole)
		hook_free(h);
}

/* What came */

/** What a provider proves itself with is not kept. */
static bool is_secret(struct slice name)
{
	static const char *const names[] = {"authorization", "proxy-authorization", "cookie"};
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (slice_equal_ignoring_case(name, slice_of(names[i])))
			return true;
	return false;
}

/** Lines "name: value", whole ones alone. */
static void write_headers(const struct exchange *x, bool secrets, struct buf *to)
{
	struct slice name, value;
	buf_clear(to);
	for (unsigned i = 0; exchange_header_at(x, i, &name, &value); i++) {
		if ((!secrets && is_secret(name)) ||
		    to->len + name.len + value.len + 3 > HEADERS_BYTES)
			continue;
		size_t begin = to->len;
		buf_add(to, name);
		for (size_t at = begin; at < to->len; at++)
			if (to->at[at] >= 'A' && to->at[at] <= 'Z')
				to->at[at] = (char)(to->at[at] + 'a' - 'A');
		buf_add_text(to, ": ");
		buf_add(to, value);
		buf_add_byte(to, '\n');
	}
}

static struct payload payload_of(const struct hook *h, const struct buf *headers)
{
	return (struct payload){.query = buf_slice(&h->query),
				.headers = buf_slice(headers),
				.body = buf_slice(&h->body)};
}

/** With the address as it is configured: what a proxy makes of it is not what was signed. */
static void read_head(struct hook *h)
{
	struct exchange *x = h->x;
	buf_clear(&h->query);
	buf_clear(&h->url);
	buf_add(&h->query, x->query);
	buf_print(&h->url, "%s%.*s", h->api->public_url != NULL ? h->api->public_url : "",
		  SLICE_ARGS(x->path));
	write_headers(x, true, &h->proof);
	write_headers(x, false, &h->headers);
	h->now = inbox_now(h->api->inbox);
}

static void verify(struct hook *h)
{
	const struct adapter *adapter = adapter_of(h);
	struct payload payload = payload_of(h, &h->proof);
	h->verdict = signature_verify(
		adapter->scheme, &(struct signature_check){.payload = &payload,
							   .url = buf_slice(&h->url),
							   .secrets = h->source->signing,
							   .secrets_len = h->source->signing_len,
							   .must = adapter->signed_must,
							   .now = h->now});
}

/** Of what the sender vouches for: with a query that nobody has signed one event would be as many
 * as somebody likes who has seen it. */
static size_t digest_key(const struct adapter *adapter, const struct payload *p,
			 char key[ADAPTER_DEDUPE_BYTES])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len;
	struct slice query = adapter->scheme == SIGNATURE_TWILIO ? p->query : SLICE("");
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	must(c != NULL && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1);
	/* A query has no line end, so that nothing of the one is taken for the other. */
	must(EVP_DigestUpdate(c, query.at, query.len) == 1 && EVP_DigestUpdate(c, "\n", 1) == 1 &&
	     EVP_DigestUpdate(c, p->body.at, p->body.len) == 1);
	must(EVP_DigestFinal_ex(c, digest, &len) == 1);
	EVP_MD_CTX_free(c);
	digest_print_hex(digest, len, key);
	return DIGEST_HEX_BYTES;
}

/* What it is answered */

static void answer_taken(struct hook *h)
{
	const struct adapter *adapter = adapter_of(h);
	struct exchange *x = h->x;
	if (x == NULL || adapter->answer == NULL) {
		end_with(h, adapter->answers.taken, "taken\n");
		return;
	}
	struct payload payload = payload_of(h, &h->headers);
	struct buf to;
	buf_init(&to, ANSWER_BYTES);
	const char *type = adapter->answer(h->source->setup, h->source->paused, &payload,
					   buf_slice(&h->url), x->arena, &to);
	hook_free(h);
	exchange_answer(x, adapter->answers.taken, type, buf_slice(&to));
	buf_fini(&to);
}

static void stored(void *arg, enum inbox_fate fate, const struct trouble *why)
{
	struct hook *h = arg;
	if (why != NULL) {
		log_warn("hook.away", LOG_SLICE("source", h->source->code),
			 LOG_TEXT("why", why->code));
		end_with(h, adapter_of(h)->answers.away, "come again later\n");
		return;
	}
	sources_note(h->api->sources, h->source->source_id,
		     fate == INBOX_REPEATED ? SOURCE_REPEATED : SOURCE_TAKEN, NULL);
	answer_taken(h);
}

static void refuse(struct hook *h)
{
	const char *word = signature_verdict_word(h->verdict);
	log_warn("hook.refused", LOG_SLICE("source", h->source->code), LOG_TEXT("signature", word));
	sources_note(h->api->sources, h->source->source_id, SOURCE_REFUSED, word);
	end_with(h, adapter_of(h)->answers.refused, "the signature is not right\n");
}

static void put(struct hook *h)
{
	inbox_put(h->api->inbox,
		  &(struct inbox_item){.source_id = h->source->source_id,
				       .dedupe_key = {h->key, h->key_len},
				       .payload = payload_of(h, &h->headers),
				       .body_stays = true},
		  stored, h);
	/* The inbox counts what it holds; here others may come in. */
	h->api->hook_bytes -= h->counted_bytes;
	h->counted_bytes = 0;
}

/* Whether it is signed, and what it is known by: of a long body on a pool thread */

static void check(void *arg)
{
	struct hook *h = arg;
	const struct adapter *adapter = adapter_of(h);
	struct payload payload = payload_of(h, &h->headers);
	verify(h);
	if (h->verdict != SIGNATURE_GOOD)
		return;
	h->key_len = adapter->dedupe != NULL ? adapter->dedupe(&payload, h->key) : 0;
	if (h->key_len == 0)
		h->key_len = digest_key(adapter, &payload, h->key);
}

static void checked(void *arg)
{
	struct hook *h = arg;
	if (h->verdict != SIGNATURE_GOOD)
		refuse(h);
	else
		put(h);
}

static void checked_apart(void *arg)
{
	struct hook *h = arg;
	h->api->hooks_checked--;
	checked(h);
}

static void end_post(struct exchange *x)
{
	struct hook *h = x->state;
	read_head(h);
	if (h->now == CLOCK_NO_INSTANT) {
		end_with(h, adapter_of(h)->answers.away, "this server has just started\n");
		return;
	}
	h->is_whole = true;
	if (h->body.len > CHECKED_AT_ONCE) {
		h->api->hooks_checked++;
		loop_offload(h->api->loop, check, checked_apart, h);
		return;
	}
	check(h);
	checked(h);
}

static void begin_post(struct exchange *x)
{
	const struct known_source *source = find_source(x);
	if (source == NULL)
		return;
	const struct adapter *adapter = source->setup->adapter;
	int64_t length = exchange_content_length(x); /* below 0: it does not say */
	if (length > adapter->body_most) {
		say(x, 413, "too large\n");
		return;
	}
	struct hook *h = hook_new(x, source);
	x->state = h;
	h->is_small = length >= 0 && length <= CHECKED_AT_ONCE;
	if (adapter->scheme != SIGNATURE_STATIC)
		return;
	/* The head proves it: nobody need send his largest body to be refused. */
	read_head(h);
	verify(h);
	if (h->verdict != SIGNATURE_GOOD)
		refuse(h);
}

/* The question whether it is us */

static bool is_token(struct slice given, struct slice token)
{
	return token.len > 0 && given.len == token.len &&
	       CRYPTO_memcmp(given.at, token.at, token.len) == 0;
}

static void begin_get(struct exchange *x)
{
	const struct known_source *source = find_source(x);
	struct slice mode, token, challenge;
	if (source == NULL)
		return;
	bool is_ours = exchange_query(x, "hub.mode", &mode) && slice_is(mode, "subscribe") &&
		       exchange_query(x, "hub.verify_token", &token) &&
		       is_token(token, source->verify_token) &&
		       exchange_query(x, "hub.challenge", &challenge);
	log_info("hook.challenge", LOG_SLICE("source", source->code),
		 LOG_TEXT("verdict", is_ours ? "good" : "wrong"));
	if (is_ours)
		exchange_answer(x, 200, "text/plain", challenge);
	else
		say(x, 403, "the token is not right\n");
}

const struct handler hook_post = {
	.begin = begin_post, .body = take_part, .end = end_post, .gone = client_gone};
const struct handler hook_get = {.begin = begin_get};
