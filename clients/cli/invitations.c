/** `plaudit invitations`: who is invited, and what became of it. */
#include "cli/drawn.h"
#include "cli/listing_view.h"
#include "cli/verbs.h"

static enum status draw(struct buf *to, const cJSON *document, const struct view *view,
			struct trouble *why)
{
	static const struct listing_column columns[] = {
		{"contact_id", "contact"}, {"state", "state"}, {"answered", "answers"},
		{"revision", "revision"},  {"note", "note"},   {"expires_at", "until"}};
	return listing_view_draw(to, document, columns, COUNT_OF(columns), view, why);
}

static void add_path(const struct options *o, struct buf *path)
{
	buf_add_text(path, "/invitations");
	if (o->after != NULL)
		http_add_query(path, "cursor", slice_of(o->after));
}

enum outcome verb_invitations(const struct options *o)
{
	return drawn_show(o, true, add_path, draw);
}
