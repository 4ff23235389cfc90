/** A Triple-S survey as it lies on a disk: its metadata, and its data beside it. */
#pragma once

#include <limits.h>

#include "base/slice.h"
#include "base/status.h"

/** "x.sss", or "x.xml" where --type says that it is one. */
bool triple_s_is_metadata(struct slice name, struct slice type);
/** "dir/x.asc", ".csv" or ".dat" beside "dir/x.sss"; E_INPUT where there is none, or more. */
enum status triple_s_data_beside(const char *metadata, char room[PATH_MAX],
				 struct trouble *why) NODISCARD;
/** Both in a ZIP archive, which is gone when *descriptor is closed. The same files give the same
 * bytes, so that a server knows them again. */
enum status triple_s_pack(const char *metadata, int *descriptor, struct trouble *why) NODISCARD;
