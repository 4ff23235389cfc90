#include "ingest/batch.h"

#include <stdlib.h>

#include "base/must.h"
#include "ingest/result_row.h"

/** What counting needs of a row; the arrays of the instrument's lengths follow. */
struct facts {
	int32_t company, channel, score, wait_seconds, shopper;
	int32_t answered;
};

static const char *const fate_words[] = {
#define X(name, words) words,
	ROW_FATES(X)
#undef X
};

const char *row_fate_words(enum row_fate fate)
{
	return fate_words[fate];
}

static size_t bytes_of_facts(const struct instrument *i)
{
	size_t bytes = sizeof(struct facts) + i->areas_len * sizeof(int32_t) +
		       (i->items_len + i->questions_len) * sizeof(int16_t);
	return (bytes + 3) / 4 * 4;
}

struct batch *batch_new(const struct instrument *instrument)
{
	struct batch *b = memory_new(sizeof(*b));
	b->instrument = instrument;
	b->fact_bytes = bytes_of_facts(instrument);
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
	memory_free(b->facts);
	memory_free(b->row);
	memory_free(b);
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
}

size_t batch_bytes(const struct batch *b)
{
	return b->rows.len + b->faults.len;
}

bool batch_is_empty(const struct batch *b)
{
	return b->rows_len == 0 && b->faults_len == 0;
}

bool batch_is_full(const struct batch *b)
{
	return b->rows_len >= BATCH_ROWS || batch_bytes(b) >= b->limit_bytes;
}

static size_t room_for(size_t room, size_t need)
{
	size_t larger = room > 0 ? room * 2 : 64;
	if (room >= need)
		return room;
	return larger > need ? larger : need;
}

static struct facts *facts_at(const struct batch *b, uint32_t index)
{
	return (struct facts *)(void *)(b->facts + index * b->fact_bytes);
}

static int32_t *areas_of(struct facts *f)
{
	return (int32_t *)(f + 1);
}

static int16_t *answers_of(const struct batch *b, struct facts *f)
{
	return (int16_t *)(areas_of(f) + b->instrument->areas_len);
}

static int16_t *cx_of(const struct batch *b, struct facts *f)
{
	return answers_of(b, f) + b->instrument->items_len;
}

static uint32_t add_facts(struct batch *b, const struct result *r, int32_t shopper)
{
	const struct instrument *i = b->instrument;
	uint32_t index = (uint32_t)b->rows_len;
	if (b->rows_len >= b->facts_room) {
		b->facts_room = room_for(b->facts_room, b->rows_len + 1);
		b->facts = memory_resize(b->facts, b->facts_room, b->fact_bytes);
	}
	struct facts *f = facts_at(b, index);
	*f = (struct facts){.company = r->company,
			    .channel = r->channel,
			    .score = r->score,
			    .wait_seconds = r->wait_seconds,
			    .shopper = shopper,
			    .answered = r->answered};
	memcpy(areas_of(f), r->area_scores, i->areas_len * sizeof(int32_t));
	memcpy(answers_of(b, f), r->answers, i->items_len * sizeof(int16_t));
	memcpy(cx_of(b, f), r->cx, i->questions_len * sizeof(int16_t));
	return index;
}

void batch_add(struct batch *b, const struct result *r, uint64_t row, int64_t upload_id,
	       int wave_id, int32_t shopper, bool seen)
{
	size_t start = b->rows.len;
	struct result_row_place place;
	must(b->rows_len < BATCH_ROWS);
	result_row_encode(&b->rows, r, b->instrument, upload_id, wave_id, shopper, shopper <= -2,
			  &place);
	must(!buf_over(&b->rows));
	uint32_t facts = add_facts(b, r, shopper);
	if (b->rows_len >= b->rows_room) {
		b->rows_room = room_for(b->rows_room, b->rows_len + 1);
		b->row = memory_resize(b->row, b->rows_room, sizeof(*b->row));
	}
	b->row[b->rows_len++] = (struct batch_row){.row = row,
						   .offset = (uint32_t)start,
						   .len = (uint32_t)(b->rows.len - start),
						   .facts = facts,
						   .id = place.id,
						   .shopper = place.shopper,
						   .id_len = (uint16_t)r->result_id.len,
						   .fate = seen ? ROW_DOUBTFUL : ROW_FRESH,
						   .seen = seen};
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
		const struct batch_row *row = &b->row[i];
		struct facts *f = facts_at(b, row->facts);
		if (f->shopper > -2)
			continue;
		f->shopper = numbers[-2 - f->shopper];
		uint32_t number = (uint32_t)f->shopper;
		char *to = b->rows.at + row->offset + row->shopper;
		for (int byte = 3; byte >= 0; byte--, number >>= 8)
			to[byte] = (char)(number & 0xFF);
	}
	b->new_shoppers_len = 0;
}

struct slice batch_row_bytes(const struct batch *b, const struct batch_row *row)
{
	return (struct slice){b->rows.at + row->offset, row->len};
}

struct slice batch_row_id(const struct batch *b, const struct batch_row *row)
{
	return (struct slice){b->rows.at + row->offset + row->id, row->id_len};
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
		bool same = slice_equal(batch_row_bytes(b, first), batch_row_bytes(b, row));
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
	for (size_t i = 0; i < b->rows_len; i++)
		if (stands_alone(&b->row[i]))
			b->row[i].fate = ROW_DOUBTFUL;
}

static bool is_decided(const struct batch_row *row)
{
	return row->fate == ROW_STORED || row->fate == ROW_SAME || row->fate == ROW_DIFFERS;
}

void batch_doubt_decided(struct batch *b)
{
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
		if (b->row[i].fate != ROW_FRESH && b->row[i].fate != ROW_STORED)
			continue;
		struct facts *f = facts_at(b, b->row[i].facts);
		struct result r = {.company = f->company,
				   .channel = f->channel,
				   .answered = f->answered != 0,
				   .wait_seconds = f->wait_seconds,
				   .score = f->score,
				   .answers = answers_of(b, f),
				   .cx = cx_of(b, f),
				   .area_scores = areas_of(f)};
		tally_add(b->tally, &r, f->shopper, 1);
	}
}

uint64_t batch_fates(const struct batch *b, enum row_fate fate)
{
	uint64_t count = 0;
	for (size_t i = 0; i < b->rows_len; i++)
		count += b->row[i].fate == fate;
	return count;
}
