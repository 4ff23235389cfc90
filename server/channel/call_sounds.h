/** Which file Asterisk plays, its name without an ending: the source's own, or
 * "plaudit/<language>/<question>", "plaudit/<language>/thanks", "plaudit/<language>/sorry".
 */
#pragma once

#include "base/buf.h"
#include "channel/form.h"

void call_sound_ask(struct buf *to, const struct form_question *q, enum form_language language);
void call_sound_thanks(struct buf *to, const struct form *form, enum form_language language);
void call_sound_sorry(struct buf *to, const struct form *form, enum form_language language);
