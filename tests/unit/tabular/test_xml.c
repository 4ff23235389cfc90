#include "tabular/xml.h"

#include <criterion/criterion.h>
#include <uchar.h>

enum place { BOOK = 1, PAGE, WORD };

static const struct xml_place places[] = {{"book", 0}, {"page", BOOK}, {"word", PAGE}};

/** What was told, one after the other: "book( page(1 word( -a- word) page) book)". */
struct told {
	struct buf text;
	enum status at_word; /* what its start answers */
};

static enum status on_start(void *self, unsigned place, const char *const *attributes)
{
	struct told *t = self;
	const char *number = xml_attribute(attributes, "n");
	buf_print(&t->text, "%s(%s ", places[place - 1].name, number != NULL ? number : "");
	return place == WORD ? t->at_word : OK;
}

static enum status on_text(void *self, unsigned place, struct slice text)
{
	struct told *t = self;
	if (place == WORD)
		buf_print(&t->text, "-%.*s- ", SLICE_ARGS(text));
	return OK;
}

static enum status on_end(void *self, unsigned place)
{
	struct told *t = self;
	buf_print(&t->text, "%s) ", places[place - 1].name);
	return OK;
}

static const struct xml_shape shape = {.places = places,
				       .count = COUNT_OF(places),
				       .start = on_start,
				       .text = on_text,
				       .end = on_end};

static enum status told_of(struct told *t, struct slice document)
{
	struct xml *x = xml_new(&shape, t, 1 << 20);
	buf_init(&t->text, 10000);
	enum status st = xml_feed(x, document, true);
	buf_add_byte(&t->text, '\0');
	xml_free(x);
	return st;
}

static void document_is_told(struct slice document, const char *expected)
{
	struct told t = {.at_word = OK};
	cr_expect_eq(told_of(&t, document), OK);
	cr_expect_str_eq(t.text.at, expected);
	buf_fini(&t.text);
}

Test(xml, elements_are_told_with_their_places)
{
	document_is_told(SLICE("<book><page n='1'><word>a</word></page><page/></book>"),
			 "book( page(1 word( -a- word) page) page( page) book) ");
}

Test(xml, what_has_no_place_is_passed_over_with_all_that_is_in_it)
{
	document_is_told(SLICE("<book><note><page><word>no</word></page></note><word>no</word>"
			       "<page><book/><word>a<b>no</b></word></page></book>"),
			 "book( page( word( -a- word) page) book) ");
}

Test(xml, prefixes_of_names_are_not_looked_at)
{
	document_is_told(SLICE("<x:book xmlns:x='u'><y:page x:n='2' xmlns:y='v'/></x:book>"),
			 "book( page(2 page) book) ");
}

Test(xml, a_document_in_utf_16_is_told_in_utf_8)
{
	static const char16_t text[] = u"\uFEFF<book><page><word>\uC6B0</word></page></book>";
	document_is_told((struct slice){(const char *)text, sizeof(text) - sizeof(text[0])},
			 "book( page( word( -\xEC\x9A\xB0- word) page) book) ");
}

Test(xml, what_a_handler_answers_ends_the_reading)
{
	struct told t = {.at_word = E_CONFLICT};
	cr_expect_eq(told_of(&t, SLICE("<book><page><word/></page></book>")), E_CONFLICT);
	cr_expect_str_eq(t.text.at, "book( page( word( ");
	buf_fini(&t.text);
}

Test(xml, a_document_cut_anywhere_is_told_alike)
{
	static const char document[] = "<book><page n='1'><word>a</word></page></book>";
	for (size_t cut = 0; cut < sizeof(document); cut++) {
		struct told t = {.at_word = OK};
		struct xml *x = xml_new(&shape, &t, 1 << 20);
		buf_init(&t.text, 10000);
		cr_assert_eq(xml_feed(x, (struct slice){document, cut}, false), OK);
		cr_assert_eq(xml_feed(x, slice_from(slice_of(document), cut), true), OK);
		buf_add_byte(&t.text, '\0');
		cr_expect_str_eq(t.text.at, "book( page(1 word( -a- word) page) book) ");
		xml_free(x);
		buf_fini(&t.text);
	}
}
