#include <criterion/criterion.h>

#include "channel/lmtp.h"
#include "unit/channel/lmtp_talk.h"

#define HELLO	 "LHLO mta.test\r\n"
#define GREETING "220 cx.test LMTP plauditd\r\n"
#define OFFERS                                                                                     \
	"250-cx.test\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n"             \
	"250-SMTPUTF8\r\n250 SIZE 10485760\r\n"
#define SENDER	  "MAIL FROM:<a@b.test>\r\n"
#define SENDER_OK "250 2.1.0 go on\r\n"
#define TO_OK	  "250 2.1.5 go on\r\n"
#define ONE	  HELLO SENDER "RCPT TO:<ok@cx.test>\r\n"
#define ONE_OK	  GREETING OFFERS SENDER_OK TO_OK
#define DATA_OK	  "354 the message, then a dot\r\n"
#define BARE	  "554 5.6.0 a CR or LF stands alone, or a NUL\r\n"

/* clang-format off */
#define SAID(text) {text, sizeof(text) - 1}

/* clang-format on */
struct talk {
	const char *name;
	struct slice client;
	const char *told;
};

/* clang-format off */
static const struct talk talks[] = {
	{"a message is stored once for each recipient",
	 SAID(ONE "DATA\r\nSubject: x\r\n\r\nNPS: 9\r\n.\r\nQUIT\r\n"),
	 ONE_OK DATA_OK "<message a@b.test to ok@cx.test: Subject: x\r\n\r\nNPS: 9\r\n>\n"
	 "250 2.0.0 stored\r\n221 2.0.0 bye\r\n"},
	{"each accepted recipient has its own reply, in their order",
	 SAID(HELLO SENDER "RCPT TO:<no@cx.test>\r\nRCPT TO:<tmp@cx.test>\r\nRCPT TO:<ok@cx.test>\r\n"
	 "RCPT TO:<far@else.test>\r\nRCPT TO:<wait@cx.test>\r\nDATA\r\nx\r\n.\r\n"),
	 GREETING OFFERS SENDER_OK "550 5.1.1 no such survey address\r\n" TO_OK TO_OK
	 "550 5.1.2 mail of this domain is not for us\r\n451 4.3.0 try later\r\n" DATA_OK
	 "<message a@b.test to tmp@cx.test ok@cx.test: x\r\n>\n451 4.3.0 try later\r\n250 2.0.0 stored\r\n"},
	{"no accepted recipient, no data",
	 SAID(HELLO SENDER "RCPT TO:<no@cx.test>\r\nDATA\r\nRSET\r\n" SENDER),
	 GREETING OFFERS SENDER_OK "550 5.1.1 no such survey address\r\n"
	 "503 5.5.1 no recipient was taken\r\n250 2.0.0 forgotten\r\n" SENDER_OK},
	{"stuffed dots are taken away, others stay",
	 SAID(ONE "DATA\r\n..\r\n...x\r\n.y\r\na.b\r\n.\r\n"),
	 ONE_OK DATA_OK "<message a@b.test to ok@cx.test: .\r\n..x\r\ny\r\na.b\r\n>\n250 2.0.0 stored\r\n"},
	{"an empty message is a message",
	 SAID(ONE "DATA\r\n.\r\n"),
	 ONE_OK DATA_OK "<message a@b.test to ok@cx.test: >\n250 2.0.0 stored\r\n"},
	{"commands may be pipelined, the data included",
	 SAID(ONE "DATA\r\nx\r\n.\r\n" SENDER "RCPT TO:<ok@cx.test>\r\nDATA\r\ny\r\n.\r\n"),
	 ONE_OK DATA_OK "<message a@b.test to ok@cx.test: x\r\n>\n250 2.0.0 stored\r\n" SENDER_OK TO_OK
	 DATA_OK "<message a@b.test to ok@cx.test: y\r\n>\n250 2.0.0 stored\r\n"},
	{"LF . LF is no end of the data, and refuses it",
	 SAID(ONE "DATA\r\nx\n.\nMAIL FROM:<evil@b.test>\r\n.\r\nNOOP\r\n"),
	 ONE_OK DATA_OK BARE "250 2.0.0 nothing done\r\n"},
	{"LF . CR LF is no end of the data, and refuses it",
	 SAID(ONE "DATA\r\nx\n.\r\ny\r\n.\r\nNOOP\r\n"),
	 ONE_OK DATA_OK BARE "250 2.0.0 nothing done\r\n"},
	{"CR . CR is no end of the data, and refuses it",
	 SAID(ONE "DATA\r\nx\r.\r\r\n.\r\nNOOP\r\n"),
	 ONE_OK DATA_OK BARE "250 2.0.0 nothing done\r\n"},
	{"CR LF . LF is no end of the data, and refuses it",
	 SAID(ONE "DATA\r\nx\r\n.\ny\r\n.\r\nNOOP\r\n"),
	 ONE_OK DATA_OK BARE "250 2.0.0 nothing done\r\n"},
	{"CR LF . CR CR LF is no end of the data, and refuses it",
	 SAID(ONE "DATA\r\nx\r\n.\r\r\ny\r\n.\r\nNOOP\r\n"),
	 ONE_OK DATA_OK BARE "250 2.0.0 nothing done\r\n"},
	{"a NUL refuses the message",
	 SAID(ONE "DATA\r\nx\0y\r\n.\r\nNOOP\r\n"),
	 ONE_OK DATA_OK BARE "250 2.0.0 nothing done\r\n"},
	{"a bare LF in a command ends the conversation",
	 SAID(HELLO "NOOP\nQUIT\r\nNOOP\r\n"),
	 GREETING OFFERS "500 5.5.2 a line ends in CR LF\r\n421 4.7.0 bye\r\n"},
	{"a bare CR in a command ends the conversation",
	 SAID(HELLO "NOOP\rQUIT\r\n"),
	 GREETING OFFERS "500 5.5.2 a line ends in CR LF\r\n421 4.7.0 bye\r\n"},
	{"a NUL in a command ends the conversation",
	 SAID(HELLO "NO\0OP\r\n"),
	 GREETING OFFERS "500 5.5.2 a line ends in CR LF\r\n421 4.7.0 bye\r\n"},
	{"before LHLO there is no message",
	 SAID("MAIL FROM:<a@b.test>\r\nRCPT TO:<ok@cx.test>\r\nDATA\r\nEHLO x\r\nHELO x\r\nLHLO\r\nVRFY ok\r\nNOOP\r\n"
	 "RSET\r\nQUIT\r\n"),
	 GREETING "503 5.5.1 LHLO first\r\n503 5.5.1 MAIL first\r\n503 5.5.1 MAIL and RCPT first\r\n"
	 "500 5.5.1 this is LMTP: LHLO\r\n500 5.5.1 this is LMTP: LHLO\r\n501 5.5.4 LHLO and a name\r\n"
	 "252 2.5.0 RCPT tells\r\n250 2.0.0 nothing done\r\n250 2.0.0 forgotten\r\n221 2.0.0 bye\r\n"},
	{"the null sender is a sender",
	 SAID(HELLO "MAIL FROM:<>\r\nRCPT TO:<ok@cx.test>\r\nDATA\r\nx\r\n.\r\n"),
	 ONE_OK DATA_OK "<message  to ok@cx.test: x\r\n>\n250 2.0.0 stored\r\n"},
	{"one message at a time",
	 SAID(HELLO SENDER SENDER "DATA now\r\n"),
	 GREETING OFFERS SENDER_OK "503 5.5.1 a message is under way\r\n"
	 "501 5.5.4 DATA stands alone\r\n"},
	{"LHLO again forgets the message",
	 SAID(ONE HELLO "DATA\r\n"),
	 ONE_OK OFFERS "503 5.5.1 MAIL and RCPT first\r\n"},
	{"what was offered may be used",
	 SAID(HELLO "MAIL FROM:<a@b.test> SIZE=385 BODY=8BITMIME SMTPUTF8\r\nRSET\r\nmail from:<a@b.test> size=0 body=7bit\r\n"),
	 GREETING OFFERS SENDER_OK "250 2.0.0 forgotten\r\n" SENDER_OK},
	{"what was not offered is refused",
	 SAID(HELLO "MAIL FROM:<a@b.test> RET=FULL\r\nMAIL FROM:<a@b.test> BODY=BINARYMIME\r\nMAIL FROM:<a@b.test> SIZE=x\r\n"
	 "MAIL FROM:<a@b.test> SMTPUTF8=1\r\n" SENDER "RCPT TO:<ok@cx.test> NOTIFY=NEVER\r\nBDAT 4 LAST\r\n"),
	 GREETING OFFERS "555 5.5.4 a parameter that was not offered\r\n501 5.5.4 BODY is 7BIT or 8BITMIME\r\n"
	 "501 5.5.4 SIZE is a number\r\n555 5.5.4 a parameter that was not offered\r\n" SENDER_OK
	 "555 5.5.4 a parameter that was not offered\r\n500 5.5.1 no such command\r\n"},
	{"a size above the limit is refused before the message",
	 SAID(HELLO "MAIL FROM:<a@b.test> SIZE=10485761\r\nMAIL FROM:<a@b.test> SIZE=99999999999999999999\r\n"),
	 GREETING OFFERS "552 5.3.4 larger than 10485760 bytes\r\n501 5.5.4 SIZE is a number\r\n"},
	{"addresses beyond ASCII need SMTPUTF8",
	 SAID(HELLO "MAIL FROM:<\xC3\xA5@b.test>\r\nMAIL FROM:<\xC3\xA5@b.test> SMTPUTF8\r\nRCPT TO:<\xEB\xB7\x81@cx.test>\r\n"
	 "RCPT TO:<\xFF@cx.test>\r\nRSET\r\n" SENDER "RCPT TO:<\xEB\xB7\x81@cx.test>\r\n"),
	 GREETING OFFERS "553 5.6.7 such an address needs SMTPUTF8\r\n" SENDER_OK TO_OK
	 "501 5.1.7 the address is not UTF-8\r\n250 2.0.0 forgotten\r\n" SENDER_OK
	 "553 5.6.7 such an address needs SMTPUTF8\r\n"},
	{"paths are read as they may be written",
	 SAID(HELLO "MAIL FROM: <\"a>\\\"b\"@b.test>\r\nRCPT TO:<@relay.test,@other.test:ok@cx.test>\r\nRCPT TO:ok@cx.test\r\n"
	 "RCPT TO:<ok@cx.test\r\nRCPT TO:<>\r\nRCPT FROM:<ok@cx.test>\r\nRCPT\r\nRCPT TO:<ok@cx.test>x\r\nDATA\r\nx\r\n.\r\n"),
	 GREETING OFFERS SENDER_OK TO_OK "501 5.1.7 an address stands in <>\r\n501 5.1.7 an address stands in <>\r\n"
	 "501 5.1.3 a recipient has an address\r\n501 5.5.4 not understood\r\n501 5.5.4 not understood\r\n"
	 "501 5.5.4 not understood\r\n" DATA_OK
	 "<message \"a>\\\"b\"@b.test to ok@cx.test: x\r\n>\n250 2.0.0 stored\r\n"},
	{"without room there is no message now",
	 SAID(HELLO SENDER "RCPT TO:<full@cx.test>\r\nDATA\r\nNOOP\r\n"),
	 ONE_OK "452 4.3.1 no room now\r\n250 2.0.0 nothing done\r\n"},
	{"an empty line is no command",
	 SAID(HELLO "\r\nNOOP\r\n"),
	 GREETING OFFERS "500 5.5.1 no such command\r\n250 2.0.0 nothing done\r\n"},
};
/* clang-format on */

static size_t everything(void *arg, size_t left)
{
	(void)arg;
	return left;
}

static size_t a_byte(void *arg, size_t left)
{
	(void)arg;
	(void)left;
	return 1;
}

static size_t some(void *arg, size_t left)
{
	uint32_t *seed = arg;
	*seed = *seed * 1664525u + 1013904223u;
	size_t most = left < 23 ? left : 23;
	return 1 + (*seed >> 8) % most;
}

static void expect(const struct talk *talk, size_t (*cut)(void *arg, size_t left), void *arg)
{
	struct buf told;
	buf_init(&told, 1 << 20);
	lmtp_talk(talk->client, cut, arg, &told);
	cr_expect(slice_is(buf_slice(&told), talk->told), "%s:\n%.*s\nnot\n%s", talk->name,
		  SLICE_ARGS(buf_slice(&told)), talk->told);
	buf_fini(&told);
}

Test(lmtp, what_is_answered_to_what_is_said)
{
	for (size_t i = 0; i < COUNT_OF(talks); i++)
		expect(&talks[i], everything, NULL);
}

Test(lmtp, bytes_that_come_one_by_one_are_answered_alike)
{
	for (size_t i = 0; i < COUNT_OF(talks); i++)
		expect(&talks[i], a_byte, NULL);
}

Test(lmtp, bytes_cut_anywhere_are_answered_alike)
{
	for (uint32_t seed = 1; seed <= 50; seed++)
		for (size_t i = 0; i < COUNT_OF(talks); i++) {
			uint32_t state = seed;
			expect(&talks[i], some, &state);
		}
}

/** ONE, DATA, then `count` times `line`, the dot and NOOP; what is told behind the 354. */
static struct slice after_354(const char *line, size_t count, struct buf *told)
{
	static const char end[] = DATA_OK;
	struct buf client;
	buf_init(&client, 256 << 20);
	buf_add_text(&client, ONE "DATA\r\n");
	for (size_t i = 0; i < count; i++)
		buf_add_text(&client, line);
	buf_add_text(&client, "\r\n.\r\nNOOP\r\n");
	buf_init(told, 1 << 20);
	lmtp_talk(buf_slice(&client), everything, NULL, told);
	buf_fini(&client);
	const char *at = memmem(told->at, told->len, end, sizeof(end) - 1);
	cr_assert(at != NULL);
	return slice_from(buf_slice(told), (size_t)(at - told->at) + sizeof(end) - 1);
}

Test(lmtp, a_message_over_its_limit_is_drained_and_refused)
{
	struct buf told;
	struct slice after = after_354("0123456789abcdef\r\n", 20000, &told);
	cr_expect(slice_is(after, "552 5.3.4 larger than 10485760 bytes, or than it said\r\n"
				  "250 2.0.0 nothing done\r\n"),
		  "%.*s", SLICE_ARGS(after));
	buf_fini(&told);
}

Test(lmtp, a_message_without_end_is_broken_off)
{
	struct buf told;
	struct slice after = after_354("0123456789abcdef0123456789abcdef0123456789abcdef0123456789"
				       "abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n",
				       1000000, &told);
	cr_expect(slice_is(after, "421 4.3.4 far too large\r\n"), "%.*s", SLICE_ARGS(after));
	buf_fini(&told);
}

Test(lmtp, a_line_of_998_bytes_and_more_is_taken_and_one_of_64_kib_is_not)
{
	struct buf told;
	struct slice after = after_354("a", 60000, &told);
	cr_expect(slice_starts_with(after, SLICE("<message a@b.test to ok@cx.test: aaaa")));
	buf_fini(&told);
	after = after_354("a", 70000, &told);
	cr_expect(slice_is(after, "554 5.6.0 a line is longer than 65536 bytes\r\n"
				  "250 2.0.0 nothing done\r\n"),
		  "%.*s", SLICE_ARGS(after));
	buf_fini(&told);
}

Test(lmtp, a_command_line_that_is_too_long_is_drained)
{
	struct buf client, told;
	buf_init(&client, 1 << 20);
	buf_init(&told, 1 << 20);
	buf_add_text(&client, HELLO "NOOP ");
	for (int i = 0; i < 5000; i++)
		buf_add_byte(&client, 'x');
	buf_add_text(&client, "\r\nNOOP\r\n");
	lmtp_talk(buf_slice(&client), everything, NULL, &told);
	cr_expect(slice_is(buf_slice(&told), GREETING OFFERS "500 5.5.2 the line is too long\r\n"
							     "250 2.0.0 nothing done\r\n"),
		  "%.*s", SLICE_ARGS(buf_slice(&told)));
	buf_fini(&client);
	buf_fini(&told);
}

Test(lmtp, the_recipient_after_the_fiftieth_is_asked_for_again)
{
	struct buf client, told;
	buf_init(&client, 1 << 20);
	buf_init(&told, 1 << 20);
	buf_add_text(&client, HELLO SENDER);
	for (int i = 0; i < LMTP_RECIPIENTS + 1; i++)
		buf_print(&client, "RCPT TO:<r%d@cx.test>\r\n", i);
	lmtp_talk(buf_slice(&client), everything, NULL, &told);
	struct slice end = SLICE("452 4.5.3 50 recipients, and no more\r\n");
	cr_expect(told.len > end.len &&
		  slice_equal(slice_from(buf_slice(&told), told.len - end.len), end));
	buf_fini(&client);
	buf_fini(&told);
}

Test(lmtp, who_says_nothing_right_is_left)
{
	struct buf client, told;
	buf_init(&client, 1 << 20);
	buf_init(&told, 1 << 20);
	for (int i = 0; i < 10 * LMTP_FAULTS; i++)
		buf_add_text(&client, "GET / HTTP/1.1\r\n");
	lmtp_talk(buf_slice(&client), everything, NULL, &told);
	struct slice end = SLICE("421 4.7.0 too many faults\r\n");
	cr_expect(slice_equal(slice_from(buf_slice(&told), told.len - end.len), end));
	cr_expect_lt(told.len, 100 * 40);
	buf_fini(&client);
	buf_fini(&told);
}

Test(lmtp, a_stop_is_said_to_who_is_in_the_middle)
{
	struct lmtp l;
	struct slice in = SLICE(ONE "DATA\r\n");
	lmtp_init(&l, "cx.test");
	cr_assert(lmtp_next(&l, &in) == LMTP_RECIPIENT);
	buf_clear(&l.replies);
	lmtp_break_off(&l, "4.3.2 stopping");
	cr_expect(slice_is(buf_slice(&l.replies), "421 4.3.2 stopping\r\n"));
	cr_expect(lmtp_next(&l, &in) == LMTP_END);
	lmtp_fini(&l);
}
