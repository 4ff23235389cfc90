#include <criterion/criterion.h>
#include <string.h>

#include "api/access.h"

static bool is_public(const struct route *route)
{
	/* Providers come by an address of their source, and sign; customers have a token, or
	 * nothing. */
	static const char *const paths[] = {"/livez",
					    "/readyz",
					    "/metrics",
					    "/openapi.json",
					    "/v1/hooks/{source}",
					    "/s/{token}",
					    "/survey.css",
					    "/widget.js",
					    "/widget-frame.js",
					    "/widget/{source}",
					    "/v1/widget/responses"};
	for (size_t i = 0; i < COUNT_OF(paths); i++)
		if (strcmp(route->path, paths[i]) == 0)
			return true;
	return route->method == METHOD_OPTIONS; /* what is spoken here, and nothing else */
}

Test(routes, nothing_but_health_the_contract_hooks_and_surveys_goes_without_a_key)
{
	for (size_t i = 0; i < api_routes_len; i++)
		cr_expect_eq(api_routes[i].tag == NULL, is_public(&api_routes[i]), "%s",
			     api_routes[i].path);
}

Test(routes, every_route_with_a_key_is_a_firms_and_others_only_read)
{
	for (size_t i = 0; i < api_routes_len; i++) {
		const struct access *access = api_routes[i].tag;
		if (access == NULL)
			continue;
		cr_expect(access->roles & MAY(FIRM), "%s", api_routes[i].path);
		if (access->roles != MAY(FIRM))
			cr_expect_eq(api_routes[i].method, METHOD_GET, "%s", api_routes[i].path);
	}
}

Test(routes, who_the_shoppers_are_and_what_was_sent_is_for_firms_alone)
{
	for (size_t i = 0; i < api_routes_len; i++) {
		const struct access *access = api_routes[i].tag;
		if (strstr(api_routes[i].path, "/shoppers") == NULL &&
		    strstr(api_routes[i].path, "/uploads") == NULL &&
		    strstr(api_routes[i].path, "/results") == NULL &&
		    strstr(api_routes[i].path, "/reviews") == NULL &&
		    strstr(api_routes[i].path, "/appeals") == NULL)
			continue;
		if (access != NULL)
			cr_expect_eq(access->roles, MAY(FIRM), "%s", api_routes[i].path);
	}
}
