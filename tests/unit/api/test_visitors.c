#include <criterion/criterion.h>
#include <stdio.h>

#include "api/visitors.h"

enum { MOST = 3, NOW_MS = 1000000 };

static struct visitors *given_tired(struct slice address)
{
	struct visitors *v = visitors_new(MOST);
	for (int i = 0; i < MOST; i++)
		visitors_note(v, address, NOW_MS);
	return v;
}

Test(visitors, who_did_it_as_often_as_he_may_is_tired)
{
	struct slice address = SLICE("203.0.113.9");
	struct visitors *v = visitors_new(MOST);
	for (int i = 0; i < MOST; i++) {
		cr_expect(!visitors_tired(v, address, NOW_MS), "after %d", i);
		visitors_note(v, address, NOW_MS);
	}
	cr_assert(visitors_tired(v, address, NOW_MS));
	visitors_free(v);
}

Test(visitors, a_minute_after_the_first_time_he_may_again)
{
	struct slice address = SLICE("203.0.113.9");
	struct visitors *v = given_tired(address);
	cr_assert(visitors_tired(v, address, NOW_MS + VISITORS_MINUTE_MS - 1));
	cr_assert(!visitors_tired(v, address, NOW_MS + VISITORS_MINUTE_MS));
	visitors_free(v);
}

Test(visitors, a_flood_from_one_address_tires_no_other)
{
	struct visitors *v = given_tired(SLICE("203.0.113.9"));
	char text[32];
	for (int i = 0; i < 20000; i++) {
		(void)snprintf(text, sizeof(text), "198.51.%d.%d", i / 256, i % 256);
		cr_assert(!visitors_tired(v, slice_of(text), NOW_MS), "%s", text);
	}
	visitors_free(v);
}

Test(visitors, a_proxy_is_this_machine_or_in_a_private_network)
{
	static const char *const near[] = {
		"127.0.0.1",	  "::1",	 "10.1.2.3",	    "172.16.0.1",
		"172.31.255.255", "192.168.0.9", "::ffff:10.0.0.1", "fd00::1",
		"169.254.1.1"};
	static const char *const far[] = {
		"172.15.0.1",  "172.32.0.1",	 "193.168.0.1", "2001:db8::1",
		"203.0.113.9", "::ffff:8.8.8.8", "110.0.0.1",	""};
	for (size_t i = 0; i < COUNT_OF(near); i++)
		cr_expect(visitor_is_near(slice_of(near[i])), "%s", near[i]);
	for (size_t i = 0; i < COUNT_OF(far); i++)
		cr_expect(!visitor_is_near(slice_of(far[i])), "%s", far[i]);
}

Test(visitors, addresses_of_a_network_of_ipv6_are_one_visitor)
{
	struct visitors *v = given_tired(SLICE("2001:db8:1:2::1"));
	cr_expect(visitors_tired(v, SLICE("2001:db8:1:2:ffff:1:2:3"), NOW_MS));
	cr_expect(visitors_tired(v, SLICE("[2001:DB8:1:2::9]:4711"), NOW_MS));
	cr_expect(!visitors_tired(v, SLICE("2001:db8:1:3::1"), NOW_MS));
	visitors_free(v);
}

Test(visitors, a_port_makes_nobody_another_visitor)
{
	struct visitors *v = given_tired(SLICE("203.0.113.9:1024"));
	cr_expect(visitors_tired(v, SLICE("203.0.113.9"), NOW_MS));
	cr_expect(visitors_tired(v, SLICE("203.0.113.9:65535"), NOW_MS));
	cr_expect(!visitors_tired(v, SLICE("203.0.113.8:1024"), NOW_MS));
	cr_expect(!visitors_tired(v, SLICE("::ffff:203.0.113.8"), NOW_MS));
	cr_expect(!visitors_tired(v, SLICE(""), NOW_MS));
	cr_expect(!visitors_tired(v, SLICE("["), NOW_MS));
	visitors_free(v);
}
