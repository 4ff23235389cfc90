#include "ingest/file_upload.h"

#include "base/log.h"
#include "ingest/file_digest.h"
#include "ingest/upload_private.h"

enum { WORDS_BYTES = 8 * 1024 };

/* clang-format off */
#define FILE_UPLOAD_STATES(X)                                     \
	X(STARTING,  "not begun")                                 \
	X(WAITING,   "for its turn to be made a table")           \
	X(TABLING,   "a pool thread makes the table")             \
	X(UPLOADING, "the upload has it")                         \
	X(ENDED,     "reported")
/* clang-format on */

enum file_upload_state {
#define X(name, words) FILE_UPLOAD_##name,
	FILE_UPLOAD_STATES(X)
#undef X
};

#define BIT(name) (1u << FILE_UPLOAD_##name)

static const unsigned next_states[] = {
	[FILE_UPLOAD_STARTING] = BIT(WAITING) | BIT(UPLOADING) | BIT(ENDED),
	[FILE_UPLOAD_WAITING] = BIT(TABLING) | BIT(ENDED),
	[FILE_UPLOAD_TABLING] = BIT(UPLOADING) | BIT(ENDED),
	[FILE_UPLOAD_UPLOADING] = BIT(ENDED),
	[FILE_UPLOAD_ENDED] = 0,
};

struct file_upload {
	struct ingest *ingest;
	struct file_upload_request request;
	struct file_upload_listener listener;
	enum file_upload_state state;
	struct file_upload *next; /* waits for its turn behind this one */
	struct spool_file *file;  /* what is read: the file, or the table made of it */
	int64_t at;
	struct upload *upload;
	bool begun;
	struct trouble why; /* of a start that failed */

	struct spool_output *output;
	struct table_options options;
	struct arena words; /* of the request: they outlive who asked */
	atomic_bool stop;
	enum status made;
	struct table_report *table;
	struct decode_fault fault;
	struct buf reading;
};

static void enter(struct file_upload *f, enum file_upload_state to)
{
	must(next_states[f->state] & (1u << to));
	f->state = to;
}

static void free_file_upload(struct file_upload *f)
{
	if (f->file != NULL)
		spool_release(&f->file);
	arena_fini(&f->words);
	shared_programme_release(&f->request.upload.programme);
	buf_fini(&f->reading);
	memory_free(f->table);
	memory_free(f);
}

static void report_failure(struct file_upload *f)
{
	const struct upload_report report = {.status = f->why.status,
					     .why = f->why,
					     .state = "failed",
					     .errors = SLICE("[]"),
					     .left_out_by = SLICE("null"),
					     .warnings = SLICE("[]"),
					     .reading = SLICE("null")};
	enter(f, FILE_UPLOAD_ENDED);
	if (f->listener.ended != NULL)
		f->listener.ended(f->listener.arg, &report);
	free_file_upload(f);
}

static void failed_at_once(void *arg)
{
	report_failure(arg);
}

/* The upload */

static void read_on(struct file_upload *f);

static void part_came(void *arg, struct slice part, const struct trouble *why)
{
	struct file_upload *f = arg;
	if (why != NULL) {
		upload_fail(f->upload, why);
	} else if (part.len == 0) {
		upload_finish(f->upload);
	} else {
		f->at += (int64_t)part.len;
		if (upload_feed(f->upload, part) == FLOW_MORE)
			read_on(f);
	}
}

static void read_on(struct file_upload *f)
{
	spool_read(f->file, f->at, part_came, f);
}

static void resumed(void *arg)
{
	struct file_upload *f = arg;
	if (!f->begun) {
		f->begun = true;
		if (f->listener.begun != NULL)
			f->listener.begun(f->listener.arg, upload_number(f->upload));
	}
	if (f->made < 0)
		upload_break(f->upload, &f->fault);
	else
		read_on(f);
}

static void ended(void *arg, const struct upload_report *report)
{
	struct file_upload *f = arg;
	enter(f, FILE_UPLOAD_ENDED);
	f->upload = NULL;
	if (f->listener.ended != NULL)
		f->listener.ended(f->listener.arg, report);
	free_file_upload(f);
}

static void open_upload(struct file_upload *f)
{
	const struct upload_listener listener = {.resume = resumed, .ended = ended, .arg = f};
	enter(f, FILE_UPLOAD_UPLOADING);
	f->upload = upload_open(f->ingest, &f->request.upload, &listener);
}

/* The table */

static void take_turns(struct ingest *in);

/** Which file it was is the file's digest, not the table's. */
static enum status take_digest(struct file_upload *f)
{
	struct upload_request *r = &f->request.upload;
	unsigned char digest[FILE_DIGEST_BYTES];
	enum status st = file_digest(spool_file_path(f->file), &f->stop, digest, &f->why);
	if (st < 0)
		return st;
	if (r->digest_given && memcmp(digest, r->digest, sizeof(digest)) != 0)
		return trouble_code(&f->why, E_INPUT, "digest_mismatch",
				    "the bytes that arrived are not those the digest was made of");
	memcpy(r->digest, digest, sizeof(digest));
	r->digest_given = true;
	return OK;
}

static void make_table(void *arg)
{
	struct file_upload *f = arg;
	if (take_digest(f) == OK)
		f->made = f->request.upload.table->reader(spool_file_path(f->file),
							  spool_output_stream(f->output),
							  &f->options, f->table, &f->fault);
}

/** From now on the table is the file; nobody else knows its name. */
static enum status take_table(struct file_upload *f, struct trouble *why)
{
	struct spool *spool = ingest_settings(f->ingest)->spool;
	struct spool_name name;
	spool_output_close(&f->output, &name);
	spool_release(&f->file);
	enum status st = spool_hold(spool, name, &f->file, why);
	spool_remove(spool, name);
	return st;
}

static void describe_table(struct file_upload *f)
{
	struct json_out j = json_out_on(&f->reading);
	struct upload_request *r = &f->request.upload;
	r->csv = table_csv_options(r->table, &r->csv, f->table);
	if (f->made < 0)
		return;
	table_report_json(f->table, &j);
	if (!buf_over(&f->reading))
		f->request.upload.reading = buf_slice(&f->reading);
}

static void table_made(void *arg)
{
	struct file_upload *f = arg;
	struct ingest *in = f->ingest;
	struct trouble why;
	ingest_tables(in)->running--;
	f->request.upload.file_bytes = (uint64_t)spool_file_bytes(f->file);
	if (take_table(f, &why) < 0 && f->why.status == OK)
		f->why = why;
	if (f->made == E_INTERNAL)
		(void)trouble_code(&f->why, E_INTERNAL, "spool_failed", "%s", f->fault.expected);
	if (f->why.status == OK && atomic_load(&f->stop))
		(void)trouble_code(&f->why, E_GONE, "client_gone", "the client went away");
	if (f->why.status < 0) {
		report_failure(f);
	} else {
		describe_table(f);
		open_upload(f);
	}
	take_turns(in);
}

static bool begin_table(struct file_upload *f)
{
	struct spool *spool = ingest_settings(f->ingest)->spool;
	struct table_options *o = &f->options;
	uint64_t most = (uint64_t)spool_file_most(spool);
	if (spool_output_open(spool, spool_file_bytes(f->file), &f->output, &f->why) < 0)
		return false;
	o->limits = TABLE_LIMITS;
	o->sheet = f->request.upload.sheet;
	o->temp_folder = spool_folder_path(spool);
	if (o->limits.csv_bytes > most)
		o->limits.csv_bytes = most;
	o->stop = &f->stop;
	f->table = memory_new(sizeof(*f->table));
	return true;
}

/** Pool threads are few, and batches need them, too. */
static void take_turns(struct ingest *in)
{
	struct tables_waiting *t = ingest_tables(in);
	while (t->running < TABLES_AT_ONCE && t->first != NULL) {
		struct file_upload *f = t->first;
		t->first = f->next;
		if (!begin_table(f)) {
			loop_later(ingest_settings(in)->loop, failed_at_once, f);
			continue;
		}
		t->running++;
		enter(f, FILE_UPLOAD_TABLING);
		loop_offload(ingest_settings(in)->loop, make_table, table_made, f);
	}
}

static void wait_for_turn(struct file_upload *f)
{
	struct file_upload **end = &ingest_tables(f->ingest)->first;
	while (*end != NULL)
		end = &(*end)->next;
	f->next = NULL;
	*end = f;
	enter(f, FILE_UPLOAD_WAITING);
	take_turns(f->ingest);
}

static void stop_waiting(struct file_upload *f)
{
	struct file_upload **place = &ingest_tables(f->ingest)->first;
	while (*place != NULL && *place != f)
		place = &(*place)->next;
	if (*place == NULL)
		return; /* it failed, and says so in the next turn */
	*place = f->next;
	report_failure(f);
}

/* From outside */

/** Making the table may take longer than whoever asked waits. */
static void keep_words(struct file_upload *f)
{
	struct upload_request *r = &f->request.upload;
	struct slice *const words[] = {&r->key_id, &r->sheet, &r->reason, &r->mapping};
	arena_init(&f->words, WORDS_BYTES);
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (words[i]->at == NULL)
			continue;
		*words[i] = arena_copy(&f->words, *words[i]);
		must(words[i]->at != NULL);
	}
}

/** Kept files are not flushed one by one: a power cut can leave a shorter one. */
static enum status hold_file(struct file_upload *f)
{
	const struct file_upload_request *r = &f->request;
	enum status st = spool_hold(ingest_settings(f->ingest)->spool, r->file, &f->file, &f->why);
	if (st == OK && r->file_bytes > 0 && spool_file_bytes(f->file) != r->file_bytes) {
		spool_release(&f->file);
		st = trouble_code(&f->why, E_GONE, "file_not_kept",
				  "the kept file is not what was sent any more");
	}
	return st;
}

struct file_upload *file_upload_open(struct ingest *in, const struct file_upload_request *request,
				     const struct file_upload_listener *listener)
{
	struct file_upload *f = memory_new(sizeof(*f));
	const struct ingest_settings *s = ingest_settings(in);
	f->ingest = in;
	f->request = *request;
	f->listener = *listener;
	f->request.upload.keep = false; /* it is kept */
	shared_programme_hold(f->request.upload.programme);
	buf_init(&f->reading, UPLOAD_READING_BYTES);
	keep_words(f);
	must(s->spool != NULL);
	if (hold_file(f) < 0) {
		loop_later(s->loop, failed_at_once, f);
	} else if (request->upload.table != NULL) {
		f->request.upload.format = DECODE_CSV;
		f->request.upload.table_declared = !csv_options_empty(&request->upload.csv);
		wait_for_turn(f);
	} else {
		open_upload(f);
	}
	return f;
}

void file_upload_abandon(struct file_upload **abandoned)
{
	struct file_upload *f = *abandoned;
	*abandoned = NULL;
	f->listener = (struct file_upload_listener){0};
	atomic_store(&f->stop, true);
	if (f->state == FILE_UPLOAD_WAITING) {
		stop_waiting(f);
	} else if (f->state == FILE_UPLOAD_UPLOADING) {
		upload_abandon(&f->upload);
		enter(f, FILE_UPLOAD_ENDED);
		free_file_upload(f);
	}
}

void file_upload_keep(struct spool *spool, struct spool_name file,
		      const struct upload_report *report)
{
	struct trouble why;
	if (report->upload_id == 0 || report->same_file) {
		spool_remove(spool, file);
		return;
	}
	if (spool_rename(spool, file, SPOOL_NAME_UPLOAD(report->upload_id), &why) < 0)
		log_warn("upload.not_kept", LOG_NUMBER("upload", report->upload_id),
			 LOG_TEXT("err", why.words));
}
