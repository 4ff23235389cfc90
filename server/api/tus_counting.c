#include "api/tus_counting.h"

#include <stdlib.h>

#include "api/problem_of.h"
#include "api/upload_options.h"
#include "base/log.h"
#include "ingest/file_upload.h"
#include "pg/value.h"
#include "store/sql.h"

enum {
	LOOKED_AT = 16384,
	AGAIN_MS = 2000,
	WHOLE_KEEP_SECONDS = 30 * 86400,
	TOLD_SECONDS = 7 * 86400,
	ARENA_BYTES = 64 * 1024,
	LIST_BYTES = 512 * 1024
};

/** A whole file on its way to its totals. */
struct counting {
	struct tus *tus;
	struct counting *next;
	int64_t tus_id, upload_id;
	char key_id[KEY_ID_CHARS + 1];
	struct arena arena; /* what the options borrow */
	struct file_upload *upload;
	bool keeps; /* the file, under the upload's number */
};

struct tus {
	struct api *api;
	struct tus_holds holds;
	struct counting *countings;
	unsigned running;
	struct loop_timer *again;
	bool looking, look_again, stopped;
	int64_t mine[LOOKED_AT]; /* asked about, by number */
	size_t mine_len;
};

struct tus_holds *tus_holds(struct tus *t)
{
	return &t->holds;
}

static struct spool_name name_of(int64_t tus_id)
{
	return (struct spool_name){SPOOL_TUS, tus_id};
}

static bool is_being_counted(const struct tus *t, int64_t tus_id)
{
	const struct counting *c = t->countings;
	while (c != NULL && c->tus_id != tus_id)
		c = c->next;
	return c != NULL;
}

static void look_later(struct tus *t)
{
	if (!t->stopped)
		loop_timer_start(t->again, AGAIN_MS);
}

/* Counting one */

static void end_counting(struct counting *c)
{
	struct tus *t = c->tus;
	struct counting **place = &t->countings;
	while (*place != c)
		place = &(*place)->next;
	*place = c->next;
	t->running--;
	arena_fini(&c->arena);
	memory_free(c);
	tus_look(t);
}

static void outcome_stored(void *arg, const struct pg_answer *answer)
{
	struct counting *c = arg;
	struct spool *spool = c->tus->api->spool;
	struct trouble why;
	if (answer->status != OK) {
		/* Its rows are in; counted again, they are duplicates. */
		log_warn("tus.outcome_not_stored", LOG_NUMBER("tus", c->tus_id),
			 LOG_TEXT("err", answer->why.words));
		look_later(c->tus);
	} else if (!c->keeps) {
		spool_remove(spool, name_of(c->tus_id));
	} else if (spool_rename(spool, name_of(c->tus_id), SPOOL_NAME_UPLOAD(c->upload_id), &why) <
		   0) {
		log_warn("upload.not_kept", LOG_NUMBER("upload", c->upload_id),
			 LOG_TEXT("err", why.words));
	}
	end_counting(c);
}

static void store_outcome(struct counting *c, const struct trouble *failure)
{
	struct pg_value values[] = {
		pg_int8(c->tus_id),
		pg_text(failure == NULL ? SLICE("counted") : SLICE("failed")),
		c->upload_id > 0 ? pg_int8(c->upload_id) : pg_null(),
		failure != NULL ? pg_text(slice_of(problem_code(failure, "upload_failed")))
				: pg_null(),
		failure != NULL && !words_are_inner(failure) ? pg_text(slice_of(failure->words))
							     : pg_null(),
		pg_int4(TOLD_SECONDS),
	};
	pg_pool_run(c->tus->api->pool, &SQL_TUS_COUNTED, values, COUNT_OF(values), outcome_stored,
		    c);
}

static void noted(void *arg, const struct pg_answer *answer)
{
	(void)arg;
	(void)answer; /* the outcome tells the number again */
}

static void begun(void *arg, int64_t upload_id)
{
	struct counting *c = arg;
	struct pg_value values[] = {pg_int8(c->tus_id), pg_int8(upload_id)};
	c->upload_id = upload_id;
	pg_pool_run(c->tus->api->pool, &SQL_TUS_BEGUN, values, COUNT_OF(values), noted, NULL);
}

/** What another try can mend is tried again, as long as the file is kept. */
static bool may_go_well_later(const struct trouble *why)
{
	return why->status == E_BUSY || why->status == E_UNKNOWN;
}

static void ended(void *arg, const struct upload_report *report)
{
	struct counting *c = arg;
	c->upload = NULL;
	c->upload_id = report->upload_id;
	c->keeps = report->upload_id > 0 && !report->same_file;
	if (report->status != OK && may_go_well_later(&report->why)) {
		log_info("tus.counted_later", LOG_NUMBER("tus", c->tus_id),
			 LOG_TEXT("err", report->why.words));
		look_later(c->tus);
		end_counting(c);
		return;
	}
	store_outcome(c, report->status == OK ? NULL : &report->why);
}

static void start_upload(struct counting *c, const struct known_wave *wave, int organisation_id,
			 struct slice metadata)
{
	const struct file_upload_listener listener = {.begun = begun, .ended = ended, .arg = c};
	struct file_upload_request request = {.file = name_of(c->tus_id)};
	struct trouble why;
	struct slice kept = arena_copy(&c->arena, metadata);
	must(kept.at != NULL);
	upload_request_init(&request.upload, wave, organisation_id, slice_of(c->key_id));
	if (upload_options_of_metadata(kept, &c->arena, &request.upload, &why) < 0) {
		store_outcome(c, &why);
		return;
	}
	c->upload = file_upload_open(c->tus->api->ingest, &request, &listener);
}

/** One line of tus_mine: a whole file of ours. */
static void count(struct tus *t, const struct pg_result *rows, int row)
{
	int64_t tus_id = pg_get_int8(rows, row, 0);
	const struct known_wave *wave = catalogue_wave_by_id(t->api->catalogue,
							     pg_get_int4(rows, row, 1));
	struct slice key_id = pg_get_bytes(rows, row, 3);
	if (wave == NULL || t->running >= TUS_COUNTED_AT_ONCE || is_being_counted(t, tus_id))
		return;
	struct counting *c = memory_new(sizeof(*c));
	c->tus = t;
	c->tus_id = tus_id;
	c->next = t->countings;
	t->countings = c;
	t->running++;
	arena_init(&c->arena, ARENA_BYTES);
	must(key_id.len < sizeof(c->key_id));
	memcpy(c->key_id, key_id.at, key_id.len);
	start_upload(c, wave, pg_get_int4(rows, row, 2), pg_get_bytes(rows, row, 4));
}

/* Looking */

/** A file whose end the last run of the server did not come to write down. */
static void put_away(struct tus *t, const struct pg_result *rows, int row)
{
	struct trouble why;
	int64_t tus_id = pg_get_int8(rows, row, 0);
	if (slice_is(pg_get_bytes(rows, row, 5), "failed") || pg_is_null(rows, row, 6))
		spool_remove(t->api->spool, name_of(tus_id));
	else if (spool_rename(t->api->spool, name_of(tus_id),
			      SPOOL_NAME_UPLOAD(pg_get_int8(rows, row, 6)), &why) < 0)
		log_warn("tus.not_put_away", LOG_NUMBER("tus", tus_id), LOG_TEXT("err", why.words));
}

static void see_to(struct tus *t, const struct pg_result *rows, int row)
{
	struct slice state = pg_get_bytes(rows, row, 5);
	if (slice_is(state, "whole"))
		count(t, rows, row);
	else if (!slice_is(state, "receiving") && !is_being_counted(t, pg_get_int8(rows, row, 0)))
		put_away(t, rows, row);
}

/** Both lists ascend. */
static void remove_strangers(struct tus *t, const struct pg_result *rows)
{
	int row = 0;
	for (size_t i = 0; i < t->mine_len; i++) {
		while (row < pg_rows(rows) && pg_get_int8(rows, row, 0) < t->mine[i])
			row++;
		bool known = row < pg_rows(rows) && pg_get_int8(rows, row, 0) == t->mine[i];
		if (!known && !tus_is_held(&t->holds, t->mine[i]) &&
		    !is_being_counted(t, t->mine[i]))
			spool_remove(t->api->spool, name_of(t->mine[i]));
	}
}

static void looked(struct tus *t)
{
	bool again = t->look_again;
	t->looking = t->look_again = false;
	if (again)
		tus_look(t);
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return x < y ? -1 : x > y;
}

static void mine_came(void *arg, const struct pg_answer *answer)
{
	struct tus *t = arg;
	if (answer->status == OK && !t->stopped) {
		for (int row = 0; row < pg_rows(answer->result); row++)
			see_to(t, answer->result, row);
		remove_strangers(t, answer->result);
	} else {
		look_later(t);
	}
	looked(t);
}

static void expired(void *arg, const struct pg_answer *answer)
{
	struct tus *t = arg;
	struct arena arena;
	if (answer->status != OK || t->stopped) {
		look_later(t);
		looked(t);
		return;
	}
	t->mine_len = spool_list(t->api->spool, SPOOL_TUS, t->mine, LOOKED_AT);
	qsort(t->mine, t->mine_len, sizeof(t->mine[0]), by_number);
	arena_init(&arena, LIST_BYTES);
	struct pg_value values[] = {pg_int8_array(&arena, t->mine, t->mine_len)};
	pg_pool_run(t->api->pool, &SQL_TUS_MINE, values, COUNT_OF(values), mine_came, t);
	arena_fini(&arena);
}

void tus_look(struct tus *t)
{
	struct pg_value values[] = {pg_int4(WHOLE_KEEP_SECONDS)};
	if (t->stopped)
		return;
	if (t->looking || !catalogue_ready(t->api->catalogue)) {
		t->look_again = t->looking;
		look_later(t);
		return;
	}
	t->looking = true;
	pg_pool_run(t->api->pool, &SQL_TUS_EXPIRE, values, COUNT_OF(values), expired, t);
}

static void look_again(void *arg)
{
	tus_look(arg);
}

struct tus *tus_new(struct api *api)
{
	struct tus *t = memory_new(sizeof(*t));
	t->api = api;
	t->again = loop_timer_new(api->loop, look_again, t);
	return t;
}

void tus_free(struct tus *t)
{
	if (t == NULL)
		return;
	must(t->countings == NULL && t->holds.first == NULL);
	memory_free(t);
}

void tus_stop(struct tus *t)
{
	t->stopped = true;
	loop_timer_free(&t->again);
	tus_hold_stop_all(&t->holds);
	struct counting *next = t->countings;
	while (next != NULL) {
		struct counting *c = next;
		next = c->next;
		if (c->upload == NULL)
			continue; /* its outcome is being stored */
		file_upload_abandon(&c->upload);
		end_counting(c);
	}
}

bool tus_busy(const struct tus *t)
{
	return t->looking || t->countings != NULL || t->holds.first != NULL;
}
