/** The survey inside the pages of others: its frame, and where the frame's script sends answers.
 *
 * GET /widget/{source} is the frame, for the source's origins alone (frame-ancestors). With
 * `token` it is that invitation's; without one the source must be open, and each loading gets a
 * random key: one contact. POST /v1/widget/responses is public by design: it takes what the frame
 * sends, from a page of this server, into the inbox, and says so once it is there for good.
 * Limits: PAGE_BODY_BYTES a body; WIDGET_POSTS_A_MINUTE of an address.
 */
#pragma once

#include "http/exchange.h"
#include "store/sources.h"

enum { WIDGET_POSTS_A_MINUTE = 60 };

extern const struct handler widget_get, widget_post;

/** The widget's source of that address; NULL: there is none. */
const struct known_source *widget_source(struct exchange *x, struct slice address);
