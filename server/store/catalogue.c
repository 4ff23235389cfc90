#include "store/catalogue.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "pg/value.h"
#include "store/sql.h"

enum { WORDS_BYTES = 16 * 1024 * 1024, READS = 3 };

/** What one reading found; the one before it lives until all three answers are in. */
struct reading {
	struct arena arena;
	struct known_key *keys; /* ascending by key_id */
	size_t keys_len;
	struct shared_programme **programmes; /* ascending by programme_id */
	size_t programmes_len;
	struct known_wave *waves; /* ascending by wave_id */
	size_t waves_len;
};

struct waiter {
	struct waiter *next;
	void (*done)(void *arg, enum status st);
	void *arg;
};

struct catalogue {
	struct pg_pool *pool;
	void (*changed)(void *arg);
	void *arg;
	struct reading *now;  /* NULL before the first */
	struct reading *next; /* being read */
	struct pg_result *waves_result;
	int answers_due;
	int looks; /* under way */
	enum status outcome;
	bool again; /* something changed while reading */
	bool freed;
	uint64_t version;
	struct waiter *waiting, *waiting_for_next;
};

static const char *const state_names[] = {"draft", "fielding", "closed", "published"};

bool wave_state_from(struct slice name, enum wave_state *state)
{
	for (size_t i = 0; i < COUNT_OF(state_names); i++) {
		if (slice_is(name, state_names[i])) {
			*state = (enum wave_state)i;
			return true;
		}
	}
	return false;
}

const char *wave_state_name(enum wave_state state)
{
	return state_names[state];
}

void shared_programme_hold(struct shared_programme *p)
{
	p->references++;
}

void shared_programme_release(struct shared_programme **p)
{
	struct shared_programme *held = *p;
	*p = NULL;
	if (held == NULL || --held->references > 0)
		return;
	programme_free(held->programme);
	memory_free(held);
}

static void reading_free(struct reading *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->programmes_len; i++)
		shared_programme_release(&r->programmes[i]);
	memory_free(r->programmes);
	memory_free(r->keys);
	memory_free(r->waves);
	arena_fini(&r->arena);
	memory_free(r);
}

struct catalogue *catalogue_new(struct pg_pool *pool, void (*changed)(void *arg), void *arg)
{
	struct catalogue *c = memory_new(sizeof(*c));
	*c = (struct catalogue){.pool = pool, .changed = changed, .arg = arg};
	return c;
}

static void free_now(struct catalogue *c)
{
	reading_free(c->now);
	reading_free(c->next);
	pg_result_free(&c->waves_result);
	memory_free(c);
}

void catalogue_free(struct catalogue *c)
{
	if (c == NULL)
		return;
	c->freed = true;
	if (c->answers_due == 0 && c->looks == 0)
		free_now(c);
}

/** A programme whose file did not change keeps its parsed form, and with it every reference. */
static struct shared_programme *same_as_before(const struct catalogue *c, int programme_id,
					       struct slice document)
{
	for (size_t i = 0; c->now != NULL && i < c->now->programmes_len; i++) {
		struct shared_programme *p = c->now->programmes[i];
		if (p->programme_id == programme_id && slice_equal(p->programme->source, document))
			return p;
	}
	return NULL;
}

static struct shared_programme *parse_stored(int programme_id, int organisation_id,
					     struct slice document)
{
	struct arena arena;
	struct programme *programme = NULL;
	struct programme_faults faults = {0};
	arena_init(&arena, PROGRAMME_BYTES_LIMIT);
	enum status st = programme_parse(document, &arena, &programme, &faults);
	arena_fini(&arena);
	if (st < 0) {
		/* Written by a newer server, or by hand: the others go on without it. */
		log_error("catalogue.programme_unreadable",
			  LOG_NUMBER("programme_id", programme_id),
			  LOG_NUMBER("faults", faults.total));
		return NULL;
	}
	struct shared_programme *p = memory_new(sizeof(*p));
	*p = (struct shared_programme){.programme_id = programme_id,
				       .organisation_id = organisation_id,
				       .edition = hash_bytes(document),
				       .programme = programme};
	return p;
}

static void read_keys(struct reading *r, const struct pg_result *rows)
{
	r->keys_len = (size_t)pg_rows(rows);
	r->keys = memory_resize(NULL, r->keys_len, sizeof(*r->keys));
	for (size_t i = 0; i < r->keys_len; i++) {
		struct known_key *key = &r->keys[i];
		int row = (int)i;
		struct slice id = pg_get_bytes(rows, row, 0);
		struct slice digest = pg_get_bytes(rows, row, 3);
		*key = (struct known_key){.organisation_id = pg_get_int4(rows, row, 1)};
		must(id.len == KEY_ID_CHARS && digest.len == KEY_DIGEST_BYTES);
		memcpy(key->key_id, id.at, id.len);
		memcpy(key->digest, digest.at, digest.len);
		key->organisation = arena_copy(&r->arena, pg_get_bytes(rows, row, 2));
		must(role_from(pg_get_bytes(rows, row, 4), &key->role));
		key->expires_at = pg_is_null(rows, row, 5) ? CLOCK_NO_INSTANT
							   : pg_get_timestamptz(rows, row, 5);
	}
}

static void read_programmes(struct catalogue *c, struct reading *r, const struct pg_result *rows)
{
	r->programmes = memory_resize(NULL, (size_t)pg_rows(rows),
				      sizeof(struct shared_programme *));
	for (int row = 0; row < pg_rows(rows); row++) {
		int programme_id = pg_get_int4(rows, row, 0);
		struct slice document = pg_get_bytes(rows, row, 3);
		struct shared_programme *p = same_as_before(c, programme_id, document);
		if (p == NULL)
			p = parse_stored(programme_id, pg_get_int4(rows, row, 1), document);
		if (p == NULL)
			continue;
		p->revision = pg_get_int4(rows, row, 4);
		shared_programme_hold(p);
		r->programmes[r->programmes_len++] = p;
	}
}

static struct shared_programme *programme_by_id(const struct reading *r, int programme_id)
{
	for (size_t i = 0; i < r->programmes_len; i++)
		if (r->programmes[i]->programme_id == programme_id)
			return r->programmes[i];
	return NULL;
}

static void read_waves(struct reading *r, const struct pg_result *rows)
{
	r->waves = memory_resize(NULL, (size_t)pg_rows(rows), sizeof(*r->waves));
	for (int row = 0; row < pg_rows(rows); row++) {
		struct shared_programme *p = programme_by_id(r, pg_get_int4(rows, row, 1));
		struct known_wave *wave = &r->waves[r->waves_len];
		*wave = (struct known_wave){.wave_id = pg_get_int4(rows, row, 0), .programme = p};
		must(wave_state_from(pg_get_bytes(rows, row, 3), &wave->state));
		wave->revision = pg_get_int4(rows, row, 4);
		wave->embargoed = pg_get_bool(rows, row, 5);
		if (p == NULL)
			continue;
		wave->index = programme_find_wave(p->programme, pg_get_bytes(rows, row, 2));
		if (wave->index >= 0)
			r->waves_len++;
	}
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

static void start_reading(struct catalogue *c);

static void finish_reading(struct catalogue *c)
{
	if (c->outcome == OK) {
		read_waves(c->next, c->waves_result);
		reading_free(c->now);
		c->now = c->next;
		c->next = NULL;
		c->version++;
	}
	reading_free(c->next);
	c->next = NULL;
	pg_result_free(&c->waves_result);
	if (c->outcome == OK && c->changed != NULL)
		c->changed(c->arg);
	struct waiter *waiting = c->waiting;
	c->waiting = c->waiting_for_next;
	c->waiting_for_next = NULL;
	bool again = c->again;
	c->again = false;
	if (again)
		start_reading(c);
	tell(&waiting, c->outcome);
}

/** One answer of the three; true when it was usable. The last one finishes the reading. */
static bool took_answer(struct catalogue *c, const struct pg_answer *answer)
{
	c->answers_due--;
	if (answer->status < 0 && c->outcome == OK) {
		c->outcome = answer->status;
		log_warn("catalogue.read_failed", LOG_TEXT("err", answer->why.words));
	}
	return answer->status == OK && !c->freed;
}

static void conclude(struct catalogue *c)
{
	if (c->answers_due > 0)
		return;
	if (c->freed) {
		tell(&c->waiting, E_GONE);
		tell(&c->waiting_for_next, E_GONE);
		if (c->looks == 0)
			free_now(c);
	} else {
		finish_reading(c);
	}
}

static void keys_came(void *arg, const struct pg_answer *answer)
{
	struct catalogue *c = arg;
	if (took_answer(c, answer))
		read_keys(c->next, answer->result);
	conclude(c);
}

static void programmes_came(void *arg, const struct pg_answer *answer)
{
	struct catalogue *c = arg;
	if (took_answer(c, answer))
		read_programmes(c, c->next, answer->result);
	conclude(c);
}

static void waves_came(void *arg, const struct pg_answer *answer)
{
	struct catalogue *c = arg;
	if (took_answer(c, answer))
		c->waves_result = pg_answer_keep(answer);
	conclude(c);
}

/** Waves are read after programmes: a wave whose programme is newer than our reading would be
 * dropped until the next notification, which that programme's commit has already caused. */
static void start_reading(struct catalogue *c)
{
	c->next = memory_new(sizeof(*c->next));
	arena_init(&c->next->arena, WORDS_BYTES);
	c->answers_due = READS;
	c->outcome = OK;
	pg_pool_run(c->pool, &SQL_CATALOGUE_KEYS, NULL, 0, keys_came, c);
	pg_pool_run(c->pool, &SQL_CATALOGUE_PROGRAMMES, NULL, 0, programmes_came, c);
	pg_pool_run(c->pool, &SQL_CATALOGUE_WAVES, NULL, 0, waves_came, c);
}

void catalogue_reload(struct catalogue *c, void (*done)(void *arg, enum status st), void *arg)
{
	bool reading = c->next != NULL;
	if (done != NULL) {
		struct waiter *w = memory_new(sizeof(*w));
		struct waiter **list = reading ? &c->waiting_for_next : &c->waiting;
		*w = (struct waiter){.next = *list, .done = done, .arg = arg};
		*list = w;
	}
	if (reading)
		c->again = true;
	else
		start_reading(c);
}

/* What an announcement changes */

struct look {
	struct catalogue *catalogue;
	uint64_t version; /* when it began: what was read meanwhile is newer */
	void (*done)(void *arg, const struct trouble *why);
	void *arg;
};

static bool take_shown(struct reading *r, const struct pg_result *rows, int row)
{
	int wave_id = pg_get_int4(rows, row, 0);
	for (size_t i = 0; i < r->waves_len; i++) {
		struct known_wave *wave = &r->waves[i], before = *wave;
		if (wave->wave_id != wave_id)
			continue;
		must(wave_state_from(pg_get_bytes(rows, row, 1), &wave->state));
		wave->revision = pg_get_int4(rows, row, 2);
		wave->embargoed = pg_get_bool(rows, row, 3);
		return before.state != wave->state || before.revision != wave->revision;
	}
	return false;
}

static void shown_came(void *arg, const struct pg_answer *answer)
{
	struct look look = *(struct look *)arg;
	struct catalogue *c = look.catalogue;
	struct trouble why;
	bool changed = false;
	memory_free(arg);
	c->looks--;
	if (c->freed) {
		(void)trouble(&why, E_GONE, "the server stops");
		if (c->answers_due == 0 && c->looks == 0)
			free_now(c);
		look.done(look.arg, &why);
		return;
	}
	bool current = answer->status == OK && look.version == c->version;
	for (int row = 0; current && row < pg_rows(answer->result); row++)
		changed = take_shown(c->now, answer->result, row) || changed;
	if (changed && c->changed != NULL)
		c->changed(c->arg);
	look.done(look.arg, answer->status == OK ? NULL : &answer->why);
}

void catalogue_look(struct catalogue *c, int organisation_id,
		    void (*done)(void *arg, const struct trouble *why), void *arg)
{
	struct pg_value values[] = {pg_int4(organisation_id)};
	struct look *look = memory_new(sizeof(*look));
	*look = (struct look){c, c->version, done, arg};
	c->looks++;
	pg_pool_run(c->pool, &SQL_WAVE_SHOWN, values, COUNT_OF(values), shown_came, look);
}

bool catalogue_ready(const struct catalogue *c)
{
	return c->now != NULL;
}

uint64_t catalogue_version(const struct catalogue *c)
{
	return c->version;
}

static const struct known_key *key_by_id(const struct reading *r, struct slice id)
{
	size_t low = 0, high = r->keys_len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = memcmp(r->keys[middle].key_id, id.at, KEY_ID_CHARS);
		if (order == 0)
			return &r->keys[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct known_key *catalogue_find_key(const struct catalogue *c, struct slice text)
{
	static const unsigned char nobody[KEY_DIGEST_BYTES];
	struct key_parts parts;
	unsigned char digest[KEY_DIGEST_BYTES];
	if (c->now == NULL || !key_split(text, &parts))
		return NULL;
	const struct known_key *key = key_by_id(c->now, parts.id);
	key_digest(parts.secret, digest);
	/* The same work for an unknown id as for a wrong secret: time must not tell them apart. */
	bool right = key_digest_equal(digest, key != NULL ? key->digest : nobody);
	if (key == NULL || !right)
		return NULL;
	if (key->expires_at != CLOCK_NO_INSTANT && key->expires_at <= clock_now())
		return NULL;
	return key;
}

struct shared_programme *catalogue_find_programme(const struct catalogue *c, int organisation_id,
						  struct slice code)
{
	for (size_t i = 0; c->now != NULL && i < c->now->programmes_len; i++) {
		struct shared_programme *p = c->now->programmes[i];
		if (p->organisation_id == organisation_id && slice_equal(p->programme->code, code))
			return p;
	}
	return NULL;
}

const struct known_wave *catalogue_find_wave(const struct catalogue *c,
					     const struct shared_programme *p, struct slice code)
{
	int index = programme_find_wave(p->programme, code);
	for (size_t i = 0; c->now != NULL && index >= 0 && i < c->now->waves_len; i++)
		if (c->now->waves[i].programme == p && c->now->waves[i].index == index)
			return &c->now->waves[i];
	return NULL;
}

const struct known_wave *catalogue_wave_by_id(const struct catalogue *c, int wave_id)
{
	for (size_t i = 0; c->now != NULL && i < c->now->waves_len; i++)
		if (c->now->waves[i].wave_id == wave_id)
			return &c->now->waves[i];
	return NULL;
}

struct shared_programme *const *catalogue_programmes(const struct catalogue *c, size_t *len)
{
	*len = c->now != NULL ? c->now->programmes_len : 0;
	return c->now != NULL ? c->now->programmes : NULL;
}

const struct known_wave *catalogue_waves(const struct catalogue *c, size_t *len)
{
	*len = c->now != NULL ? c->now->waves_len : 0;
	return c->now != NULL ? c->now->waves : NULL;
}
