/** Addresses as others use them: under the configured public address, or as paths. */
#pragma once

#include "api/api.h"

/** `path` begins with a '/'. */
void public_url_print(struct buf *to, const struct api *api, struct slice path);
/** "https://cx.example.org/v1/hooks/<address>" */
void public_hook_print(struct buf *to, const struct api *api, struct slice address);
