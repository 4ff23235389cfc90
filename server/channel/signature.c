#include "channel/signature.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "base/arena.h"
#include "base/clock.h"
#include "channel/digest_text.h"
#include "channel/form_data.h"
#include "channel/twilio_signed.h"

enum { DIGEST_BYTES = 32, KEY_BYTES = 1000, KEY_PREFIX_BYTES = 6 };

enum time_unit { NO_TIME, UNIX_SECONDS, RFC3339 };

struct row {
	const char *header, *prefix;
	const char *digest;
	enum digest_encoding encoding;
	/** What is signed, in order: i the id, t the time, b the body, u the address and the
	 * fields of the form; a dot stands for itself. */
	const char *parts;
	const char *id, *time;
	enum time_unit unit;
	bool in_form;  /**< header, id and time name fields of the body */
	bool list;     /**< several, a space between */
	bool key_text; /**< the secret is "whsec_" and the key in base64 */
};

static const struct row rows[] = {
	[SIGNATURE_META] = {.header = "x-hub-signature-256",
			    .prefix = "sha256=",
			    .digest = "SHA256",
			    .parts = "b"},
	[SIGNATURE_CHATWOOT] = {.header = "x-chatwoot-signature",
				.prefix = "sha256=",
				.digest = "SHA256",
				.parts = "t.b",
				.time = "x-chatwoot-timestamp",
				.unit = UNIX_SECONDS},
	[SIGNATURE_STANDARD] = {.header = "webhook-signature",
				.prefix = "v1,",
				.digest = "SHA256",
				.encoding = DIGEST_BASE64,
				.parts = "i.t.b",
				.id = "webhook-id",
				.time = "webhook-timestamp",
				.unit = UNIX_SECONDS,
				.list = true,
				.key_text = true},
	[SIGNATURE_ZENDESK] = {.header = "x-zendesk-webhook-signature",
			       .prefix = "",
			       .digest = "SHA256",
			       .encoding = DIGEST_BASE64,
			       .parts = "tb",
			       .time = "x-zendesk-webhook-signature-timestamp",
			       .unit = RFC3339},
	[SIGNATURE_INTERCOM] =
		{.header = "x-hub-signature", .prefix = "sha1=", .digest = "SHA1", .parts = "b"},
	[SIGNATURE_MAILGUN] = {.header = "signature",
			       .prefix = "",
			       .digest = "SHA256",
			       .parts = "ti",
			       .id = "token",
			       .time = "timestamp",
			       .unit = UNIX_SECONDS,
			       .in_form = true},
	[SIGNATURE_TWILIO] = {.header = "x-twilio-signature",
			      .prefix = "",
			      .digest = "SHA1",
			      .encoding = DIGEST_BASE64,
			      .parts = "u"},
};

/** What a payload says of its signature; slices of the payload or the arena. */
struct message {
	struct slice signature, id, time, body;
	struct slice ways[TWILIO_WAYS]; /**< what may have been signed as u; one, empty, without */
	size_t ways_len;
};

struct digest {
	unsigned char bytes[DIGEST_BYTES];
	size_t len;
};

static struct slice named(const struct row *row, const struct payload *p, const char *name,
			  struct arena *arena)
{
	if (name == NULL)
		return SLICE("");
	return row->in_form ? form_data_field(p, name, arena) : payload_header(p, name);
}

static enum signature_verdict read_message(const struct row *row,
					   const struct signature_check *check, struct arena *arena,
					   struct message *m)
{
	const struct payload *p = check->payload;
	*m = (struct message){
		.signature = named(row, p, row->header, arena),
		.id = named(row, p, row->id, arena),
		.time = named(row, p, row->time, arena),
		.body = p->body,
		.ways_len = 1,
	};
	if (m->signature.at == NULL || m->id.at == NULL || m->time.at == NULL)
		return SIGNATURE_MISSING;
	if (m->signature.len > SIGNATURE_HEADER_BYTES || m->id.len > SIGNATURE_HEADER_BYTES ||
	    m->time.len > SIGNATURE_HEADER_BYTES)
		return SIGNATURE_WRONG;
	if (strchr(row->parts, 'u') != NULL)
		m->ways_len = twilio_signed(check->url, p, arena, m->ways);
	return SIGNATURE_GOOD;
}

static bool read_digest(const struct row *row, struct slice text, struct digest *digest)
{
	struct slice prefix = slice_of(row->prefix);
	return slice_starts_with(text, prefix) &&
	       digest_decode(row->encoding, slice_from(text, prefix.len), digest->bytes,
			     DIGEST_BYTES, &digest->len);
}

/** How many were read; of a list those of other versions are passed over. */
static size_t read_digests(const struct row *row, struct slice text,
			   struct digest to[SIGNATURE_LIST])
{
	struct slice part;
	size_t len = 0, parts = 0;
	if (!row->list)
		return read_digest(row, text, &to[0]) ? 1 : 0;
	while (slice_next_part(&text, ' ', &part)) {
		if (++parts > SIGNATURE_LIST)
			return 0;
		len += read_digest(row, part, &to[len]);
	}
	return len;
}

static bool read_key(const struct row *row, struct slice secret, unsigned char key[KEY_BYTES],
		     size_t *len)
{
	if (!row->key_text) {
		if (secret.len > KEY_BYTES)
			return false;
		memcpy(key, secret.at, secret.len);
		*len = secret.len;
		return secret.len > 0;
	}
	if (slice_starts_with(secret, SLICE("whsec_")))
		secret = slice_from(secret, KEY_PREFIX_BYTES);
	return digest_decode(DIGEST_BASE64, secret, key, KEY_BYTES, len) && *len > 0;
}

static struct slice part_of(const struct message *m, char part, struct slice way)
{
	switch (part) {
	case 'i':
		return m->id;
	case 't':
		return m->time;
	case 'b':
		return m->body;
	case 'u':
		return way;
	default:
		return SLICE(".");
	}
}

static void add_part(EVP_MAC_CTX *mac, struct slice part)
{
	if (part.len > 0)
		must(EVP_MAC_update(mac, (const unsigned char *)part.at, part.len) == 1);
}

static struct digest mac_of(EVP_MAC *hmac, const struct row *row, struct slice key,
			    const struct message *m, struct slice way)
{
	struct digest made;
	char digest[8] = {0};
	memcpy(digest, row->digest, strlen(row->digest));
	OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
			       OSSL_PARAM_construct_end()};
	EVP_MAC_CTX *mac = EVP_MAC_CTX_new(hmac);
	must(mac != NULL && EVP_MAC_init(mac, (const unsigned char *)key.at, key.len, params) == 1);
	for (const char *part = row->parts; *part != '\0'; part++)
		add_part(mac, part_of(m, *part, way));
	must(EVP_MAC_final(mac, made.bytes, &made.len, sizeof(made.bytes)) == 1);
	EVP_MAC_CTX_free(mac);
	return made;
}

/** All are compared, also behind one that is the same. */
static bool one_is_same(const struct digest *made, const struct digest *sent, size_t len)
{
	bool same = false;
	for (size_t i = 0; i < len; i++)
		same |= sent[i].len == made->len &&
			CRYPTO_memcmp(sent[i].bytes, made->bytes, made->len) == 0;
	return same;
}

/** Every secret is tried, also behind one that fits. */
static bool any_fits(const struct row *row, const struct signature_check *check,
		     const struct message *m, const struct digest *sent, size_t sent_len)
{
	bool fits = false;
	unsigned char key[KEY_BYTES];
	size_t key_len;
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	must(hmac != NULL);
	for (size_t s = 0; s < check->secrets_len; s++) {
		if (!read_key(row, check->secrets[s], key, &key_len))
			continue;
		for (size_t w = 0; w < m->ways_len; w++) {
			struct digest made = mac_of(hmac, row, (struct slice){(char *)key, key_len},
						    m, m->ways[w]);
			fits |= one_is_same(&made, sent, sent_len);
		}
	}
	OPENSSL_cleanse(key, sizeof(key));
	EVP_MAC_free(hmac);
	return fits;
}

static bool read_time(enum time_unit unit, struct slice text, int64_t *instant)
{
	static const int64_t epoch_s = INT64_C(946684800), most_s = INT64_C(253402300799);
	int64_t seconds;
	if (unit == RFC3339)
		return clock_parse(text, instant);
	if (!slice_to_int64(text, &seconds) || seconds < 0 || seconds > most_s)
		return false;
	*instant = (seconds - epoch_s) * INT64_C(1000000);
	return true;
}

static enum signature_verdict judge_time(enum time_unit unit, struct slice text, int64_t now)
{
	int64_t instant, tolerance = SIGNATURE_TOLERANCE_S * INT64_C(1000000);
	if (unit == NO_TIME)
		return SIGNATURE_GOOD;
	if (!read_time(unit, text, &instant))
		return SIGNATURE_WRONG;
	if (now == CLOCK_NO_INSTANT || instant < now - tolerance || instant > now + tolerance)
		return SIGNATURE_STALE;
	return SIGNATURE_GOOD;
}

static enum signature_verdict verify_signed(const struct row *row,
					    const struct signature_check *check)
{
	struct message m;
	struct digest sent[SIGNATURE_LIST];
	struct arena arena;
	arena_init(&arena, TWILIO_SIGNED_BYTES);
	enum signature_verdict verdict = read_message(row, check, &arena, &m);
	if (verdict == SIGNATURE_GOOD) {
		size_t sent_len = read_digests(row, m.signature, sent);
		bool fits = sent_len > 0 && any_fits(row, check, &m, sent, sent_len);
		verdict = fits ? judge_time(row->unit, m.time, check->now) : SIGNATURE_WRONG;
	}
	arena_fini(&arena);
	return verdict;
}

/** Texts of different length take the same time, too. */
static bool same_text(struct slice a, struct slice b)
{
	unsigned char of_a[DIGEST_BYTES], of_b[DIGEST_BYTES];
	must(EVP_Digest(a.at, a.len, of_a, NULL, EVP_sha256(), NULL) == 1 &&
	     EVP_Digest(b.at, b.len, of_b, NULL, EVP_sha256(), NULL) == 1);
	return CRYPTO_memcmp(of_a, of_b, sizeof(of_a)) == 0;
}

/** The secret is the password, or "user:password", or the whole token. */
static enum signature_verdict verify_static(const struct signature_check *check)
{
	struct slice rest = payload_header(check->payload, "authorization"), scheme;
	char decoded[SIGNATURE_HEADER_BYTES];
	bool fits = false;
	if (!slice_next_part(&rest, ' ', &scheme))
		return SIGNATURE_MISSING;
	struct slice whole = slice_trim(rest), password = whole;
	if (whole.len > SIGNATURE_HEADER_BYTES)
		return SIGNATURE_WRONG;
	if (slice_equal_ignoring_case(scheme, SLICE("basic"))) {
		size_t len;
		if (!digest_decode(DIGEST_BASE64, whole, (unsigned char *)decoded, sizeof(decoded),
				   &len))
			return SIGNATURE_WRONG;
		whole = password = (struct slice){decoded, len};
		struct slice user;
		(void)slice_next_part(&password, ':', &user);
	} else if (!slice_equal_ignoring_case(scheme, SLICE("bearer"))) {
		return SIGNATURE_MISSING;
	}
	for (size_t s = 0; s < check->secrets_len; s++) {
		fits |= same_text(whole, check->secrets[s]);
		fits |= same_text(password, check->secrets[s]);
	}
	OPENSSL_cleanse(decoded, sizeof(decoded));
	return fits ? SIGNATURE_GOOD : SIGNATURE_WRONG;
}

enum signature_verdict signature_verify(enum signature_scheme scheme,
					const struct signature_check *check)
{
	if (scheme == SIGNATURE_NONE)
		return SIGNATURE_GOOD;
	if (check->secrets_len == 0)
		return check->must ? SIGNATURE_MISSING : SIGNATURE_GOOD;
	if (scheme == SIGNATURE_STATIC)
		return verify_static(check);
	return verify_signed(&rows[scheme], check);
}

bool signature_secret_fits(enum signature_scheme scheme, struct slice secret)
{
	unsigned char key[KEY_BYTES];
	size_t len;
	if (scheme == SIGNATURE_NONE || scheme == SIGNATURE_STATIC)
		return secret.len > 0;
	bool fits = read_key(&rows[scheme], secret, key, &len);
	OPENSSL_cleanse(key, sizeof(key));
	return fits;
}

const char *signature_verdict_word(enum signature_verdict verdict)
{
	static const char *const words[] = {
		[SIGNATURE_GOOD] = "good",
		[SIGNATURE_MISSING] = "missing",
		[SIGNATURE_WRONG] = "wrong",
		[SIGNATURE_STALE] = "stale",
	};
	return words[verdict];
}
