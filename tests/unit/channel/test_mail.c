#include <criterion/criterion.h>

#include "base/clock.h"
#include "channel/adapters.h"
#include "channel/mail.h"
#include "channel/mime.h"
#include "channel/setup.h"

#define TOKEN "abcdefghij234567abcd"
#define OURS  "plaudit-sender: a@b.test\nplaudit-recipient: addr+" TOKEN "@cx.test\n"
#define TEXT  "Content-Type: text/plain; charset=utf-8\r\n"

enum { ARENA_BYTES = 64 << 20 };

static struct arena arena;

static void begin(void)
{
	arena_init(&arena, ARENA_BYTES);
}

static void end(void)
{
	arena_fini(&arena);
}

TestSuite(mail, .init = begin, .fini = end);
TestSuite(mail_hooks, .init = begin, .fini = end);

static int64_t instant(const char *text)
{
	int64_t at = 0;
	cr_assert(clock_parse(slice_of(text), &at));
	return at;
}

static struct mail read_mail(struct slice raw)
{
	struct mail mail;
	struct trouble why = {0};
	cr_assert(mail_read(raw, false, &arena, &mail, &why) == OK, "%s", why.words);
	return mail;
}

static struct heard hear(enum status (*how)(const struct setup *, const struct payload *,
					    struct arena *, struct heard *, struct trouble *),
			 const char *headers, struct slice body)
{
	struct setup setup = {.code = SLICE("x")};
	struct payload payload = {.headers = slice_of(headers),
				  .body = body,
				  .received_at = instant("2026-05-04T12:00:00Z")};
	struct heard heard;
	struct trouble why = {0};
	cr_assert(how(&setup, &payload, &arena, &heard, &why) == OK, "%s", why.words);
	return heard;
}

static void expect_answer(const struct heard *heard, size_t index, const char *question,
			  const char *value)
{
	cr_assert(heard->fate == HEARD_ANSWERS && heard->answers_len > index, "%s",
		  heard->why != NULL ? heard->why : "");
	const struct heard_answer *a = &heard->answers[index];
	cr_expect(slice_is(a->question, question) && slice_is(a->value, value) &&
			  slice_is(a->token, TOKEN),
		  "%.*s %.*s of %.*s", SLICE_ARGS(a->question), SLICE_ARGS(a->value),
		  SLICE_ARGS(a->token));
}

static void expect_nothing(const struct heard *heard, const char *why)
{
	cr_expect(heard->fate == HEARD_NOTHING && strcmp(heard->why, why) == 0, "%s",
		  heard->why != NULL ? heard->why : "answers");
}

Test(mail, plain_text_is_taken_before_html)
{
	struct mail mail = read_mail(
		SLICE("Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n"
		      "Content-Type: text/html\r\n\r\n<p>html</p>\r\n--b\r\n" TEXT
		      "\r\nplain\r\n--b--\r\n"));
	cr_expect(slice_is(mail.text, "plain"), "%.*s", SLICE_ARGS(mail.text));
}

Test(mail, html_alone_is_taken_without_its_tags)
{
	struct mail mail = read_mail(
		SLICE("Content-Type: text/html; charset=utf-8\r\n\r\n<div>NPS: 9</div>gut\r\n"));
	cr_expect(slice_is(mail.text, "NPS: 9\ngut\n"), "%.*s", SLICE_ARGS(mail.text));
}

Test(mail, what_is_attached_is_not_the_text)
{
	struct mail mail = read_mail(SLICE(
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
		"Content-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nNPS: 1\r\n"
		"--b\r\n" TEXT "\r\nNPS: 9\r\n--b--\r\n"));
	cr_expect(slice_is(mail.text, "NPS: 9"), "%.*s", SLICE_ARGS(mail.text));
}

Test(mail, encodings_are_ours_and_transfer_encodings_are_undone)
{
	static const struct {
		const char *raw, *text;
	} mails[] = {
		/* CP949 behind the name that Outlook gives it: a syllable that KS X 1001 lacks */
		{"Content-Type: text/plain; charset=ks_c_5601-1987\r\n\r\n\x94\xEE!",
		 "\xEB\xB7\x81!"},
		{"Content-Type: text/plain; charset=windows-1252\r\n\r\n\x80 5", "\xE2\x82\xAC 5"},
		{"Content-Type: text/plain; charset=us-ascii\r\n\r\n\xC3\xA5", "\xC3\xA5"},
		{"Content-Type: text/plain; charset=x-nothing\r\n\r\n\xC3\xA5", "\xC3\xA5"},
		{"Content-Type: text/plain; charset=utf-8\r\n"
		 "Content-Transfer-Encoding: quoted-printable\r\n\r\n=C3=A5=\r\nx",
		 "\xC3\xA5x"},
		{"Content-Type: text/plain; charset=utf-8\r\n"
		 "Content-Transfer-Encoding: base64\r\n\r\nw6U=",
		 "\xC3\xA5"},
		{"Content-Type: text/plain; charset=utf-8\r\n\r\na\xFF\x01z", "a\xEF\xBF\xBDz"},
	};
	for (size_t i = 0; i < COUNT_OF(mails); i++) {
		struct mail mail = read_mail(slice_of(mails[i].raw));
		cr_expect(slice_is(mail.text, mails[i].text), "%zu: %.*s", i,
			  SLICE_ARGS(mail.text));
	}
}

Test(mail, ids_and_dates_are_read)
{
	struct slice raw = SLICE("From x Mon May  4 10:00:00 2026\nSubject: a\r\n"
				 "MESSAGE-id:\r\n <one@a.test>\r\n"
				 "Date: Mon, 4 May 2026 10:15:00 +0200\r\n"
				 "In-Reply-To: <two@a.test>\r\n"
				 "References: <four@a.test> <three@a.test> junk <\r\n\r\nx");
	struct mail mail = read_mail(raw);
	cr_expect(slice_is(mail.message_id, "one@a.test"));
	cr_expect_eq(mail.written_at, instant("2026-05-04T08:15:00Z"));
	cr_assert_eq(mail.references_len, 3);
	cr_expect(slice_is(mail.references[0], "two@a.test"));
	cr_expect(slice_is(mail.references[1], "three@a.test"));
	cr_expect(slice_is(mail.references[2], "four@a.test"));
	cr_expect(slice_is(mail_message_id(SLICE("Subject: x\r\n\r\nMessage-ID: <no@a>\r\n")), ""));
}

Test(mail, what_would_cost_too_much_is_not_taken_apart)
{
	static const struct {
		const char *line;
		size_t count;
	} floods[] = {{"a:\n", MIME_HEADER_LINES + 1},
		      {"--b\n", MIME_PARTS + 1},
		      {"Content-Type: multipart/mixed; boundary=b\n\n--b\n", MIME_DEPTH + 1},
		      {"Content-Type: message/rfc822\n\n", MIME_DEPTH + 1}};
	for (size_t i = 0; i < COUNT_OF(floods); i++) {
		struct buf raw;
		struct mail mail;
		struct trouble why = {0};
		buf_init(&raw, 1 << 20);
		for (size_t n = 0; n < floods[i].count; n++)
			buf_add_text(&raw, floods[i].line);
		cr_expect(mail_read(buf_slice(&raw), false, &arena, &mail, &why) == E_INPUT);
		cr_expect_str_eq(why.code, "mail_too_complex");
		buf_fini(&raw);
	}
}

Test(mail, groups_of_addresses_within_each_other_are_bounded_in_any_header)
{
	static const char *const heads[] = {
		"To: ", "bcc :", "Subject: x\r\nFrom: x\r\n\t",
		"Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nReply-To: "};
	for (size_t i = 0; i < COUNT_OF(heads); i++) {
		struct buf raw;
		struct mail mail;
		struct trouble why = {0};
		buf_init(&raw, 1 << 20);
		buf_add_text(&raw, heads[i]);
		for (size_t n = 0; n < 200000; n++)
			buf_add_text(&raw, n % 1000 == 0 ? "a:\r\n " : "a:");
		cr_expect(mail_read(buf_slice(&raw), false, &arena, &mail, &why) == E_INPUT);
		cr_expect_str_eq(why.code, "mail_too_complex");
		buf_fini(&raw);
	}
}

Test(mail, colons_elsewhere_are_no_groups)
{
	struct buf raw;
	buf_init(&raw, 1 << 20);
	buf_add_text(&raw, "From: a@b.test\r\n" TEXT "\r\nNPS: 9\r\n");
	for (size_t n = 0; n < 5000; n++)
		buf_add_text(&raw, " 10:20:30 log\r\n");
	struct mail mail = read_mail(buf_slice(&raw));
	cr_expect(slice_starts_with(mail.text, SLICE("NPS: 9\n")));
	buf_fini(&raw);
}

Test(mail, an_arena_too_small_is_said_at_any_size)
{
	struct slice raw = SLICE("Message-ID: <a@b>\r\nIn-Reply-To: <c@d>\r\nSubject: x\r\n" TEXT
				 "\r\nNPS: 9\r\n");
	enum status st = E_LIMIT;
	for (size_t limit = 0; st != OK; limit += 37) {
		struct arena small;
		struct mail mail;
		struct trouble why = {0};
		arena_init(&small, limit);
		st = mail_read(raw, false, &small, &mail, &why);
		cr_assert(st == OK || st == E_LIMIT);
		arena_fini(&small);
	}
}

Test(mail, who_is_no_person_is_known)
{
	static const struct {
		const char *header;
		enum mail_class class;
	} mails[] = {
		{"From: Ola <ola@b.test>\r\nSubject: Re: Undelivered parcel", MAIL_ANSWER},
		{"Auto-Submitted: no", MAIL_ANSWER},
		{"X-Auto-Response-Suppress: All", MAIL_ANSWER},
		{"Auto-Submitted: auto-replied", MAIL_AUTO_REPLY},
		{"Precedence: auto_reply", MAIL_AUTO_REPLY},
		{"Precedence: bulk", MAIL_AUTO_REPLY},
		{"X-Autoreply: yes", MAIL_AUTO_REPLY},
		{"Subject: Automatisk svar: Hei", MAIL_AUTO_REPLY},
		{"Subject: =?utf-8?B?7J6Q64+ZIO2ajOyLoA==?=: x", MAIL_AUTO_REPLY},
		{"List-Id: <a.b.test>", MAIL_LIST},
		{"Return-Path: <>", MAIL_BOUNCE},
		{"Return-Path: <>\r\nSubject: Automatic reply: x", MAIL_AUTO_REPLY},
		{"From: Mail Delivery System <x@b.test>", MAIL_BOUNCE},
		{"From: MAILER-DAEMON (Mail Delivery)", MAIL_BOUNCE},
		{"From: <postmaster@b.test>", MAIL_BOUNCE},
		{"Subject: Undelivered Mail Returned to Sender", MAIL_BOUNCE},
		{"Content-Type: multipart/report; report-type=delivery-status; boundary=b",
		 MAIL_BOUNCE},
		{"Content-Type: multipart/report; report-type=feedback-report; boundary=b",
		 MAIL_COMPLAINT},
		{"Content-Type: multipart/report; report-type=disposition-notification; "
		 "boundary=b",
		 MAIL_AUTO_REPLY},
	};
	for (size_t i = 0; i < COUNT_OF(mails); i++) {
		struct buf raw;
		buf_init(&raw, 10000);
		buf_print(&raw, "%s\r\n\r\nNPS: 9\r\n", mails[i].header);
		struct mail mail = read_mail(buf_slice(&raw));
		cr_expect_eq(mail.class, mails[i].class, "%s: %s", mails[i].header,
			     mail_class_word(mail.class));
		buf_fini(&raw);
	}
}

Test(mail_hooks, a_mail_of_ours_answers_by_its_recipients_token)
{
	struct heard heard = hear(mail_hear, OURS,
				  SLICE("Date: Mon, 4 May 2026 10:15:00 +0200\r\n" TEXT
					"\r\nNPS: 9\r\nTakk\r\n> NPS: 0\r\n"));
	expect_answer(&heard, 0, "nps", "9");
	expect_answer(&heard, 1, "comment", "Takk");
	cr_expect_eq(heard.answers[0].observed_at, instant("2026-05-04T08:15:00Z"));
}

Test(mail_hooks, a_date_ahead_or_long_past_is_not_believed)
{
	static const char *const dates[] = {"Mon, 4 May 2026 14:15:00 +0200",
					    "Mon, 2 Feb 2026 10:15:00 +0200", "yesterday"};
	for (size_t i = 0; i < COUNT_OF(dates); i++) {
		struct buf raw;
		buf_init(&raw, 10000);
		buf_print(&raw, "Date: %s\r\n\r\nNPS: 9\r\n", dates[i]);
		struct heard heard = hear(mail_hear, OURS, buf_slice(&raw));
		expect_answer(&heard, 0, "nps", "9");
		cr_expect_eq(heard.answers[0].observed_at, CLOCK_NO_INSTANT, "%s", dates[i]);
		buf_fini(&raw);
	}
}

Test(mail_hooks, without_a_token_of_its_own_a_mail_answers_the_one_it_replies_to)
{
	struct heard heard = hear(
		mail_hear, "plaudit-sender: a@b.test\nplaudit-recipient: addr@CX.test\n",
		SLICE("References: <x@y.test> <" TOKEN "@cx.test>\r\n\r\nNPS: 9\r\n"));
	expect_answer(&heard, 0, "nps", "9");
	heard = hear(mail_hear, "plaudit-sender: a@b.test\nplaudit-recipient: addr@cx.test\n",
		     SLICE("References: <" TOKEN "@else.test>\r\n\r\nNPS: 9\r\n"));
	expect_nothing(&heard, "no_token");
}

Test(mail_hooks, what_says_nothing_that_counts_says_why)
{
	struct heard heard = hear(mail_hear,
				  "plaudit-sender: \nplaudit-recipient: a+" TOKEN "@cx.test\n",
				  SLICE("Subject: x\r\n\r\nNPS: 9\r\n"));
	expect_nothing(&heard, "bounce");
	heard = hear(mail_hear, OURS, SLICE("Auto-Submitted: auto-replied\r\n\r\nNPS: 9\r\n"));
	expect_nothing(&heard, "auto_reply");
	heard = hear(mail_hear, OURS, SLICE("Subject: x\r\n\r\nonly words\r\n"));
	expect_nothing(&heard, "no_rating");
}

Test(mail_hooks, postmark_is_heard_by_its_parts_or_the_mail_itself)
{
	struct heard heard = hear(postmark_hear, "",
				  SLICE("{\"MailboxHash\":\"" TOKEN "\",\"MessageID\":\"m1\","
					"\"StrippedTextReply\":\"NPS: 9\",\"TextBody\":\"NPS: 1\","
					"\"Date\":\"Mon, 4 May 2026 10:15:00 +0200\","
					"\"Headers\":[{\"Name\":\"X-A\",\"Value\":\"b\"}]}"));
	expect_answer(&heard, 0, "nps", "9");
	cr_expect_eq(heard.answers[0].observed_at, instant("2026-05-04T08:15:00Z"));
	heard = hear(postmark_hear, "",
		     SLICE("{\"OriginalRecipient\":\"a+" TOKEN "@x.test\",\"RawEmail\":"
			   "\"Subject: x\\r\\n\\r\\nCSAT: 4\\r\\n\",\"TextBody\":\"NPS: 1\"}"));
	expect_answer(&heard, 0, "csat", "4");
	heard = hear(postmark_hear, "",
		     SLICE("{\"MailboxHash\":\"" TOKEN "\",\"TextBody\":\"NPS: 1\",\"Headers\":"
			   "[{\"Name\":\"auto-submitted\",\"Value\":\"auto-replied\"}]}"));
	expect_nothing(&heard, "auto_reply");
	heard = hear(postmark_hear, "", SLICE("{"));
	cr_expect_eq(heard.fate, HEARD_BAD);
}

Test(mail_hooks, mailgun_is_heard_from_either_kind_of_form)
{
	struct heard heard = hear(mailgun_hear, "content-type: application/x-www-form-urlencoded\n",
				  SLICE("recipient=a%2B" TOKEN "%40cx.test&sender=a%40b.test&"
					"stripped-text=NPS%3A+9&token=t&timestamp=1&"
					"message-headers=%5B%5B%22X-A%22%2C%22b%22%5D%5D"));
	expect_answer(&heard, 0, "nps", "9");
	heard = hear(mailgun_hear, "content-type: multipart/form-data; boundary=\"b\"\n",
		     SLICE("--b\r\nContent-Disposition: form-data; name=\"recipient\"\r\n\r\n"
			   "a+" TOKEN "@cx.test\r\n--b\r\n"
			   "Content-Disposition: form-data; name=\"body-mime\"\r\n\r\n"
			   "Subject: x\r\n\r\nCES: 6\r\n\r\n--b--\r\n"));
	expect_answer(&heard, 0, "ces", "6");
	heard = hear(mailgun_hear, "content-type: application/x-www-form-urlencoded\n",
		     SLICE("recipient=a%2B" TOKEN "%40cx.test&sender=&stripped-text=NPS%3A+9"));
	expect_nothing(&heard, "bounce");
	heard = hear(mailgun_hear, "content-type: multipart/form-data\n", SLICE("x"));
	cr_expect_eq(heard.fate, HEARD_BAD);
}

Test(mail_hooks, mailgun_is_told_apart_by_its_token)
{
	char key[ADAPTER_DEDUPE_BYTES];
	struct payload form = {.headers = SLICE("content-type: multipart/form-data; boundary=b\n"),
			       .body = SLICE("--b\r\nContent-Disposition: form-data; name=\"token\""
					     "\r\n\r\nabc\r\n--b--\r\n")};
	size_t len = mailgun_dedupe(&form, key);
	cr_expect(slice_is((struct slice){key, len}, "abc"), "%.*s", (int)len, key);
}

Test(mail_hooks, sendgrid_is_heard_from_its_fields)
{
	struct heard heard = hear(
		sendgrid_hear, "content-type: multipart/form-data; boundary=b\n",
		SLICE("--b\nContent-Disposition: form-data; name=\"headers\"\n\n"
		      "Message-ID: <m@x>\nDate: Mon, 4 May 2026 10:15:00 +0200\n\n--b\n"
		      "Content-Disposition: form-data; name=\"envelope\"\n\n"
		      "{\"to\":[\"a+" TOKEN "@cx.test\"],\"from\":\"a@b.test\"}\n--b\n"
		      "Content-Disposition: form-data; name=\"text\"\n\nNPS: 9\n--b--\n"));
	expect_answer(&heard, 0, "nps", "9");
	cr_expect_eq(heard.answers[0].observed_at, instant("2026-05-04T08:15:00Z"));
}
