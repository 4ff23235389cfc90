#include "api/access.h"

#include "http/problem.h"

struct api *api_of(struct exchange *x)
{
	return exchange_context(x);
}

static bool query_is_known(struct exchange *x, const struct access *access)
{
	struct slice rest = x->query, part;
	if (rest.len == 0)
		return true;
	while (slice_next_part(&rest, '&', &part)) {
		struct slice name;
		bool known = false;
		if (!slice_next_part(&part, '=', &name))
			continue;
		for (size_t i = 0; access->query != NULL && access->query[i] != NULL; i++)
			known = known || slice_is(name, access->query[i]);
		if (known || name.len == 0)
			continue;
		exchange_problem(x, 400, "unknown_parameter", "Unknown query parameter",
				 SLICE("a parameter that this route does not know could mean "
				       "something else than it does, so nothing was done"));
		return false;
	}
	return true;
}

static struct slice bearer_key(const struct exchange *x)
{
	struct slice value = exchange_header(x, "authorization");
	struct slice scheme = {value.at, value.len < 7 ? value.len : 7};
	if (value.at == NULL || !slice_equal_ignoring_case(scheme, SLICE("Bearer ")))
		return SLICE_NONE;
	return slice_trim(slice_from(value, 7));
}

const struct known_key *access_check(struct exchange *x)
{
	const struct access *access = exchange_tag(x);
	const struct api *api = api_of(x);
	struct slice text = bearer_key(x);
	must(access != NULL);
	if (!catalogue_ready(api->catalogue)) {
		exchange_answer_add_header(x, "Retry-After", SLICE("2"));
		exchange_problem(x, 503, "not_ready", "The server is not ready",
				 SLICE("the database has not been read yet"));
		return NULL;
	}
	const struct known_key *key = text.at != NULL ? catalogue_find_key(api->catalogue, text)
						      : NULL;
	if (key == NULL) {
		exchange_answer_add_header(x, "WWW-Authenticate",
					   SLICE("Bearer realm=\"plaudit\""));
		exchange_problem(x, 401, "key_required", "An API key is required",
				 SLICE("send \"Authorization: Bearer KEY\" with a key that is "
				       "neither revoked nor expired"));
		return NULL;
	}
	if ((access->roles & (1u << key->role)) == 0) {
		exchange_problem(x, 403, "not_allowed", "This key may not do that",
				 slice_of(role_name(key->role)));
		return NULL;
	}
	return query_is_known(x, access) ? key : NULL;
}

static void not_there(struct exchange *x, const char *code, const char *title)
{
	exchange_problem(x, 404, code, title, SLICE_NONE);
}

struct shared_programme *access_programme(struct exchange *x, const struct known_key *key)
{
	struct slice code = SLICE_NONE;
	must(exchange_parameter(x, "programme", &code));
	struct shared_programme *p = catalogue_find_programme(api_of(x)->catalogue,
							      key->organisation_id, code);
	if (p == NULL)
		not_there(x, "unknown_programme", "There is no such programme");
	return p;
}

const struct known_wave *access_wave(struct exchange *x, const struct known_key *key)
{
	struct slice code = SLICE_NONE;
	struct shared_programme *p = access_programme(x, key);
	if (p == NULL)
		return NULL;
	must(exchange_parameter(x, "wave", &code));
	const struct known_wave *wave = catalogue_find_wave(api_of(x)->catalogue, p, code);
	if (wave == NULL)
		not_there(x, "unknown_wave", "There is no such wave");
	return wave;
}

const struct known_source *access_source(struct exchange *x, const struct known_key *key)
{
	const struct api *api = api_of(x);
	struct slice code = SLICE_NONE;
	must(exchange_parameter(x, "source", &code));
	const struct known_source *source = sources_ready(api->sources)
						    ? sources_find_code(api->sources,
									key->organisation_id, code)
						    : NULL;
	if (source == NULL)
		not_there(x, "unknown_source", "There is no such source");
	return source;
}
