#include "ingest/ingest.h"

#include "base/hash.h"
#include "pg/value.h"
#include "store/sql.h"

enum {
	DEFAULT_LANES = 2,
	DEFAULT_UPLOADS = 16,
	DEFAULT_WHOLES = 2,
	DEFAULT_BATCH_BYTES = 3 * 1024 * 1024,
	DEFAULT_FILTER_BYTES = 8 * 1024 * 1024,
	LEAST_BATCH_BYTES = 256 * 1024,
	IDS_PAGE = 20000
};

struct filter_waiter {
	struct filter_waiter *next;
	void (*ready)(void *arg, struct id_filter *filter, const struct trouble *why);
	void *arg;
};

/** The ids of one wave, or on the way to them. */
struct wave_ids {
	struct ingest *ingest;
	int wave_id;
	struct id_filter *filter;
	bool complete;
	uint64_t used; /* by the ingest's counter: the least lately used makes room */
	struct filter_waiter *waiting;
};

struct organisation_shoppers {
	int organisation_id;
	struct shopper_book *book;
};

struct ingest {
	struct ingest_settings settings;
	struct tables_waiting tables;
	struct ingest_counts counts;
	struct wave_ids *waves[WAVES_REMEMBERED];
	size_t waves_len;
	uint64_t uses;
	struct organisation_shoppers *organisations;
	size_t organisations_len;
};

struct tables_waiting *ingest_tables(struct ingest *in)
{
	return &in->tables;
}

struct ingest *ingest_new(const struct ingest_settings *settings)
{
	struct ingest *in = memory_new(sizeof(*in));
	struct ingest_settings *s = &in->settings;
	*s = *settings;
	s->lanes = s->lanes > 0 ? s->lanes : DEFAULT_LANES;
	s->uploads_limit = s->uploads_limit > 0 ? s->uploads_limit : DEFAULT_UPLOADS;
	s->wholes_limit = s->wholes_limit > 0 ? s->wholes_limit : DEFAULT_WHOLES;
	s->batch_bytes = s->batch_bytes > 0 ? s->batch_bytes : DEFAULT_BATCH_BYTES;
	s->filter_bytes = s->filter_bytes > 0 ? s->filter_bytes : DEFAULT_FILTER_BYTES;
	return in;
}

static void wave_ids_free(struct wave_ids *w)
{
	id_filter_free(w->filter);
	memory_free(w);
}

void ingest_free(struct ingest *in)
{
	if (in == NULL)
		return;
	must(in->counts.uploads_now == 0);
	for (size_t i = 0; i < in->waves_len; i++)
		wave_ids_free(in->waves[i]);
	for (size_t i = 0; i < in->organisations_len; i++)
		shopper_book_free(in->organisations[i].book);
	memory_free(in->organisations);
	memory_free(in);
}

struct ingest_counts ingest_counts(const struct ingest *in)
{
	return in->counts;
}

const struct ingest_settings *ingest_settings(const struct ingest *in)
{
	return &in->settings;
}

bool ingest_enter(struct ingest *in)
{
	if (in->counts.uploads_now >= in->settings.uploads_limit)
		return false;
	in->counts.uploads_now++;
	in->counts.uploads++;
	return true;
}

bool ingest_enter_whole(struct ingest *in)
{
	if (in->counts.wholes_now >= in->settings.wholes_limit)
		return false;
	in->counts.wholes_now++;
	return true;
}

void ingest_leave_whole(struct ingest *in)
{
	must(in->counts.wholes_now > 0);
	in->counts.wholes_now--;
}

void ingest_leave(struct ingest *in, const struct admission_counts *rows, uint64_t bytes)
{
	must(in->counts.uploads_now > 0);
	in->counts.uploads_now--;
	in->counts.rows.received += rows->received;
	in->counts.rows.accepted += rows->accepted;
	in->counts.rows.duplicates += rows->duplicates;
	in->counts.rows.replaced += rows->replaced;
	in->counts.rows.rejected += rows->rejected;
	in->counts.bytes += bytes;
}

size_t ingest_batch_bytes(const struct ingest *in)
{
	unsigned sharing = in->counts.uploads_now > 0 ? in->counts.uploads_now : 1;
	size_t bytes = in->settings.batch_bytes / sharing;
	return bytes > LEAST_BATCH_BYTES ? bytes : LEAST_BATCH_BYTES;
}

struct shopper_book *ingest_shoppers(struct ingest *in, int organisation_id)
{
	for (size_t i = 0; i < in->organisations_len; i++)
		if (in->organisations[i].organisation_id == organisation_id)
			return in->organisations[i].book;
	in->organisations = memory_resize(in->organisations, in->organisations_len + 1,
					  sizeof(*in->organisations));
	struct organisation_shoppers *o = &in->organisations[in->organisations_len++];
	*o = (struct organisation_shoppers){.organisation_id = organisation_id,
					    .book = shopper_book_new(SHOPPERS_REMEMBERED)};
	return o->book;
}

static void tell_waiting(struct wave_ids *w, const struct trouble *why)
{
	struct filter_waiter *waiting = w->waiting;
	struct id_filter *filter = why == NULL ? w->filter : NULL;
	w->waiting = NULL;
	while (waiting != NULL) {
		struct filter_waiter *one = waiting;
		waiting = one->next;
		one->ready(one->arg, filter, why);
		memory_free(one);
	}
}

static void read_page(struct wave_ids *w, struct slice after);

static void page_came(void *arg, const struct pg_answer *answer)
{
	struct wave_ids *w = arg;
	if (answer->status != OK) {
		id_filter_free(w->filter);
		w->filter = NULL;
		tell_waiting(w, &answer->why);
		return;
	}
	int rows = pg_rows(answer->result);
	for (int row = 0; row < rows; row++)
		id_filter_add(w->filter, hash_bytes(pg_get_bytes(answer->result, row, 0)));
	if (rows == IDS_PAGE) {
		read_page(w, pg_get_bytes(answer->result, rows - 1, 0));
		return;
	}
	w->complete = true;
	tell_waiting(w, NULL);
}

static void read_page(struct wave_ids *w, struct slice after)
{
	struct pg_value values[] = {pg_int4(w->wave_id), pg_text(after), pg_int4(IDS_PAGE)};
	pg_pool_run(w->ingest->settings.pool, &SQL_RESULT_IDS, values, COUNT_OF(values), page_came,
		    w);
}

static struct wave_ids *find_wave(struct ingest *in, int wave_id)
{
	for (size_t i = 0; i < in->waves_len; i++)
		if (in->waves[i]->wave_id == wave_id)
			return in->waves[i];
	return NULL;
}

/** A place for one more wave; the least lately used of those that nobody waits for goes, and
 * only while no upload runs that may hold it. */
static void make_room(struct ingest *in)
{
	size_t oldest = in->waves_len;
	for (size_t i = 0; i < in->waves_len; i++) {
		bool idle = in->waves[i]->waiting == NULL;
		if (idle &&
		    (oldest == in->waves_len || in->waves[i]->used < in->waves[oldest]->used))
			oldest = i;
	}
	if (oldest == in->waves_len || in->counts.uploads_now > 1)
		return;
	wave_ids_free(in->waves[oldest]);
	in->waves[oldest] = in->waves[--in->waves_len];
}

void ingest_filter(struct ingest *in, int wave_id,
		   void (*ready)(void *arg, struct id_filter *filter, const struct trouble *why),
		   void *arg)
{
	struct wave_ids *w = find_wave(in, wave_id);
	if (w == NULL) {
		if (in->waves_len == WAVES_REMEMBERED)
			make_room(in);
		if (in->waves_len == WAVES_REMEMBERED) {
			struct trouble why;
			(void)trouble(&why, E_BUSY, "uploads into %d waves run already",
				      WAVES_REMEMBERED);
			ready(arg, NULL, &why);
			return;
		}
		w = memory_new(sizeof(*w));
		*w = (struct wave_ids){.ingest = in, .wave_id = wave_id};
		in->waves[in->waves_len++] = w;
	}
	w->used = ++in->uses;
	if (w->complete) {
		ready(arg, w->filter, NULL);
		return;
	}
	struct filter_waiter *one = memory_new(sizeof(*one));
	*one = (struct filter_waiter){.next = w->waiting, .ready = ready, .arg = arg};
	w->waiting = one;
	if (w->filter == NULL) {
		w->filter = id_filter_new(in->settings.filter_bytes);
		read_page(w, SLICE(""));
	}
}
