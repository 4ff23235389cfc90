/* What a resumable upload says, remembers and prints, without a server. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "cli/command_line.h"
#include "cli/remembered.h"
#include "cli/tus.h"

static void assert_metadata(const char *query, const char *wanted)
{
	struct buf made;
	buf_init(&made, 1000);
	tus_add_metadata(&made, SLICE("a.csv"), SLICE("text/csv"), slice_of(query));
	cr_assert(slice_is(buf_slice(&made), wanted), "%.*s", SLICE_ARGS(buf_slice(&made)));
	buf_fini(&made);
}

/* printf 'a.csv' | base64 */
#define FILE_METADATA "filename YS5jc3Y=,filetype dGV4dC9jc3Y="

Test(tus_client, metadata_name_the_file_and_what_it_is)
{
	assert_metadata("", FILE_METADATA);
}

Test(tus_client, every_parameter_of_the_query_is_a_key)
{
	assert_metadata("?decimal=comma&reason=a%20b%26%C3%A9",
			FILE_METADATA ",decimal Y29tbWE=,reason YSBiJsOp");
}

static void assert_word(const char *word, const char *wanted)
{
	struct buf made;
	buf_init(&made, 1000);
	command_line_add_word(&made, word);
	cr_assert(slice_is(buf_slice(&made), wanted), "%.*s", SLICE_ARGS(buf_slice(&made)));
	buf_fini(&made);
}

Test(command_line, a_word_a_shell_leaves_alone_is_not_quoted)
{
	assert_word("--server=http://127.0.0.1:8080", "--server=http://127.0.0.1:8080");
}

Test(command_line, a_word_a_shell_would_change_is_quoted)
{
	assert_word("my file.csv", "'my file.csv'");
	assert_word("", "''");
	assert_word("$HOME", "'$HOME'");
	assert_word("it's", "'it'\\''s'");
}

static char folder[64];

static void begin(void)
{
	snprintf(folder, sizeof(folder), "/tmp/plaudit-state-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
}

static void end(void)
{
	char command[128];
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	cr_assert_eq(system(command), 0);
}

TestSuite(remembered, .init = begin, .fini = end);

Test(remembered, what_is_kept_is_found_by_the_same_words_alone)
{
	struct remembered note, other;
	char place[100];
	remembered_init(&note, folder, NULL, SLICE("this"));
	remembered_init(&other, folder, NULL, SLICE("that"));
	cr_assert_not(remembered_find(&note, place, sizeof(place)));
	cr_assert(remembered_keep(&note, "/v1/a/uploads/tus/7"));
	cr_assert(remembered_find(&note, place, sizeof(place)));
	cr_assert_str_eq(place, "/v1/a/uploads/tus/7");
	cr_assert_not(remembered_find(&other, place, sizeof(place)));
}

Test(remembered, what_is_forgotten_is_not_found)
{
	struct remembered note;
	char place[100];
	remembered_init(&note, folder, NULL, SLICE("this"));
	cr_assert(remembered_keep(&note, "/v1/a"));
	remembered_forget(&note);
	cr_assert_not(remembered_find(&note, place, sizeof(place)));
}

Test(remembered, a_note_is_its_users_alone)
{
	struct remembered note;
	struct stat facts;
	remembered_init(&note, folder, NULL, SLICE("this"));
	cr_assert(remembered_keep(&note, "/v1/a"));
	cr_assert_eq(stat(note.path, &facts), 0);
	cr_assert_eq(facts.st_mode & 0777, 0600);
}

Test(remembered, without_a_state_directory_it_is_below_home)
{
	struct remembered note;
	char wanted[200];
	remembered_init(&note, "", folder, SLICE("this"));
	snprintf(wanted, sizeof(wanted), "%s/.local/state/plaudit/uploads/", folder);
	cr_assert(slice_starts_with(slice_of(note.path), slice_of(wanted)), "%s", note.path);
}

Test(remembered, without_any_directory_nothing_is_kept)
{
	struct remembered note;
	char place[100];
	remembered_init(&note, NULL, NULL, SLICE("this"));
	cr_assert_not(remembered_keep(&note, "/v1/a"));
	cr_assert_not(remembered_find(&note, place, sizeof(place)));
}

Test(remembered, a_note_that_is_no_place_is_none)
{
	struct remembered note;
	char place[100];
	remembered_init(&note, folder, NULL, SLICE("this"));
	cr_assert(remembered_keep(&note, "http://elsewhere.example/"));
	cr_assert_not(remembered_find(&note, place, sizeof(place)));
}
