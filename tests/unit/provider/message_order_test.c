#include <criterion/criterion.h>

#include "channel/adapter.h"
#include "provider/message_order.h"

static struct arena arena;
static struct programme *programme;
static struct setup setup;
static struct message_orders orders;

static const char *const programme_text =
	"{'programme':'p','channels':[{'code':'chat'}],'companies':[{'code':'A'}],"
	"'instruments':[{'code':'i','areas':[{'code':'a'}],'items':[{'code':'helped','area':'a',"
	"'options':[{'answer':0,'points':0},{'answer':1,'points':1}]}],'questions':["
	"{'code':'csat','measure':'csat','scale':{'min':1,'max':5}},"
	"{'code':'csat7','measure':'other','scale':{'min':1,'max':7}},"
	"{'code':'nps','measure':'nps','scale':{'min':0,'max':10}}]}],"
	"'waves':[{'code':'w','instrument':'i','minimum_base':{'publish':1,'rank':1,'cell':1},"
	"'sectors':[{'code':'S','companies':['A']}]}]}";

/** With ' for ". */
static struct slice quoted(const char *json)
{
	struct slice copy = arena_copy(&arena, slice_of(json));
	char *at = (char *)(uintptr_t)copy.at;
	for (size_t i = 0; i < copy.len; i++)
		at[i] = at[i] == '\'' ? '"' : at[i];
	return copy;
}

static void start(void)
{
	struct programme_faults faults;
	arena_init(&arena, 8 << 20);
	cr_assert_eq(programme_parse(quoted(programme_text), &arena, &programme, &faults), OK,
		     "%s at %.*s", faults.at[0].code, SLICE_ARGS(faults.at[0].pointer));
	cr_assert_eq(
		setup_read(quoted("{'source':'s','kind':'messenger','programme':'p','wave':'w',"
				  "'channel':'chat','privacy_url':'https://a.example/p',"
				  "'form':{'questions':['csat','nps'],'language':'ko'}}"),
			   programme, 0, &arena, &setup, &faults),
		OK, "%s at %.*s", faults.at[0].code, SLICE_ARGS(faults.at[0].pointer));
	message_orders_init(&orders);
}

static void end(void)
{
	message_orders_fini(&orders);
	programme_free(programme);
	arena_fini(&arena);
}

TestSuite(message_order, .init = start, .fini = end);

static bool read(const char *json)
{
	return message_orders_read(&orders, quoted(json), &setup, programme, 0);
}

static void expect_fault(const char *pointer, const char *code)
{
	struct programme_faults faults = message_orders_faults(&orders);
	for (size_t i = 0; i < faults.len; i++)
		if (slice_is(faults.at[i].pointer, pointer) && strcmp(faults.at[i].code, code) == 0)
			return;
	cr_assert(false, "no %s at %s", code, pointer);
}

Test(message_order, an_order_alone_is_read_with_what_it_leaves_out)
{
	cr_assert(read("{'token':'t','to':'17','questions':['csat','comment']}"));
	cr_assert_eq(orders.len, 1);
	const struct message_order *o = &orders.at[0];
	cr_assert_eq(o->len, 1);
	cr_assert(o->comment);
	cr_assert_eq(o->form, MESSENGER_TEMPLATE);
	cr_assert_eq(o->language, FORM_KO);
	cr_assert_eq(o->expires_days, 1);
	cr_assert_not(o->tagged);
}

Test(message_order, a_question_whose_answer_would_not_be_heard_is_a_fault)
{
	cr_assert_not(read("[{'contact_id':'c','to':'17','questions':['nps','csat7','helped']}]"));
	expect_fault("/0/questions/1", "unknown_question");
	expect_fault("/0/questions/2", "unknown_question");
	cr_assert_eq(message_orders_faults(&orders).total, 2);
}

Test(message_order, what_messenger_would_refuse_is_a_fault_of_its_questions)
{
	cr_assert(read("[{'contact_id':'c','to':'17','questions':['nps','csat']},"
		       "{'contact_id':'d','to':'18','questions':['csat','comment'],"
		       "'form':'quick_replies'}]"));
	for (size_t i = 0; i < orders.len; i++) {
		orders.at[i].invitation_id = (int64_t)i + 1;
		orders.at[i].own_token = SLICE("abcdefghij234567abcd");
	}
	cr_assert_not(message_orders_write(&orders));
	expect_fault("/1/questions", "comment_needs_template");
	cr_assert_eq(message_orders_faults(&orders).total, 1);
	cr_assert_eq(orders.ready_len, 2);
}

Test(message_order, too_many_questions_in_all_are_a_fault)
{
	struct buf json;
	buf_init(&json, 1 << 20);
	for (int i = 0; i < 501; i++)
		buf_print(&json, "%s{'contact_id':'c%d','to':'17','questions':['nps','csat']}",
			  i == 0 ? "[" : ",", i);
	buf_print(&json, "]%c", '\0');
	cr_assert_not(read(json.at));
	expect_fault("", "too_many");
	buf_fini(&json);
}

Test(message_order, what_is_no_json_is_a_fault)
{
	cr_assert_not(read("[{"));
	expect_fault("", "not_json");
}

Test(message_order, memory_is_enough_for_the_largest_order_there_may_be)
{
	struct buf json;
	buf_init(&json, 2 << 20);
	for (int i = 0; i < MESSAGE_ORDERS_MOST; i++)
		buf_print(&json, "%s{'contact_id':'%0900d','to':'17','questions':['nps']%s}",
			  i == 0 ? "[" : ",", i, ",'form':'quick_replies'");
	buf_print(&json, "]%c", '\0');
	cr_assert(read(json.at));
	for (size_t i = 0; i < orders.len; i++) {
		orders.at[i].invitation_id = (int64_t)i + 1;
		orders.at[i].own_token = SLICE("abcdefghij234567abcd");
	}
	cr_assert(message_orders_write(&orders));
	cr_assert_eq(orders.ready_len, MESSAGE_ORDERS_MOST);
	cr_assert_lt(orders.memory.used_bytes, 16 << 20);
	buf_fini(&json);
}
