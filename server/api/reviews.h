/** Review: results changed one by one and in bulk, and notes on them. */
#pragma once

#include "api/caller.h"

extern const struct handler result_patch;
extern const struct handler reviews_post;
extern const struct handler note_post;
