/** Secrets of a source, one for another: POST and DELETE. */
#include "api/json_body.h"
#include "api/source_work.h"
#include "api/sources.h"
#include "channel/setup.h"
#include "http/problem.h"
#include "store/sql.h"

static void begin_post(struct exchange *x)
{
	(void)access_check(x); /* refuses before the body is sent */
}

static void added(void *arg, const struct pg_answer *answer)
{
	struct source_work *w = arg;
	if (w->caller.x != NULL && answer->status == E_CONFLICT)
		source_refuse(w, 409, "two_secrets", "Somebody gave it one at the same time");
	else if (source_came(w, answer) == NULL)
		return;
	else if (pg_rows(answer->result) == 0)
		source_unknown(w);
	else if (pg_is_null(answer->result, 0, 0))
		source_refuse(w, 409, "two_secrets",
			      "Two secrets of this name are live: end one of them first");
	else
		source_changed(w, 201);
}

static bool read_secret(struct exchange *x, struct slice bytes, const struct adapter *adapter,
			struct slice *name, struct slice *secret)
{
	static const char *const names[] = {"name", "secret", NULL};
	struct record body;
	if (!json_body_read(x, bytes, &body) || !json_body_has_only(x, &body, names) ||
	    !json_body_text(x, &body, "name", PROGRAMME_CODE_BYTES, name) ||
	    !json_body_text(x, &body, "secret", SETUP_SECRET_BYTES, secret))
		return false;
	if (!setup_secret_known(adapter, *name))
		json_body_refuse(x, "name: signing, verify_token or access_token, as the kind of "
				    "the source has them");
	else if (!setup_secret_fits(adapter, *name, *secret))
		json_body_refuse(x, "secret: a text without control characters, as the provider "
				    "gives it");
	else
		return true;
	return false;
}

static void whole_post(struct exchange *x, struct slice bytes)
{
	const struct known_key *key = access_check(x);
	const struct known_source *source = key != NULL ? access_source(x, key) : NULL;
	struct slice name, secret;
	if (source == NULL || !read_secret(x, bytes, source->setup->adapter, &name, &secret))
		return;
	struct pg_value values[] = {pg_int4(key->organisation_id), pg_text(source->code),
				    pg_text(name), pg_text(secret), pg_text(slice_of(key->key_id))};
	pg_pool_run(api_of(x)->pool, &SQL_SOURCE_SECRET_ADD, values, COUNT_OF(values), added,
		    source_begin(x, key, source->code));
}

static void dropped(void *arg, const struct pg_answer *answer)
{
	struct source_work *w = arg;
	if (source_came(w, answer) == NULL)
		return;
	if (pg_rows(answer->result) == 0)
		source_refuse(w, 404, "unknown_secret", "The source has no such secret");
	else if (!pg_get_bool(answer->result, 0, 0))
		source_refuse(w, 409, "last_secret",
			      "A source of this kind signs: give it another secret first");
	else
		source_changed(w, 204);
}

static void begin_delete(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_source *source = key != NULL ? access_source(x, key) : NULL;
	struct slice name = SLICE_NONE, number = SLICE_NONE;
	int64_t which = 0;
	if (source == NULL)
		return;
	must(exchange_parameter(x, "name", &name) && exchange_parameter(x, "number", &number));
	if (!slice_to_int64(number, &which) || which < 1 || which > SIGNATURE_SECRETS)
		which = 0; /* there is none of it */
	struct pg_value values[] = {
		pg_int4(key->organisation_id),
		pg_text(source->code),
		pg_text(name),
		pg_int2((int16_t)which),
		pg_bool(source->setup->adapter->signed_must && slice_is(name, "signing")),
		pg_text(slice_of(key->key_id)),
	};
	pg_pool_run(api_of(x)->pool, &SQL_SOURCE_SECRET_DROP, values, COUNT_OF(values), dropped,
		    source_begin(x, key, source->code));
}

const struct handler source_secret_post = {
	.begin = begin_post, .whole = whole_post, .gone = caller_gone};
const struct handler source_secret_delete = {.begin = begin_delete, .gone = caller_gone};
