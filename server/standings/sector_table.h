/** Every sector of a wave with its level and spread, the channels and the field as a whole.
 *
 * Promise, lifetime, units, limits: as board.h.
 */
#pragma once

#include "standings/board.h"

struct sector_table;

enum status sector_table_make(const struct board_source *source, struct arena *arena,
			      struct sector_table **made, struct trouble *why) NODISCARD;

void sectors_json(const struct sector_table *t, struct buf *to);
void sectors_csv(const struct sector_table *t, struct buf *to);
