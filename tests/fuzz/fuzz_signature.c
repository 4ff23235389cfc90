#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "channel/digest_text.h"
#include "channel/signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DIGEST_BYTES = 32, HEADER_BYTES = 128 };

static const struct slice secret = SLICE("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX");

static enum signature_verdict verdict_of(enum signature_scheme scheme, const struct payload *p)
{
	struct signature_check check = {p, SLICE("https://cx.example/v1/hooks/a"), &secret, 1, true,
					0};
	return signature_verify(scheme, &check);
}

/** Whatever is sent, it is not signed by who does not know the secret. */
static void must_be_refused(enum signature_scheme scheme, struct slice all)
{
	struct payload p = {0};
	struct slice line;
	(void)slice_next_part(&all, '\n', &p.query);
	p.headers = p.body = all;
	while (slice_next_part(&p.body, '\n', &line) && line.len > 0)
		continue;
	p.headers.len -= p.body.len;
	enum signature_verdict verdict = verdict_of(scheme, &p);
	must(verdict == SIGNATURE_MISSING || verdict == SIGNATURE_WRONG);
}

/** What is signed is good, and with one bit changed it is not. */
static void must_be_the_very_body(struct slice body, uint8_t choice)
{
	unsigned char digest[DIGEST_BYTES];
	unsigned len;
	char header[HEADER_BYTES] = "x-hub-signature-256: sha256=";
	size_t name = strlen(header);
	must(HMAC(EVP_sha256(), secret.at, (int)secret.len, (const unsigned char *)body.at,
		  body.len, digest, &len) != NULL);
	digest_print_hex(digest, len, header + name);
	header[name + 2 * len] = '\n';
	struct payload p = {.headers = slice_of(header), .body = body};
	must(verdict_of(SIGNATURE_META, &p) == SIGNATURE_GOOD);
	if (body.len == 0)
		return;
	char *changed = memory_new(body.len);
	memcpy(changed, body.at, body.len);
	changed[choice % body.len] ^= (char)(1 << (choice & 7));
	p.body.at = changed;
	must(verdict_of(SIGNATURE_META, &p) == SIGNATURE_WRONG);
	memory_free(changed);
}

/** A byte chooses the scheme; then the query, headers, an empty line, the body. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct slice all = {(const char *)data + 1, size - 1};
	must_be_refused((enum signature_scheme)(SIGNATURE_META +
						data[0] % (SIGNATURE_STATIC - SIGNATURE_META + 1)),
			all);
	must_be_the_very_body(all, data[0]);
	return 0;
}
