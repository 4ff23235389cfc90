#include "api/asking.h"

#include "api/access.h"
#include "api/csv_choice.h"
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

static void answer_same(struct exchange *x, struct slice etag)
{
	exchange_answer_add_header(x, "Cache-Control", SLICE("private, no-cache"));
	exchange_answer_add_header(x, "Vary", SLICE("Accept, Authorization"));
	exchange_answer_not_modified(x, etag);
}

/* Another form of CSV than the finished one */

struct recasting {
	struct asking asking; /* first: asking_gone() is told of it */
	struct http_bytes *from;
	struct csv_form form;
	const char *etag;
	struct buf body;
};

/** The tag of the finished answer with the form's before its last quote. */
static const char *etag_recast(struct exchange *x, struct slice etag, const struct csv_form *form)
{
	const char *tag = NULL;
	if (etag.len > 0)
		tag = arena_print(x->arena, "%.*s%s\"", (int)etag.len - 1, etag.at,
				  csv_choice_tag(form));
	return tag;
}

static void recast_work(void *arg)
{
	struct recasting *r = arg;
	csv_recast(http_bytes_body(r->from), &r->form, &r->body);
}

static void recast_done(void *arg)
{
	struct recasting *r = arg;
	struct exchange *x = r->asking.x;
	if (x != NULL) {
		if (r->etag != NULL)
			exchange_answer_add_header(x, "ETag", slice_of(r->etag));
		exchange_answer_add_header(x, "Cache-Control", SLICE("private, no-cache"));
		exchange_answer_add_header(x, "Vary", SLICE("Accept, Authorization"));
		exchange_answer(x, 200, CSV_TYPE, buf_slice(&r->body));
	}
	http_bytes_unref(r->from);
	buf_fini(&r->body);
	memory_free(r);
}

static void answer_recast(struct exchange *x, struct http_bytes *bytes, const struct csv_form *form)
{
	const char *etag = etag_recast(x, etag_of(bytes), form);
	if (etag != NULL && exchange_if_none_match(x, slice_of(etag))) {
		answer_same(x, slice_of(etag));
		return;
	}
	struct recasting *r = memory_new(sizeof(*r));
	*r = (struct recasting){
		.asking = {x}, .from = http_bytes_ref(bytes), .form = *form, .etag = etag};
	/* At most every byte becomes two. */
	buf_init(&r->body, 2 * http_bytes_body(bytes).len + 16);
	x->state = r;
	loop_offload(api_of(x)->loop, recast_work, recast_done, r);
}

void answer_board(struct exchange *x, struct http_bytes *bytes)
{
	struct csv_form form;
	if (wants_csv(x)) {
		must(csv_choice_read(x, true, &form));
		if (csv_choice_made(&form)) {
			answer_recast(x, bytes, &form);
			return;
		}
	}
	bool conditional = exchange_header(x, "if-none-match").at != NULL;
	struct slice etag = conditional ? etag_of(bytes) : SLICE_NONE;
	if (etag.at != NULL && exchange_if_none_match(x, etag))
		answer_same(x, etag);
	else
		exchange_answer_bytes(x, bytes);
}

bool wants_csv(const struct exchange *x)
{
	if ((x->route->suffixes & SUFFIX_CSV) == 0)
		return false;
	if (x->suffix != SUFFIX_NONE)
		return x->suffix == SUFFIX_CSV;
	struct slice accept = exchange_header(x, "accept");
	return accept.at != NULL && slice_starts_with(accept, SLICE("text/csv"));
}

bool asking_form_read(struct exchange *x)
{
	struct csv_form form;
	return csv_choice_read(x, wants_csv(x), &form);
}
