#include <criterion/criterion.h>

#include "provider/messenger_body.h"

#define TOKEN "abcdefghij234567abcd"

static const struct form_question nps = {
	.column = {"nps", 3}, .measure = MEASURE_NPS, .scale_max = 10};
static const struct form_question csat = {
	.column = {"csat", 4}, .measure = MEASURE_CSAT, .scale_min = 1, .scale_max = 5};

static struct messenger_question given(const struct form_question *question)
{
	return (struct messenger_question){.to = SLICE("4711"),
					   .token = SLICE(TOKEN),
					   .question = question,
					   .language = FORM_EN,
					   .expires_days = 3,
					   .privacy_url = SLICE("https://kunde.example/privacy")};
}

static void is_refused(const struct messenger_question *q, const char *code)
{
	struct buf to;
	struct trouble why;
	buf_init(&to, MESSENGER_BODY_BYTES);
	cr_assert_eq(messenger_body(q, &to, &why), E_INPUT);
	cr_assert_str_eq(why.code, code);
	cr_assert_eq(to.len, 0);
	buf_fini(&to);
}

static void is(const struct messenger_question *q, const char *body)
{
	struct buf to;
	struct trouble why;
	buf_init(&to, MESSENGER_BODY_BYTES);
	cr_assert_eq(messenger_body(q, &to, &why), OK);
	cr_assert_not(buf_over(&to));
	cr_assert(slice_is(buf_slice(&to), body), "%.*s", SLICE_ARGS(buf_slice(&to)));
	buf_fini(&to);
}

Test(messenger_body, a_template_is_as_meta_documents_it)
{
	struct messenger_question q = given(&nps);
	q.comment = true;
	is(&q,
	   "{\"recipient\":{\"id\":\"4711\"},\"message\":{\"attachment\":{\"type\":\"template\","
	   "\"payload\":{\"template_type\":\"customer_feedback\",\"title\":\"Your opinion\","
	   "\"subtitle\":\"One question. It takes a few seconds.\",\"button_title\":\"Answer\","
	   "\"feedback_screens\":[{\"questions\":[{\"id\":\"cx1_" TOKEN "_nps\",\"type\":\"nps\","
	   "\"title\":\"How likely are you to recommend us to a friend or colleague?\","
	   "\"score_label\":\"unlike_like\",\"score_option\":\"zero_to_ten\",\"follow_up\":"
	   "{\"type\":\"free_form\",\"placeholder\":"
	   "\"Optional. Please leave out names and phone numbers.\"}}]}],"
	   "\"business_privacy\":{\"url\":\"https://kunde.example/privacy\"},"
	   "\"expires_in_days\":3}}}}");
}

Test(messenger_body, a_tag_opens_seven_days)
{
	struct messenger_question q = given(&csat);
	struct buf to;
	struct trouble why;
	q.tagged = true;
	buf_init(&to, MESSENGER_BODY_BYTES);
	cr_assert_eq(messenger_body(&q, &to, &why), OK);
	cr_assert(slice_starts_with(buf_slice(&to),
				    SLICE("{\"recipient\":{\"id\":\"4711\"},\"messaging_type\":"
					  "\"MESSAGE_TAG\",\"tag\":\"CUSTOMER_FEEDBACK\",")));
	buf_fini(&to);
}

Test(messenger_body, quick_replies_name_the_question_and_the_answer)
{
	struct messenger_question q = given(&csat);
	q.form = MESSENGER_QUICK_REPLIES;
	is(&q,
	   "{\"recipient\":{\"id\":\"4711\"},\"messaging_type\":\"RESPONSE\",\"message\":{\"text\":"
	   "\"How satisfied are you with the help you received?\\n1 = Very dissatisfied\\n"
	   "5 = Very satisfied\",\"quick_replies\":["
	   "{\"content_type\":\"text\",\"title\":\"1\",\"payload\":\"cx1_" TOKEN "_csat_1\"},"
	   "{\"content_type\":\"text\",\"title\":\"2\",\"payload\":\"cx1_" TOKEN "_csat_2\"},"
	   "{\"content_type\":\"text\",\"title\":\"3\",\"payload\":\"cx1_" TOKEN "_csat_3\"},"
	   "{\"content_type\":\"text\",\"title\":\"4\",\"payload\":\"cx1_" TOKEN "_csat_4\"},"
	   "{\"content_type\":\"text\",\"title\":\"5\",\"payload\":\"cx1_" TOKEN "_csat_5\"}]}}");
}

static size_t characters_of(struct slice text)
{
	size_t count = 0;
	for (size_t i = 0; i < text.len; i++)
		count += ((unsigned char)text.at[i] & 0xc0) != 0x80;
	return count;
}

Test(messenger_body, the_built_in_words_fit_messenger_in_every_language)
{
	static const enum form_word questions[] = {FORM_WORD_CSAT, FORM_WORD_CES, FORM_WORD_NPS};
	for (int language = 0; language < FORM_LANGUAGE_COUNT; language++) {
		enum form_language l = (enum form_language)language;
		cr_expect_leq(characters_of(form_word(FORM_WORD_TITLE, l)), 65);
		cr_expect_leq(characters_of(form_word(FORM_WORD_SHORT, l)), 80);
		cr_expect_leq(characters_of(form_word(FORM_WORD_ANSWER, l)), 20);
		cr_expect_leq(characters_of(form_word(FORM_WORD_COMMENT_HINT, l)), 65);
		for (size_t i = 0; i < COUNT_OF(questions); i++)
			cr_expect_leq(characters_of(form_word(questions[i], l)), 85);
	}
}

Test(messenger_body, a_scale_messenger_does_not_have_is_refused_for_a_template)
{
	struct form_question seven = csat, other = csat, effort = csat, comment = csat;
	seven.scale_max = 7;
	other.measure = MEASURE_OTHER;
	effort.high_is_effort = true;
	comment.is_comment = true;
	const struct form_question *const all[] = {&seven, &other, &effort, &comment};
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		struct messenger_question q = given(all[i]);
		is_refused(&q, "scale_not_messenger");
	}
}

Test(messenger_body, words_are_counted_in_characters)
{
	struct form_question asks = csat;
	char words[86 * 3 + 1];
	for (size_t i = 0; i < 86; i++)
		memcpy(words + 3 * i, "\xea\xb0\x80", 3); /* one Korean syllable */
	asks.words[FORM_EN] = (struct slice){words, 3 * 85};
	struct messenger_question q = given(&asks);
	struct buf to;
	struct trouble why;
	buf_init(&to, MESSENGER_BODY_BYTES);
	cr_assert_eq(messenger_body(&q, &to, &why), OK);
	buf_fini(&to);
	asks.words[FORM_EN].len = (size_t)3 * 86;
	is_refused(&q, "question_length");
	asks.words[FORM_EN] = SLICE("Why?");
	is_refused(&q, "question_length");
}

Test(messenger_body, what_messenger_would_refuse_is_refused_before)
{
	struct form_question hyphen = csat, wide = csat;
	struct messenger_question q = given(&hyphen);
	hyphen.column = SLICE("csat-1");
	is_refused(&q, "column_not_messenger");
	q = given(&csat);
	q.privacy_url = SLICE_NONE;
	is_refused(&q, "privacy_url_missing");
	q = given(&csat);
	q.form = MESSENGER_QUICK_REPLIES;
	q.tagged = true;
	is_refused(&q, "tag_needs_template");
	q.tagged = false;
	q.comment = true;
	is_refused(&q, "comment_needs_template");
	wide.scale_max = 14;
	q = given(&wide);
	q.form = MESSENGER_QUICK_REPLIES;
	is_refused(&q, "too_many_answers");
}
