#include "store/source_health.h"

#include "base/log.h"
#include "base/must.h"
#include "pg/value.h"
#include "store/sql.h"

enum { REFUSAL_BYTES = 64, PER_SOURCE_BYTES = 200 };

struct noted {
	int source_id;
	int64_t count[SOURCE_EVENT_COUNT];
	char refusal[REFUSAL_BYTES]; /* of the last one */
};

struct noted_list {
	struct noted *at;
	size_t len, room;
};

struct source_health {
	struct pg_pool *pool;
	struct noted_list now, writing; /* `writing` is on its way to the database */
	bool freed;
};

struct source_health *source_health_new(struct pg_pool *pool)
{
	struct source_health *h = memory_new(sizeof(*h));
	h->pool = pool;
	return h;
}

static void free_now(struct source_health *h)
{
	memory_free(h->now.at);
	memory_free(h->writing.at);
	memory_free(h);
}

void source_health_free(struct source_health *h)
{
	if (h == NULL)
		return;
	h->freed = true;
	if (h->writing.len == 0)
		free_now(h);
}

static struct noted *entry_of(struct noted_list *list, int source_id)
{
	for (size_t i = 0; i < list->len; i++)
		if (list->at[i].source_id == source_id)
			return &list->at[i];
	if (list->len == list->room) {
		list->room = list->room == 0 ? 16 : 2 * list->room;
		list->at = memory_resize(list->at, list->room, sizeof(*list->at));
	}
	struct noted *made = &list->at[list->len++];
	*made = (struct noted){.source_id = source_id};
	return made;
}

void source_health_note(struct source_health *h, int source_id, enum source_event event,
			const char *refusal)
{
	struct noted *n = entry_of(&h->now, source_id);
	n->count[event]++;
	if (event != SOURCE_REFUSED)
		return;
	struct slice word = slice_cut(slice_of(refusal), REFUSAL_BYTES - 1);
	memcpy(n->refusal, word.at, word.len);
	n->refusal[word.len] = '\0';
}

/** Noted before what is in `now`. */
static void take_back(struct source_health *h)
{
	for (size_t i = 0; i < h->writing.len; i++) {
		const struct noted *before = &h->writing.at[i];
		struct noted *n = entry_of(&h->now, before->source_id);
		for (int event = 0; event < SOURCE_EVENT_COUNT; event++)
			n->count[event] += before->count[event];
		if (n->refusal[0] == '\0')
			memcpy(n->refusal, before->refusal, sizeof(n->refusal));
	}
}

static void written(void *arg, const struct pg_answer *answer)
{
	struct source_health *h = arg;
	if (answer->status < 0)
		log_warn("sources.health_not_written", LOG_TEXT("err", answer->why.words));
	if (answer->status < 0 && answer->status != E_UNKNOWN)
		take_back(h);
	h->writing.len = 0;
	if (h->freed)
		free_now(h);
}

static void write_noted(struct source_health *h)
{
	size_t len = h->writing.len;
	struct arena arena;
	arena_init(&arena, (len + 1) * 2 * PER_SOURCE_BYTES);
	int32_t *ids = arena_take_array(&arena, len, sizeof(*ids));
	int64_t *count[SOURCE_EVENT_COUNT];
	struct slice *refusals = arena_take_array(&arena, len, sizeof(*refusals));
	must(ids != NULL && refusals != NULL);
	for (int event = 0; event < SOURCE_EVENT_COUNT; event++) {
		count[event] = arena_take_array(&arena, len, sizeof(int64_t));
		must(count[event] != NULL);
	}
	for (size_t i = 0; i < len; i++) {
		const struct noted *n = &h->writing.at[i];
		ids[i] = n->source_id;
		for (int event = 0; event < SOURCE_EVENT_COUNT; event++)
			count[event][i] = n->count[event];
		refusals[i] = slice_of(n->refusal);
	}
	struct pg_value values[] = {pg_int4_array(&arena, ids, len),
				    pg_int8_array(&arena, count[SOURCE_TAKEN], len),
				    pg_int8_array(&arena, count[SOURCE_REPEATED], len),
				    pg_int8_array(&arena, count[SOURCE_REFUSED], len),
				    pg_text_array(&arena, refusals, len)};
	pg_pool_run(h->pool, &SQL_SOURCE_HEALTH_ADD, values, COUNT_OF(values), written, h);
	arena_fini(&arena);
}

void source_health_flush(struct source_health *h)
{
	if (h->now.len == 0 || h->writing.len > 0)
		return;
	struct noted_list spare = h->writing;
	h->writing = h->now;
	h->now = spare;
	write_noted(h);
}
