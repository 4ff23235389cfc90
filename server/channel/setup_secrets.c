/** Secrets on their way in. */
#include "channel/setup_parts.h"

static const char *const secret_names[] = {"signing", "verify_token", "access_token"};

bool setup_secret_known(const struct adapter *a, struct slice name)
{
	bool known[] = {a == NULL || a->scheme != SIGNATURE_NONE, a == NULL || a->challenged,
			a == NULL || a->asked};
	for (size_t i = 0; i < COUNT_OF(secret_names); i++)
		if (slice_is(name, secret_names[i]))
			return known[i];
	return false;
}

bool setup_secret_fits(const struct adapter *a, struct slice name, struct slice secret)
{
	if (secret.len == 0 || secret.len > SETUP_SECRET_BYTES || !slice_is_text(secret))
		return false;
	return a == NULL || !slice_is(name, "signing") || signature_secret_fits(a->scheme, secret);
}

static struct slice read_secret(struct setup_making *m, const struct node *at, const char *name)
{
	struct slice text = cJSON_IsString(at->json) ? slice_of(at->json->valuestring) : SLICE_NONE;
	if (setup_secret_fits(m->setup->adapter, slice_of(name), text))
		return setup_take(m, text);
	reading_fault(&m->reading, at, "not_a_secret",
		      "1 to %d bytes without control characters, as the provider gives it",
		      SETUP_SECRET_BYTES);
	return SLICE_NONE;
}

static void read_signing(struct setup_making *m, const struct node *list,
			 struct setup_secrets *made)
{
	size_t len = read_list(&m->reading, list, 1, SIGNATURE_SECRETS);
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at))
		made->signing[made->signing_len++] = read_secret(m, &at, "signing");
}

/** Only those that mean something for the kind. */
static bool has_right_names(struct setup_making *m, const struct node *at)
{
	const char *keys[COUNT_OF(secret_names) + 1] = {NULL};
	size_t len = 0;
	for (size_t i = 0; i < COUNT_OF(secret_names); i++)
		if (setup_secret_known(m->setup->adapter, slice_of(secret_names[i])))
			keys[len++] = secret_names[i];
	return at->json == NULL || read_object(&m->reading, at, keys);
}

void setup_read_secrets(struct setup_making *m, const struct node *at, bool first,
			struct setup_secrets *made)
{
	const struct adapter *a = m->setup->adapter;
	struct node signing = node_field(at, "signing"),
		    verify_token = node_field(at, "verify_token"),
		    access_token = node_field(at, "access_token");
	if (!has_right_names(m, at))
		return;
	if (signing.json != NULL)
		read_signing(m, &signing, made);
	else if (first && a != NULL && a->signed_must)
		(void)read_given(&m->reading, &signing);
	if (verify_token.json != NULL)
		made->verify_token = read_secret(m, &verify_token, "verify_token");
	if (access_token.json != NULL)
		made->access_token = read_secret(m, &access_token, "access_token");
}

void setup_wipe_secrets(cJSON *secrets)
{
	cJSON *one, *of;
	cJSON_ArrayForEach(one, secrets)
	{
		if (cJSON_IsString(one))
			explicit_bzero(one->valuestring, strlen(one->valuestring));
		cJSON_ArrayForEach(of, one) if (cJSON_IsString(of))
			explicit_bzero(of->valuestring, strlen(of->valuestring));
	}
}
