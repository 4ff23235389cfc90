/** The same object read by cJSON: a second opinion on what a record holds. */
#pragma once

#include "base/slice.h"
#include "decode/record.h"

/** Does cJSON find the fields of this record, the same and no others, in the text? Numbers
 * are compared as doubles, because cJSON keeps nothing else. */
bool cjson_agrees(struct slice text, const struct record *record);
