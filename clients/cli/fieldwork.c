/** `plaudit fieldwork`: how far a wave is, when contacts were made, which rules were broken. */
#include "cli/drawn.h"
#include "cli/fieldwork_view.h"
#include "cli/verbs.h"

/** As many as the server gives at once; without the list one is the least that can be asked. */
static const char list_limit[] = "1000", no_list_limit[] = "1";

static void add_fieldwork(const struct options *o, struct buf *path)
{
	buf_add_text(path, o->csv ? "/fieldwork.csv" : "/fieldwork");
	if (o->sector != NULL)
		http_add_query(path, "sector", slice_of(o->sector));
	if (!o->csv && !o->json)
		http_add_query(path, "limit", slice_of(o->breaches ? list_limit : no_list_limit));
	else if (o->json && o->breaches)
		http_add_query(path, "limit", slice_of(list_limit));
}

enum outcome verb_fieldwork(const struct options *o)
{
	if (o->json && o->csv)
		options_refuse(o, "--json and --csv exclude each other");
	if (o->csv && o->breaches)
		options_refuse(o, "--breaches has no CSV: take --json");
	return drawn_show(o, true, add_fieldwork,
			  o->breaches ? fieldwork_view_add_all : fieldwork_view_add);
}
