/** `plaudit uploads`: what was uploaded into a wave, the latest first. */
#include "cli/drawn.h"
#include "cli/listing_view.h"
#include "cli/verbs.h"

static enum status draw(struct buf *to, const cJSON *document, const struct view *view,
			struct trouble *why)
{
	static const struct listing_column columns[] = {
		{"upload", "upload"},	  {"state", "state"},	    {"started_at", "begun"},
		{"format", "format"},	  {"received", "rows"},	    {"accepted", "accepted"},
		{"duplicates", "known"},  {"replaced", "replaced"}, {"left_out", "left out"},
		{"rejected", "rejected"},
	};
	return listing_view_draw(to, document, columns, COUNT_OF(columns), view, why);
}

static void add_path(const struct options *o, struct buf *path)
{
	buf_add_text(path, "/uploads");
	if (o->after != NULL)
		http_add_query(path, "cursor", slice_of(o->after));
}

enum outcome verb_uploads(const struct options *o)
{
	return drawn_show(o, true, add_path, draw);
}
