#include "channel/payload.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static struct slice header(const char *name)
{
	struct payload p = {
		.headers = SLICE("host: a.example:443\nx-id: one\nx-id: two\nempty:\n")};
	return payload_header(&p, name);
}

Test(payload, the_first_header_of_a_name_is_found_by_its_whole_name)
{
	cr_expect(slice_is(header("x-id"), "one"));
	cr_expect(slice_is(header("host"), "a.example:443"));
	cr_expect(header("x-i").at == NULL);
	cr_expect(header("id").at == NULL);
}

Test(payload, an_empty_header_is_there)
{
	cr_expect(header("empty").at != NULL);
	cr_expect(eq(sz, header("empty").len, 0));
}
