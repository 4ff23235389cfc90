/** What the server answers, on stdout: a document as a page of text, or as it is. */
#pragma once

#include "cli/session.h"
#include "cli/view.h"

/** Writes the page into `to`; E_INPUT where the document is not what it draws. */
typedef enum status draws(struct buf *to, const cJSON *document, const struct view *view,
			  struct trouble *why);

/** Says why on stderr where it fails; so does drawn_show(). */
enum outcome drawn_print(const struct options *o, const struct http_answer *answer,
			 draws *draw) NODISCARD;

/** What stands behind the programme's or the wave's path: segments, then the query. */
typedef void adds_path(const struct options *o, struct buf *path);

/** Asks for the path and shows what comes: drawn, or with --csv or --json as it is. */
enum outcome drawn_show(const struct options *o, bool of_wave, adds_path *add_rest,
			draws *draw) NODISCARD;
