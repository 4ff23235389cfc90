/** What the database says about the doubtful rows of a batch (store/sql/doubtful_outcome.sql). */
#pragma once

#include <stdbool.h>

#include "ingest/batch.h"
#include "pg/value.h"

/** Some of them are not stored. */
bool doubtful_any_absent(const struct pg_result *rows);
/** Gives each its fate. False where one is absent and may not be (`absent_too`): the fates are then
 * not to be used. */
bool doubtful_take_fates(struct batch *b, const struct pg_result *rows, bool absent_too);
