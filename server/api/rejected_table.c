#include "api/rejected_table.h"

#include "tabular/formats.h"

struct rejected_table {
	struct api *api;
	struct spool_file *file;
	table_reader *reader;
	struct table_options options;
	struct buf sheet;
	struct spool_output *output;
	struct table_report *report;
	struct decode_fault fault;
	atomic_bool stop;
	enum status made;
	struct trouble why; /* that it could not begin */
	void (*done)(void *arg, struct spool_file *file, const struct trouble *why);
	void *arg;
};

static void end(struct rejected_table *t)
{
	struct rejected_table *last = t;
	if (t->file != NULL && t->why.status < 0)
		spool_release(&t->file);
	buf_fini(&t->sheet);
	memory_free(t->report);
	t->done(t->arg, t->file, &t->why);
	memory_free(last);
}

static void failed_at_once(void *arg)
{
	end(arg);
}

static void make(void *arg)
{
	struct rejected_table *t = arg;
	t->made = t->reader(spool_file_path(t->file), spool_output_stream(t->output), &t->options,
			    t->report, &t->fault);
}

static void made(void *arg)
{
	struct rejected_table *t = arg;
	struct spool_name name;
	spool_output_close(&t->output, &name);
	spool_release(&t->file);
	(void)!spool_hold(t->api->spool, name, &t->file, &t->why);
	spool_remove(t->api->spool, name);
	if (t->made < 0)
		(void)trouble_code(&t->why, t->made, "file_unreadable",
				   "no table can be made of the file: %s", t->fault.expected);
	end(t);
}

struct rejected_table *
rejected_table_make(struct api *api, struct spool_file **file, const struct upload_request *how,
		    void (*done)(void *arg, struct spool_file *file, const struct trouble *why),
		    void *arg)
{
	struct rejected_table *t = memory_new(sizeof(*t));
	uint64_t most = (uint64_t)spool_file_most(api->spool);
	t->api = api;
	t->file = *file;
	*file = NULL;
	t->reader = how->table->reader;
	t->done = done;
	t->arg = arg;
	t->report = memory_new(sizeof(*t->report));
	buf_init(&t->sheet, UPLOAD_SHEET_BYTES);
	buf_add(&t->sheet, how->sheet);
	t->options = (struct table_options){
		.sheet = buf_slice(&t->sheet), .stop = &t->stop, .limits = TABLE_LIMITS};
	if (t->options.limits.csv_bytes > most)
		t->options.limits.csv_bytes = most;
	if (spool_output_open(api->spool, spool_file_bytes(t->file), &t->output, &t->why) < 0)
		loop_later(api->loop, failed_at_once, t);
	else
		loop_offload(api->loop, make, made, t);
	return t;
}

void rejected_table_stop(struct rejected_table *t)
{
	if (t != NULL)
		atomic_store(&t->stop, true);
}

struct csv_options rejected_table_csv(void)
{
	return (struct csv_options){
		.encoding = encoding_utf8, .delimiter = ',', .decimal = '.', .header_rows = 1};
}
