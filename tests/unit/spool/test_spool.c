/* Files written, read, renamed, kept and dropped, on a real directory and a real loop. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "spool/spool.h"

static struct loop *loop;
static struct spool *spool;
static char folder[64];
static struct trouble why;

static struct spool *opened(int64_t bytes_most, int days)
{
	return spool_new(&(struct spool_settings){.loop = loop,
						  .directory = folder,
						  .database = "db",
						  .bytes_most = bytes_most,
						  .keep_days = days});
}

static void begin(void)
{
	log_set_level(LOG_ERROR);
	snprintf(folder, sizeof(folder), "/tmp/plaudit-spool-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	loop = loop_new();
	spool = opened(1 << 20, 7);
	cr_assert_eq(spool_usable(spool, &why), OK, "%s", why.words);
}

static void end(void)
{
	char command[128];
	loop_run(loop);
	spool_free(spool);
	loop_free(loop);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	cr_assert_eq(system(command), 0);
}

TestSuite(spool, .init = begin, .fini = end, .timeout = 60);

/* What was answered */

static int64_t told;
static int tellings, resumed;
static enum status told_status;

static void tell(void *arg, int64_t bytes, const struct trouble *trouble)
{
	(void)arg;
	told = bytes;
	told_status = trouble != NULL ? trouble->status : OK;
	tellings++;
}

static void resume(void *arg)
{
	(void)arg;
	resumed++;
}

static struct spool_name kept(int64_t number)
{
	return SPOOL_NAME_UPLOAD(number);
}

static struct spool_writer *writer_at(struct spool_name name, int64_t at)
{
	struct spool_writer *w;
	cr_assert_eq(spool_append(spool, name, at, resume, NULL, &w, &why), OK, "%s", why.words);
	return w;
}

static void finish(struct spool_writer *w)
{
	spool_finish(&w, tell, NULL);
	cr_assert_null(w);
	loop_run(loop);
}

static void given_file(struct spool_name name, struct slice text)
{
	struct spool_writer *w = writer_at(name, 0);
	cr_assert_eq(spool_write(w, text), FLOW_MORE);
	finish(w);
	cr_assert_eq(told_status, OK);
}

static char read_text[4096];
static size_t read_len;

static void part_came(void *arg, struct slice part, const struct trouble *trouble)
{
	(void)arg;
	cr_assert_null(trouble);
	memcpy(read_text, part.at, part.len);
	read_len = part.len;
	tellings++;
}

static struct slice content_at(struct spool_name name, int64_t at)
{
	struct spool_file *f;
	cr_assert_eq(spool_hold(spool, name, &f, &why), OK, "%s", why.words);
	spool_read(f, at, part_came, NULL);
	loop_run(loop);
	spool_release(&f);
	return (struct slice){read_text, read_len};
}

static bool on_disk(const char *name)
{
	char path[200];
	snprintf(path, sizeof(path), "%s/db/%s", folder, name);
	return access(path, F_OK) == 0;
}

Test(spool, what_is_written_is_read_again)
{
	given_file(kept(1), SLICE("hello"));
	cr_assert_eq(told, 5);
	cr_assert(slice_is(content_at(kept(1), 0), "hello"));
}

Test(spool, reading_begins_where_it_is_asked_to_and_is_empty_at_the_end)
{
	given_file(kept(1), SLICE("hello"));
	cr_assert(slice_is(content_at(kept(1), 3), "lo"));
	cr_assert_eq(content_at(kept(1), 5).len, 0);
}

Test(spool, nothing_is_told_before_the_function_has_returned)
{
	struct spool_writer *w = writer_at(kept(1), 0);
	spool_sync(w, tell, NULL);
	cr_assert_eq(tellings, 0);
	loop_run(loop);
	cr_assert_eq(tellings, 1);
	finish(w);
}

Test(spool, a_sync_tells_how_many_bytes_are_durable)
{
	struct spool_writer *w = writer_at(kept(1), 0);
	cr_assert_eq(spool_write(w, SLICE("abc")), FLOW_MORE);
	cr_assert_eq(spool_write(w, SLICE("de")), FLOW_MORE);
	spool_sync(w, tell, NULL);
	loop_run(loop);
	cr_assert_eq(told, 5);
	cr_assert_eq(told_status, OK);
	finish(w);
}

Test(spool, appending_goes_on_where_it_is_told_and_cuts_what_is_beyond)
{
	given_file(kept(1), SLICE("abcdef"));
	struct spool_writer *w = writer_at(kept(1), 3);
	cr_assert_eq(spool_write(w, SLICE("X")), FLOW_MORE);
	finish(w);
	cr_assert(slice_is(content_at(kept(1), 0), "abcX"));
	cr_assert_eq(spool_counts(spool).bytes, 4);
}

Test(spool, appending_behind_the_end_is_refused)
{
	struct spool_writer *w;
	given_file(kept(1), SLICE("abc"));
	cr_assert_eq(spool_append(spool, kept(1), 4, resume, NULL, &w, &why), E_INTERNAL);
	cr_assert_str_eq(why.code, "spool_failed");
}

static char large[400 * 1024];

Test(spool, more_than_it_can_hold_is_paused_and_resumed)
{
	struct spool_writer *w = writer_at(kept(1), 0);
	cr_assert_eq(spool_write(w, (struct slice){large, 1000}), FLOW_MORE);
	cr_assert_eq(spool_write(w, (struct slice){large, sizeof(large)}), FLOW_PAUSE);
	cr_assert_eq(resumed, 0);
	loop_run(loop);
	cr_assert_eq(resumed, 1);
	finish(w);
	cr_assert_eq(told, 1000 + (int64_t)sizeof(large));
}

Test(spool, an_abandoned_writer_calls_nobody)
{
	struct spool_writer *w = writer_at(kept(1), 0);
	cr_assert_eq(spool_write(w, SLICE("abc")), FLOW_MORE);
	spool_sync(w, tell, NULL);
	spool_abandon(&w);
	loop_run(loop);
	cr_assert_eq(tellings, 0);
}

Test(spool, the_oldest_kept_file_makes_room)
{
	given_file(kept(1), (struct slice){large, sizeof(large)});
	given_file(kept(2), (struct slice){large, sizeof(large)});
	given_file(kept(3), (struct slice){large, sizeof(large)});
	cr_assert_not(spool_has(spool, kept(1)));
	cr_assert(spool_has(spool, kept(2)));
	cr_assert(spool_has(spool, kept(3)));
	cr_assert_eq(spool_counts(spool).bytes, 2 * (int64_t)sizeof(large));
	cr_assert_not(on_disk("upload-1"));
}

Test(spool, a_file_in_use_is_never_dropped)
{
	struct spool_file *f;
	given_file(kept(1), (struct slice){large, sizeof(large)});
	given_file(kept(2), (struct slice){large, sizeof(large)});
	cr_assert_eq(spool_hold(spool, kept(1), &f, &why), OK);
	given_file(kept(3), (struct slice){large, sizeof(large)});
	spool_release(&f);
	cr_assert(spool_has(spool, kept(1)));
	cr_assert_not(spool_has(spool, kept(2)));
}

Test(spool, where_nothing_can_be_dropped_it_is_full)
{
	const struct spool_name a = {SPOOL_TUS, 1}, b = {SPOOL_TUS, 2};
	given_file(a, (struct slice){large, sizeof(large)});
	given_file(b, (struct slice){large, sizeof(large)});
	struct spool_writer *w = writer_at(kept(3), 0);
	cr_assert_eq(spool_write(w, (struct slice){large, sizeof(large)}), FLOW_STOP);
	finish(w);
	cr_assert_eq(told_status, E_LIMIT);
	cr_assert(spool_has(spool, a) && spool_has(spool, b));
}

Test(spool, one_file_may_have_half_of_it)
{
	struct spool_writer *w = writer_at(kept(1), 0);
	cr_assert_eq(spool_write(w, (struct slice){large, sizeof(large)}), FLOW_MORE);
	cr_assert_eq(spool_write(w, (struct slice){large, sizeof(large)}), FLOW_STOP);
	finish(w);
	cr_assert_eq(told_status, E_LIMIT);
}

Test(spool, a_removed_file_is_gone_for_whoever_looks_and_stays_for_who_holds_it)
{
	struct spool_file *f;
	given_file(kept(1), SLICE("hello"));
	cr_assert_eq(spool_hold(spool, kept(1), &f, &why), OK);
	spool_remove(spool, kept(1));
	cr_assert_not(spool_has(spool, kept(1)));
	loop_run(loop);
	cr_assert_not(on_disk("upload-1"));
	spool_read(f, 0, part_came, NULL);
	loop_run(loop);
	spool_release(&f);
	cr_assert(slice_is((struct slice){read_text, read_len}, "hello"));
	cr_assert_eq(spool_counts(spool).bytes, 0);
}

Test(spool, the_path_of_a_held_file_opens_it_even_when_it_is_removed)
{
	struct spool_file *f;
	char text[6] = "";
	given_file(kept(1), SLICE("hello"));
	cr_assert_eq(spool_hold(spool, kept(1), &f, &why), OK);
	spool_remove(spool, kept(1));
	loop_run(loop);
	int fd = open(spool_file_path(f), O_RDONLY);
	cr_assert_eq(read(fd, text, 5), 5);
	close(fd);
	spool_release(&f);
	cr_assert_str_eq(text, "hello");
}

Test(spool, what_is_not_there_is_not_kept)
{
	struct spool_file *f;
	cr_assert_eq(spool_hold(spool, kept(1), &f, &why), E_GONE);
	cr_assert_str_eq(why.code, "file_not_kept");
}

Test(spool, a_renamed_file_takes_the_place_of_the_older_one)
{
	const struct spool_name passing = {SPOOL_PASSING, spool_number(spool)};
	given_file(kept(1), SLICE("old"));
	given_file(passing, SLICE("newer"));
	cr_assert_eq(spool_rename(spool, passing, kept(1), &why), OK, "%s", why.words);
	loop_run(loop);
	cr_assert(slice_is(content_at(kept(1), 0), "newer"));
	cr_assert_not(spool_has(spool, passing));
	cr_assert_eq(spool_counts(spool).bytes, 5);
	cr_assert_eq(spool_counts(spool).files, 1);
}

Test(spool, the_next_start_finds_what_was_kept_and_sweeps_what_was_passing)
{
	const struct spool_name passing = {SPOOL_PASSING, spool_number(spool)};
	given_file(kept(17), SLICE("hello"));
	given_file((struct spool_name){SPOOL_TUS, 4}, SLICE("half"));
	given_file(passing, SLICE("left over"));
	spool_free(spool);
	spool = opened(1 << 20, 7);
	int64_t numbers[4];
	cr_assert_eq(spool_counts(spool).files, 2);
	cr_assert_eq(spool_counts(spool).bytes, 9);
	cr_assert_eq(spool_list(spool, SPOOL_TUS, numbers, 4), 1);
	cr_assert_eq(numbers[0], 4);
	cr_assert(slice_is(content_at(kept(17), 0), "hello"));
	cr_assert_not(on_disk("passing-1"));
}

Test(spool, what_is_older_than_it_is_kept_for_is_dropped)
{
	int64_t now = clock_now();
	given_file(kept(1), SLICE("hello"));
	now += (int64_t)7 * 86400 * 1000000 - 60 * 1000000;
	clock_pretend(&now);
	spool_tidy(spool);
	cr_assert(spool_has(spool, kept(1)));
	now += 120 * 1000000;
	spool_tidy(spool);
	cr_assert_not(spool_has(spool, kept(1)));
	clock_pretend(NULL);
}

Test(spool, a_second_server_does_not_use_the_same_directory)
{
	struct spool *second = opened(1 << 20, 7);
	cr_assert_eq(spool_usable(second, &why), E_BUSY);
	cr_assert_str_eq(why.code, "spool_unavailable");
	spool_free(second);
}

Test(spool, without_a_directory_everything_says_so)
{
	struct spool *none = spool_new(&(struct spool_settings){.loop = loop});
	struct spool_file *f;
	struct spool_writer *w;
	struct spool_output *o;
	cr_assert_eq(spool_hold(none, kept(1), &f, &why), E_BUSY);
	cr_assert_eq(spool_append(none, kept(1), 0, resume, NULL, &w, &why), E_BUSY);
	cr_assert_eq(spool_output_open(none, 0, &o, &why), E_BUSY);
	spool_free(none);
}

Test(spool, what_was_made_on_the_pool_is_read_like_any_other_file)
{
	struct spool_output *o;
	struct spool_name name;
	cr_assert_eq(spool_output_open(spool, 100, &o, &why), OK);
	fputs("made", spool_output_stream(o));
	fflush(spool_output_stream(o));
	spool_output_close(&o, &name);
	cr_assert_null(o);
	cr_assert(slice_is(content_at(name, 0), "made"));
	cr_assert_eq(spool_counts(spool).bytes, 4);
}

Test(spool, a_disk_that_refuses_is_told_once)
{
	struct spool_writer *w = writer_at(kept(1), 0);
	char path[200];
	/* What stands under the name cannot be opened for writing any more. */
	snprintf(path, sizeof(path), "%s/db/upload-2", folder);
	cr_assert_eq(mkdir(path, 0700), 0);
	struct spool_writer *second;
	cr_assert_eq(spool_append(spool, kept(2), 0, resume, NULL, &second, &why), E_INTERNAL);
	cr_assert_str_eq(why.code, "spool_failed");
	finish(w);
	cr_assert_eq(tellings, 1);
}
