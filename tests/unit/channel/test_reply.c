#include <criterion/criterion.h>

#include "channel/html_visible.h"
#include "channel/reply.h"

static const struct slice questions[] = {{"q7", 2}, {"nps", 3}, {"csat", 4}, {"ces", 3}};

struct written {
	const char *text, *visible, *comment, *answers; /* "nps=9 csat=5" */
};

/* clang-format off */
static const struct written writings[] = {
	{"NPS: 9\r\nTakk!\r\n", "NPS: 9\nTakk!", "Takk!", "nps=9 "},
	{"nps:9\ncsat = 5\nCES\xEF\xBC\x9A" "6\nQ7=3\n", "nps:9\ncsat = 5\nCES\xEF\xBC\x9A" "6\nQ7=3", "",
	 "nps=9 csat=5 ces=6 q7=3 "},
	/* three such lines are no header of a quoted mail */
	{"Hei\nNPS: 9\nCSAT: 5\nCES: 6\n", "Hei\nNPS: 9\nCSAT: 5\nCES: 6", "Hei", "nps=9 csat=5 ces=6 "},
	/* below may be our own mail */
	{"NPS: 9\nNPS: 8\n", "NPS: 9\nNPS: 8", "", "nps=9 "},
	{"NPS: 9/10\nNPS: -1\nNPS: nine\nNPS:\nXNPS: 9\nNPS: 9999999999\n",
	 "NPS: 9/10\nNPS: -1\nNPS: nine\nNPS:\nXNPS: 9\nNPS: 9999999999",
	 "NPS: 9/10\nNPS: -1\nNPS: nine\nNPS:\nXNPS: 9\nNPS: 9999999999", ""},
	/* what is quoted is not answered */
	{"NPS: 9\n\nfre. 5. jan. 2024 kl. 10:00 skrev Firma <svar+abc@cx.test>:\n> NPS: 0\n> CSAT: 1\n",
	 "NPS: 9", "", "nps=9 "},
	{"NPS: 9\nT\xE1\xBB\x91t\n\nV\xC3\xA0o Th 6, 5 thg 1, 2024 v\xC3\xA0o l\xC3\xBA" "c 10:00 A B <a@b.c>\n"
	 "\xC4\x91\xC3\xA3 vi\xE1\xBA\xBFt:\n\nNPS: 1\n", "NPS: 9\nT\xE1\xBB\x91t", "T\xE1\xBB\x91t", "nps=9 "},
	{"NPS: 9\n\n2024\xEB\x85\x84 1\xEC\x9B\x94 5\xEC\x9D\xBC (\xEA\xB8\x88) \xEC\x98\xA4\xEC\xA0\x84 10:00, A <a@b.c>"
	 "\xEB\x8B\x98\xEC\x9D\xB4 \xEC\x9E\x91\xEC\x84\xB1:\n\nNPS: 1\n", "NPS: 9", "", "nps=9 "},
	{"NPS: 9\n\nFra: Firma\nSendt: 5. mai 2026\nTil: Ola\nEmne: Hei\n\nNPS: 1\n", "NPS: 9", "", "nps=9 "},
	{"On Mon, 4 May 2026 at 10:00, Firma <a@b.c> wrote:\n> How likely?\n\nNPS: 9\n", "NPS: 9", "", "nps=9 "},
	{"NPS: 9\n\nT\xE1\xBB\xAB" ": Firma\n\xC4\x90" "\xC3\xA3" " g\xE1\xBB\xAD" "i: 4/5/2026\nT\xE1\xBB\x9B" "i: Ola\nCh\xE1\xBB\xA7" " \xC4\x91" "\xE1\xBB\x81" ": x\nNPS: 1\n", "NPS: 9", "", "nps=9 "},
	{"NPS: 9\n\n2026. 5. 4. \xEC\x98\xA4" "\xEC\xA0\x84" " 10:15, Firma <a@b.c> \xEC\x9E\x91" "\xEC\x84\xB1" ":\nNPS: 1\n", "NPS: 9", "", "nps=9 "},
	{"NPS: 9\n\n2026-05-04 \xEC\x98\xA4" "\xEC\xA0\x84" " 10:15\xEC\x97\x90" " Firma \xEC\x9D\xB4" "(\xEA\xB0\x80" ") \xEC\x93\xB4" " \xEA\xB8\x80" ":\nNPS: 1\n", "NPS: 9", "", "nps=9 "},
	{"NPS: 9\n\n\xE0\xB9\x80" "\xE0\xB8\xA1" "\xE0\xB8\xB7" "\xE0\xB9\x88" "\xE0\xB8\xAD" " 4 \xE0\xB8\x9E" ".\xE0\xB8\x84" ". 2026 \xE0\xB9\x80" "\xE0\xB8\xA7" "\xE0\xB8\xA5" "\xE0\xB8\xB2" " 10:15 Firma <a@b.c> \xE0\xB9\x80" "\xE0\xB8\x82" "\xE0\xB8\xB5" "\xE0\xB8\xA2" "\xE0\xB8\x99" "\xE0\xB8\xA7" "\xE0\xB9\x88" "\xE0\xB8\xB2" ":\nNPS: 1\n", "NPS: 9", "", "nps=9 "},
	{"NPS: 9\n\nma 4. toukok. 2026 klo 10.15 Firma (a@b.c) kirjoitti:\nNPS: 1\n", "NPS: 9", "", "nps=9 "},
	/* below a mail that is not marked numbers are its own, whoever wrote the words */
	{"On Mon, 4 May 2026 at 10:00, Firma <a@b.c> wrote:\n\nNPS: 1\nTakk\n", "NPS: 1\nTakk", "NPS: 1\nTakk", ""},
	/* a line that answers is never taken for part of a signature, nor for what introduces a quotation */
	{"Bra\n-- \nOla Nordmann\nNPS: 9\n", "Bra\nNPS: 9", "Bra", "nps=9 "},
	{"On the phone I waited 5 minutes, then he wrote:\nsorry\nNPS: 3\n",
	 "On the phone I waited 5 minutes, then he wrote:\nsorry\nNPS: 3",
	 "On the phone I waited 5 minutes, then he wrote:\nsorry", "nps=3 "},
	{"NPS: 9\n\nSendt fra min iPhone\n", "NPS: 9", "", "nps=9 "},
	{"", "", "", ""},
	{"> all of it\n> is quoted\n", "", "", ""},
};
/* clang-format on */

static void expect(const struct written *w)
{
	struct arena arena;
	struct reply reply;
	struct buf answers;
	arena_init(&arena, 8 << 20);
	buf_init(&answers, 1000);
	cr_assert(reply_read(slice_of(w->text), questions, COUNT_OF(questions), &arena, &reply) ==
		  OK);
	for (size_t i = 0; i < reply.answers_len; i++)
		buf_print(&answers, "%.*s=%.*s ", SLICE_ARGS(reply.answers[i].question),
			  SLICE_ARGS(reply.answers[i].value));
	cr_expect(slice_is(reply.visible, w->visible), "visible of \"%s\":\n%.*s", w->text,
		  SLICE_ARGS(reply.visible));
	cr_expect(slice_is(reply.comment, w->comment), "comment of \"%s\":\n%.*s", w->text,
		  SLICE_ARGS(reply.comment));
	cr_expect(slice_equal(buf_slice(&answers), slice_of(w->answers)), "answers of \"%s\": %.*s",
		  w->text, SLICE_ARGS(buf_slice(&answers)));
	buf_fini(&answers);
	arena_fini(&arena);
}

Test(reply, what_somebody_wrote_is_told_from_what_stood_there)
{
	for (size_t i = 0; i < COUNT_OF(writings); i++)
		expect(&writings[i]);
}

Test(reply, an_arena_too_small_is_said_at_any_size)
{
	struct slice text = SLICE("NPS: 9\nTakk!\n\n> quoted\n");
	enum status st = E_LIMIT;
	for (size_t limit = 0; st != OK; limit += 4001) {
		struct arena arena;
		struct reply reply;
		arena_init(&arena, limit);
		st = reply_read(text, questions, COUNT_OF(questions), &arena, &reply);
		cr_assert(st == OK || st == E_LIMIT);
		arena_fini(&arena);
	}
}

struct shown {
	const char *html, *text;
};

/* clang-format off */
static const struct shown pages[] = {
	{"<div>NPS: 9</div><div>Takk</div>", "NPS: 9\nTakk\n"},
	{"<html><head><title>x</title><style>p{}</style></head><body>a<script>b</script>c</body>", "ac\n"},
	{"a&amp;b &lt;c&gt; &#233;&#x1F600;&nbsp;&aring; &bogus; AT&T 5 < 6 &#0;", "a&b <c> \xC3\xA9\xF0\x9F\x98\x80 \xC3\xA5 &bogus AT&T 5 < 6 &#0\n"},
	{"a<br>b<br/><br>c", "a\nb\n\nc\n"},
	{"x<blockquote class=\"a>b\">NPS: 0<br>y</blockquote>z", "x\n> NPS: 0\n> y\nz\n"},
	{"<!-- <p>no --> yes <!-- never closed", "yes\n"},
	{"<style>never closed NPS: 1", ""},
	{"<p>a\n  b</p><pre>c\n d</pre>", "a b\nc\nd\n"},
	{"<td>a</td><td>b</td>", "a b\n"},
	{"<", "<\n"}, {"&", "&\n"}, {"</", ""}, {"", ""},
};
/* clang-format on */

Test(html_visible, tags_become_lines_and_what_is_hidden_goes)
{
	for (size_t i = 0; i < COUNT_OF(pages); i++) {
		struct buf text;
		buf_init(&text, 10000);
		html_visible(slice_of(pages[i].html), &text);
		cr_expect(slice_equal(buf_slice(&text), slice_of(pages[i].text)), "%s:\n%.*s",
			  pages[i].html, SLICE_ARGS(buf_slice(&text)));
		buf_fini(&text);
	}
}
