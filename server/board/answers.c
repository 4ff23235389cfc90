#include "board/answers.h"

#include <math.h>

#include "base/must.h"

struct answer {
	struct live_question question;
	struct http_bytes *bytes;
	uint64_t used;
};

static bool same_threshold(double a, double b)
{
	return (isnan(a) && isnan(b)) || a == b;
}

bool live_question_equal(const struct live_question *a, const struct live_question *b)
{
	if (a->form != b->form)
		return false;
	if (a->form == LIVE_COMPANY_JSON)
		return a->company == b->company;
	if (a->form != LIVE_BOARD_JSON && a->form != LIVE_BOARD_CSV)
		return true;
	return a->board.sector == b->board.sector && a->board.channel == b->board.channel &&
	       a->board.metric == b->board.metric && a->board.area == b->board.area &&
	       a->board.include == b->board.include &&
	       same_threshold(a->board.threshold, b->board.threshold);
}

void answers_clear(struct answers *a)
{
	for (size_t i = 0; i < a->len; i++)
		http_bytes_unref(a->at[i].bytes);
	a->len = 0;
	a->bytes = 0;
}

void answers_fini(struct answers *a)
{
	answers_clear(a);
	memory_free(a->at);
	*a = (struct answers){0};
}

struct http_bytes *answers_find(struct answers *a, const struct live_question *q)
{
	for (size_t i = 0; i < a->len; i++) {
		if (live_question_equal(&a->at[i].question, q)) {
			a->at[i].used = ++a->uses;
			return a->at[i].bytes;
		}
	}
	return NULL;
}

static void drop_oldest(struct answers *a)
{
	size_t oldest = 0;
	for (size_t i = 1; i < a->len; i++)
		if (a->at[i].used < a->at[oldest].used)
			oldest = i;
	a->bytes -= http_bytes_body(a->at[oldest].bytes).len;
	http_bytes_unref(a->at[oldest].bytes);
	a->at[oldest] = a->at[--a->len];
}

void answers_keep(struct answers *a, const struct live_question *q, struct http_bytes *bytes)
{
	size_t size = http_bytes_body(bytes).len;
	if (size > ANSWERS_BYTES)
		return;
	while (a->len > 0 && (a->len >= ANSWERS_KEPT || a->bytes + size > ANSWERS_BYTES))
		drop_oldest(a);
	a->at = memory_resize(a->at, a->len + 1, sizeof(*a->at));
	a->at[a->len++] = (struct answer){
		.question = *q, .bytes = http_bytes_ref(bytes), .used = ++a->uses};
	a->bytes += size;
}
