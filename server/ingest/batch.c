#include "ingest/batch.h"

#include <stdlib.h>

#include "base/must.h"
#include "ingest/result_row.h"

/** A result as a batch keeps it. Scores of areas, answers to items and questions, by the
 * instrument's lengths, then the bytes of id and comment follow; zeros up to a multiple of
 * KEPT_ALIGNMENT. Two results are the same where all their bytes are. */
struct kept {
	int64_t contacted_at;
	int32_t company, shopper, score, wait_seconds, duration_seconds;
	uint32_t breaches;
	uint16_t comment_len, id_len;
	int8_t channel, attempt;
	uint8_t answered, status;
};

_Static_assert(sizeof(struct kept) == 40, "bytes between the members would tell twins apart");
_Static_assert(COMMENT_BYTES <= UINT16_MAX && RESULT_ID_BYTES <= UINT16_MAX, "lengths fit");
_Static_assert(PROGRAMME_CHANNELS_LIMIT <= INT8_MAX && ATTEMPT_LIMIT <= INT8_MAX, "numbers fit");

enum { KEPT_ALIGNMENT = _Alignof(struct kept) };

static const char *const fate_words[] = {
#define X(name, words) words,
	ROW_FATES(X)
#undef X
};

const char *row_fate_words(enum row_fate fate)
{
	return fate_words[fate];
}

struct batch *batch_new(const struct instrument *instrument, unsigned counts)
{
	struct batch *b = memory_new(sizeof(*b));
	b->instrument = instrument;
	b->counts = counts;
	return b;
}

void batch_free(struct batch *b)
{
	if (b == NULL)
		return;
	buf_fini(&b->rows);
	buf_fini(&b->faults);
	buf_fini(&b->new_shoppers);
	tally_free(b->tally);
	tally_free(b->taken);
	memory_free(b->row);
	memory_free(b);
}

static void forget_taken(struct batch *b)
{
	tally_free(b->taken);
	b->taken = NULL;
}

void batch_clear(struct batch *b, int number, size_t limit_bytes)
{
	b->number = number;
	b->limit_bytes = limit_bytes;
	b->rows_len = 0;
	b->faults_len = 0;
	b->new_shoppers_len = 0;
	buf_clear(&b->rows);
	buf_clear(&b->faults);
	buf_clear(&b->new_shoppers);
	/* One record more than the limit always fits: a record is at most 64 KiB. */
	b->rows.limit_bytes = limit_bytes + BATCH_SPARE_BYTES;
	b->new_shoppers.limit_bytes = limit_bytes + BATCH_SPARE_BYTES;
	b->faults.limit_bytes = SIZE_MAX / 2;
	tally_free(b->tally);
	b->tally = NULL;
	forget_taken(b);
}

size_t batch_bytes(const struct batch *b)
{
	return b->rows.len + b->faults.len + b->new_shoppers.len;
}

bool batch_is_empty(const struct batch *b)
{
	return b->rows_len == 0 && b->faults_len == 0;
}

bool batch_is_full(const struct batch *b)
{
	return b->rows_len >= BATCH_ROWS || batch_bytes(b) >= b->limit_bytes;
}

static struct kept *kept_at(const struct batch *b, const struct batch_row *row)
{
	return (struct kept *)(void *)(b->rows.at + row->offset);
}

static int32_t *areas_of(struct kept *k)
{
	return (int32_t *)(k + 1);
}

static int16_t *answers_of(const struct batch *b, struct kept *k)
{
	return (int16_t *)(areas_of(k) + b->instrument->areas_len);
}

static int16_t *cx_of(const struct batch *b, struct kept *k)
{
	return answers_of(b, k) + b->instrument->items_len;
}

static char *texts_of(const struct batch *b, struct kept *k)
{
	return (char *)(cx_of(b, k) + b->instrument->questions_len);
}

static size_t kept_bytes(const struct batch *b, const struct result *r)
{
	const struct instrument *i = b->instrument;
	size_t bytes = sizeof(struct kept) + i->areas_len * sizeof(int32_t) +
		       (i->items_len + i->questions_len) * sizeof(int16_t) + r->result_id.len +
		       r->comment.len;
	return (bytes + KEPT_ALIGNMENT - 1) / KEPT_ALIGNMENT * KEPT_ALIGNMENT;
}

static void add_slice(char **to, struct slice bytes)
{
	if (bytes.len > 0)
		memcpy(*to, bytes.at, bytes.len);
	*to += bytes.len;
}

static void keep(const struct batch *b, struct kept *k, const struct result *r, int32_t shopper)
{
	const struct instrument *i = b->instrument;
	*k = (struct kept){.contacted_at = r->contacted_at,
			   .company = r->company,
			   .shopper = shopper,
			   .score = r->score,
			   .wait_seconds = r->wait_seconds,
			   .duration_seconds = r->duration_seconds,
			   .comment_len = (uint16_t)r->comment.len,
			   .channel = (int8_t)r->channel,
			   .attempt = (int8_t)r->attempt,
			   .id_len = (uint16_t)r->result_id.len,
			   .answered = r->answered,
			   .status = (uint8_t)r->status,
			   .breaches = r->breaches};
	memcpy(areas_of(k), r->area_scores, i->areas_len * sizeof(int32_t));
	memcpy(answers_of(b, k), r->answers, i->items_len * sizeof(int16_t));
	memcpy(cx_of(b, k), r->cx, i->questions_len * sizeof(int16_t));
	char *texts = texts_of(b, k);
	add_slice(&texts, r->result_id);
	add_slice(&texts, r->comment);
}

void batch_add(struct batch *b, const struct result *r, uint64_t row, int32_t shopper, bool seen)
{
	struct batch_row added = {.row = row,
				  .offset = (uint32_t)b->rows.len,
				  .len = (uint32_t)kept_bytes(b, r),
				  .fate = seen ? ROW_DOUBTFUL : ROW_FRESH};
	must(b->rows_len < BATCH_ROWS);
	char *at = buf_extend(&b->rows, added.len);
	must(at != NULL);
	memset(at + added.len - KEPT_ALIGNMENT, 0, KEPT_ALIGNMENT);
	keep(b, kept_at(b, &added), r, shopper);
	if (b->rows_len >= b->rows_room) {
		b->rows_room = b->rows_room > 0 ? b->rows_room * 2 : 64;
		b->row = memory_resize(b->row, b->rows_room, sizeof(*b->row));
	}
	b->row[b->rows_len++] = added;
}

int32_t batch_new_shopper(struct batch *b, struct slice code)
{
	char len[2] = {(char)(code.len >> 8), (char)code.len};
	must(code.len > 0 && code.len <= SHOPPER_BYTES);
	buf_add(&b->new_shoppers, (struct slice){len, sizeof(len)});
	buf_add(&b->new_shoppers, code);
	must(!buf_over(&b->new_shoppers));
	return -2 - (int32_t)b->new_shoppers_len++;
}

void batch_new_shopper_codes(const struct batch *b, struct slice *codes)
{
	const char *p = b->new_shoppers.at;
	for (size_t i = 0; i < b->new_shoppers_len; i++) {
		size_t len = (size_t)(unsigned char)p[0] << 8 | (unsigned char)p[1];
		codes[i] = (struct slice){p + 2, len};
		p += 2 + len;
	}
}

void batch_set_shoppers(struct batch *b, const int32_t *numbers)
{
	for (size_t i = 0; i < b->rows_len; i++) {
		struct kept *k = kept_at(b, &b->row[i]);
		if (k->shopper <= -2)
			k->shopper = numbers[-2 - k->shopper];
	}
	b->new_shoppers_len = 0;
}

static struct slice row_bytes(const struct batch *b, const struct batch_row *row)
{
	return (struct slice){b->rows.at + row->offset, row->len};
}

struct slice batch_row_id(const struct batch *b, const struct batch_row *row)
{
	struct kept *k = kept_at(b, row);
	return (struct slice){texts_of(b, k), k->id_len};
}

static struct result result_of(const struct batch *b, const struct batch_row *row)
{
	struct kept *k = kept_at(b, row);
	const char *texts = texts_of(b, k);
	return (struct result){.result_id = {texts, k->id_len},
			       .company = k->company,
			       .channel = k->channel,
			       .contacted_at = k->contacted_at,
			       .answered = k->answered != 0,
			       .attempt = k->attempt,
			       .wait_seconds = k->wait_seconds,
			       .duration_seconds = k->duration_seconds,
			       .answers = answers_of(b, k),
			       .cx = cx_of(b, k),
			       .score = k->score,
			       .area_scores = areas_of(k),
			       .comment = {texts + k->id_len, k->comment_len},
			       .breaches = k->breaches,
			       .status = (enum review_state)k->status};
}

void batch_row_encode(const struct batch *b, const struct batch_row *row, int64_t upload_id,
		      int wave_id, struct buf *to)
{
	const struct result r = result_of(b, row);
	result_row_encode(to, &r, b->instrument, upload_id, wave_id, kept_at(b, row)->shopper);
}

/** Ids of one file mostly begin alike; what all share says nothing about their order. */
static size_t shared_prefix(const struct batch *b)
{
	struct slice first = batch_row_id(b, &b->row[0]);
	size_t shared = first.len;
	for (size_t i = 1; i < b->rows_len && shared > 0; i++) {
		struct slice id = batch_row_id(b, &b->row[i]);
		size_t same = 0;
		while (same < shared && same < id.len && id.at[same] == first.at[same])
			same++;
		shared = same;
	}
	return shared;
}

static uint64_t eight_bytes(struct slice id, size_t skip)
{
	uint64_t order = 0;
	for (size_t i = 0; i < 8; i++)
		order = order << 8 | (skip + i < id.len ? (unsigned char)id.at[skip + i] : 0);
	return order;
}

static int by_id_then_row(const void *left, const void *right, void *context)
{
	const struct batch *b = context;
	const struct batch_row *x = left, *y = right;
	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	int order = slice_compare(batch_row_id(b, x), batch_row_id(b, y));
	if (order != 0)
		return order;
	return (x->row > y->row) - (x->row < y->row);
}

/** Rows of equal id stand together now, the earliest first: it stays. */
static void decide_twins(struct batch *b)
{
	struct batch_row *first = &b->row[0];
	for (size_t i = 1; i < b->rows_len; i++) {
		struct batch_row *row = &b->row[i];
		if (!slice_equal(batch_row_id(b, first), batch_row_id(b, row))) {
			first = row;
			continue;
		}
		bool same = slice_equal(row_bytes(b, first), row_bytes(b, row));
		row->fate = same ? ROW_TWIN : ROW_CLASH;
	}
}

void batch_sort(struct batch *b)
{
	if (b->rows_len == 0)
		return;
	size_t skip = shared_prefix(b);
	for (size_t i = 0; i < b->rows_len; i++)
		b->row[i].order = eight_bytes(batch_row_id(b, &b->row[i]), skip);
	qsort_r(b->row, b->rows_len, sizeof(*b->row), by_id_then_row, b);
	decide_twins(b);
}

static bool stands_alone(const struct batch_row *row)
{
	return row->fate != ROW_TWIN && row->fate != ROW_CLASH;
}

void batch_doubt_all(struct batch *b)
{
	forget_taken(b);
	for (size_t i = 0; i < b->rows_len; i++)
		if (stands_alone(&b->row[i]))
			b->row[i].fate = ROW_DOUBTFUL;
}

static bool is_decided(const struct batch_row *row)
{
	return row->fate != ROW_FRESH && stands_alone(row);
}

void batch_doubt_decided(struct batch *b)
{
	forget_taken(b);
	for (size_t i = 0; i < b->rows_len; i++)
		if (is_decided(&b->row[i]))
			b->row[i].fate = ROW_DOUBTFUL;
}

void batch_count(struct batch *b)
{
	const struct instrument *in = b->instrument;
	tally_free(b->tally);
	b->tally = tally_new(in->areas_len, in->items_len, in->questions_len);
	for (size_t i = 0; i < b->rows_len; i++) {
		if (!row_is_stored((enum row_fate)b->row[i].fate))
			continue;
		const struct result r = result_of(b, &b->row[i]);
		if ((b->counts & 1u << r.status) != 0)
			tally_add(b->tally, &r, kept_at(b, &b->row[i])->shopper, 1);
	}
	if (b->taken != NULL)
		tally_merge(b->tally, b->taken);
}

bool row_is_stored(enum row_fate fate)
{
	return fate == ROW_FRESH || fate == ROW_STORED || fate == ROW_REPLACED;
}

uint64_t batch_stored(const struct batch *b)
{
	uint64_t count = 0;
	for (size_t i = 0; i < b->rows_len; i++)
		count += row_is_stored((enum row_fate)b->row[i].fate);
	return count;
}

uint64_t batch_fates(const struct batch *b, enum row_fate fate)
{
	uint64_t count = 0;
	for (size_t i = 0; i < b->rows_len; i++)
		count += b->row[i].fate == fate;
	return count;
}
