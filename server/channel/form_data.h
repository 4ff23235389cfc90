/** The fields of a form, in whichever of the two ways it is sent: urlencoded or multipart.
 *
 * A part's content is what stands between its boundaries: form-data has no encodings of its own
 * (RFC 7578, 4.7). Each byte is looked at once, for this is done before a signature is believed.
 * Lifetime: of the body or the arena.
 * Errors: those of form_fields_read(), and E_INPUT bad_form for what is no form.
 * Limits: FORM_FIELDS_MOST fields.
 */
#pragma once

#include "channel/form_fields.h"
#include "channel/payload.h"

enum status form_data_read(const struct payload *payload, struct arena *arena,
			   struct form_fields *fields, struct trouble *why) NODISCARD;
/** That one alone; `at` NULL: there is none, or the arena is too small. */
struct slice form_data_field(const struct payload *payload, const char *name, struct arena *arena);
