/** A document of the server as a page of text on stdout. */
#pragma once

#include "cli/session.h"
#include "cli/view.h"

/** Writes the page into `to`; E_INPUT where the document is not what it draws. */
typedef enum status draws(struct buf *to, const cJSON *document, const struct view *view,
			  struct trouble *why);

/** Says why on stderr where it fails. */
enum outcome drawn_print(const struct options *o, const struct http_answer *answer,
			 draws *draw) NODISCARD;
