#include "api/hooks.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "api/access.h"
#include "base/clock.h"
#include "base/log.h"
#include "channel/digest_text.h"

enum { HEADERS_BYTES = 16 * 1024, ANSWER_BYTES = 64 * 1024, DIGEST_HEX_BYTES = 64 };

/** A payload from its head to its answer; x is NULL once nobody waits. */
struct hook {
	struct exchange *x;
	struct api *api;
	const struct known_source *source; /**< held */
	struct buf body, headers;
	bool is_put; /**< the inbox has it, and will tell */
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

static void hook_free(struct hook *h)
{
	h->api->hook_bytes -= h->body.len;
	buf_fini(&h->body);
	buf_fini(&h->headers);
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

static void begin_post(struct exchange *x)
{
	const struct known_source *source = find_source(x);
	if (source == NULL)
		return;
	if (exchange_content_length(x) > source->setup->adapter->body_most) {
		say(x, 413, "too large\n");
		return;
	}
	struct hook *h = memory_new(sizeof(*h));
	h->x = x;
	h->api = api_of(x);
	h->source = source;
	source_hold(source);
	buf_init(&h->body, (size_t)source->setup->adapter->body_most);
	buf_init(&h->headers, HEADERS_BYTES);
	x->state = h;
}

static enum flow take_part(struct exchange *x, struct slice part)
{
	struct hook *h = x->state;
	if (h->body.len + part.len > (size_t)adapter_of(h)->body_most) {
		end_with(h, 413, "too large\n");
		return FLOW_STOP;
	}
	if (h->api->hook_bytes + part.len > HOOK_BYTES_MOST) {
		end_with(h, adapter_of(h)->answers.away, "too much is coming in\n");
		return FLOW_STOP;
	}
	buf_add(&h->body, part);
	h->api->hook_bytes += part.len;
	return FLOW_MORE;
}

static void client_gone(struct exchange *x)
{
	struct hook *h = x->state;
	h->x = NULL;
	if (!h->is_put)
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

static struct payload payload_of(const struct hook *h)
{
	return (struct payload){.query = h->x->query,
				.headers = buf_slice(&h->headers),
				.body = buf_slice(&h->body)};
}

/** As it is configured at the provider: what a proxy makes of it is not what was signed. */
static struct slice url_of(const struct hook *h)
{
	const char *begin = h->api->public_url != NULL ? h->api->public_url : "";
	const char *url = arena_print(h->x->arena, "%s%.*s", begin, SLICE_ARGS(h->x->path));
	return slice_of(url);
}

static enum signature_verdict verify(const struct hook *h, const struct payload *payload)
{
	const struct adapter *adapter = adapter_of(h);
	return signature_verify(adapter->scheme,
				&(struct signature_check){.payload = payload,
							  .url = url_of(h),
							  .secrets = h->source->signing,
							  .secrets_len = h->source->signing_len,
							  .must = adapter->signed_must,
							  .now = inbox_now(h->api->inbox)});
}

static size_t digest_key(const struct payload *p, char key[ADAPTER_DEDUPE_BYTES])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len;
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	must(c != NULL && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1);
	/* A query has no line end, so that nothing of the one is taken for the other. */
	must(EVP_DigestUpdate(c, p->query.at, p->query.len) == 1 &&
	     EVP_DigestUpdate(c, "\n", 1) == 1 &&
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
	struct payload payload = payload_of(h);
	struct buf to;
	buf_init(&to, ANSWER_BYTES);
	const char *type = adapter->answer(h->source->setup, &payload, url_of(h), x->arena, &to);
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

static void refuse(struct hook *h, enum signature_verdict verdict)
{
	const char *word = signature_verdict_word(verdict);
	log_warn("hook.refused", LOG_SLICE("source", h->source->code), LOG_TEXT("signature", word));
	sources_note(h->api->sources, h->source->source_id, SOURCE_REFUSED, word);
	end_with(h, adapter_of(h)->answers.refused, "the signature is not right\n");
}

static void put(struct hook *h)
{
	const struct adapter *adapter = adapter_of(h);
	char key[ADAPTER_DEDUPE_BYTES];
	write_headers(h->x, false, &h->headers);
	struct payload payload = payload_of(h);
	size_t len = adapter->dedupe != NULL ? adapter->dedupe(&payload, key) : 0;
	if (len == 0)
		len = digest_key(&payload, key);
	h->is_put = true;
	inbox_put(h->api->inbox,
		  &(struct inbox_item){.source_id = h->source->source_id,
				       .dedupe_key = {key, len},
				       .payload = payload},
		  stored, h);
	/* It was copied; an answer may be made of this one. */
	if (adapter->answer == NULL) {
		h->api->hook_bytes -= h->body.len;
		buf_fini(&h->body);
		buf_init(&h->body, 0);
	}
}

static void end_post(struct exchange *x)
{
	struct hook *h = x->state;
	if (inbox_now(h->api->inbox) == CLOCK_NO_INSTANT) {
		end_with(h, adapter_of(h)->answers.away, "this server has just started\n");
		return;
	}
	write_headers(x, true, &h->headers);
	struct payload payload = payload_of(h);
	enum signature_verdict verdict = verify(h, &payload);
	if (verdict != SIGNATURE_GOOD)
		refuse(h, verdict);
	else
		put(h);
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
