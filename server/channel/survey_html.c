#include "channel/survey_html.h"

#include "channel/html.h"

enum { SCALE_STEPS_MOST = 11, COMPANY_BYTES = 300 };

bool survey_takes(const struct form_question *question, struct slice value)
{
	int64_t number;
	return !question->is_comment && slice_to_int64(value, &number) &&
	       number >= question->scale_min && number <= question->scale_max;
}

static struct slice words_of(const struct survey_head *head, enum form_word word)
{
	return form_word(word, head->language);
}

static void add_word(struct buf *to, const struct survey_head *head, enum form_word word)
{
	html_text(to, words_of(head, word));
}

/** "Your contact with {}", with the name. */
static void add_about(struct buf *to, const struct survey_head *head)
{
	struct slice rest = words_of(head, FORM_WORD_ABOUT), before = SLICE_NONE;
	(void)slice_next_part(&rest, '{', &before);
	html_text(to, before);
	html_text(to, slice_cut(head->company, COMPANY_BYTES));
	html_text(to, slice_from(rest, 1));
}

static void add_head(struct buf *to, const struct survey_head *head, bool asks)
{
	bool framed = head->script != NULL;
	buf_print(
		to,
		"<!doctype html>\n<html lang=\"%s\"%s>\n<head>\n<meta charset=\"utf-8\">\n<title>",
		form_language_tag(head->language), head->light ? " data-scheme=\"light\"" : "");
	if (head->company.len > 0) {
		add_about(to, head);
		buf_add_text(to, " – ");
	}
	add_word(to, head, FORM_WORD_TITLE);
	buf_add_text(to,
		     "</title>\n"
		     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		     "<meta name=\"color-scheme\" content=\"light dark\">\n"
		     "<meta name=\"robots\" content=\"noindex, nofollow\">\n"
		     "<link rel=\"stylesheet\"");
	html_attribute(to, "href", slice_of(head->style));
	buf_add_text(to, ">\n");
	if (framed) {
		buf_add_text(to, "<script defer");
		html_attribute(to, "src", slice_of(head->script));
		buf_add_text(to, "></script>\n");
	}
	buf_print(to, "</head>\n<body class=\"%s\">\n<main>\n", framed ? "framed" : "page");
	if (asks && head->company.len > 0) {
		buf_add_text(to, "<p class=\"about\">");
		add_about(to, head);
		buf_add_text(to, "</p>\n");
	}
}

static void add_foot(struct buf *to)
{
	buf_add_text(to, "</main>\n</body>\n</html>\n");
}

/** Each language by its own name; the scores that came with the link are kept. */
static void add_languages(struct buf *to, const struct survey_html *page)
{
	buf_add_text(
		to,
		"<nav class=\"languages\" aria-label=\"English, Norsk, 한국어, Tiếng Việt\">\n");
	for (int l = 0; l < FORM_LANGUAGE_COUNT; l++) {
		enum form_language language = (enum form_language)l;
		const char *tag = form_language_tag(language);
		buf_print(to, "<a lang=\"%s\" hreflang=\"%s\" href=\"?lang=%s", tag, tag, tag);
		for (size_t i = 0; i < page->form->len; i++) {
			if (!survey_takes(&page->form->questions[i], page->chosen[i]))
				continue;
			buf_add_text(to, "&amp;");
			html_text(to, page->form->questions[i].column);
			buf_add_byte(to, '=');
			html_text(to, page->chosen[i]);
		}
		buf_print(to, "\"%s>",
			  language == page->head.language ? " aria-current=\"true\"" : "");
		html_text(to, form_language_name(language));
		buf_add_text(to, "</a>\n");
	}
	buf_add_text(to, "</nav>\n");
}

/** The end's words, for who does not see where the step stands. */
static void add_end_unseen(struct buf *to, struct slice words)
{
	if (words.len == 0)
		return;
	buf_add_text(to, "<span class=\"unseen\">, ");
	html_text(to, words);
	buf_add_text(to, "</span>");
}

static void add_step(struct buf *to, const struct survey_html *page, size_t index, int value)
{
	const struct form_question *q = &page->form->questions[index];
	int64_t chosen;
	buf_add_text(to, "<label><input type=\"radio\"");
	html_attribute(to, "name", q->column);
	buf_print(to, " value=\"%d\"", value);
	if (slice_to_int64(page->chosen[index], &chosen) && chosen == value)
		buf_add_text(to, " checked");
	buf_print(to, "><span>%d", value);
	if (value == q->scale_min)
		add_end_unseen(to, form_low_end(q, page->head.language));
	if (value == q->scale_max)
		add_end_unseen(to, form_high_end(q, page->head.language));
	buf_add_text(to, "</span></label>\n");
}

static void add_ends(struct buf *to, const struct form_question *q, enum form_language language)
{
	struct slice low = form_low_end(q, language), high = form_high_end(q, language);
	if (low.len + high.len == 0)
		return;
	buf_add_text(to, "<p class=\"ends\" aria-hidden=\"true\"><span>");
	html_text(to, low);
	buf_add_text(to, "</span><span>");
	html_text(to, high);
	buf_add_text(to, "</span></p>\n");
}

static void add_scale(struct buf *to, const struct survey_html *page, size_t index)
{
	const struct form_question *q = &page->form->questions[index];
	buf_add_text(to, "<fieldset>\n<legend>");
	html_text(to, form_words(q, page->head.language));
	buf_add_text(to, "</legend>\n<div class=\"steps\">\n");
	for (int value = q->scale_min; value <= q->scale_max; value++)
		add_step(to, page, index, value);
	buf_add_text(to, "</div>\n");
	add_ends(to, q, page->head.language);
	buf_add_text(to, "</fieldset>\n");
}

/** A scale too long for buttons. */
static void add_number(struct buf *to, const struct survey_html *page, size_t index)
{
	const struct form_question *q = &page->form->questions[index];
	buf_print(to, "<div class=\"field\">\n<label for=\"q%zu\">", index);
	html_text(to, form_words(q, page->head.language));
	buf_print(to, " (%d–%d)</label>\n<input type=\"number\" id=\"q%zu\" min=\"%d\" max=\"%d\"",
		  q->scale_min, q->scale_max, index, q->scale_min, q->scale_max);
	html_attribute(to, "name", q->column);
	if (survey_takes(q, page->chosen[index]))
		html_attribute(to, "value", page->chosen[index]);
	buf_add_text(to, ">\n</div>\n");
}

static void add_comment(struct buf *to, const struct survey_html *page, size_t index)
{
	const struct form_question *q = &page->form->questions[index];
	buf_print(to, "<div class=\"field\">\n<label for=\"q%zu\">", index);
	html_text(to, form_words(q, page->head.language));
	buf_print(to,
		  "</label>\n<textarea id=\"q%zu\" rows=\"3\" maxlength=\"%d\" "
		  "aria-describedby=\"q%zu-hint\"",
		  index, SURVEY_COMMENT_CHARS, index);
	html_attribute(to, "name", q->column);
	buf_add_byte(to, '>');
	html_text(to, page->chosen[index]);
	buf_print(to, "</textarea>\n<p class=\"hint\" id=\"q%zu-hint\">", index);
	add_word(to, &page->head, FORM_WORD_COMMENT_HINT);
	buf_add_text(to, "</p>\n</div>\n");
}

static void add_question(struct buf *to, const struct survey_html *page, size_t index)
{
	const struct form_question *q = &page->form->questions[index];
	if (q->is_comment)
		add_comment(to, page, index);
	else if (q->scale_max - q->scale_min < SCALE_STEPS_MOST)
		add_scale(to, page, index);
	else
		add_number(to, page, index);
}

static void add_hidden(struct buf *to, const struct survey_field *fields, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		buf_add_text(to, "<input type=\"hidden\"");
		html_attribute(to, "name", fields[i].name);
		html_attribute(to, "value", fields[i].value);
		buf_add_text(to, ">\n");
	}
}

static void add_send(struct buf *to, const struct survey_head *head)
{
	buf_add_text(to, "<button type=\"submit\">");
	add_word(to, head, FORM_WORD_SEND);
	buf_add_text(to, "</button>\n");
}

/** Who chose a score in a mail need not look for the button behind the other questions. */
static void add_notice(struct buf *to, const struct survey_html *page)
{
	bool fault = page->notice == FORM_WORD_EMPTY;
	if (page->notice == FORM_WORD_COUNT)
		return;
	buf_print(to, "<div class=\"notice\"%s>\n<p>", fault ? " role=\"alert\"" : "");
	add_word(to, &page->head, page->notice);
	buf_add_text(to, "</p>\n");
	if (page->notice == FORM_WORD_CHOSEN)
		add_send(to, &page->head);
	buf_add_text(to, "</div>\n");
}

/** What the widget's script says instead of a next page. */
static void add_said(struct buf *to, const struct survey_head *head)
{
	buf_add_text(to, "<p class=\"said\" role=\"status\"");
	html_attribute(to, "data-sending", words_of(head, FORM_WORD_SENDING));
	html_attribute(to, "data-empty", words_of(head, FORM_WORD_EMPTY));
	html_attribute(to, "data-sorry", words_of(head, FORM_WORD_SORRY_MORE));
	buf_add_text(to, "></p>\n");
}

static void add_thanks(struct buf *to, const struct survey_head *head)
{
	buf_add_text(to, "<section class=\"thanks\" tabindex=\"-1\" role=\"status\" hidden>\n<h1>");
	add_word(to, head, FORM_WORD_THANKS);
	buf_add_text(to, "</h1>\n<p>");
	add_word(to, head, FORM_WORD_RECEIVED);
	buf_add_text(to, "</p>\n<button type=\"button\" class=\"quiet\">");
	add_word(to, head, FORM_WORD_CHANGE);
	buf_add_text(to, "</button>\n</section>\n");
}

void survey_html_form(struct buf *to, const struct survey_html *page)
{
	bool framed = page->head.script != NULL;
	must(page->form->len <= FORM_QUESTIONS_MOST);
	add_head(to, &page->head, true);
	buf_add_text(to, "<form method=\"post\"");
	html_attribute(to, "action", slice_of(page->action));
	if (page->parent.len > 0)
		html_attribute(to, "data-parent", page->parent);
	buf_add_text(to, ">\n<h1>");
	add_word(to, &page->head, FORM_WORD_TITLE);
	buf_add_text(to, "</h1>\n");
	add_notice(to, page);
	add_hidden(to, page->hidden, page->hidden_len);
	for (size_t i = 0; i < page->form->len; i++)
		add_question(to, page, i);
	add_send(to, &page->head);
	if (framed)
		add_said(to, &page->head);
	buf_add_text(to, "</form>\n");
	if (framed)
		add_thanks(to, &page->head);
	else
		add_languages(to, page);
	add_foot(to);
}

void survey_html_message(struct buf *to, const struct survey_message *page)
{
	add_head(to, &page->head, false);
	buf_add_text(to, "<h1>");
	add_word(to, &page->head, page->heading);
	buf_add_text(to, "</h1>\n<p>");
	add_word(to, &page->head, page->more);
	if (page->also != FORM_WORD_COUNT) {
		buf_add_byte(to, ' ');
		add_word(to, &page->head, page->also);
	}
	buf_add_text(to, "</p>\n");
	if (page->action != NULL) {
		buf_add_text(to, "<form method=\"post\"");
		html_attribute(to, "action", slice_of(page->action));
		buf_add_text(to, ">\n");
		add_hidden(to, page->again, page->again_len);
		buf_add_text(to, "<button type=\"submit\">");
		add_word(to, &page->head, page->link_word);
		buf_add_text(to, "</button>\n</form>\n");
	} else if (page->link != NULL) {
		buf_add_text(to, "<p><a");
		html_attribute(to, "href", slice_of(page->link));
		buf_add_byte(to, '>');
		add_word(to, &page->head, page->link_word);
		buf_add_text(to, "</a></p>\n");
	}
	add_foot(to);
}
