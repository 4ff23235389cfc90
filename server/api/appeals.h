/** Appeals against results, and their outcomes. */
#pragma once

#include "api/caller.h"

extern const struct handler appeals_list;
extern const struct handler appeal_post;
extern const struct handler appeal_patch;
