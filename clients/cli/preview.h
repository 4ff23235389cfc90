/** A file as it would be understood: read here, by the server's own code.
 *
 * The programme is the server's, or a file's where --programme ends in ".json": then no server is
 * asked for anything. Nothing is sent of the results.
 */
#pragma once

#include "base/buf.h"
#include "cli/options.h"
#include "cli/outcome.h"

/** mapping/preview.h's JSON of the file `name`; what went wrong has been said. */
enum outcome preview_make(const struct options *o, const char *name, struct buf *json) NODISCARD;
/** `plaudit upload --preview FILE`: the same, drawn. */
enum outcome preview_show(const struct options *o);
/** `plaudit mapping propose FILE`: the mapping on stdout, its reasons on stderr. */
enum outcome preview_propose(const struct options *o, const char *name);
