#include "http/router.h"

#include "base/buf.h"
#include "base/must.h"
#include "base/percent.h"

enum { MOST_PARTS = 16, ALLOW_BYTES = 128 };

/** A route and the names of the parts it captures. */
struct leaf {
	const struct route *route;
	struct slice names[EXCHANGE_PARAMETERS];
	unsigned count;
};

struct node {
	struct slice literal;
	struct node *first, *sibling; /* literal parts below this one */
	struct node *parameter;	      /* the {name} part below this one */
	struct node *older;	      /* all nodes, to free them */
	struct leaf leaves[METHOD_COUNT];
	unsigned suffixes; /* of all routes here */
	struct buf allow;
};

struct router {
	struct node *root;
	struct node *newest;
};

static const struct {
	struct slice text;
	enum http_suffix suffix;
} suffixes[] = {
	{{".csv", 4}, SUFFIX_CSV}, {{".json", 5}, SUFFIX_JSON}, {{".ndjson", 7}, SUFFIX_NDJSON},
	{{".svg", 4}, SUFFIX_SVG}, {{".xlsx", 5}, SUFFIX_XLSX},
};

static struct node *node_new(struct router *r, struct slice literal)
{
	struct node *n = memory_new(sizeof(*n));
	n->literal = literal;
	n->older = r->newest;
	r->newest = n;
	buf_init(&n->allow, ALLOW_BYTES);
	return n;
}

static struct node *literal_below(const struct node *n, struct slice part)
{
	for (struct node *child = n->first; child != NULL; child = child->sibling) {
		if (slice_equal(child->literal, part))
			return child;
	}
	return NULL;
}

static struct node *add_literal(struct router *r, struct node *n, struct slice part)
{
	struct node *child = literal_below(n, part);
	if (child == NULL) {
		child = node_new(r, part);
		child->sibling = n->first;
		n->first = child;
	}
	return child;
}

static struct node *add_parameter(struct router *r, struct node *n, struct slice part,
				  struct leaf *leaf)
{
	must(part.len > 2 && part.at[part.len - 1] == '}');
	must(leaf->count < EXCHANGE_PARAMETERS);
	leaf->names[leaf->count++] = (struct slice){part.at + 1, part.len - 2};
	if (n->parameter == NULL)
		n->parameter = node_new(r, SLICE_NONE);
	return n->parameter;
}

/** Parts behind the first slash; "/" has none. */
static struct slice parts_of(struct slice path)
{
	return path.len > 1 ? slice_from(path, 1) : SLICE_NONE;
}

static void add_route(struct router *r, const struct route *route)
{
	struct leaf leaf = {.route = route};
	struct node *n = r->root;
	struct slice part, rest = parts_of(slice_of(route->path));
	unsigned depth = 0;
	must(route->path[0] == '/' && route->handler != NULL);
	while (slice_next_part(&rest, '/', &part)) {
		must(part.len > 0 && ++depth <= MOST_PARTS);
		if (part.at[0] == '{')
			n = add_parameter(r, n, part, &leaf);
		else
			n = add_literal(r, n, part);
	}
	must(n->leaves[route->method].route == NULL);
	n->leaves[route->method] = leaf;
	n->suffixes |= route->suffixes;
}

static void note_allowed(struct node *n)
{
	for (int m = 0; m < METHOD_COUNT; m++) {
		bool here = n->leaves[m].route != NULL || m == METHOD_OPTIONS ||
			    (m == METHOD_HEAD && n->leaves[METHOD_GET].route != NULL);
		if (!here)
			continue;
		if (n->allow.len > 0)
			buf_add_text(&n->allow, ", ");
		buf_add_text(&n->allow, http_method_name((enum http_method)m));
	}
}

struct router *router_new(const struct route *routes, size_t count)
{
	struct router *r = memory_new(sizeof(*r));
	r->root = node_new(r, SLICE_NONE);
	for (size_t i = 0; i < count; i++)
		add_route(r, &routes[i]);
	for (struct node *n = r->newest; n != NULL; n = n->older)
		note_allowed(n);
	return r;
}

void router_free(struct router *r)
{
	if (r == NULL)
		return;
	while (r->newest != NULL) {
		struct node *n = r->newest;
		r->newest = n->older;
		buf_fini(&n->allow);
		memory_free(n);
	}
	memory_free(r);
}

static enum http_suffix suffix_of(struct slice part, struct slice *stem)
{
	for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
		struct slice text = suffixes[i].text;
		if (part.len <= text.len)
			continue;
		*stem = (struct slice){part.at, part.len - text.len};
		if (memcmp(part.at + stem->len, text.at, text.len) == 0)
			return suffixes[i].suffix;
	}
	return SUFFIX_NONE;
}

/** One walk down the tree. */
struct walk {
	const struct node *at;
	struct slice values[EXCHANGE_PARAMETERS];
	unsigned count;
	enum http_suffix suffix; /* of the last part */
	bool stripped;		 /* the last part was a literal and has lost its suffix */
	struct slice stem;	 /* the last part without the suffix, where it was captured */
};

static void walk_last_part(struct walk *w, struct slice part)
{
	const struct node *n = w->at;
	struct slice stem;
	w->at = literal_below(n, part);
	if (w->at != NULL)
		return;
	w->suffix = suffix_of(part, &stem);
	if (w->suffix != SUFFIX_NONE) {
		w->at = literal_below(n, stem);
		w->stripped = w->at != NULL;
		if (w->stripped && (w->at->suffixes & w->suffix) != 0)
			return;
		w->stripped = false;
		w->stem = stem;
	}
	w->at = n->parameter;
	if (w->at != NULL && part.len > 0)
		w->values[w->count++] = part;
	else
		w->at = NULL;
}

static void walk_part(struct walk *w, struct slice part)
{
	const struct node *n = w->at;
	w->at = literal_below(n, part);
	if (w->at != NULL || n->parameter == NULL || part.len == 0)
		return;
	must(w->count < EXCHANGE_PARAMETERS);
	w->at = n->parameter;
	w->values[w->count++] = part;
}

static bool take_parameters(struct exchange *x, const struct leaf *leaf, struct walk *w)
{
	bool allowed = (leaf->route->suffixes & w->suffix) != 0;
	x->suffix = allowed ? w->suffix : SUFFIX_NONE;
	if (allowed && !w->stripped && w->count > 0)
		w->values[w->count - 1] = w->stem;
	x->parameter_count = leaf->count;
	for (unsigned i = 0; i < leaf->count; i++) {
		x->parameters[i].name = leaf->names[i];
		if (!percent_decode(x->arena, w->values[i], false, &x->parameters[i].value))
			return false;
	}
	return true;
}

enum routed router_find(const struct router *r, struct exchange *x, struct slice *allow)
{
	struct walk w = {.at = r->root};
	struct slice part, rest = parts_of(x->path);
	x->parameter_count = 0;
	x->suffix = SUFFIX_NONE;
	while (w.at != NULL && slice_next_part(&rest, '/', &part)) {
		if (rest.at == NULL)
			walk_last_part(&w, part);
		else
			walk_part(&w, part);
	}
	if (w.at == NULL)
		return ROUTE_NONE;
	*allow = buf_slice(&w.at->allow);
	const struct leaf *leaf = &w.at->leaves[x->method];
	if (leaf->route == NULL && x->method == METHOD_HEAD)
		leaf = &w.at->leaves[METHOD_GET];
	if (leaf->route == NULL)
		return slice_is(*allow, "OPTIONS") ? ROUTE_NONE : ROUTE_NO_METHOD;
	if (w.stripped && (leaf->route->suffixes & w.suffix) == 0)
		return ROUTE_NONE;
	x->route = leaf->route;
	return take_parameters(x, leaf, &w) ? ROUTED : ROUTE_BAD_PATH;
}
