/** The parts of an Office document: XML files in a ZIP container (ECMA-376 part 2).
 *
 * Nothing the container says of itself is believed: what is unpacked is counted as it comes.
 * Lifetime: package_open() to package_close(), which is needed after a failure, too.
 * Codes: those of xlsx.h that are not about sheets.
 * Limits: PACKAGE_PARTS entries, looked at before the list of them is read; ratio and
 *   unpacked_bytes of table.h; XML as xml.h.
 */
#pragma once

#include "tabular/table.h"
#include "tabular/xml.h"

enum {
	PACKAGE_PARTS = 4096,
	PACKAGE_LIST_BYTES = 1 << 20, /**< of the list of entries */
	PACKAGE_XML_BYTES = 4 << 20   /**< what the XML parser may keep of one part */
};

struct zip;

struct package {
	struct zip *zip;
	const struct table_options *options;
	uint64_t file_bytes, unpacked_bytes;
};

enum status package_open(struct package *p, const char *path, const struct table_options *options,
			 struct decode_fault *fault) NODISCARD;
void package_close(struct package *p);

/** Upper and lower case are the same. */
bool package_has(const struct package *p, const char *part);
/** Tells the elements of the part `name` to `self` by `shape`. A handler's own status is handed
 * back, and *fault is then the handler's. */
enum status package_read(struct package *p, const char *name, const struct xml_shape *shape,
			 void *self, struct decode_fault *fault) NODISCARD;
