#include <criterion/criterion.h>

#include "line/agi_server.h"

static struct loop *loop;
static struct agi_server *server;

static void start(void)
{
	loop = loop_new();
	server = agi_server_new(loop, NULL, NULL);
}

static void end(void)
{
	agi_server_stop(server);
	loop_run(loop);
	agi_server_free(server);
	loop_free(loop);
}

TestSuite(agi_server, .init = start, .fini = end);

Test(agi_server, does_not_listen_where_the_world_could_come)
{
	static const char *const texts[] = {"0.0.0.0:0", "[::]:0", "192.0.2.1:0"};
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct trouble why;
		cr_expect_eq(agi_server_open(server, texts[i], false, &why), E_DENIED, "%s",
			     texts[i]);
		cr_expect_eq(agi_server_port(server), 0);
	}
}

Test(agi_server, listens_anywhere_where_the_operator_says_so)
{
	cr_assert_eq(agi_server_open(server, "0.0.0.0:0", true, NULL), OK);
	cr_assert_gt(agi_server_port(server), 0);
}

Test(agi_server, listens_on_loopback)
{
	cr_assert_eq(agi_server_open(server, "127.0.0.1:0", false, NULL), OK);
	cr_assert_gt(agi_server_port(server), 0);
	cr_assert_eq(agi_server_calls(server), 0);
	cr_assert_not(agi_server_busy(server));
}

Test(agi_server, says_that_a_place_is_none)
{
	cr_assert_eq(agi_server_open(server, "4573", false, NULL), E_INPUT);
}
