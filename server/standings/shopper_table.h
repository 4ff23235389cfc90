/** How severe each shopper of a wave is, companies being equal: for the firm alone.
 *
 * Promise, lifetime, units, limits: as board.h. Needs the shopper codes of the source;
 * the answer says not_computed without them. The counts that the model was made from
 * stand beside it.
 */
#pragma once

#include "standings/board.h"

struct shopper_table;

enum status shopper_table_make(const struct board_source *source, struct arena *arena,
			       struct shopper_table **made, struct trouble *why) NODISCARD;

void shoppers_json(const struct shopper_table *t, struct buf *to);
