#include <criterion/criterion.h>

#include "base/percent.h"
#include "http/router.h"

static const struct handler nobody = {0};

static const struct route routes[] = {
	{METHOD_GET, "/", &nobody, "root", 0, 0},
	{METHOD_GET, "/openapi.json", &nobody, "openapi", 0, 0},
	{METHOD_GET, "/v1/programmes", &nobody, "programmes", 0, 0},
	{METHOD_PUT, "/v1/programmes/{programme}", &nobody, "put", 0, 0},
	{METHOD_GET, "/v1/programmes/{programme}", &nobody, "get", 0, 0},
	{METHOD_GET, "/v1/programmes/{programme}/waves/{wave}/standings", &nobody, "standings", 0,
	 SUFFIX_CSV | SUFFIX_NDJSON},
	{METHOD_GET, "/v1/programmes/{programme}/waves/{wave}/standings/events", &nobody, "events",
	 0, 0},
	{METHOD_POST, "/v1/programmes/{programme}/waves/{wave}/uploads", &nobody, "upload", -1, 0},
	{METHOD_OPTIONS, "/v1/programmes/{programme}/waves/{wave}/uploads/tus", &nobody, "tus", 0,
	 0},
	{METHOD_GET, "/v1/badges/{token}", &nobody, "badge", 0, SUFFIX_SVG},
};

static struct router *router;
static struct arena arena;
static struct exchange x;
static struct slice allow;

static void set_up(void)
{
	router = router_new(routes, COUNT_OF(routes));
	arena_init(&arena, 10000);
}

static void tear_down(void)
{
	router_free(router);
	arena_fini(&arena);
}

TestSuite(router, .init = set_up, .fini = tear_down);

static enum routed find(enum http_method method, const char *path)
{
	x = (struct exchange){.arena = &arena, .method = method, .path = slice_of(path)};
	allow = SLICE_NONE;
	return router_find(router, &x, &allow);
}

static bool finds(enum http_method method, const char *path, const char *tag)
{
	return find(method, path) == ROUTED && strcmp(x.route->tag, tag) == 0;
}

static bool parameter_is(unsigned i, const char *name, const char *value)
{
	return i < x.parameter_count && slice_is(x.parameters[i].name, name) &&
	       slice_is(x.parameters[i].value, value);
}

Test(router, the_root_is_a_path)
{
	cr_assert(finds(METHOD_GET, "/", "root"));
}

Test(router, parameters_are_named_in_order)
{
	cr_assert(finds(METHOD_GET, "/v1/programmes/ksqi/waves/2020/standings", "standings"));
	cr_assert_eq(x.parameter_count, 2);
	cr_assert(parameter_is(0, "programme", "ksqi"));
	cr_assert(parameter_is(1, "wave", "2020"));
}

Test(router, the_method_chooses_among_routes_of_a_path)
{
	cr_assert(finds(METHOD_PUT, "/v1/programmes/p", "put"));
	cr_assert(finds(METHOD_GET, "/v1/programmes/p", "get"));
	cr_assert(finds(METHOD_HEAD, "/v1/programmes/p", "get"));
}

Test(router, an_unknown_method_of_a_known_path_lists_the_others)
{
	cr_assert_eq(find(METHOD_DELETE, "/v1/programmes/p"), ROUTE_NO_METHOD);
	cr_assert(slice_is(allow, "GET, HEAD, PUT, OPTIONS"));
	cr_assert_eq(find(METHOD_OPTIONS, "/v1/programmes/p"), ROUTE_NO_METHOD);
}

Test(router, a_route_may_answer_options_itself)
{
	cr_assert(finds(METHOD_OPTIONS, "/v1/programmes/p/waves/w/uploads/tus", "tus"));
}

Test(router, what_no_route_has_is_not_found)
{
	cr_assert_eq(find(METHOD_GET, "/v1"), ROUTE_NONE, "a part of a path is no path");
	cr_assert_eq(find(METHOD_GET, "/v1/programmes/"), ROUTE_NONE);
	cr_assert_eq(find(METHOD_GET, "/v1//programmes"), ROUTE_NONE);
	cr_assert_eq(find(METHOD_GET, "//"), ROUTE_NONE);
	cr_assert_eq(find(METHOD_GET, "/v1/programmes/p/waves/w/standings/events/x"), ROUTE_NONE);
	cr_assert_eq(find(METHOD_GET, "/v1/programmes/p/waves"), ROUTE_NONE);
}

Test(router, a_suffix_asks_for_a_form_where_the_route_allows_it)
{
	cr_assert(finds(METHOD_GET, "/v1/programmes/p/waves/w/standings.csv", "standings"));
	cr_assert_eq(x.suffix, SUFFIX_CSV);
	cr_assert(finds(METHOD_GET, "/v1/programmes/p/waves/w/standings.ndjson", "standings"));
	cr_assert_eq(x.suffix, SUFFIX_NDJSON);
	cr_assert_eq(find(METHOD_GET, "/v1/programmes/p/waves/w/standings.svg"), ROUTE_NONE);
	cr_assert_eq(find(METHOD_GET, "/v1/programmes.csv"), ROUTE_NONE);
}

Test(router, a_suffix_is_cut_from_a_last_parameter)
{
	cr_assert(finds(METHOD_GET, "/v1/badges/abc.svg", "badge"));
	cr_assert(parameter_is(0, "token", "abc"));
	cr_assert_eq(x.suffix, SUFFIX_SVG);
	cr_assert(finds(METHOD_GET, "/v1/badges/abc.csv", "badge"));
	cr_assert(parameter_is(0, "token", "abc.csv"));
	cr_assert_eq(x.suffix, SUFFIX_NONE);
}

Test(router, a_name_with_a_dot_may_be_literal)
{
	cr_assert(finds(METHOD_GET, "/openapi.json", "openapi"));
	cr_assert_eq(x.suffix, SUFFIX_NONE);
	cr_assert_eq(find(METHOD_GET, "/openapi"), ROUTE_NONE);
}

Test(router, parameters_are_decoded_after_the_path_was_cut)
{
	cr_assert(finds(METHOD_GET, "/v1/programmes/a%2Fb%C3%A9", "get"));
	cr_assert(parameter_is(0, "programme", "a/b\xc3\xa9"));
}

Test(router, parameters_that_are_no_text_are_refused)
{
	cr_assert_eq(find(METHOD_GET, "/v1/programmes/a%00b"), ROUTE_BAD_PATH);
	cr_assert_eq(find(METHOD_GET, "/v1/programmes/a%0d%0ab"), ROUTE_BAD_PATH);
	cr_assert_eq(find(METHOD_GET, "/v1/programmes/%c0%ae"), ROUTE_BAD_PATH, "overlong");
	cr_assert_eq(find(METHOD_GET, "/v1/programmes/%zz"), ROUTE_BAD_PATH);
	cr_assert_eq(find(METHOD_GET, "/v1/programmes/%2"), ROUTE_BAD_PATH);
}

Test(router, decoding_happens_once)
{
	struct slice out;
	cr_assert(percent_decode(&arena, SLICE("%2525+"), false, &out));
	cr_assert(slice_is(out, "%25+"));
	cr_assert(percent_decode(&arena, SLICE("%2525+"), true, &out));
	cr_assert(slice_is(out, "%25 "));
}

Test(router, decoding_over_the_arenas_limit_is_refused)
{
	struct arena small;
	struct slice out;
	arena_init(&small, 4);
	cr_assert_not(percent_decode(&small, SLICE("%41%41%41"), false, &out));
	arena_fini(&small);
}
