#include <criterion/criterion.h>

#include "line/line_address.h"

static void check(const char *text, const char *host, unsigned port)
{
	struct line_address address;
	cr_expect_eq(line_address_read(slice_of(text), &address, NULL), OK, "%s", text);
	cr_expect_str_eq(address.host, host);
	cr_expect_eq(address.port, port);
}

Test(line_address, is_an_address_and_a_port)
{
	check("127.0.0.1:4573", "127.0.0.1", 4573);
	check("[::1]:0", "::1", 0);
	check("localhost:65535", "127.0.0.1", 65535);
}

Test(line_address, of_anything_else_is_refused)
{
	static const char *const texts[] = {
		"",	     "4573",	   ":4573", "127.0.0.1",    "::1:4573",	     "[::1]",
		"[]:1",	     "127.0.0.1:", "a.b:1", "127.0.0.1:-1", "1.2.3.4:65536", "[::1:1",
		"1.2.3.4:x", "1.2.3.4:1:1"};
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct line_address address;
		cr_expect_eq(line_address_read(slice_of(texts[i]), &address, NULL), E_INPUT, "%s",
			     texts[i]);
	}
}

static bool is_private(const char *text)
{
	struct line_address address;
	cr_assert_eq(line_address_read(slice_of(text), &address, NULL), OK, "%s", text);
	return line_address_is_private(&address);
}

Test(line_address, of_a_network_of_ones_own_is_private)
{
	static const char *const texts[] = {
		"127.0.0.1:1",	"127.255.0.1:1", "10.1.2.3:1",	       "172.16.0.1:1",
		"172.31.9.9:1", "192.168.0.1:1", "169.254.1.1:1",      "[::1]:1",
		"[fd00::1]:1",	"[fe80::1]:1",	 "[::ffff:10.0.0.1]:1"};
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		cr_expect(is_private(texts[i]), "%s", texts[i]);
}

Test(line_address, that_the_world_may_reach_is_not_private)
{
	static const char *const texts[] = {"0.0.0.0:1",    "[::]:1",	       "8.8.8.8:1",
					    "172.32.0.1:1", "172.15.0.1:1",    "192.169.0.1:1",
					    "11.0.0.1:1",   "[2001:db8::1]:1", "[::ffff:8.8.8.8]:1",
					    "[ff02::1]:1"};
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		cr_expect_not(is_private(texts[i]), "%s", texts[i]);
}
