/** What our own pages send: the survey behind /s/{token}, and the widget's frame.
 *
 * A page's payload: the query "inv=<token>", the header line PAGE_HEADERS, the form as it was
 * posted. Fields named as columns are answers; empty ones were not answered, and of two of a name
 * the first is meant. A widget's payload: {"source":…, "token":… or "contact":…, "place":…,
 * "nonce":…, "answers":{"nps":"9","comment":"…"}}; a contact is what the server gave that frame.
 * Limits: PAGE_BODY_BYTES a payload.
 */
#pragma once

#include "channel/adapter.h"
#include "channel/form_fields.h"

enum { PAGE_BODY_BYTES = 32 * 1024 };

#define PAGE_KIND    "page"
#define WIDGET_KIND  "widget"
#define PAGE_HEADERS "plaudit-kind: " PAGE_KIND "\n"
/** Fields that are no answers. */
#define PAGE_NONCE    "nonce"
#define PAGE_LANGUAGE "lang"

/** A field with something in it that is not one of ours. */
bool page_is_answer(const struct form_field *field);
enum status page_hear(const struct setup *setup, const struct payload *payload, struct arena *arena,
		      struct heard *heard, struct trouble *why) NODISCARD;
enum status widget_hear(const struct setup *setup, const struct payload *payload,
			struct arena *arena, struct heard *heard, struct trouble *why) NODISCARD;
