#include <criterion/criterion.h>

#include "channel/agi_answer.h"
#include "channel/setup.h"

static const struct agi_answer nine = {.call = {"1795316582.1", 12},
				       .place = {"100", 3},
				       .question = {"nps", 3},
				       .value = 9,
				       .scale_min = 0,
				       .scale_max = 10};

static struct heard hear(struct arena *arena, const char *query, struct slice body)
{
	struct payload payload = {.query = slice_of(query), .body = body};
	struct setup setup = {0};
	struct heard heard;
	arena_init(arena, 1 << 16);
	cr_assert_eq(agi_answer_hear(&setup, &payload, arena, &heard, NULL), OK);
	return heard;
}

Test(agi_answer, is_one_json_object)
{
	struct buf to;
	buf_init(&to, AGI_ANSWER_BYTES);
	agi_answer_write(&to, &nine);
	cr_assert(slice_is(buf_slice(&to),
			   "{\"call\":\"1795316582.1\",\"question\":\"nps\",\"value\":\"9\","
			   "\"scale\":{\"min\":0,\"max\":10},\"place\":\"100\"}"));
	buf_fini(&to);
}

Test(agi_answer, is_heard_as_it_was_written)
{
	struct arena arena;
	struct buf to;
	buf_init(&to, AGI_ANSWER_BYTES);
	agi_answer_write(&to, &nine);
	struct heard heard = hear(&arena, "x=1&inv=abc", buf_slice(&to));
	cr_assert_eq(heard.fate, HEARD_ANSWERS);
	cr_assert_eq(heard.answers_len, 1);
	const struct heard_answer *a = heard.answers;
	cr_expect(slice_is(a->token, "abc") && slice_is(a->contact, "1795316582.1"));
	cr_expect(slice_is(a->place, "100") && slice_is(a->question, "nps"));
	cr_expect(slice_is(a->value, "9") && a->scale_min == 0 && a->scale_max == 10);
	arena_fini(&arena);
	buf_fini(&to);
}

Test(agi_answer, without_an_invitation_has_the_call_as_its_contact)
{
	struct arena arena;
	struct heard heard = hear(&arena, "",
				  SLICE("{\"call\":\"1.2\",\"question\":\"nps\","
					"\"value\":\"9\"}"));
	cr_assert_eq(heard.fate, HEARD_ANSWERS);
	cr_expect_eq(heard.answers[0].token.len, 0);
	cr_expect(slice_is(heard.answers[0].contact, "1.2"));
	arena_fini(&arena);
}

Test(agi_answer, of_other_bytes_is_bad)
{
	struct arena arena;
	struct heard heard = hear(&arena, "", SLICE("call=1"));
	cr_expect(heard.fate == HEARD_BAD && strcmp(heard.why, "not_json") == 0);
	arena_fini(&arena);
	heard = hear(&arena, "", SLICE("{\"call\":\"1\",\"question\":7,\"value\":\"9\"}"));
	cr_expect(heard.fate == HEARD_BAD && strcmp(heard.why, "no_answer") == 0);
	arena_fini(&arena);
}

Test(agi_answer, is_one_of_its_call_and_question)
{
	char key[ADAPTER_DEDUPE_BYTES];
	size_t len = agi_answer_key(&nine, key);
	cr_assert(slice_is((struct slice){key, len}, "1795316582.1 nps"));
}

Test(agi_answer, is_another_where_the_same_call_number_is_of_another_invitation)
{
	char key[ADAPTER_DEDUPE_BYTES];
	struct agi_answer invited = nine;
	invited.token = SLICE("x3k7q2mvo5d4wzjt6ahe");
	size_t len = agi_answer_key(&invited, key);
	cr_expect(slice_is((struct slice){key, len}, "1795316582.1 nps x3k7q2mvo5d4wzjt6ahe"));
}

Test(agi_answer, has_a_key_whatever_the_dialplan_says)
{
	static char text[2000];
	char key[ADAPTER_DEDUPE_BYTES];
	memset(text, 'x', sizeof(text));
	struct agi_answer longest = nine;
	longest.call = (struct slice){text, 100};
	longest.question = (struct slice){text, 64};
	longest.token = (struct slice){text, sizeof(text)};
	cr_expect_leq(agi_answer_key(&longest, key), sizeof(key));
}
