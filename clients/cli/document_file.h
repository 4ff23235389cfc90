/** Programme files and mappings in files here, and what is wrong with them. */
#pragma once

#include "cli/options.h"
#include "mapping/profile.h"

/** Every fault as a line on stderr. `faults` is a JSON array as answers have it. */
void faults_say(const struct options *o, struct slice faults);
/** The faults have been said where E_INPUT is answered. */
enum status programme_file_parse(const struct options *o, const char *name, struct slice json,
				 struct programme **made, struct trouble *why) NODISCARD;
/** The faults have been said where E_INPUT is answered. */
enum status mapping_file_parse(const struct options *o, const char *name, struct slice json,
			       struct profile **made, struct trouble *why) NODISCARD;
enum status mapping_file_read(const struct options *o, const char *name, struct profile **made,
			      struct trouble *why) NODISCARD;
/** A file's name rather than a code: it ends in ".json". */
bool mapping_is_file(const char *name);
