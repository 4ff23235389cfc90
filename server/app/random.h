/** The system's randomness as the pool wants it. */
#pragma once

#include "pg/backoff.h"

struct pg_random random_source(void);
