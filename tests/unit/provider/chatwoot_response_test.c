#include <criterion/criterion.h>

#include "channel/adapters.h"
#include "channel/setup.h"
#include "provider/chatwoot_response.h"
#include "provider/provider_words.h"

#define PAGE                                                                                       \
	"[{\"id\":7,\"rating\":4,\"feedback_message\":\"Rask hjelp\",\"account_id\":1,"            \
	"\"message_id\":9001,\"contact\":{\"name\":\"Kari\",\"phone_number\":\"+4799999999\","     \
	"\"custom_attributes\":{\"plaudit_token\":\"abcdefghij234567abcd\"}},"                     \
	"\"conversation_id\":42,\"created_at\":1777888800},"                                       \
	"{\"id\":8,\"rating\":null,\"message_id\":9002,\"conversation_id\":43},\"what\"]"

static struct arena arena;
static struct chatwoot_response *list;
static size_t len, entries;

static void given_page(const char *json)
{
	arena_init(&arena, 8 << 20);
	cr_assert(chatwoot_page_read(slice_of(json), &arena, &list, &len, &entries));
}

Test(chatwoot_response, a_page_is_read_and_what_has_no_rating_is_left_out)
{
	given_page(PAGE);
	cr_assert_eq(entries, 3);
	cr_assert_eq(len, 1);
	cr_assert_eq(list[0].id, 7);
	cr_assert_eq(list[0].conversation_id, 42);
	cr_assert(slice_is(list[0].words, "Rask hjelp"));
	arena_fini(&arena);
}

Test(chatwoot_response, what_is_no_list_is_no_page)
{
	arena_init(&arena, 8 << 20);
	cr_assert_not(chatwoot_page_read(SLICE("{}"), &arena, &list, &len, &entries));
	cr_assert_not(chatwoot_page_read(SLICE("<html>"), &arena, &list, &len, &entries));
	arena_fini(&arena);
}

Test(chatwoot_response, an_answer_that_was_changed_has_another_key)
{
	struct chatwoot_response *other;
	given_page(PAGE);
	const char changed[] = "[{\"id\":7,\"rating\":5,\"feedback_message\":\"Rask hjelp\","
			       "\"message_id\":9001},{\"id\":7,\"rating\":4,\"message_id\":9001},"
			       "{\"id\":7,\"rating\":4,\"feedback_message\":\"Rask hjelp\","
			       "\"message_id\":9001}]";
	cr_assert(chatwoot_page_read(SLICE(changed), &arena, &other, &len, &entries));
	cr_assert_eq(len, 3);
	cr_assert_str_neq(other[0].key, list[0].key);
	cr_assert_str_neq(other[1].key, list[0].key);
	cr_assert_str_eq(other[2].key, list[0].key);
	arena_fini(&arena);
}

/** Read as a webhook would be. */
static struct heard heard_from(struct slice conversation)
{
	static const struct setup setup;
	struct buf body;
	struct heard heard;
	struct trouble why;
	buf_init(&body, 1 << 20);
	cr_assert(chatwoot_response_body(&list[0], SLICE("1"), conversation, &arena, &body));
	struct payload payload = {.headers = SLICE("plaudit-kind: pull\n"
						   "x-chatwoot-timestamp: 1777890000\n"),
				  .body = arena_copy(&arena, buf_slice(&body))};
	cr_assert_eq(chatwoot_hear(&setup, &payload, &arena, &heard, &why), OK);
	for (size_t i = 0; i + 4 < body.len; i++)
		cr_assert_neq(strncmp(body.at + i, "Kari", 4), 0, "a name was taken over");
	buf_fini(&body);
	return heard;
}

Test(chatwoot_response, it_is_heard_as_the_webhook_would_have_been)
{
	given_page(PAGE);
	struct heard heard = heard_from(SLICE(
		"{\"id\":42,\"inbox_id\":3,\"custom_attributes\":{},\"meta\":{\"sender\":{\"name\":"
		"\"Kari\",\"custom_attributes\":{}}}}"));
	cr_assert_eq(heard.fate, HEARD_ANSWERS);
	cr_assert_eq(heard.answers_len, 2);
	cr_assert(slice_is(heard.answers[0].question, "csat"));
	cr_assert(slice_is(heard.answers[0].value, "4"));
	cr_assert(slice_is(heard.answers[0].place, "3"));
	cr_assert(slice_is(heard.answers[0].token, "abcdefghij234567abcd"));
	cr_assert(slice_is(heard.answers[0].contact, "1:9001"));
	cr_assert(slice_is(heard.answers[1].question, "comment"));
	cr_assert(slice_is(heard.answers[1].value, "Rask hjelp"));
	/* 2026-05-04T10:20:00Z, when it was seen, and 10:00, when it was given */
	cr_assert_eq(heard.answers[0].observed_at, INT64_C(831205200000000));
	arena_fini(&arena);
}

Test(chatwoot_response, the_token_of_the_conversation_goes_before_that_of_the_customer)
{
	given_page(PAGE);
	struct heard heard = heard_from(SLICE("{\"id\":42,\"inbox_id\":3,\"custom_attributes\":"
					      "{\"plaudit_token\":\"zzzzzzzzzz234567zzzz\"}}"));
	cr_assert(slice_is(heard.answers[0].token, "zzzzzzzzzz234567zzzz"));
	arena_fini(&arena);
}

Test(chatwoot_response, an_answer_whose_conversation_is_gone_is_heard_without_a_place)
{
	given_page(PAGE);
	struct heard heard = heard_from(SLICE_NONE);
	cr_assert_eq(heard.fate, HEARD_ANSWERS);
	cr_assert_eq(heard.answers[0].place.len, 0);
	arena_fini(&arena);
}

Test(provider_words, a_page_is_subscribed_where_one_of_its_apps_is)
{
	static const char told[] =
		"{\"data\":[{\"id\":\"1\",\"subscribed_fields\":[\"messages\"]},"
		"{\"id\":\"2\",\"subscribed_fields\":[\"messaging_feedback\"]}]}";
	bool read;
	arena_init(&arena, 1 << 20);
	cr_assert(messenger_is_subscribed(SLICE(told), "messaging_feedback", &arena, &read));
	cr_assert_not(messenger_is_subscribed(SLICE(told), "messaging", &arena, &read));
	cr_assert(read);
	cr_assert_not(messenger_is_subscribed(SLICE("{}"), "messages", &arena, &read));
	cr_assert_not(read);
	arena_fini(&arena);
}

Test(provider_words, our_webhook_is_known_by_its_address)
{
	static const char hooks[] =
		"{\"payload\":{\"webhooks\":[{\"id\":1,\"url\":\"https://other.example/v1/x\","
		"\"subscriptions\":[\"message_updated\"]},{\"id\":2,\"url\":"
		"\"https://cx.example/v1/hooks/good\",\"subscriptions\":[\"message_updated\"]},"
		"{\"id\":3,\"url\":\"https://cx.example/v1/hooks/deaf\",\"subscriptions\":"
		"[\"message_created\"]}]}}";
	arena_init(&arena, 1 << 20);
	cr_assert_eq(chatwoot_hook_of(SLICE(hooks), SLICE("/v1/hooks/good"), &arena),
		     CHATWOOT_HOOK_GOOD);
	cr_assert_eq(chatwoot_hook_of(SLICE(hooks), SLICE("/v1/hooks/deaf"), &arena),
		     CHATWOOT_HOOK_DEAF);
	cr_assert_eq(chatwoot_hook_of(SLICE(hooks), SLICE("/v1/hooks/none"), &arena),
		     CHATWOOT_HOOK_NONE);
	cr_assert_eq(chatwoot_hook_of(SLICE("[]"), SLICE("/v1/hooks/none"), &arena),
		     CHATWOOT_HOOK_NOT_READ);
	arena_fini(&arena);
}
