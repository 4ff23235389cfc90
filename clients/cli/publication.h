/** Publishing a wave, and how revisions are shown. */
#pragma once

#include "cli/session.h"
#include "cli/view.h"

/** POST with what --reason, --announce-at, --ceremony-on and --reader say. */
enum outcome publication_send(const struct session *s, const char *path,
			      struct http_answer *answer) NODISCARD;

/** What an answer holds beside single values: revisions, and companies whose figures changed.
 * Nothing where it has neither. */
void publication_add_lists(struct buf *to, const cJSON *document, const struct view *view);
