/** The rejected rows of an upload, into a file to be mended.
 *
 * Has said why on stderr when it fails.
 */
#pragma once

#include "cli/session.h"

/** `upload` is its number. The file has its name only when it is whole. */
enum outcome rejected_fetch(const struct session *s, struct slice upload, const char *file);
/** With --rejected, where an upload's report tells of rows with faults; else OUTCOME_OK. */
enum outcome rejected_of_report(const struct session *s, const cJSON *report);
