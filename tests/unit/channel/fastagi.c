#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit/channel/fastagi_told.h"

#define VARIABLES                                                                                  \
	"agi_network: yes\nagi_network_script: abcdefghijklmnop?inv=x\n"                           \
	"agi_language: nb\nagi_uniqueid: 1795316582.1\nagi_callerid: 22225555\n"                   \
	"agi_dnid: unknown\nagi_extension: 100\nagi_accountcode: \n\n"
#define READY "ready <1795316582.1> <nb> <unknown> <100> abcdefghijklmnop?inv=x\n"

static size_t one(void *arg)
{
	(void)arg;
	return 1;
}

/** 1..16, drawn by a small generator of its own: the same at every run. */
static size_t drawn(void *arg)
{
	uint32_t *seed = arg;
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 28) + 1;
}

static void check_told(struct slice bytes, const char *expected)
{
	struct buf told;
	uint32_t seed = 0;
	buf_init(&told, 1 << 16);
	fastagi_told(bytes, NULL, NULL, &told);
	cr_expect(slice_is(buf_slice(&told), expected), "%.*s", SLICE_ARGS(buf_slice(&told)));
	buf_clear(&told);
	fastagi_told(bytes, one, NULL, &told);
	cr_expect(slice_is(buf_slice(&told), expected), "%.*s", SLICE_ARGS(buf_slice(&told)));
	for (int i = 0; i < 100; i++) {
		buf_clear(&told);
		fastagi_told(bytes, drawn, &seed, &told);
		cr_expect(slice_is(buf_slice(&told), expected), "%d", i);
	}
	buf_fini(&told);
}

static struct fastagi given_ready(const char *variables)
{
	struct fastagi a;
	struct fastagi_said said;
	struct slice in = slice_of(variables);
	enum status st;
	fastagi_init(&a);
	cr_assert(fastagi_read(&a, &in, &said, &st, NULL));
	cr_assert_eq(said.kind, FASTAGI_READY);
	return a;
}

Test(fastagi, is_ready_after_the_empty_line)
{
	check_told(SLICE(VARIABLES), READY);
}

Test(fastagi, lines_may_end_with_a_carriage_return)
{
	check_told(SLICE("agi_network_script: /abc\r\n\r\n200 result=1\r\n"),
		   "ready <> <> <> <> abc\n200 <1>\n");
}

Test(fastagi, the_address_has_a_path_and_a_query)
{
	struct fastagi a = given_ready(VARIABLES);
	cr_assert(slice_is(fastagi_path(&a), "abcdefghijklmnop"));
	cr_assert(slice_is(fastagi_query(&a), "inv=x"));
}

Test(fastagi, an_address_without_a_query_has_an_empty_one)
{
	struct fastagi a = given_ready("agi_network_script: abc\n\n");
	cr_assert(slice_is(fastagi_path(&a), "abc"));
	cr_assert(slice_is(fastagi_query(&a), ""));
}

Test(fastagi, unknown_is_said_as_nothing)
{
	struct fastagi a = given_ready(VARIABLES);
	cr_assert(slice_is(fastagi_variable(&a, FASTAGI_DNID), ""));
	cr_assert(slice_is(fastagi_variable(&a, FASTAGI_EXTENSION), "100"));
}

Test(fastagi, digits_are_a_result)
{
	check_told(SLICE(VARIABLES "200 result=10\n"), READY "200 <10>\n");
}

Test(fastagi, what_was_pressed_before_the_time_out_is_kept)
{
	check_told(SLICE(VARIABLES "200 result=1 (timeout)\n"), READY "200 <1> timeout\n");
}

Test(fastagi, a_time_out_without_a_key_is_an_empty_result)
{
	check_told(SLICE(VARIABLES "200 result= (timeout)\n"), READY "200 <> timeout\n");
}

Test(fastagi, a_result_may_have_more_behind_it)
{
	check_told(SLICE(VARIABLES "200 result=0 endpos=15840\n"), READY "200 <0>\n");
}

Test(fastagi, hanging_up_is_told_between_and_the_reply_still_comes)
{
	check_told(SLICE(VARIABLES "HANGUP\n200 result=-1\n511 Command Not Permitted on a dead "
				   "channel or intercept routine\n"),
		   READY "hangup\n200 <-1>\n511 <>\n");
}

Test(fastagi, an_unknown_command_is_told)
{
	check_told(SLICE(VARIABLES "510 Invalid or unknown command\n"), READY "510 <>\n");
}

Test(fastagi, the_usage_of_a_command_is_one_reply)
{
	check_told(SLICE(VARIABLES "520-Invalid command syntax.  Proper usage follows:\n"
				   "Usage: GET DATA <file> [timeout] [maxdigits]\n"
				   "200 result=1\n"
				   "520 End of proper usage.\n200 result=7\n"),
		   READY "520 <>\n200 <7>\n");
}

Test(fastagi, another_protocol_is_refused)
{
	check_told(SLICE("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
		   "E_INPUT: not a variable of the gateway protocol\n");
	check_told(SLICE(VARIABLES "250 2.0.0 OK\n20 result=1\n"),
		   READY "250 <>\nE_INPUT: not a reply of the gateway protocol\n");
}

Test(fastagi, a_reply_to_nothing_is_refused)
{
	struct fastagi a = given_ready(VARIABLES);
	struct slice in = SLICE("200 result=9\n");
	struct fastagi_said said;
	enum status st;
	cr_assert_not(fastagi_read(&a, &in, &said, &st, NULL));
	cr_assert_eq(st, E_INPUT);
	cr_assert_eq(a.state, FASTAGI_BROKEN);
}

Test(fastagi, a_hundred_variables_are_taken_and_one_more_is_not)
{
	struct buf lines;
	buf_init(&lines, 1 << 16);
	for (int i = 0; i < FASTAGI_LINES_MOST; i++)
		buf_print(&lines, "agi_arg_%d: x\n", i);
	buf_add_text(&lines, "\n");
	check_told(buf_slice(&lines), "ready <> <> <> <> \n");
	lines.len--;
	buf_add_text(&lines, "agi_arg_100: x\n");
	check_told(buf_slice(&lines), "E_LIMIT: too many variables\n");
	buf_fini(&lines);
}

static void check_line_of(size_t len, const char *expected)
{
	struct buf line;
	buf_init(&line, 1 << 16);
	buf_add_text(&line, "agi_x:");
	while (line.len < len)
		buf_add_byte(&line, 'x');
	buf_add_text(&line, "\n\n");
	check_told(buf_slice(&line), expected);
	buf_fini(&line);
}

Test(fastagi, a_line_of_a_kibibyte_is_taken_and_a_longer_one_is_not)
{
	check_line_of(FASTAGI_LINE_BYTES, "ready <> <> <> <> \n");
	check_line_of(FASTAGI_LINE_BYTES + 1, "E_LIMIT: a line is too long\n");
}

Test(fastagi, a_variable_with_control_bytes_is_refused)
{
	check_told(SLICE("agi_uniqueid: 1\x01\n"), "E_INPUT: a variable is not text\n");
}

Test(fastagi, a_name_in_another_encoding_does_not_matter_where_it_is_not_kept)
{
	check_told(SLICE("agi_calleridname: J\xf8rgen\n\n"), "ready <> <> <> <> \n");
}

Test(fastagi, a_usage_without_an_end_is_refused)
{
	struct buf lines;
	buf_init(&lines, 1 << 16);
	buf_add_text(&lines, VARIABLES "520-Invalid command syntax.\n");
	for (int i = 0; i <= FASTAGI_LINES_MOST; i++)
		buf_add_text(&lines, "Usage\n");
	check_told(buf_slice(&lines), READY "E_LIMIT: a reply of too many lines\n");
	buf_fini(&lines);
}

/* ---- commands ---- */

static void check_written(const struct buf *to, const char *expected)
{
	cr_expect(slice_is(buf_slice(to), expected), "%.*s", SLICE_ARGS(buf_slice(to)));
}

Test(fastagi, commands_are_lines_with_quoted_texts)
{
	struct fastagi a = given_ready(VARIABLES);
	struct buf to;
	buf_init(&to, 1000);
	fastagi_get_data(&a, &to, SLICE("plaudit/nb/nps"), 6000, 2);
	check_written(&to, "GET DATA \"plaudit/nb/nps\" 6000 2\n");
	cr_assert_eq(a.state, FASTAGI_ASKED);
	buf_clear(&to);
	a = given_ready(VARIABLES);
	fastagi_stream_file(&a, &to, SLICE("plaudit/nb/thanks"));
	check_written(&to, "STREAM FILE \"plaudit/nb/thanks\" \"\"\n");
	buf_clear(&to);
	a = given_ready(VARIABLES);
	fastagi_verbose(&a, &to, SLICE("stored"));
	check_written(&to, "VERBOSE \"stored\" 1\n");
	buf_fini(&to);
}

Test(fastagi, a_text_cannot_end_its_command)
{
	struct fastagi a = given_ready(VARIABLES);
	struct buf to;
	buf_init(&to, 1000);
	fastagi_set_variable(&a, &to, SLICE("X"), SLICE("a\"\nHANGUP \\"));
	check_written(&to, "SET VARIABLE \"X\" \"a\\\" HANGUP \\\\\"\n");
	buf_fini(&to);
}

/* ---- recordings ---- */

/** The lines "A:" of a recording, as Asterisk sent them. */
static void sent_by_asterisk(struct slice recording, struct buf *to)
{
	struct slice line;
	while (slice_next_part(&recording, '\n', &line)) {
		if (!slice_starts_with(line, SLICE("A:")))
			continue;
		buf_add(to, slice_trim(slice_from(line, 2)));
		buf_add_byte(to, '\n');
	}
}

static bool read_file(const char *directory, const char *name, struct buf *to)
{
	char path[1024];
	char piece[4096];
	(void)snprintf(path, sizeof(path), "%s/%s", directory, name);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return false;
	for (ssize_t got; (got = read(file, piece, sizeof(piece))) > 0;)
		buf_add(to, (struct slice){piece, (size_t)got});
	close(file);
	return true;
}

static void check_recording(const char *directory, const char *name, const char *expected)
{
	struct buf recording, sent;
	buf_init(&recording, 1 << 16);
	buf_init(&sent, 1 << 16);
	if (directory != NULL && read_file(directory, name, &recording)) {
		sent_by_asterisk(buf_slice(&recording), &sent);
		check_told(buf_slice(&sent), expected);
	} else {
		cr_log_warn("skipped: there is no %s", name);
	}
	buf_fini(&recording);
	buf_fini(&sent);
}

Test(fastagi, a_recorded_conversation_is_understood)
{
	check_recording(getenv("PLAUDIT_SHARED_DIR"), "samples/fastagi-transcript.txt",
			"ready <1795316582.1> <en> <unknown> <100> cx/nps?inv=inv_42\n"
			"200 <9>\n200 <6>\n200 <1>\n200 <1>\n510 <>\n");
}

Test(fastagi, what_a_real_asterisk_said_is_understood)
{
	const char *source = getenv("PLAUDIT_SOURCE_DIR");
	check_recording(source, "tests/unit/channel/recordings/asterisk-22-complete.txt",
			"ready <1795455475.1> <en> <unknown> <100> vzrmxygn5rbwl4jk\n"
			"200 <77>\n200 <9>\n200 <5>\n200 <0>\n200 <1>\n200 <1>\n200 <1>\n"
			"200 <1>\nhangup\n");
}

Test(fastagi, a_real_asterisk_whose_caller_hung_up_is_understood)
{
	const char *source = getenv("PLAUDIT_SOURCE_DIR");
	check_recording(source, "tests/unit/channel/recordings/asterisk-22-hung-up.txt",
			"ready <1795455478.1> <en> <unknown> <100> b7dzb2kiaruswyac\n"
			"200 <10>\n200 <-1>\nhangup\n200 <1>\n200 <1>\n200 <1>\nhangup\n");
}
