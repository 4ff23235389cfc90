/* Files that are tables but not text: through the table reader, then through the CSV decoder. */
#include <stdio.h>
#include <stdlib.h>

#include "files.h"
#include "tabular/sav.h"
#include "tabular/triple_s.h"
#include "tabular/xlsx.h"

static void take_record(void *arg, const struct record *record, struct arena *arena)
{
	struct told *t = arg;
	(void)record;
	(void)arena;
	t->taken++;
}

static void read_table(struct told *t, FILE *csv, char *const *bytes, const size_t *len)
{
	const struct csv_options own = {
		.encoding = encoding_utf8, .delimiter = ',', .decimal = '.', .header_rows = 1};
	fflush(csv);
	decode_all(t, decoder_new_csv(&own), (struct slice){*bytes, *len}, FILE_PART_BYTES,
		   take_record, t);
}

static void run_table(const struct indexed *file, table_reader *reader,
		      const struct table_options *options, struct slice path)
{
	static char place[FILE_PART_BYTES];
	struct told t = {.taken = 0};
	struct table_report report = {.format = ""};
	struct decode_fault fault;
	char *bytes = NULL;
	size_t len = 0;
	FILE *csv = open_memstream(&bytes, &len);
	must(csv != NULL);
	snprintf(place, sizeof(place), "%s/%.*s", file->folder, SLICE_ARGS(path));
	if (reader(place, csv, options, &report, &fault) == OK) {
		read_table(&t, csv, &bytes, &len);
	} else {
		told_refused(&t, fault.code);
		t.ended = true;
	}
	judge_rows(&t, file);
	fclose(csv);
	free(bytes);
}

void run_xlsx(const struct indexed *file)
{
	run_table(file, table_read_xlsx, &(struct table_options){.limits = TABLE_LIMITS},
		  file->path);
}

void run_sav(const struct indexed *file)
{
	run_table(file, table_read_sav, &(struct table_options){.limits = TABLE_LIMITS},
		  file->path);
}

/** The data stand beside the metadata, as x.csv beside x.sss. */
void run_triple_s(const struct indexed *file)
{
	static char metadata[FILE_PART_BYTES];
	struct buf data;
	snprintf(metadata, sizeof(metadata), "%s/%.*s", file->folder, SLICE_ARGS(file->path));
	buf_init(&data, FILE_PART_BYTES);
	buf_add(&data, (struct slice){file->path.at, file->path.len - strlen("sss")});
	buf_add_text(&data, "csv");
	run_table(file, table_read_triple_s,
		  &(struct table_options){.limits = TABLE_LIMITS, .metadata_path = metadata},
		  buf_slice(&data));
	buf_fini(&data);
}
