#include "api/asking.h"

#include "api/problem_of.h"

struct asking *asking_begin(struct exchange *x)
{
	struct asking *a = memory_new(sizeof(*a));
	a->x = x;
	x->state = a;
	return a;
}

void asking_end(void *asking, struct http_bytes *bytes, const struct trouble *why)
{
	struct asking *a = asking;
	struct exchange *x = a->x;
	memory_free(a);
	if (x == NULL)
		return;
	if (bytes != NULL)
		answer_board(x, bytes);
	else
		answer_trouble(x, why);
}

void asking_gone(struct exchange *x)
{
	struct asking *a = x->state;
	if (a != NULL)
		a->x = NULL;
}

static struct slice etag_of(const struct http_bytes *bytes)
{
	static const char field[] = "\r\nETag: ";
	struct slice head = http_bytes_head(bytes);
	const char *at = memmem(head.at, head.len, field, sizeof(field) - 1);
	if (at == NULL)
		return SLICE_NONE;
	struct slice rest = slice_from(head, (size_t)(at - head.at) + sizeof(field) - 1), tag;
	(void)slice_next_part(&rest, '\r', &tag);
	return tag;
}

void answer_board(struct exchange *x, struct http_bytes *bytes)
{
	bool conditional = exchange_header(x, "if-none-match").at != NULL;
	struct slice etag = conditional ? etag_of(bytes) : SLICE_NONE;
	if (etag.at != NULL && exchange_if_none_match(x, etag)) {
		exchange_answer_add_header(x, "Cache-Control", SLICE("private, no-cache"));
		exchange_answer_add_header(x, "Vary", SLICE("Accept, Authorization"));
		exchange_answer_not_modified(x, etag);
	} else {
		exchange_answer_bytes(x, bytes);
	}
}

bool wants_csv(const struct exchange *x)
{
	if (x->suffix != SUFFIX_NONE)
		return x->suffix == SUFFIX_CSV;
	struct slice accept = exchange_header(x, "accept");
	return accept.at != NULL && slice_starts_with(accept, SLICE("text/csv"));
}
