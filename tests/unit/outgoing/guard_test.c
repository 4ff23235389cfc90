#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <sys/un.h>

#include "base/must.h"
#include "outgoing/guard.h"

static enum guard_zone zone_of(const char *text)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		return guard_zone_of((const struct sockaddr *)&in);
	cr_assert_eq(inet_pton(AF_INET6, text, &in6.sin6_addr), 1, "%s", text);
	return guard_zone_of((const struct sockaddr *)&in6);
}

static void check(const char *const *list, size_t len, enum guard_zone zone)
{
	for (size_t i = 0; i < len; i++)
		cr_expect_eq(zone_of(list[i]), zone, "%s", list[i]);
}

Test(guard, public_addresses_are_public)
{
	static const char *const list[] = {"1.1.1.1",	      "8.8.8.8",
					   "9.255.255.255",   "11.0.0.0",
					   "100.63.255.255",  "100.128.0.0",
					   "126.255.255.255", "128.0.0.0",
					   "169.253.255.255", "169.255.0.0",
					   "172.15.255.255",  "172.32.0.0",
					   "192.167.255.255", "192.169.0.0",
					   "198.17.255.255",  "198.20.0.0",
					   "223.255.255.255", "2600::1",
					   "2a00:1450::1",    "2001:200::1",
					   "2003::1",	      "2001:4860:4860::8888"};
	check(list, COUNT_OF(list), GUARD_PUBLIC);
}

Test(guard, private_addresses_are_private)
{
	static const char *const list[] = {
		"10.0.0.0",    "10.255.255.255",  "100.64.0.0", "100.127.255.255",
		"127.0.0.1",   "127.255.255.255", "172.16.0.0", "172.31.255.255",
		"192.168.0.0", "192.168.255.255", "::1",	"fc00::1",
		"fd12:3456::1"};
	check(list, COUNT_OF(list), GUARD_PRIVATE);
}

Test(guard, nothing_else_is_reached)
{
	static const char *const list[] = {
		"0.0.0.0",	    "0.255.255.255",	"169.254.169.254", "169.254.0.0",
		"192.0.0.1",	    "192.0.2.1",	"192.88.99.1",	   "198.18.0.0",
		"198.19.255.255",   "198.51.100.7",	"203.0.113.7",	   "224.0.0.1",
		"239.255.255.255",  "240.0.0.1",	"255.255.255.255", "::",
		"::127.0.0.1",	    "::ffff:127.0.0.1", "::ffff:8.8.8.8",  "::ffff:0:8.8.8.8",
		"64:ff9b::8.8.8.8", "64:ff9b:1::1",	"100::1",	   "2001::1",
		"2001:10::1",	    "2001:1ff:ffff::1", "2001:db8::1",	   "2002:7f00:1::1",
		"3fff::1",	    "5f00::1",		"fe80::1",	   "febf::1",
		"fec0::1",	    "ff02::1",		"ffff::1"};
	check(list, COUNT_OF(list), GUARD_NOWHERE);
}

Test(guard, what_is_no_internet_address_is_not_reached)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "/tmp/x"};
	cr_assert_eq(guard_zone_of((const struct sockaddr *)&un), GUARD_NOWHERE);
}

Test(guard, the_operator_opens_private_addresses_alone)
{
	struct sockaddr_in loopback = {.sin_family = AF_INET}, metadata = {.sin_family = AF_INET};
	cr_assert_eq(inet_pton(AF_INET, "127.0.0.1", &loopback.sin_addr), 1);
	cr_assert_eq(inet_pton(AF_INET, "169.254.169.254", &metadata.sin_addr), 1);
	cr_assert_not(guard_allows((const struct sockaddr *)&loopback, false));
	cr_assert(guard_allows((const struct sockaddr *)&loopback, true));
	cr_assert_not(guard_allows((const struct sockaddr *)&metadata, true));
}
