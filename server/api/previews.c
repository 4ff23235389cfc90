#include "api/previews.h"

#include "api/access.h"
#include "api/caller.h"
#include "api/held_words.h"
#include "api/problem_of.h"
#include "api/upload_options.h"
#include "http/problem.h"
#include "mapping/table_beginning.h"
#include "pg/value.h"
#include "spool/spool.h"
#include "store/sql.h"

enum { FAULTS_ARENA_BYTES = 4 * 1024 * 1024, PREVIEWS_MOST = 4 };

/** A preview under way; its answer is made on a pool thread. */
struct previewing {
	struct caller caller;
	struct api *api;
	struct shared_programme *programme;
	int wave_id;
	int64_t upload_id;
	struct upload_request request;
	char mapping[PROGRAMME_CODE_BYTES + 1];
	char sheet[UPLOAD_SHEET_BYTES + 1];
	struct spool_file *file; /* of an upload; NULL where the body was sent */
	struct buf bytes;	 /* the beginning of the file */
	struct buf table_reading;
	bool whole;
	struct profile *profile;
	struct table_dictionary dictionary;
	atomic_bool stop; /* nobody waits for the table any more */
	bool tabling;	  /* counted among those of `api` */
	struct buf answer;
	enum status status;
	struct trouble why;
};

static void end(struct previewing *p)
{
	if (p->file != NULL)
		spool_release(&p->file);
	shared_programme_release(&p->programme);
	profile_free(p->profile);
	table_dictionary_fini(&p->dictionary);
	buf_fini(&p->bytes);
	buf_fini(&p->table_reading);
	buf_fini(&p->answer);
	p->api->previews--;
	p->api->tables -= p->tabling;
	memory_free(p);
}

static void fail(struct previewing *p, const struct trouble *why)
{
	struct exchange *x = p->caller.x;
	struct trouble last = *why;
	end(p);
	if (x != NULL)
		answer_trouble(x, &last);
}

/* The answer */

static void make(void *arg)
{
	struct previewing *p = arg;
	struct preview preview = {.bytes = buf_slice(&p->bytes),
				  .whole = p->whole,
				  .format = p->request.format,
				  .csv = p->request.csv,
				  .programme = p->programme->programme,
				  .wave = p->request.wave,
				  .table_reading = &p->table_reading,
				  .code = SLICE("proposed")};
	const struct table_options options = {.sheet = slice_of(p->sheet),
					      .dictionary = &p->dictionary,
					      .stop = &p->stop,
					      .temp_folder = spool_folder_path(p->api->spool)};
	p->status = OK;
	if (p->request.table != NULL)
		p->status = table_beginning(p->request.table, spool_file_path(p->file), &options,
					    &p->bytes, &preview, &p->why);
	if (p->status == OK)
		p->status = preview_json(&preview, &p->profile, &p->answer, &p->why);
}

static void made(void *arg)
{
	struct previewing *p = arg;
	struct exchange *x = p->caller.x;
	if (p->status < 0 && atomic_load(&p->stop))
		(void)trouble(&p->why, E_BUSY, "the server is stopping");
	if (p->status < 0) {
		fail(p, &p->why);
		return;
	}
	if (x != NULL)
		exchange_answer(x, 200, "application/json", buf_slice(&p->answer));
	end(p);
}

/* The file */

static void part_came(void *arg, struct slice part, const struct trouble *why)
{
	struct previewing *p = arg;
	if (why != NULL) {
		fail(p, why);
		return;
	}
	size_t room = PREVIEW_BYTES - p->bytes.len;
	buf_add(&p->bytes, (struct slice){part.at, part.len < room ? part.len : room});
	p->whole = p->bytes.len == (size_t)spool_file_bytes(p->file);
	if (part.len > 0 && part.len < room && !p->whole)
		spool_read(p->file, (int64_t)p->bytes.len, part_came, p);
	else
		loop_offload(p->api->loop, make, made, p);
}

/** Busy where as many as may be are made. */
static enum status take_table_place(struct previewing *p, struct trouble *why)
{
	if (p->api->tables >= TABLES_LOOKED_AT)
		return trouble_code(why, E_BUSY, "too_many_questions",
				    "another table is being looked at");
	p->api->tables++;
	p->tabling = true;
	return OK;
}

static void read_file(struct previewing *p)
{
	struct trouble why;
	bool is_table = p->request.table != NULL;
	if (p->upload_id == 0) {
		loop_offload(p->api->loop, make, made, p);
		return;
	}
	if (spool_hold(p->api->spool, SPOOL_NAME_UPLOAD(p->upload_id), &p->file, &why) < 0 ||
	    (is_table && take_table_place(p, &why) < 0))
		fail(p, &why);
	else if (is_table)
		loop_offload(p->api->loop, make, made, p);
	else
		spool_read(p->file, 0, part_came, p);
}

/* The mapping */

static void mapping_came(void *arg, const struct pg_answer *answer)
{
	struct previewing *p = arg;
	struct trouble why = answer->why;
	struct programme_faults faults;
	struct arena words;
	if (answer->status == OK && pg_rows(answer->result) == 0)
		(void)trouble_code(&why, E_GONE, "unknown_mapping", "there is no such mapping");
	if (answer->status != OK || pg_rows(answer->result) == 0) {
		fail(p, &why);
		return;
	}
	arena_init(&words, FAULTS_ARENA_BYTES);
	enum status st = profile_parse(pg_get_bytes(answer->result, 0, 2), &words, &p->profile,
				       &faults);
	arena_fini(&words);
	if (st == OK) {
		read_file(p);
		return;
	}
	(void)trouble(&why, E_INTERNAL, "a stored mapping cannot be read");
	fail(p, &why);
}

static void find_mapping(struct previewing *p)
{
	if (p->mapping[0] == '\0') {
		read_file(p);
		return;
	}
	struct pg_value values[] = {pg_int4(p->programme->programme_id),
				    pg_text(slice_of(p->mapping)), pg_int4(0)};
	pg_pool_run(p->api->pool, &SQL_MAPPING_GET, values, COUNT_OF(values), mapping_came, p);
}

/* The request */

/** A table that nobody waits for is not finished. */
static void stop_table(struct caller *caller)
{
	atomic_store(&((struct previewing *)(void *)caller)->stop, true);
}

static const struct caller_events events = {.gone = stop_table, .stopping = stop_table};

/** NULL: answered. */
static struct previewing *begin(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct api *api = api_of(x);
	struct trouble why;
	if (wave == NULL)
		return NULL;
	if (api->previews == PREVIEWS_MOST) {
		(void)trouble_code(&why, E_BUSY, "too_many_questions", "%d previews are being made",
				   PREVIEWS_MOST);
		answer_trouble(x, &why);
		return NULL;
	}
	struct previewing *p = memory_new(sizeof(*p));
	p->caller = (struct caller){.x = x, .events = &events};
	p->api = api;
	p->programme = wave->programme;
	shared_programme_hold(p->programme);
	p->wave_id = wave->wave_id;
	upload_request_init(&p->request, wave, key->organisation_id, slice_of(key->key_id));
	table_dictionary_init(&p->dictionary, TABLE_DICTIONARY_BYTES);
	buf_init(&p->bytes, PREVIEW_BYTES);
	buf_init(&p->table_reading, TABLE_READING_BYTES);
	buf_init(&p->answer, PREVIEW_JSON_BYTES);
	api->previews++;
	x->state = p;
	return p;
}

static bool find_in_query(void *arg, const char *name, struct slice *value)
{
	return exchange_query(arg, name, value);
}

/** False: answered, and the preview is over. */
static bool read_options(struct previewing *p, const struct upload_words *words)
{
	struct trouble why;
	enum status st = upload_options_read(words, &p->request, &why);
	if (st < 0) {
		fail(p, &why);
		return false;
	}
	/* They are the exchange's, which may be gone before the answer is made. */
	memcpy(p->mapping, p->request.mapping.at != NULL ? p->request.mapping.at : "",
	       p->request.mapping.len);
	memcpy(p->sheet, p->request.sheet.at != NULL ? p->request.sheet.at : "",
	       p->request.sheet.len);
	return true;
}

static void begin_post(struct exchange *x)
{
	(void)access_check(x); /* refuses before the body is sent */
}

/** ?part=1: the body is the beginning of a file. */
static void whole_post(struct exchange *x, struct slice body)
{
	struct previewing *p = begin(x);
	const struct upload_words words = {
		.find = find_in_query, .arg = x, .type = exchange_header(x, "content-type")};
	struct slice part = SLICE("0");
	struct trouble why;
	if (p == NULL || !read_options(p, &words))
		return;
	(void)exchange_query(x, "part", &part);
	if (p->request.table != NULL) {
		(void)trouble_code(&why, E_INPUT, "bad_upload_option",
				   "such a file is previewed behind a dry run of it");
		fail(p, &why);
		return;
	}
	buf_add(&p->bytes, body);
	p->whole = !slice_is(part, "1");
	find_mapping(p);
}

/** As it was declared then, but for what the query says. */
static void upload_came(void *arg, const struct pg_answer *answer)
{
	struct previewing *p = arg;
	struct held_words held;
	struct upload_words words;
	struct trouble why = answer->why;
	if (answer->status == OK && pg_rows(answer->result) == 0)
		(void)trouble_code(&why, E_GONE, "unknown_upload", "there is no such upload");
	if (answer->status != OK || pg_rows(answer->result) == 0) {
		fail(p, &why);
		return;
	}
	if (p->caller.x == NULL) {
		end(p);
		return;
	}
	p->upload_id = pg_get_int8(answer->result, 0, 0);
	held_words_read(&held, p->caller.x, answer->result, p->caller.x->arena, &words);
	if (read_options(p, &words))
		find_mapping(p);
}

static void begin_get(struct exchange *x)
{
	struct previewing *p = begin(x);
	struct slice number = SLICE_NONE;
	struct trouble why;
	if (p == NULL)
		return;
	must(exchange_parameter(x, "upload", &number));
	if (!slice_to_int64(number, &p->upload_id) || p->upload_id <= 0) {
		(void)trouble_code(&why, E_GONE, "unknown_upload", "there is no such upload");
		fail(p, &why);
		return;
	}
	struct pg_value values[] = {pg_int4(p->wave_id), pg_int8(p->upload_id)};
	pg_pool_run(p->api->pool, &SQL_UPLOAD_FILE, values, COUNT_OF(values), upload_came, p);
}

const struct handler preview_post = {.begin = begin_post, .whole = whole_post, .gone = caller_gone};
const struct handler upload_preview_get = {
	.begin = begin_get, .gone = caller_gone, .stopping = caller_stopping};
