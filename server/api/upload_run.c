#include "api/upload_run.h"

#include "api/access.h"
#include "api/caller.h"
#include "api/held_words.h"
#include "api/problem_of.h"
#include "api/upload_answer.h"
#include "base/log.h"
#include "http/problem.h"
#include "ingest/file_upload.h"
#include "store/sql.h"

/** A kept file on its way in. */
struct running {
	struct caller caller;
	struct api *api;
	struct file_upload *upload;
	int wave_id, organisation_id;
	int64_t file, file_bytes;
	struct slice place; /* as long as there is an exchange */
	char key_id[KEY_ID_CHARS + 1];
};

static void noted(void *arg, const struct pg_answer *answer)
{
	(void)arg; /* without it nobody finds the rejected rows of this upload */
	if (answer->status != OK)
		log_warn("upload.file_not_noted", LOG_TEXT("err", answer->why.words));
}

static void begun(void *arg, int64_t upload_id)
{
	struct running *r = arg;
	struct pg_value values[] = {pg_int8(upload_id), pg_int8(r->file)};
	pg_pool_run(r->api->pool, &SQL_UPLOAD_FILE_OF, values, COUNT_OF(values), noted, NULL);
}

static void ended(void *arg, const struct upload_report *report)
{
	struct running r = *(struct running *)arg;
	memory_free(arg);
	if (r.caller.x != NULL)
		upload_answer(r.caller.x, r.place, report);
}

static void start(struct running *r, const struct upload_words *words)
{
	struct exchange *x = r->caller.x;
	const struct known_wave *wave = catalogue_wave_by_id(r->api->catalogue, r->wave_id);
	struct file_upload_request request = {.file = SPOOL_NAME_UPLOAD(r->file),
					      .file_bytes = r->file_bytes};
	const struct file_upload_listener listener = {.begun = begun, .ended = ended, .arg = r};
	struct trouble why;
	if (wave == NULL)
		(void)trouble_code(&why, E_BUSY, "programme_just_changed",
				   "the programme was changed a moment ago");
	else
		upload_request_init(&request.upload, wave, r->organisation_id, slice_of(r->key_id));
	if (wave != NULL && upload_options_read(words, &request.upload, &why) == OK) {
		r->upload = file_upload_open(r->api->ingest, &request, &listener);
		return;
	}
	memory_free(r);
	x->state = NULL;
	answer_trouble(x, &why);
}

static void file_came(void *arg, const struct pg_answer *answer)
{
	struct running *r = arg;
	struct exchange *x = r->caller.x;
	struct held_words held;
	struct upload_words words;
	if (x != NULL && answer->status == OK && pg_rows(answer->result) > 0) {
		r->file = pg_get_int8(answer->result, 0, 0);
		if (!pg_is_null(answer->result, 0, 4))
			r->file_bytes = pg_get_int8(answer->result, 0, 4);
		held_words_read(&held, x, answer->result, x->arena, &words);
		start(r, &words);
		return;
	}
	memory_free(r);
	if (x == NULL)
		return;
	x->state = NULL;
	if (answer->status != OK)
		answer_trouble(x, &answer->why);
	else
		exchange_problem(x, 404, "unknown_upload", "There is no such upload", SLICE_NONE);
}

/** "…/uploads/17/run" is "…/uploads". */
static struct slice place_of(struct slice path)
{
	for (int cuts = 0; cuts < 2; path.len--)
		cuts += path.at[path.len - 1] == '/';
	return path;
}

static void begin_post(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct slice number = SLICE_NONE;
	int64_t upload_id;
	if (wave == NULL)
		return;
	must(exchange_parameter(x, "upload", &number));
	if (!slice_to_int64(number, &upload_id)) {
		exchange_problem(x, 404, "unknown_upload", "There is no such upload", SLICE_NONE);
		return;
	}
	struct running *r = memory_new(sizeof(*r));
	*r = (struct running){.caller.x = x,
			      .api = api_of(x),
			      .wave_id = wave->wave_id,
			      .organisation_id = key->organisation_id,
			      .place = place_of(x->path)};
	memcpy(r->key_id, key->key_id, sizeof(r->key_id));
	x->state = r;
	struct pg_value values[] = {pg_int4(wave->wave_id), pg_int8(upload_id)};
	pg_pool_run(r->api->pool, &SQL_UPLOAD_FILE, values, COUNT_OF(values), file_came, r);
}

/** What has begun goes on; what became of it is in the list of uploads. */
const struct handler upload_run_post = {.begin = begin_post, .gone = caller_gone};
