#include "channel/form.h"

#include <criterion/criterion.h>

static enum form_language from(const char *tag)
{
	enum form_language language = FORM_LANGUAGE_COUNT;
	return form_language_from(slice_of(tag), &language) ? language : FORM_LANGUAGE_COUNT;
}

static enum form_language accepted(const char *header)
{
	return form_language_accepted(slice_of(header), FORM_LANGUAGE_COUNT);
}

static struct form_question asked(enum measure measure, bool high_is_effort)
{
	return (struct form_question){.column = SLICE("q1"),
				      .measure = measure,
				      .high_is_effort = high_is_effort,
				      .scale_min = 1,
				      .scale_max = 5};
}

static bool says(struct slice words, const char *text)
{
	return slice_is(words, text);
}

Test(form, a_tag_is_a_language_whatever_its_region_and_case)
{
	cr_assert(from("nb-NO") == FORM_NB && from("KO-kr") == FORM_KO && from("vi") == FORM_VI &&
		  from("en_GB") == FORM_EN);
}

Test(form, norwegian_of_either_kind_is_bokmal)
{
	cr_assert(from("no") == FORM_NB && from("nn-NO") == FORM_NB);
}

Test(form, a_tag_that_only_begins_like_ours_is_none_of_ours)
{
	cr_assert(from("eng") == FORM_LANGUAGE_COUNT && from("") == FORM_LANGUAGE_COUNT &&
		  from("k") == FORM_LANGUAGE_COUNT && from("-en") == FORM_LANGUAGE_COUNT);
}

Test(form, of_accepted_languages_the_heaviest_is_taken)
{
	cr_assert(accepted("de, en;q=0.3, vi;q=0.9, ko;q=0.8") == FORM_VI);
}

Test(form, of_equally_accepted_languages_the_first_is_taken)
{
	cr_assert(accepted("ko-KR,ko,en") == FORM_KO);
}

Test(form, a_language_of_weight_zero_is_not_accepted)
{
	cr_assert(accepted("nb;q=0, en;q=0.001") == FORM_EN);
	cr_assert(accepted("nb;q=0.000") == FORM_LANGUAGE_COUNT);
}

Test(form, where_nothing_accepted_is_ours_the_other_language_is_taken)
{
	cr_assert(form_language_accepted(SLICE("de-DE, fr;q=0.7, *"), FORM_KO) == FORM_KO);
	cr_assert(form_language_accepted(SLICE_NONE, FORM_VI) == FORM_VI);
}

Test(form, a_weight_that_is_no_number_is_no_weight)
{
	cr_assert(accepted("ko;q=x, vi;q=, nb;level=1, en;q=0.1") == FORM_EN);
	cr_assert(accepted("ko;q=0.9x1, en;q=0.1") == FORM_EN);
}

Test(form, every_word_is_there_in_every_language)
{
	for (int w = 0; w < FORM_WORD_COUNT; w++)
		for (int l = 0; l < FORM_LANGUAGE_COUNT; l++) {
			struct slice words = form_word((enum form_word)w, (enum form_language)l);
			cr_assert(words.len > 0 && slice_is_text(words), "word %d, language %d", w,
				  l);
		}
}

Test(form, no_two_languages_say_the_same)
{
	for (int w = 0; w < FORM_WORD_COUNT; w++)
		for (int l = 1; l < FORM_LANGUAGE_COUNT; l++)
			cr_assert(!slice_equal(form_word((enum form_word)w, FORM_EN),
					       form_word((enum form_word)w, (enum form_language)l)),
				  "word %d, language %d", w, l);
}

Test(form, a_question_is_asked_in_its_own_words_before_the_built_in_ones)
{
	struct form_question q = asked(MEASURE_NPS, false);
	q.words[FORM_NB] = SLICE("Anbefaler du oss?");
	cr_assert(says(form_words(&q, FORM_NB), "Anbefaler du oss?"));
	cr_assert(says(form_words(&q, FORM_EN),
		       "How likely are you to recommend us to a friend or colleague?"));
}

Test(form, a_question_of_no_measure_is_asked_in_whatever_words_it_has)
{
	struct form_question q = asked(MEASURE_OTHER, false);
	cr_assert(says(form_words(&q, FORM_VI), "q1"));
	q.words[FORM_KO] = SLICE("기다리셨습니까?");
	cr_assert(says(form_words(&q, FORM_VI), "기다리셨습니까?"));
}

Test(form, the_ends_of_a_scale_follow_its_direction)
{
	struct form_question easy = asked(MEASURE_CES, false);
	struct form_question effort = asked(MEASURE_CES, true);
	cr_assert(says(form_high_end(&easy, FORM_NB), "Svært enkelt"));
	cr_assert(says(form_high_end(&effort, FORM_NB), "Svært mye"));
	struct form_question worst_high = asked(MEASURE_CSAT, true);
	cr_assert(says(form_low_end(&worst_high, FORM_EN), "Very satisfied"));
}

Test(form, the_ends_of_an_unknown_scale_are_not_named)
{
	struct form_question q = asked(MEASURE_OTHER, false);
	cr_assert_eq(form_low_end(&q, FORM_EN).len + form_high_end(&q, FORM_EN).len, 0);
}

static const struct question questions[] = {
	{.code = SLICE("recommend"), .measure = MEASURE_NPS, .scale_max = 10},
	{.code = SLICE("ease"), .measure = MEASURE_CES, .scale_min = 1, .scale_max = 7},
	{.code = SLICE("ves1"), .measure = MEASURE_OTHER, .scale_min = 1, .scale_max = 5}};
static const struct instrument instrument = {.questions = questions,
					     .questions_len = COUNT_OF(questions)};

Test(form, what_is_usually_asked_is_what_the_instrument_measures_and_a_comment)
{
	struct arena arena;
	struct form form;
	arena_init(&arena, 4096);
	cr_assert_eq(form_usual(&instrument, &arena, &form, NULL), OK);
	cr_assert_eq(form.len, 3);
	cr_assert(slice_is(form.questions[0].column, "ease") && form.questions[0].scale_max == 7);
	cr_assert(slice_is(form.questions[1].column, "recommend"));
	cr_assert(form.questions[2].is_comment && form_find(&form, SLICE("ves1")) == NULL);
	cr_assert(form_find(&form, SLICE("comment")) == &form.questions[2]);
	arena_fini(&arena);
}

Test(form, a_form_that_does_not_fit_is_a_limit)
{
	struct arena arena;
	struct form form;
	arena_init(&arena, 16);
	cr_assert_eq(form_usual(&instrument, &arena, &form, NULL), E_LIMIT);
	arena_fini(&arena);
}

static bool named(const char *json, enum form_language language, const char *expected)
{
	struct arena arena;
	arena_init(&arena, 4096);
	struct names names = {slice_of(json)};
	bool same = slice_is(form_name(names, language, &arena), expected);
	arena_fini(&arena);
	return same;
}

Test(form, a_name_is_taken_in_the_customers_language_before_english)
{
	const char *names = "{\"en\":\"Bank\",\"no\":\"Banken\",\"ko\":\"은행\"}";
	cr_assert(named(names, FORM_NB, "Banken") && named(names, FORM_KO, "은행"));
	cr_assert(named(names, FORM_VI, "Bank"));
}

Test(form, a_name_of_one_language_alone_is_taken_and_none_is_empty)
{
	cr_assert(named("{\"sv\":\"Banken\"}", FORM_KO, "Banken"));
	cr_assert(named("{}", FORM_EN, "") && named("", FORM_EN, ""));
}
