#include "api/rejected_table.h"

#include "tabular/formats.h"

struct rejected_table {
	struct api *api;
	struct spool_file *file;
	const struct table_format *format;
	struct csv_options csv; /* what was declared, then how the table is written */
	struct table_options options;
	struct buf sheet;
	struct spool_output *output;
	struct table_report *report;
	struct decode_fault fault;
	atomic_bool stop;
	enum status made;
	struct trouble why; /* that it could not begin */
	rejected_table_done *done;
	void *arg;
};

static void end(struct rejected_table *t)
{
	struct rejected_table *last = t;
	if (t->file != NULL && t->why.status < 0)
		spool_release(&t->file);
	buf_fini(&t->sheet);
	memory_free(t->report);
	t->api->tables--;
	t->done(t->arg, t->file, &t->csv, &t->why);
	memory_free(last);
}

static void failed_at_once(void *arg)
{
	end(arg);
}

static void make(void *arg)
{
	struct rejected_table *t = arg;
	t->made = t->format->reader(spool_file_path(t->file), spool_output_stream(t->output),
				    &t->options, t->report, &t->fault);
}

static void made(void *arg)
{
	struct rejected_table *t = arg;
	struct spool_name name;
	spool_output_close(&t->output, &name);
	spool_release(&t->file);
	(void)!spool_hold(t->api->spool, name, &t->file, &t->why);
	spool_remove(t->api->spool, name);
	t->csv = table_csv_options(t->format, &t->csv, t->report);
	if (t->made < 0)
		(void)trouble_code(&t->why, t->made, "file_unreadable",
				   "no table can be made of the file: %s", t->fault.expected);
	end(t);
}

struct rejected_table *rejected_table_make(struct api *api, struct spool_file **file,
					   const struct upload_request *how,
					   rejected_table_done *done, void *arg)
{
	struct rejected_table *t = memory_new(sizeof(*t));
	uint64_t most = (uint64_t)spool_file_most(api->spool);
	t->api = api;
	api->tables++;
	t->file = *file;
	*file = NULL;
	t->format = how->table;
	t->csv = how->csv;
	t->done = done;
	t->arg = arg;
	t->report = memory_new(sizeof(*t->report));
	buf_init(&t->sheet, UPLOAD_SHEET_BYTES);
	buf_add(&t->sheet, how->sheet);
	t->options = (struct table_options){.sheet = buf_slice(&t->sheet),
					    .temp_folder = spool_folder_path(api->spool),
					    .stop = &t->stop,
					    .limits = TABLE_LIMITS};
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
