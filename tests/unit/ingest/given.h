/** What the tests of ingest arrange: the small programme's instrument and results under it. */
#pragma once

#include "survey/programme.h"
#include "survey/result.h"

/** Of the small programme: two areas, three items, two questions. Freed with the process. */
const struct instrument *given_instrument(void);

/** A result with everything given; change what the test is about. The arrays are the result's
 * own until the next call but seven. */
struct result given_result(const char *id);
