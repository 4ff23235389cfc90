/* Files of the spool given to an upload: as they are, or as the table that is made of them. */
#include "db/ingest_scene.h"

#include <stdlib.h>
#include <unistd.h>

#include "ingest/file_upload.h"
#include "tabular/formats.h"

TestSuite(ingest_file, .timeout = 120);

static struct scene s;
static char folder[64];

static void given_spool_and_scene(void)
{
	snprintf(folder, sizeof(folder), "/tmp/plaudit-spool-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	struct scene_wish wish = {.spool = folder};
	given_scene(&s, &wish);
}

static void end_both(void)
{
	char command[128];
	end_scene(&s);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	cr_assert_eq(system(command), 0);
}

/* A file in the spool */

static bool *resumed;

static void resume(void *arg)
{
	(void)arg;
	*resumed = true;
}

static void note_written(void *arg, int64_t bytes, const struct trouble *why)
{
	(void)bytes;
	cr_expect_null(why);
	*(bool *)arg = true;
}

static struct spool_name given_file(const char *text)
{
	const struct spool_name name = {SPOOL_PASSING, spool_number(s.server.spool)};
	struct spool_writer *w;
	struct trouble why;
	bool written = false;
	cr_assert_eq(spool_append(s.server.spool, name, 0, resume, NULL, &w, &why), OK);
	for (struct slice rest = slice_of(text); rest.len > 0; rest = slice_from(rest, 65536)) {
		struct slice part = {rest.at, rest.len < 65536 ? rest.len : 65536};
		bool again = false;
		resumed = &again;
		if (spool_write(w, part) == FLOW_PAUSE)
			turn_until(&s, &again);
	}
	spool_finish(&w, note_written, &written);
	turn_until(&s, &written);
	return name;
}

/* An upload of it */

static struct upload_report report;
static char errors[65536], reading[8192];
static bool ended;
static int64_t number_told;

static void note_begun(void *arg, int64_t upload_id)
{
	(void)arg;
	cr_expect_not(ended);
	number_told = upload_id;
}

static void note_ended(void *arg, const struct upload_report *r)
{
	(void)arg;
	cr_expect_not(ended, "ended twice");
	ended = true;
	report = *r;
	snprintf(errors, sizeof(errors), "%.*s", SLICE_ARGS(r->errors));
	snprintf(reading, sizeof(reading), "%.*s", SLICE_ARGS(r->reading));
}

static struct file_upload *opened(struct spool_name file, const struct table_format *table)
{
	const struct known_wave *wave = catalogue_wave_by_id(s.server.catalogue, s.wave_id);
	struct file_upload_request request = {
		.upload = {.wave_id = s.wave_id,
			   .organisation_id = s.organisation_id,
			   .programme = wave->programme,
			   .wave = wave->index,
			   .key_id = SLICE("aaaaaaaa"),
			   .format = DECODE_CSV,
			   .table = table},
		.file = file,
	};
	const struct file_upload_listener listener = {.begun = note_begun, .ended = note_ended};
	ended = false;
	number_told = 0;
	return file_upload_open(s.server.ingest, &request, &listener);
}

static void upload_file(struct spool_name file, const struct table_format *table)
{
	(void)opened(file, table);
	cr_expect_not(ended, "ended before it returned");
	turn_until(&s, &ended);
}

static void expect_counts(uint64_t received, uint64_t accepted)
{
	cr_expect_eq(report.status, OK, "%s", report.why.words);
	cr_expect_eq(report.counts.received, received);
	cr_expect_eq(report.counts.accepted, accepted);
	cr_expect_eq(number(&s, "select count(*) from result"), (long long)accepted);
	EXPECT_EXACT(&s);
}

Test(ingest_file, a_file_of_many_parts_is_counted_as_any_upload_is)
{
	given_spool_and_scene();
	upload_file(given_file(rows_of("r", 0, 30000)), NULL);
	expect_counts(30000, 30000);
	cr_expect_eq(number_told, report.upload_id);
	end_both();
}

Test(ingest_file, it_is_kept_under_the_number_of_its_upload)
{
	given_spool_and_scene();
	struct spool_name file = given_file(rows_of("r", 0, 10));
	upload_file(file, NULL);
	file_upload_keep(s.server.spool, file, &report);
	cr_expect(spool_has(s.server.spool, SPOOL_NAME_UPLOAD(report.upload_id)));
	cr_expect_not(spool_has(s.server.spool, file));
	end_both();
}

Test(ingest_file, one_that_is_not_kept_begins_no_upload)
{
	given_spool_and_scene();
	upload_file(SPOOL_NAME_UPLOAD(77), NULL);
	cr_expect_eq(report.status, E_GONE);
	cr_expect_str_eq(report.why.code, "file_not_kept");
	cr_expect_eq(number(&s, "select count(*) from upload"), 0);
	end_both();
}

/* Readers that stand for those of tabular/. */

static enum status copies_the_file(const char *path, FILE *csv, const struct table_options *options,
				   struct table_report *made, struct decode_fault *fault)
{
	char line[4096];
	FILE *from = fopen(path, "re");
	(void)fault;
	cr_assert_not_null(from);
	cr_assert_gt(options->limits.csv_bytes, 0);
	while (fgets(line, sizeof(line), from) != NULL)
		fputs(line, csv);
	fclose(from);
	fflush(csv);
	made->format = "test";
	made->rows = 3;
	return OK;
}

static enum status gives_up_at_row_2(const char *path, FILE *csv,
				     const struct table_options *options, struct table_report *made,
				     struct decode_fault *fault)
{
	(void)path;
	(void)options;
	(void)made;
	fputs(HEADER "a,C1,phone,1,1,5,4,9\n", csv);
	*fault = (struct decode_fault){
		.row = 2, .code = "bad_cell", .value = "x", .expected = "a cell"};
	return E_INPUT;
}

static enum status waits_until_it_is_stopped(const char *path, FILE *csv,
					     const struct table_options *options,
					     struct table_report *made, struct decode_fault *fault)
{
	(void)path;
	(void)csv;
	(void)made;
	(void)fault;
	while (!table_stopped(options))
		usleep(1000);
	return E_GONE;
}

static const struct table_format copies_the_file_format = {.word = "xlsx",
							   .reader = copies_the_file};
static const struct table_format gives_up_at_row_2_format = {.word = "xlsx",
							     .reader = gives_up_at_row_2};
static const struct table_format waits_until_it_is_stopped_format = {
	.word = "xlsx", .reader = waits_until_it_is_stopped};

Test(ingest_file, what_is_read_is_the_table_and_what_is_told_of_it)
{
	given_spool_and_scene();
	upload_file(given_file(rows_of("r", 0, 3)), &copies_the_file_format);
	expect_counts(3, 3);
	cr_expect_not_null(strstr(reading, "\"format\":\"test\""), "%s", reading);
	cr_expect_eq(number(&s, "select count(*) from upload where reading->>'format' = 'test'"),
		     1);
	/* The table itself is gone. */
	cr_expect_eq(spool_counts(s.server.spool).files, 1);
	end_both();
}

Test(ingest_file, a_file_that_makes_no_table_is_an_upload_that_could_not_be_read)
{
	given_spool_and_scene();
	upload_file(given_file("anything"), &gives_up_at_row_2_format);
	cr_expect_eq(report.status, E_INPUT);
	cr_expect_str_eq(report.why.code, "file_unreadable");
	cr_expect_not_null(strstr(errors, "bad_cell"), "%s", errors);
	cr_expect_eq(report.counts.accepted, 0);
	cr_expect_eq(number(&s, "select count(*) from upload_fault where row_number = 2"), 1);
	cr_expect_eq(number(&s, "select count(*) from upload where state = 'failed'"), 1);
	end_both();
}

Test(ingest_file, a_third_table_waits_for_its_turn_and_an_abandoned_one_gives_it_up)
{
	given_spool_and_scene();
	struct file_upload *hanging[2];
	for (int i = 0; i < 2; i++)
		hanging[i] = opened(given_file("anything"), &waits_until_it_is_stopped_format);
	struct file_upload *unborn = opened(given_file("anything"), &copies_the_file_format);
	file_upload_abandon(&unborn);
	(void)opened(given_file(rows_of("r", 0, 3)), &copies_the_file_format);
	for (int i = 0; i < 100; i++)
		uv_run(loop_uv(s.loop), UV_RUN_NOWAIT);
	cr_expect_not(ended, "two tables are being made already");
	file_upload_abandon(&hanging[0]);
	cr_expect_null(hanging[0]);
	turn_until(&s, &ended);
	file_upload_abandon(&hanging[1]);
	expect_counts(3, 3);
	end_both();
}

Test(ingest_file, what_an_upload_reads_is_kept_while_it_is_read)
{
	static struct sending sending;
	const struct upload_request keeping = {.keep = true};
	given_spool_and_scene();
	const char *rows = rows_of("r", 0, 30000);
	open_upload_as(&s, &s.server, &sending, s.wave_id, rows, &keeping);
	turn_until(&s, &sending.ended);
	EXPECT_REPORT(&sending, 30000, 30000, 0, 0);
	struct spool_file *file;
	struct trouble why;
	cr_assert_eq(spool_hold(s.server.spool, SPOOL_NAME_UPLOAD(sending.report.upload_id), &file,
				&why),
		     OK);
	cr_expect_eq(spool_file_bytes(file), (int64_t)strlen(rows));
	spool_release(&file);
	end_both();
}
