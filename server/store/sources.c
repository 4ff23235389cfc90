#include "store/sources.h"

#include <stdlib.h>

#include "base/log.h"
#include "pg/value.h"
#include "store/source_health.h"
#include "store/sql.h"

/* What setup_read() takes beside is its own and bounded by it. */
enum { SOURCE_BYTES = 4 * 1024 * 1024 };

/** A known source with what it lives on. */
struct holder {
	struct known_source source;
	struct setup setup;
	struct arena arena;
};

struct waiter {
	struct waiter *next;
	void (*done)(void *arg, enum status st);
	void *arg;
};

struct counted {
	uint64_t events[SOURCE_EVENT_COUNT], badly_signed;
};

struct sources {
	struct pg_pool *pool;
	struct catalogue *catalogue;
	struct source_health *health;
	const struct known_source **all;	/* ascending by source_id */
	const struct known_source **by_address; /* ascending by address */
	size_t len;
	bool ready, reading, again, freed;
	struct counted *counted; /* by adapter */
	struct waiter *waiting, *waiting_for_next;
};

/* One source */

void source_hold(const struct known_source *source)
{
	((struct holder *)(uintptr_t)source)->source.references++;
}

static void wipe(struct slice secret)
{
	if (secret.len > 0)
		explicit_bzero((char *)(uintptr_t)secret.at, secret.len);
}

void source_release(const struct known_source **source)
{
	struct holder *h = (struct holder *)(uintptr_t)*source;
	*source = NULL;
	if (h == NULL || --h->source.references > 0)
		return;
	for (size_t i = 0; i < h->source.signing_len; i++)
		wipe(h->source.signing[i]);
	wipe(h->source.verify_token);
	wipe(h->source.access_token);
	shared_programme_release(&h->source.programme);
	arena_fini(&h->arena);
	memory_free(h);
}

static struct slice taken(struct holder *h, struct slice text)
{
	struct slice copy = arena_copy(&h->arena, text);
	must(copy.at != NULL);
	return copy;
}

static void take_secrets(struct holder *h, const struct pg_result *rows, int row)
{
	struct known_source *s = &h->source;
	size_t len = 0;
	const struct slice *signing = pg_get_text_array(rows, row, 8, &h->arena, &len);
	for (size_t i = 0; i < len && i < SIGNATURE_SECRETS; i++)
		s->signing[s->signing_len++] = taken(h, signing[i]);
	if (!pg_is_null(rows, row, 9))
		s->verify_token = taken(h, pg_get_bytes(rows, row, 9));
	if (!pg_is_null(rows, row, 10))
		s->access_token = taken(h, pg_get_bytes(rows, row, 10));
}

/** A programme may have been changed since the document was checked: what still can be read of it
 * stands, so that events go on being taken. Only a kind this server does not know is nothing. */
static bool take_setup(struct holder *h, struct slice document)
{
	struct known_source *s = &h->source;
	struct programme_faults faults;
	enum status st = setup_read(document, s->programme->programme, s->wave, &h->arena,
				    &h->setup, &faults);
	s->faults = st == OK ? 0 : faults.total + (faults.total == 0);
	s->setup = &h->setup;
	if (st < 0)
		log_warn("sources.document_faults", LOG_NUMBER("source_id", s->source_id),
			 LOG_NUMBER("faults", s->faults),
			 LOG_TEXT("first", faults.len > 0 ? faults.at[0].code : ""));
	return h->setup.adapter != NULL;
}

/** NULL: its programme or its kind cannot be read by this server; the others go on without it. */
static const struct known_source *source_of(const struct catalogue *c, const struct pg_result *rows,
					    int row)
{
	const struct known_wave *wave = catalogue_wave_by_id(c, pg_get_int4(rows, row, 2));
	if (wave == NULL) {
		log_error("sources.no_programme",
			  LOG_NUMBER("source_id", pg_get_int4(rows, row, 0)));
		return NULL;
	}
	struct holder *h = memory_new(sizeof(*h));
	arena_init(&h->arena, SOURCE_BYTES);
	h->source = (struct known_source){.references = 1,
					  .source_id = pg_get_int4(rows, row, 0),
					  .organisation_id = pg_get_int4(rows, row, 1),
					  .wave_id = wave->wave_id,
					  .wave = wave->index,
					  .revision = pg_get_int4(rows, row, 6),
					  .paused = pg_get_bool(rows, row, 7),
					  .programme = wave->programme};
	shared_programme_hold(wave->programme);
	h->source.code = taken(h, pg_get_bytes(rows, row, 3));
	h->source.address = taken(h, pg_get_bytes(rows, row, 4));
	take_secrets(h, rows, row);
	const struct known_source *made = &h->source;
	if (!take_setup(h, pg_get_bytes(rows, row, 5)))
		source_release(&made);
	return made;
}

/* All of them */

struct sources *sources_new(struct pg_pool *pool, struct catalogue *catalogue)
{
	struct sources *s = memory_new(sizeof(*s));
	s->pool = pool;
	s->catalogue = catalogue;
	s->health = source_health_new(pool);
	s->counted = memory_new((adapters_len + 1) * sizeof(*s->counted));
	return s;
}

static void forget_all(struct sources *s)
{
	for (size_t i = 0; i < s->len; i++)
		source_release(&s->all[i]);
	memory_free(s->all);
	memory_free(s->by_address);
	s->all = s->by_address = NULL;
	s->len = 0;
}

static void free_now(struct sources *s)
{
	forget_all(s);
	memory_free(s->counted);
	memory_free(s);
}

void sources_free(struct sources *s)
{
	if (s == NULL)
		return;
	source_health_free(s->health);
	s->health = NULL;
	s->freed = true;
	if (!s->reading)
		free_now(s);
}

static int compare_addresses(const void *a, const void *b)
{
	const struct known_source *const *left = a, *const *right = b;
	return slice_compare((*left)->address, (*right)->address);
}

static void take_rows(struct sources *s, const struct pg_result *rows)
{
	size_t most = (size_t)pg_rows(rows);
	forget_all(s);
	s->all = memory_resize(NULL, most, sizeof(*s->all));
	s->by_address = memory_resize(NULL, most, sizeof(*s->by_address));
	for (int row = 0; row < pg_rows(rows); row++) {
		const struct known_source *made = source_of(s->catalogue, rows, row);
		if (made != NULL)
			s->all[s->len++] = made;
	}
	if (s->len > 0) {
		memcpy(s->by_address, s->all, s->len * sizeof(*s->all));
		qsort(s->by_address, s->len, sizeof(*s->by_address), compare_addresses);
	}
	s->ready = true;
}

static void tell(struct waiter **waiting, enum status st)
{
	while (*waiting != NULL) {
		struct waiter *w = *waiting;
		*waiting = w->next;
		w->done(w->arg, st);
		memory_free(w);
	}
}

static void start_reading(struct sources *s);

static void rows_came(void *arg, const struct pg_answer *answer)
{
	struct sources *s = arg;
	s->reading = false;
	if (s->freed) {
		tell(&s->waiting, E_GONE);
		tell(&s->waiting_for_next, E_GONE);
		free_now(s);
		return;
	}
	if (answer->status == OK)
		take_rows(s, answer->result);
	else
		log_warn("sources.read_failed", LOG_TEXT("err", answer->why.words));
	struct waiter *waiting = s->waiting;
	s->waiting = s->waiting_for_next;
	s->waiting_for_next = NULL;
	bool again = s->again;
	s->again = false;
	if (again)
		start_reading(s);
	tell(&waiting, answer->status);
}

static void start_reading(struct sources *s)
{
	s->reading = true;
	pg_pool_run(s->pool, &SQL_SOURCES_LOAD, NULL, 0, rows_came, s);
}

void sources_reload(struct sources *s, void (*done)(void *arg, enum status st), void *arg)
{
	if (done != NULL) {
		struct waiter *w = memory_new(sizeof(*w));
		struct waiter **list = s->reading ? &s->waiting_for_next : &s->waiting;
		*w = (struct waiter){.next = *list, .done = done, .arg = arg};
		*list = w;
	}
	if (s->reading)
		s->again = true;
	else
		start_reading(s);
}

bool sources_ready(const struct sources *s)
{
	return s->ready;
}

const struct known_source *sources_find(const struct sources *s, struct slice address)
{
	size_t low = 0, high = s->len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = slice_compare(s->by_address[middle]->address, address);
		if (order == 0)
			return s->by_address[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct known_source *sources_find_mailbox(const struct sources *s, struct slice mailbox)
{
	for (size_t i = 0; i < s->len; i++)
		if (mailbox.len > 0 && slice_equal(s->all[i]->setup->mailbox, mailbox))
			return s->all[i];
	return NULL;
}

const struct known_source *sources_find_code(const struct sources *s, int organisation_id,
					     struct slice code)
{
	for (size_t i = 0; i < s->len; i++)
		if (s->all[i]->organisation_id == organisation_id &&
		    slice_equal(s->all[i]->code, code))
			return s->all[i];
	return NULL;
}

const struct known_source *sources_by_id(const struct sources *s, int source_id)
{
	for (size_t i = 0; i < s->len; i++)
		if (s->all[i]->source_id == source_id)
			return s->all[i];
	return NULL;
}

const struct known_source *const *sources_all(const struct sources *s, size_t *len)
{
	*len = s->len;
	return s->all;
}

/* What happens to them */

static bool is_of_signature(const char *refusal)
{
	static const enum signature_verdict bad[] = {SIGNATURE_MISSING, SIGNATURE_WRONG,
						     SIGNATURE_STALE};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		if (strcmp(refusal, signature_verdict_word(bad[i])) == 0)
			return true;
	return false;
}

void sources_note(struct sources *s, int source_id, enum source_event event, const char *refusal)
{
	const struct known_source *source = sources_by_id(s, source_id);
	must((refusal != NULL) == (event == SOURCE_REFUSED));
	if (source == NULL)
		return;
	struct counted *counted = &s->counted[source->setup->adapter - adapters];
	counted->events[event]++;
	counted->badly_signed += refusal != NULL && is_of_signature(refusal);
	source_health_note(s->health, source_id, event, refusal);
}

uint64_t sources_noted(const struct sources *s, size_t adapter, enum source_event event)
{
	must(adapter < adapters_len);
	return s->counted[adapter].events[event];
}

uint64_t sources_unsigned(const struct sources *s, size_t adapter)
{
	must(adapter < adapters_len);
	return s->counted[adapter].badly_signed;
}

void sources_flush(struct sources *s)
{
	source_health_flush(s->health);
}
