/* Payloads written to files in groups and read back in order, on a real directory and a real loop.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "inbox/journal.h"

enum { ITEMS = 600 };

static struct loop *loop;
static struct journal *journal;
static char folder[64];

/* A disk that fails when it is told to */

static int writes, syncs, fail_write_at, fail_sync_at, error_given;
static size_t short_write;

static ssize_t flawed_write(int descriptor, const void *bytes, size_t len, off_t at)
{
	if (++writes == fail_write_at) {
		/* A part of it, as on a disk that is full in the middle. */
		(void)!pwrite(descriptor, bytes, len / 2, at);
		errno = error_given;
		return -1;
	}
	return pwrite(descriptor, bytes, short_write > 0 && short_write < len ? short_write : len,
		      at);
}

static int flawed_sync(int descriptor)
{
	if (++syncs == fail_sync_at) {
		errno = error_given;
		return -1;
	}
	return fsync(descriptor);
}

static const struct journal_disk flawed = {flawed_write, flawed_sync};

static void open_journal(int64_t bytes_most, int64_t file_bytes)
{
	journal = journal_new(&(struct journal_settings){.loop = loop,
							 .folder = folder,
							 .bytes_most = bytes_most,
							 .file_bytes = file_bytes,
							 .disk = &flawed});
	cr_assert(journal_usable(journal));
}

static void close_journal(void)
{
	loop_run(loop);
	journal_free(journal);
	journal = NULL;
}

static void begin(void)
{
	log_set_level(LOG_ERROR + 1);
	snprintf(folder, sizeof(folder), "/tmp/plaudit-journal-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	loop = loop_new();
	open_journal(0, 0);
}

static void end(void)
{
	char command[128];
	if (journal != NULL)
		close_journal();
	loop_run(loop);
	loop_free(loop);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	cr_assert_eq(system(command), 0);
}

TestSuite(journal, .init = begin, .fini = end, .timeout = 60);

/* Items by their number */

static struct inbox_item items[ITEMS];
static const struct inbox_item *pointers[ITEMS];
static char keys[ITEMS][16];
static enum status told;
static char told_code[48];
static int tellings;

static void note_written(void *arg, const struct trouble *why)
{
	(void)arg;
	tellings++;
	told = why != NULL ? why->status : OK;
	snprintf(told_code, sizeof(told_code), "%s", why != NULL ? why->code : "");
}

static enum status written(int from, int count)
{
	for (int i = from; i < from + count; i++) {
		snprintf(keys[i], sizeof(keys[i]), "key-%d", i);
		if (items[i].dedupe_key.at == NULL)
			items[i].payload.body = slice_of("a body\0 with a zero");
		items[i].source_id = i % 3;
		items[i].dedupe_key = slice_of(keys[i]);
		items[i].payload.query = i % 2 ? slice_of("a=b") : SLICE_NONE;
		items[i].payload.headers = slice_of("content-type: text/plain\n");
		items[i].payload.received_at = 1000 + i;
		pointers[i] = &items[i];
	}
	int before = tellings;
	journal_write(journal, pointers + from, (size_t)count, note_written, NULL);
	cr_expect_eq(tellings, before, "told before the call had returned");
	cr_expect(journal_writing(journal));
	loop_run(loop);
	cr_expect_eq(tellings, before + 1);
	return told;
}

static size_t got;
static int first_got;
static struct inbox_item first_item;

static void note_read(void *arg, const struct inbox_item *const *read, size_t count)
{
	(void)arg;
	got = count;
	first_got = count > 0 ? (int)read[0]->payload.received_at - 1000 : -1;
	if (count > 0)
		first_item = *read[0];
	for (size_t i = 1; i < count; i++)
		cr_expect_lt(read[i - 1]->payload.received_at, read[i]->payload.received_at);
}

static size_t read_some(void)
{
	journal_read(journal, note_read, NULL);
	loop_run(loop);
	return got;
}

static void read_and_drop(size_t count, int first)
{
	cr_assert_eq(read_some(), count, "%zu instead of %zu", got, count);
	cr_expect_eq(first_got, first);
	journal_drop(journal);
}

static int files(const char *pattern)
{
	char command[256], answer[16] = "";
	snprintf(command, sizeof(command), "ls %s | grep -c '%s'", folder, pattern);
	FILE *f = popen(command, "r");
	cr_assert_not_null(fgets(answer, sizeof(answer), f));
	pclose(f);
	return atoi(answer);
}

static void begin_again(void)
{
	close_journal();
	open_journal(0, 0);
}

static char *path_of(int number)
{
	static char path[128];
	snprintf(path, sizeof(path), "%s/inbox-%d", folder, number);
	return path;
}

static off_t size_of(int number)
{
	struct stat st;
	cr_assert_eq(stat(path_of(number), &st), 0);
	return st.st_size;
}

static void overwrite(int number, off_t at, const char *bytes)
{
	int descriptor = open(path_of(number), O_WRONLY);
	cr_assert_eq(pwrite(descriptor, bytes, strlen(bytes), at), (ssize_t)strlen(bytes));
	close(descriptor);
}

Test(journal, what_was_written_is_read_as_it_was)
{
	cr_assert_eq(written(0, 2), OK);
	cr_assert_eq(read_some(), 2);
	cr_expect(slice_equal(first_item.dedupe_key, SLICE("key-0")));
	cr_expect_eq(first_item.source_id, 0);
	cr_expect_eq(first_item.payload.query.len, 0);
	cr_expect(slice_equal(first_item.payload.headers, SLICE("content-type: text/plain\n")));
	cr_expect(slice_equal(first_item.payload.body, items[0].payload.body));
	journal_drop(journal);
}

Test(journal, records_come_in_the_order_of_their_writing_over_several_files)
{
	close_journal();
	open_journal(0, 1);
	for (int i = 0; i < 5; i++)
		cr_assert_eq(written(i * 2, 2), OK);
	cr_expect_eq(files("^inbox-"), 5);
	cr_expect_eq(journal_unread(journal), 10);
	for (int i = 0; i < 5; i++)
		read_and_drop(2, i * 2);
	cr_expect_eq(journal_unread(journal), 0);
}

Test(journal, a_file_is_removed_when_its_last_record_is_dropped)
{
	cr_assert_eq(written(0, 3), OK);
	cr_assert_eq(read_some(), 3);
	cr_expect_eq(files("^inbox-"), 1);
	journal_drop(journal);
	loop_run(loop);
	cr_expect_eq(files("^inbox-"), 0);
	cr_expect_eq(journal_bytes(journal), 0);
	cr_expect_eq(journal_unread(journal), 0);
}

Test(journal, what_was_read_and_not_dropped_is_there_after_a_restart)
{
	cr_assert_eq(written(0, 3), OK);
	cr_assert_eq(read_some(), 3);
	begin_again();
	cr_expect_eq(journal_unread(journal), 3);
	read_and_drop(3, 0);
}

Test(journal, a_batch_has_no_more_records_than_a_transaction)
{
	cr_assert_eq(written(0, ITEMS), OK);
	read_and_drop(INBOX_BATCH, 0);
	cr_expect_eq(journal_unread(journal), ITEMS - INBOX_BATCH);
	read_and_drop(ITEMS - INBOX_BATCH, INBOX_BATCH);
}

Test(journal, large_records_are_cut_into_batches_by_their_bytes)
{
	static char large[3 * 1024 * 1024];
	for (int i = 0; i < 4; i++)
		items[i].payload.body = (struct slice){large, sizeof(large)};
	for (int i = 0; i < 4; i++)
		items[i].dedupe_key = SLICE("set");
	cr_assert_eq(written(0, 4), OK);
	for (int i = 0; i < 4; i++)
		read_and_drop(1, i);
}

Test(journal, a_record_larger_than_a_batch_is_read_alone)
{
	static char larger[JOURNAL_READ_BYTES + 5];
	memset(larger, 'x', sizeof(larger));
	items[1].payload.body = (struct slice){larger, sizeof(larger)};
	items[1].dedupe_key = SLICE("set");
	cr_assert_eq(written(0, 3), OK);
	read_and_drop(1, 0);
	cr_assert_eq(read_some(), 1);
	cr_expect(slice_equal(first_item.payload.body, items[1].payload.body));
	journal_drop(journal);
	read_and_drop(1, 2);
}

Test(journal, a_torn_tail_is_cut_off_wherever_it_was_torn)
{
	cr_assert_eq(written(0, 2), OK);
	off_t whole = size_of(1);
	for (off_t size = whole - 1; size > whole / 2; size -= 7) {
		close_journal();
		cr_assert_eq(truncate(path_of(1), size), 0);
		open_journal(0, 0);
		cr_expect_eq(journal_unread(journal), 1, "cut at %d", (int)size);
	}
	read_and_drop(1, 0);
	loop_run(loop);
	cr_expect_eq(files("inbox-"), 0);
}

Test(journal, a_new_process_begins_a_new_file_behind_the_old_ones)
{
	cr_assert_eq(written(0, 1), OK);
	begin_again();
	cr_assert_eq(written(1, 1), OK);
	cr_expect_eq(files("^inbox-"), 2);
	read_and_drop(1, 0);
	read_and_drop(1, 1);
}

Test(journal, a_changed_record_is_left_out_and_its_file_is_kept_for_a_look)
{
	cr_assert_eq(written(0, 3), OK);
	overwrite(1, size_of(1) / 2, "?");
	cr_assert_eq(read_some(), 2);
	journal_drop(journal);
	loop_run(loop);
	cr_expect_eq(files("^inbox-1.damaged$"), 1);
	cr_expect_eq(journal_unread(journal), 0);
}

Test(journal, beside_a_file_that_was_kept_no_other_gets_its_number)
{
	for (int i = 1; i <= 2; i++) {
		cr_assert_eq(written(0, 1), OK);
		overwrite(i, size_of(i) - 1, "?");
		cr_assert_eq(read_some(), 0);
		journal_drop(journal);
		begin_again();
	}
	cr_expect_eq(files("damaged$"), 2);
}

Test(journal, behind_a_head_that_is_none_reading_goes_on_with_what_came_later)
{
	cr_assert_eq(written(0, 3), OK);
	overwrite(1, size_of(1) / 3, "????");
	cr_assert_eq(read_some(), 1);
	cr_assert_eq(written(3, 2), OK);
	journal_drop(journal);
	cr_expect_eq(journal_unread(journal), 2);
	read_and_drop(2, 3);
	loop_run(loop);
	cr_expect_eq(files("^inbox-1.damaged$"), 1);
}

Test(journal, a_failed_fsync_is_told_and_its_file_is_never_written_again)
{
	cr_assert_eq(written(0, 2), OK);
	error_given = EIO;
	fail_sync_at = syncs + 1;
	cr_expect_eq(written(2, 2), E_INTERNAL);
	cr_expect_str_eq(told_code, "journal_failed");
	off_t size = size_of(1);
	cr_assert_eq(written(4, 2), OK);
	cr_expect_eq(size_of(1), size);
	cr_expect_eq(files("^inbox-"), 2);
	/* What was acknowledged, in its order; what was not may be left out. */
	read_and_drop(2, 0);
	read_and_drop(2, 4);
}

Test(journal, a_folder_whose_fsync_fails_takes_nothing_for_durable)
{
	error_given = EIO;
	fail_sync_at = syncs + 2; /* the first is the file's, the second its folder's */
	cr_expect_eq(written(0, 1), E_INTERNAL);
	cr_expect_eq(journal_unread(journal), 0);
	loop_run(loop);
	cr_expect_eq(files("^inbox-"), 0);
}

Test(journal, a_full_disk_is_told_and_what_was_written_before_stays)
{
	cr_assert_eq(written(0, 2), OK);
	error_given = ENOSPC;
	fail_write_at = writes + 1;
	cr_expect_eq(written(2, 2), E_BUSY);
	cr_expect_str_eq(told_code, "inbox_full");
	begin_again();
	cr_expect_eq(journal_unread(journal), 2);
	read_and_drop(2, 0);
}

Test(journal, short_writes_are_gone_on_with)
{
	short_write = 11;
	cr_assert_eq(written(0, 3), OK);
	begin_again();
	read_and_drop(3, 0);
}

Test(journal, above_its_bytes_it_takes_nothing)
{
	close_journal();
	open_journal(300, 0);
	cr_assert_eq(written(0, 2), OK);
	cr_expect_eq(written(2, 2), E_BUSY);
	cr_expect_str_eq(told_code, "inbox_full");
	read_and_drop(2, 0);
	cr_expect_eq(written(2, 2), OK);
}

Test(journal, without_a_folder_it_takes_nothing)
{
	close_journal();
	journal = journal_new(&(struct journal_settings){.loop = loop});
	cr_expect_not(journal_usable(journal));
	cr_expect_eq(written(0, 1), E_BUSY);
	cr_expect_str_eq(told_code, "inbox_full");
}
