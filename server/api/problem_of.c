#include "api/problem_of.h"

#include "http/problem.h"
#include "pg/answer.h"

struct meaning {
	enum status status;
	int http;
	const char *code, *title;
};

static const struct meaning meanings[] = {
	{E_INPUT, 422, "not_acceptable", "What was sent is not acceptable"},
	{E_LIMIT, 413, "limit_reached", "A limit was reached"},
	{E_BUSY, 503, "try_again", "Try again later"},
	{E_GONE, 404, "not_found", "There is no such thing"},
	{E_CONFLICT, 409, "conflict", "It contradicts what is stored"},
	{E_INTERNAL, 500, "internal", "The fault is on our side"},
	{E_DENIED, 403, "not_allowed", "This key may not do that"},
	{E_UNKNOWN, 503, "outcome_unknown", "It may have been done: look before trying again"},
};

static const struct meaning *meaning_of(enum status status)
{
	for (size_t i = 0; i < COUNT_OF(meanings); i++)
		if (meanings[i].status == status)
			return &meanings[i];
	never("a failure without a meaning in HTTP");
}

int http_status_of(enum status status)
{
	return meaning_of(status)->http;
}

const char *http_title_of(enum status status)
{
	return meaning_of(status)->title;
}

bool words_are_inner(const struct trouble *why)
{
	return why->status == E_INTERNAL || strcmp(why->code, PG_OWN_WORDS) == 0;
}

const char *problem_code(const struct trouble *why, const char *otherwise)
{
	bool own = why->code[0] != '\0' && strcmp(why->code, PG_OWN_WORDS) != 0;
	return own ? why->code : otherwise;
}

void answer_trouble(struct exchange *x, const struct trouble *why)
{
	const struct meaning *m = meaning_of(why->status);
	/* What broke inside is for the log; the client learns that it was not its doing. */
	struct slice detail = words_are_inner(why) ? SLICE_NONE : slice_of(why->words);
	if (m->http == 503)
		exchange_answer_add_header(x, "Retry-After", SLICE("2"));
	exchange_problem(x, m->http, problem_code(why, m->code), m->title, detail);
}
