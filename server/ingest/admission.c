#include "ingest/admission.h"

#include "base/clock.h"
#include "base/hash.h"

void admission_init(struct admission *a, const struct programme *p, int wave,
		    struct shopper_book *shoppers)
{
	*a = (struct admission){.shoppers = shoppers};
	a->intake = intake_new(p, wave, clock_now());
	a->errors = upload_errors_new();
	a->detector = detector_new(p, &p->instruments[p->waves[wave].instrument]);
	arena_init(&a->arena, RECORD_ARENA_BYTES);
}

void admission_fini(struct admission *a)
{
	intake_free(a->intake);
	mapping_free(a->mapping);
	upload_errors_free(a->errors);
	detector_free(a->detector);
	arena_fini(&a->arena);
}

static void note_fault(struct admission *a, uint64_t row, int number,
		       const struct fault_words *words, struct batch *into)
{
	upload_errors_add(a->errors, row, words);
	if (admission_faults_room(a) == 0)
		return;
	a->faults_stored++;
	into->faults_len++;
	fault_row_encode(&into->faults, a->upload_id, row, number, words);
}

static void take_reject(struct admission *a, const struct reject *reject, struct batch *into)
{
	a->counts.rejected += reject->row > 0 ? 1 : 0;
	for (size_t i = 0; i < reject->faults_len; i++) {
		const struct fault *f = &reject->faults[i];
		struct fault_words words = {slice_of(f->code), f->column, f->value, f->expected};
		note_fault(a, reject->row, (int)i + 1, &words, into);
	}
}

static int32_t shopper_number(const struct admission *a, struct slice code, struct batch *into)
{
	if (code.len == 0)
		return -1;
	int32_t number = shopper_book_find(a->shoppers, code);
	return number >= 0 ? number : batch_new_shopper(into, code);
}

static void take_result(struct admission *a, const struct result *result, uint64_t row,
			struct batch *into)
{
	uint64_t hash = hash_bytes(result->result_id);
	bool seen = id_filter_perhaps(a->filter, hash);
	detector_add(a->detector, result);
	if (a->own_filter != NULL)
		seen = seen || id_filter_perhaps(a->own_filter, hash);
	id_filter_add(a->own_filter != NULL ? a->own_filter : a->filter, hash);
	batch_add(into, result, row, shopper_number(a, result->shopper, into), seen);
}

static enum status too_large(const struct record *record, struct trouble *why)
{
	return trouble_code(why, E_LIMIT, "row_too_large",
			    "row %llu needs more memory than a row may",
			    (unsigned long long)record->row);
}

static enum status take_canonical(struct admission *a, const struct record *record,
				  struct batch *into, struct trouble *why)
{
	struct result result;
	struct reject reject;
	enum status st = intake_read(a->intake, record, &a->arena, &result, &reject);
	if (st == OK)
		take_result(a, &result, record->row, into);
	else if (st == E_INPUT)
		take_reject(a, &reject, into);
	else
		return too_large(record, why);
	return OK;
}

static enum status take_mapped(struct admission *a, const struct record *record, struct batch *into,
			       struct trouble *why)
{
	struct record made;
	struct reject reject;
	switch (mapping_apply(a->mapping, record, &a->arena, &made, &reject)) {
	case MAPPED_MADE:
		return take_canonical(a, &made, into, why);
	case MAPPED_LEFT_OUT:
		a->counts.left_out++;
		return OK;
	case MAPPED_REJECTED:
		if (mapping_reject(a->intake, &made, &a->arena, &reject) < 0)
			break;
		take_reject(a, &reject, into);
		return OK;
	case MAPPED_BROKEN:
		a->counts.received--;
		take_reject(a, &reject, into);
		return trouble_code(why, E_INPUT, "mapping_not_of_file",
				    "the file's columns are not those of the mapping: %zu faults",
				    reject.faults_len);
	case MAPPED_NO_ROOM:
		break;
	}
	return too_large(record, why);
}

enum status admission_take(struct admission *a, const struct record *record, struct batch *into,
			   struct trouble *why)
{
	a->counts.received++;
	return a->mapping != NULL ? take_mapped(a, record, into, why)
				  : take_canonical(a, record, into, why);
}

void admission_refuse(struct admission *a, const struct decode_fault *fault, bool counts_as_row,
		      struct batch *into)
{
	struct fault_words words = {slice_of(fault->code), slice_of(fault->column),
				    slice_of(fault->value), slice_of(fault->expected)};
	if (counts_as_row) {
		a->counts.received++;
		a->counts.rejected++;
	}
	note_fault(a, fault->row, 1, &words, into);
}

uint64_t admission_faults_room(const struct admission *a)
{
	return a->faults_stored < FAULTS_STORED ? FAULTS_STORED - a->faults_stored : 0;
}

void admission_settle(struct admission *a, const struct batch *b)
{
	for (size_t i = 0; i < b->rows_len; i++) {
		const struct batch_row *row = &b->row[i];
		struct fault_words words;
		a->counts.accepted += row->fate == ROW_FRESH || row->fate == ROW_STORED ? 1 : 0;
		a->counts.duplicates += row->fate == ROW_SAME || row->fate == ROW_TWIN ? 1 : 0;
		a->counts.replaced += row->fate == ROW_REPLACED ? 1 : 0;
		if (!fault_of_fate(row->fate, batch_row_id(b, row), &words))
			continue;
		a->faults_stored++;
		a->counts.rejected++;
		upload_errors_add(a->errors, row->row, &words);
	}
}
