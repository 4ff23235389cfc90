#include "cli/offline_count.h"

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json_out.h"
#include "cli/digest_book.h"
#include "tabular/table.h"

enum {
	PART_BYTES = 64 * 1024,
	FIRST_SHOPPERS = 64,
	RECORD_BYTES = 2 * 1024 * 1024,
	FAULTS_BYTES = 1024 * 1024,
	CONTENT_BYTES = 128 * 1024,
	CODES_BYTES = OFFLINE_SHOPPERS * (SHOPPER_BYTES + 1)
};

struct offline_count {
	struct programme *programme;
	const struct instrument *instrument;
	int wave;
	struct mapping *mapping; /* NULL: columns are canonical */
	struct intake *intake;
	struct tally *tally;
	struct digest_book *contents; /* by result_id */
	struct digest_book *numbers;  /* of shoppers, by code */
	struct arena codes;
	struct slice *shoppers;
	size_t shoppers_room;
	struct arena record; /* of one row */
	struct buf content;  /* of one row, in canonical bytes */
	struct buf faults;
	struct json_out faults_json;
	struct offline_totals totals;
};

struct offline_count *offline_new(struct programme **programme, int wave)
{
	struct offline_count *o = memory_new(sizeof(*o));
	const struct programme *p = o->programme = *programme;
	*programme = NULL;
	o->wave = wave;
	o->instrument = &p->instruments[p->waves[wave].instrument];
	o->intake = intake_new(p, wave, clock_now());
	o->tally = tally_new(o->instrument->areas_len, o->instrument->items_len,
			     o->instrument->questions_len);
	o->contents = digest_book_new(OFFLINE_RESULTS);
	o->numbers = digest_book_new(OFFLINE_SHOPPERS);
	o->shoppers_room = FIRST_SHOPPERS;
	o->shoppers = memory_new(FIRST_SHOPPERS * sizeof(*o->shoppers));
	arena_init(&o->codes, CODES_BYTES);
	arena_init(&o->record, RECORD_BYTES);
	buf_init(&o->content, CONTENT_BYTES);
	buf_init(&o->faults, FAULTS_BYTES);
	o->faults_json = json_out_on(&o->faults);
	json_open_array(&o->faults_json);
	return o;
}

void offline_free(struct offline_count *o)
{
	if (o == NULL)
		return;
	intake_free(o->intake);
	mapping_free(o->mapping);
	tally_free(o->tally);
	digest_book_free(o->contents);
	digest_book_free(o->numbers);
	arena_fini(&o->codes);
	arena_fini(&o->record);
	memory_free(o->shoppers);
	buf_fini(&o->content);
	buf_fini(&o->faults);
	programme_free(o->programme);
	memory_free(o);
}

/* Faults */

static void note_fault(struct offline_count *o, uint64_t row, const struct fault *f)
{
	struct json_out *j = &o->faults_json;
	if (o->totals.faults++ >= OFFLINE_FAULTS)
		return;
	json_open_object(j);
	json_pair_int(j, "row", (int64_t)row);
	json_pair_text(j, "column", f->column);
	json_pair_text(j, "code", slice_of(f->code));
	json_pair_text(j, "value", f->value);
	json_pair_text(j, "expected", f->expected);
	json_close_object(j);
}

static void reject_row(struct offline_count *o, uint64_t row, const struct fault *faults,
		       size_t len)
{
	o->totals.rejected++;
	for (size_t i = 0; i < len; i++)
		note_fault(o, row, &faults[i]);
}

static void reject_bytes(struct offline_count *o, const struct decode_fault *f)
{
	struct fault fault = {f->code, slice_of(f->column), slice_of(f->value),
			      slice_of(f->expected)};
	reject_row(o, f->row, &fault, 1);
}

/* Rows */

static void add_content_text(struct buf *to, struct slice text)
{
	buf_add_be64(to, text.len);
	buf_add(to, text);
}

static void add_content_numbers(struct buf *to, const int16_t *numbers, size_t len)
{
	for (size_t i = 0; i < len; i++)
		buf_add_be16(to, (uint16_t)numbers[i]);
}

/** Everything of a result but its id; scores follow from the rest. */
static struct digest content_of(struct offline_count *o, const struct result *r)
{
	struct buf *b = &o->content;
	const int numbers[] = {r->company,	r->channel,	     r->answered,     r->attempt,
			       r->wait_seconds, r->duration_seconds, (int)r->breaches};
	buf_clear(b);
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		buf_add_be32(b, (uint32_t)numbers[i]);
	buf_add_be64(b, (uint64_t)r->contacted_at);
	add_content_text(b, r->shopper);
	add_content_text(b, r->comment);
	add_content_numbers(b, r->answers, o->instrument->items_len);
	add_content_numbers(b, r->cx, o->instrument->questions_len);
	must(!buf_over(b)); /* texts are bounded by intake, lists by the programme */
	return digest_of(buf_slice(b));
}

static enum status remember_code(struct offline_count *o, size_t number, struct slice code)
{
	if (number >= o->shoppers_room) {
		o->shoppers_room *= 2;
		o->shoppers = memory_resize(o->shoppers, o->shoppers_room, sizeof(*o->shoppers));
	}
	o->shoppers[number] = arena_copy(&o->codes, code);
	return o->shoppers[number].at != NULL ? OK : E_LIMIT;
}

/** In order of appearance; boards look at codes alone. */
static enum status number_of_shopper(struct offline_count *o, struct slice code, int *number,
				     struct trouble *why)
{
	struct digest place = {.low = digest_book_len(o->numbers)};
	*number = -1;
	if (code.len == 0)
		return OK;
	enum status st = digest_book_add(o->numbers, digest_of(code), &place);
	if (st == OK)
		st = remember_code(o, place.low, code);
	if (st == E_LIMIT)
		return trouble(why, st, "the file has more than %d shoppers", OFFLINE_SHOPPERS);
	*number = (int)place.low;
	return OK;
}

static enum status count_result(struct offline_count *o, const struct result *r,
				struct trouble *why)
{
	int shopper;
	enum status st = number_of_shopper(o, r->shopper, &shopper, why);
	if (st < 0)
		return st;
	if ((o->programme->waves[o->wave].counts & 1u << r->status) != 0)
		tally_add(o->tally, r, shopper, 1);
	o->totals.accepted++;
	return OK;
}

/** Known by its id: the same row again, or another one that may not have it. */
static void meet_again(struct offline_count *o, const struct result *r, uint64_t row, bool same)
{
	struct fault twice = {"result_id_twice", SLICE("result_id"), r->result_id,
			      SLICE("one row a result_id in a file")};
	if (same)
		o->totals.duplicates++;
	else
		reject_row(o, row, &twice, 1);
}

static enum status take_result(struct offline_count *o, const struct result *r, uint64_t row,
			       struct trouble *why)
{
	struct digest content = content_of(o, r), known = content;
	enum status st = digest_book_add(o->contents, digest_of(r->result_id), &known);
	if (st == E_LIMIT)
		return trouble(why, st, "the file has more than %d results", OFFLINE_RESULTS);
	if (st == OK)
		return count_result(o, r, why);
	meet_again(o, r, row, digest_equal(content, known));
	return OK;
}

static enum status take_canonical(struct offline_count *o, const struct record *record,
				  struct trouble *why)
{
	struct result result;
	struct reject reject;
	enum status st = intake_read(o->intake, record, &o->record, &result, &reject);
	if (st == OK)
		return take_result(o, &result, record->row, why);
	if (st == E_INPUT) {
		reject_row(o, record->row, reject.faults, reject.faults_len);
		return OK;
	}
	return trouble(why, E_LIMIT, "row %llu needs more memory than a row may",
		       (unsigned long long)record->row);
}

static enum status take_record(struct offline_count *o, const struct record *record,
			       struct trouble *why)
{
	struct record made;
	struct reject reject;
	if (o->mapping == NULL)
		return take_canonical(o, record, why);
	switch (mapping_apply(o->mapping, record, &o->record, &made, &reject)) {
	case MAPPED_MADE:
		return take_canonical(o, &made, why);
	case MAPPED_LEFT_OUT:
		o->totals.left_out++;
		return OK;
	case MAPPED_REJECTED:
		if (mapping_reject(o->intake, &made, &o->record, &reject) < 0)
			break;
		reject_row(o, reject.row, reject.faults, reject.faults_len);
		return OK;
	case MAPPED_BROKEN:
		reject_row(o, reject.row, reject.faults, reject.faults_len);
		return trouble(why, E_INPUT, "the file's columns are not those of the mapping");
	case MAPPED_NO_ROOM:
		break;
	}
	return trouble(why, E_LIMIT, "row %llu needs more memory than a row may",
		       (unsigned long long)record->row);
}

/** Uses up what was fed; *more is false at the end of the file. */
static enum status take_rows(struct offline_count *o, struct decoder *d, bool *more,
			     struct trouble *why)
{
	enum status st = OK;
	while (st == OK) {
		struct record record;
		struct decode_fault fault;
		struct arena_mark before = arena_mark(&o->record);
		enum decoded what = decoder_next(d, &o->record, &record, &fault);
		*more = what != DECODE_END;
		if (what == DECODE_MORE || what == DECODE_END)
			return OK;
		o->totals.received++;
		if (what == DECODE_RECORD)
			st = take_record(o, &record, why);
		else if (what == DECODE_BAD_ROW)
			reject_bytes(o, &fault);
		else
			st = trouble(why, E_INPUT,
				     "the file cannot be read beyond row %llu; expected: %s",
				     (unsigned long long)fault.row, fault.expected);
		arena_rewind(&o->record, before);
	}
	return st;
}

static enum status feed_from(struct offline_count *o, struct decoder *d, int descriptor,
			     struct trouble *why)
{
	static char part[PART_BYTES];
	enum status st = OK;
	bool more = true;
	while (st == OK && more) {
		ssize_t got = read(descriptor, part, sizeof(part));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return trouble(why, E_INPUT, "reading failed: %s", strerror(errno));
		if (got == 0)
			decoder_finish(d);
		else
			decoder_feed(d, (struct slice){part, (size_t)got});
		st = take_rows(o, d, &more, why);
	}
	return st;
}

enum status offline_map(struct offline_count *o, struct profile **profile, struct trouble *why)
{
	o->mapping = mapping_new(profile, o->programme, o->wave, why);
	return o->mapping != NULL ? OK : why->status;
}

enum status offline_read(struct offline_count *o, int descriptor, enum decode_format format,
			 const struct csv_options *csv, struct buf *reading, struct trouble *why)
{
	const struct csv_options options =
		o->mapping != NULL ? profile_csv_options(mapping_profile(o->mapping), csv) : *csv;
	struct decoder *d = format == DECODE_CSV ? decoder_new_csv(&options) : decoder_new(format);
	enum status st = feed_from(o, d, descriptor, why);
	const struct csv_reading *understood = decoder_reading(d);
	struct json_out j = json_out_on(reading);
	if (understood != NULL && reading != NULL && reading->len == 0)
		csv_reading_json(understood, &j);
	else if (understood != NULL && reading != NULL)
		table_report_add_texts(reading, understood);
	decoder_free(d);
	json_close_array(&o->faults_json);
	return st;
}

struct offline_totals offline_totals(const struct offline_count *o)
{
	return o->totals;
}

struct slice offline_faults(const struct offline_count *o)
{
	return buf_slice(&o->faults);
}

struct board_source offline_source(const struct offline_count *o)
{
	return (struct board_source){.programme = o->programme,
				     .wave = o->wave,
				     .tally = o->tally,
				     .version = o->totals.accepted,
				     .state = SLICE("fielding"),
				     .shoppers = o->shoppers,
				     .shoppers_len = digest_book_len(o->numbers)};
}
