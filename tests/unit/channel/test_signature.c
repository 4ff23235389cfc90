/* Every vector as it is, with each single bit changed, with other secrets, at other times. */
#include "channel/signature.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "vectors.h"

enum { SECOND = 1000000 };

static int64_t instant_of(const char *text)
{
	int64_t instant;
	must(clock_parse(slice_of(text), &instant));
	return instant;
}

static enum signature_verdict verdict_of(const struct vector *v, const struct payload *p,
					 int64_t now)
{
	struct slice secret = slice_of(v->secret);
	struct signature_check check = {p, slice_of(v->url), &secret, 1, true, now};
	return signature_verify(v->scheme, &check);
}

static struct payload payload_of(const struct vector *v)
{
	return (struct payload){.query = slice_of(v->query),
				.headers = slice_of(v->headers),
				.body = slice_of(v->body)};
}

static int64_t now_of(const struct vector *v)
{
	return instant_of(v->at != NULL ? v->at : "2026-05-04T10:00:00Z");
}

static void each_vector(void (*check)(const struct vector *v))
{
	for (size_t i = 0; i < vectors_len; i++)
		check(&vectors[i]);
}

static void is_good(const struct vector *v)
{
	struct payload p = payload_of(v);
	cr_expect(eq(int, verdict_of(v, &p, now_of(v)), SIGNATURE_GOOD), "%s", v->name);
}

Test(signature, each_vector_is_good)
{
	each_vector(is_good);
}

/** An escape's digits mean the same in upper and lower case. */
static bool is_case_of_an_escape(const struct slice *text, size_t at, int bit)
{
	char c = text->at[at];
	bool letter = (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
	return letter && bit == 5 &&
	       ((at > 0 && text->at[at - 1] == '%') || (at > 1 && text->at[at - 2] == '%'));
}

static size_t refused_with_a_bit_changed(const struct vector *v, struct payload *p,
					 struct slice *part, size_t from, size_t until)
{
	char *copy = memory_new(part->len + 1);
	struct slice whole = *part;
	size_t tried = 0;
	memcpy(copy, whole.at, whole.len);
	*part = (struct slice){copy, whole.len};
	for (size_t at = from; at < until; at++)
		for (int bit = 0; bit < 8; bit++) {
			if (is_case_of_an_escape(&whole, at, bit))
				continue;
			copy[at] = (char)(whole.at[at] ^ (1 << bit));
			enum signature_verdict verdict = verdict_of(v, p, now_of(v));
			cr_expect(verdict == SIGNATURE_WRONG || verdict == SIGNATURE_MISSING,
				  "%s: byte %zu bit %d of %s is %s", v->name, at, bit, copy,
				  signature_verdict_word(verdict));
			copy[at] = whole.at[at];
			tried++;
		}
	*part = whole;
	memory_free(copy);
	return tried;
}

static void is_refused_with_a_bit_of_the_body_changed(const struct vector *v)
{
	struct payload p = payload_of(v);
	size_t tried = refused_with_a_bit_changed(v, &p, &p.body, 0, p.body.len);
	cr_expect(tried + 64 >= p.body.len * 8);
}

Test(signature, a_bit_of_the_body_changed_is_wrong)
{
	each_vector(is_refused_with_a_bit_of_the_body_changed);
}

static void is_refused_with_a_bit_of_a_header_changed(const struct vector *v)
{
	struct payload p = payload_of(v);
	size_t at = 0;
	while (at < p.headers.len) {
		const char *name = p.headers.at + at;
		const char *colon = strchr(name, ':'), *end = strchr(name, '\n');
		cr_assert(colon != NULL && end != NULL);
		size_t until = (size_t)(end - p.headers.at);
		cr_expect(refused_with_a_bit_changed(v, &p, &p.headers,
						     (size_t)(colon - p.headers.at) + 2, until) > 0,
			  "%s", v->name);
		at = until + 1;
	}
}

Test(signature, a_bit_of_signature_or_id_or_time_changed_is_wrong)
{
	each_vector(is_refused_with_a_bit_of_a_header_changed);
}

static void is_refused_with_a_bit_of_the_address_changed(const struct vector *v)
{
	struct payload p = payload_of(v);
	if (v->scheme == SIGNATURE_TWILIO)
		cr_expect(refused_with_a_bit_changed(v, &p, &p.query, 0, p.query.len) > 0);
}

Test(signature, a_bit_of_the_query_changed_is_wrong_where_it_is_signed)
{
	each_vector(is_refused_with_a_bit_of_the_address_changed);
}

static void is_missing_without_headers(const struct vector *v)
{
	struct payload p = payload_of(v);
	p.headers = SLICE("content-type: application/json\n");
	if (v->scheme == SIGNATURE_MAILGUN)
		p.body = SLICE("timestamp=1777888800&token=06c9");
	cr_expect(eq(int, verdict_of(v, &p, now_of(v)), SIGNATURE_MISSING), "%s", v->name);
}

Test(signature, without_the_header_it_is_missing)
{
	each_vector(is_missing_without_headers);
}

static const struct vector *vector_named(const char *name)
{
	for (size_t i = 0; i < vectors_len; i++)
		if (strcmp(vectors[i].name, name) == 0)
			return &vectors[i];
	cr_fatal("%s is not a vector", name);
}

static enum signature_verdict with_secrets(const struct vector *v, const char *first,
					   const char *second)
{
	struct payload p = payload_of(v);
	struct slice secrets[] = {slice_of(first), slice_of(second)};
	struct signature_check check = {&p, slice_of(v->url), secrets, 2, true, now_of(v)};
	return signature_verify(v->scheme, &check);
}

static void is_good_by_either_secret(const struct vector *v)
{
	static const char other[] = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
	cr_expect(eq(int, with_secrets(v, v->secret, other), SIGNATURE_GOOD), "%s", v->name);
	cr_expect(eq(int, with_secrets(v, other, v->secret), SIGNATURE_GOOD), "%s", v->name);
	cr_expect(eq(int, with_secrets(v, other, other), SIGNATURE_WRONG), "%s", v->name);
}

Test(signature, either_of_two_secrets_is_right_and_a_third_is_wrong)
{
	each_vector(is_good_by_either_secret);
}

Test(signature, a_secret_that_is_no_key_is_passed_over)
{
	const struct vector *v = vector_named("standard webhooks");
	cr_expect(eq(int, with_secrets(v, "whsec_no base64", v->secret), SIGNATURE_GOOD));
	cr_expect(eq(int, with_secrets(v, "whsec_no base64", "whsec_"), SIGNATURE_WRONG));
}

static void is_stale_at_another_time(const struct vector *v)
{
	struct payload p = payload_of(v);
	int64_t now = now_of(v), tolerance = SIGNATURE_TOLERANCE_S * (int64_t)SECOND;
	if (v->at == NULL)
		return;
	cr_expect(eq(int, verdict_of(v, &p, now + tolerance), SIGNATURE_GOOD), "%s", v->name);
	cr_expect(eq(int, verdict_of(v, &p, now - tolerance), SIGNATURE_GOOD), "%s", v->name);
	cr_expect(eq(int, verdict_of(v, &p, now + tolerance + 1), SIGNATURE_STALE), "%s", v->name);
	cr_expect(eq(int, verdict_of(v, &p, now - tolerance - 1), SIGNATURE_STALE), "%s", v->name);
	cr_expect(eq(int, verdict_of(v, &p, CLOCK_NO_INSTANT), SIGNATURE_STALE), "%s", v->name);
}

Test(signature, a_right_one_more_than_five_minutes_away_is_stale)
{
	each_vector(is_stale_at_another_time);
}

static void is_wrong_and_not_stale(const struct vector *v)
{
	struct payload p = payload_of(v);
	struct slice secret = SLICE("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
	struct signature_check check = {
		&p, slice_of(v->url), &secret, 1, true, instant_of("2031-01-01T00:00:00Z")};
	cr_expect(eq(int, signature_verify(v->scheme, &check), SIGNATURE_WRONG), "%s", v->name);
}

Test(signature, a_wrong_one_is_never_called_stale)
{
	each_vector(is_wrong_and_not_stale);
}

static enum signature_verdict with_headers(const struct vector *v, const char *headers)
{
	struct payload p = payload_of(v);
	p.headers = slice_of(headers);
	return verdict_of(v, &p, now_of(v));
}

Test(signature, a_header_of_absurd_length_is_wrong)
{
	const struct vector *v = vector_named("meta");
	char *headers = memory_new(1 << 20);
	memcpy(headers, v->headers, strlen(v->headers) - 1);
	memset(headers + strlen(v->headers) - 1, 'a', 1 << 19);
	cr_expect(eq(int, with_headers(v, headers), SIGNATURE_WRONG));
	memory_free(headers);
}

Test(signature, one_good_of_several_in_a_list_is_enough)
{
	const struct vector *v = vector_named("standard webhooks");
	cr_expect(eq(int,
		     with_headers(v, "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek\n"
				     "webhook-timestamp: 1614265330\n"
				     "webhook-signature: v1a,eW8= "
				     "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= "
				     "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\n"),
		     SIGNATURE_GOOD));
}

Test(signature, a_list_longer_than_its_bound_is_wrong)
{
	const struct vector *v = vector_named("standard webhooks");
	cr_expect(eq(int,
		     with_headers(v, "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek\n"
				     "webhook-timestamp: 1614265330\n"
				     "webhook-signature: a b c d e f g h "
				     "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\n"),
		     SIGNATURE_WRONG));
}

Test(signature, an_address_with_its_port_and_without_is_the_same_to_twilio)
{
	struct vector v = *vector_named("twilio");
	struct payload p = payload_of(&v);
	v.url = "https://mycompany.com:443/myapp.php";
	cr_expect(eq(int, verdict_of(&v, &p, 0), SIGNATURE_GOOD));
	v = *vector_named("twilio, https and its port");
	p = payload_of(&v);
	v.url = "https://mycompany.com/myapp.php";
	cr_expect(eq(int, verdict_of(&v, &p, 0), SIGNATURE_GOOD));
	v = *vector_named("twilio, http and its port");
	p = payload_of(&v);
	v.url = "http://mycompany.com/myapp.php";
	cr_expect(eq(int, verdict_of(&v, &p, 0), SIGNATURE_GOOD));
}

Test(signature, a_body_beside_bodySHA256_must_be_that_body)
{
	const struct vector *v = vector_named("twilio, JSON");
	struct payload p = payload_of(v);
	p.body = SLICE("{\"property\": \"value\", \"boolean\": false}");
	cr_expect(eq(int, verdict_of(v, &p, 0), SIGNATURE_WRONG));
}

Test(signature, a_field_that_begins_with_NUL_hides_none_of_the_others)
{
	const struct vector *v = vector_named("twilio, without fields");
	struct payload p = payload_of(v);
	cr_expect(eq(int, verdict_of(v, &p, 0), SIGNATURE_GOOD));
	p.body = SLICE("%00=&Digits=9");
	cr_expect(eq(int, verdict_of(v, &p, 0), SIGNATURE_WRONG));
}

Test(signature, without_a_secret_only_who_must_sign_is_refused)
{
	struct payload p = {.body = SLICE("{}")};
	struct signature_check check = {.payload = &p, .must = true};
	cr_expect(eq(int, signature_verify(SIGNATURE_META, &check), SIGNATURE_MISSING));
	cr_expect(eq(int, signature_verify(SIGNATURE_NONE, &check), SIGNATURE_GOOD));
	check.must = false;
	cr_expect(eq(int, signature_verify(SIGNATURE_CHATWOOT, &check), SIGNATURE_GOOD));
}

static enum signature_verdict authorized(const char *headers, const char *secret)
{
	struct payload p = {.headers = slice_of(headers)};
	struct slice secrets[] = {SLICE("another"), slice_of(secret)};
	struct signature_check check = {&p, SLICE_NONE, secrets, 2, true, 0};
	return signature_verify(SIGNATURE_STATIC, &check);
}

/* "hook:s3cret" and "hook:s3:cret" as printf | base64 prints them. */
Test(signature, a_static_secret_is_the_password_or_user_and_password_or_the_token)
{
	cr_expect(eq(int, authorized("authorization: Basic aG9vazpzM2NyZXQ=\n", "s3cret"),
		     SIGNATURE_GOOD));
	cr_expect(eq(int, authorized("authorization: basic aG9vazpzM2NyZXQ=\n", "hook:s3cret"),
		     SIGNATURE_GOOD));
	cr_expect(eq(int, authorized("authorization: Basic aG9vazpzMzpjcmV0\n", "s3:cret"),
		     SIGNATURE_GOOD));
	cr_expect(eq(int, authorized("authorization: Bearer s3cret\n", "s3cret"), SIGNATURE_GOOD));
	cr_expect(eq(int, authorized("authorization: Basic aG9vazpzM2NyZXQ=\n", "hook"),
		     SIGNATURE_WRONG));
	cr_expect(eq(int, authorized("authorization: Bearer hook:s3cret\n", "s3cret"),
		     SIGNATURE_WRONG));
	cr_expect(
		eq(int, authorized("authorization: Digest s3cret\n", "s3cret"), SIGNATURE_MISSING));
	cr_expect(eq(int, authorized("accept: */*\n", "s3cret"), SIGNATURE_MISSING));
}

Test(signature, a_basic_that_is_no_base64_or_absurdly_long_is_wrong)
{
	static char headers[2 * SIGNATURE_HEADER_BYTES] = "authorization: Bearer ";
	cr_expect(eq(int, authorized("authorization: Basic s3cret\n", "s3cret"), SIGNATURE_WRONG));
	memset(headers + strlen(headers), 'a', SIGNATURE_HEADER_BYTES + 1);
	cr_expect(eq(int, authorized(headers, "s3cret"), SIGNATURE_WRONG));
}

Test(signature, a_time_that_is_signed_and_none_is_wrong)
{
	/* printf 'soon.{}' | openssl dgst -sha256 -hmac chatwoot-secret */
	struct payload p = {
		.headers = SLICE(
			"x-chatwoot-timestamp: soon\n"
			"x-chatwoot-signature: sha256=e3cd21707ba184278830f7c97e7ca2cdd7f82b7f331ca3419b9a506097131bb7\n"),
		.body = SLICE("{}")};
	struct slice secret = SLICE("chatwoot-secret");
	struct signature_check check = {&p, SLICE_NONE, &secret, 1, true, 0};
	cr_expect(eq(int, signature_verify(SIGNATURE_CHATWOOT, &check), SIGNATURE_WRONG));
}

Test(signature, verdicts_have_words)
{
	cr_expect_str_eq(signature_verdict_word(SIGNATURE_GOOD), "good");
	cr_expect_str_eq(signature_verdict_word(SIGNATURE_MISSING), "missing");
	cr_expect_str_eq(signature_verdict_word(SIGNATURE_WRONG), "wrong");
	cr_expect_str_eq(signature_verdict_word(SIGNATURE_STALE), "stale");
}

Test(signature, a_secret_that_can_never_fit_is_told)
{
	static char long_secret[2000];
	memset(long_secret, 'a', sizeof(long_secret));
	cr_expect(not(signature_secret_fits(SIGNATURE_META,
					    (struct slice){long_secret, sizeof(long_secret)})));
	cr_expect(signature_secret_fits(SIGNATURE_STANDARD,
					SLICE("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX")));
	cr_expect(not(signature_secret_fits(SIGNATURE_STANDARD, SLICE("whsec_not base64"))));
	cr_expect(not(signature_secret_fits(SIGNATURE_STANDARD, SLICE("whsec_"))));
	cr_expect(signature_secret_fits(SIGNATURE_META, SLICE("not base64")));
	cr_expect(not(signature_secret_fits(SIGNATURE_STATIC, SLICE(""))));
}

/* Payload files of others, where they are at hand. */
static void given_sample(struct vector *v, const char *name, char *body, size_t room)
{
	char path[512];
	const char *shared = getenv("PLAUDIT_SHARED_DIR");
	must(snprintf(path, sizeof(path), "%s/samples/%s", shared != NULL ? shared : "", name) > 0);
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		cr_skip("%s is not at hand: skipped", name);
	size_t len = fread(body, 1, room - 1, file);
	must(fclose(file) == 0);
	body[len] = '\0';
	v->body = body;
}

static void expect_sample(struct vector v, const char *file)
{
	char body[4096];
	given_sample(&v, file, body, sizeof(body));
	is_good(&v);
	is_refused_with_a_bit_of_the_body_changed(&v);
	is_refused_with_a_bit_of_a_header_changed(&v);
	is_refused_with_a_bit_of_the_address_changed(&v);
	is_good_by_either_secret(&v);
	is_stale_at_another_time(&v);
}

Test(signature, the_messenger_sample_is_signed)
{
	expect_sample(
		(struct vector){
			.name = "sample",
			.scheme = SIGNATURE_META,
			.secret = "meta-app-secret",
			.headers =
				"x-hub-signature-256: sha256="
				"60f6f8815433b4c6b83d16ca745f6e17f400516b70c9ab2112f55e3089e3230c\n",
		},
		"meta-feedback.json");
}

Test(signature, the_chatwoot_sample_is_signed)
{
	expect_sample(
		(struct vector){
			.name = "sample",
			.scheme = SIGNATURE_CHATWOOT,
			.secret = "chatwoot-secret",
			.headers =
				"x-chatwoot-timestamp: 1777888800\n"
				"x-chatwoot-signature: sha256="
				"6604b413f35bf5ab0b51f7851bdc10bd0d25cb55c46b41e3847f66ccb1cde8ed\n",
			.at = "2026-05-04T10:00:00Z",
		},
		"chatwoot-csat.json");
}

Test(signature, the_formbricks_sample_is_signed)
{
	expect_sample(
		(struct vector){
			.name = "sample",
			.scheme = SIGNATURE_STANDARD,
			.secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
			.headers = "webhook-id: msg_1\n"
				   "webhook-timestamp: 1777888800\n"
				   "webhook-signature: "
				   "v1,y7DlrzmbkMnyO7Obz881VOztmEDKpCrRlxVg7MEbGD8=\n",
			.at = "2026-05-04T10:00:00Z",
		},
		"formbricks-finished.json");
}

Test(signature, the_twilio_sample_is_signed)
{
	expect_sample(
		(struct vector){
			.name = "sample",
			.scheme = SIGNATURE_TWILIO,
			.secret = "twilio-auth-token",
			.url = "https://cx.example.org/v1/channels/phone/twilio/voice",
			.query = "inv=inv_42&q=nps",
			.headers = "x-twilio-signature: nSNDVdmcNoBsXLaa+uTXwZIygU0=\n",
		},
		"twilio-gather.form");
}
