/** What a file is: by --type, else by its suffix. */
#pragma once

#include "base/slice.h"
#include "base/status.h"

enum { MEDIA_TYPE_BYTES = 128 };

/** `type` is empty, a word such as "csv" or "xlsx", or "type/subtype". E_INPUT where neither
 * the type nor the name tells; room holds MEDIA_TYPE_BYTES. */
enum status media_type_of(struct slice name, struct slice type, char *room,
			  struct trouble *why) NODISCARD;
