/** XML in parts, in bounded memory, told as places of a known shape.
 *
 * Whoever reads a kind of document draws its shape as a table of places: each has a name and
 * stands in another one. Elements at a place are told with it; all others are passed over with
 * everything in them. Prefixes are not looked at: producers differ in them, and in the
 * namespaces (transitional and strict), but not in the names.
 *
 * Lifetime: what a handler is given is valid until it returns.
 * Errors: of a handler, stop the reading and are handed back as they are. Of the document:
 *   E_INPUT, xml_refused() fills the fault: broken_xml, doctype_refused, too_complex.
 * Limits: memory_bytes for everything the parser keeps (names, open elements, one tag), which
 *   bounds nesting, the number of different names and the length of a tag; text comes in pieces
 *   and is not kept. Entities that a DOCTYPE declares are bounded by the parser itself (their
 *   amplification); none outside the document is ever fetched.
 */
#pragma once

#include "decode/fault.h"

/** Place 0 is the document itself; a table's first row describes place 1. */
struct xml_place {
	const char *name;
	unsigned in; /**< the place it stands in, of a lower number */
};

struct xml_shape {
	const struct xml_place *places;
	size_t count;
	/** `attributes`: for xml_attribute(). Each of the three may be NULL. */
	enum status (*start)(void *self, unsigned place, const char *const *attributes);
	enum status (*text)(void *self, unsigned place, struct slice text);
	enum status (*end)(void *self, unsigned place);
	bool doctype_allowed;
};

struct xml;

/** `shape` must outlive it. */
struct xml *xml_new(const struct xml_shape *shape, void *self, size_t memory_bytes);
/** NULL is allowed. */
void xml_free(struct xml *x);
/** `last`: nothing follows, the document must be complete. */
enum status xml_feed(struct xml *x, struct slice part, bool last) NODISCARD;
/** Whether the document itself was refused, not something a handler said; fills the fault. */
bool xml_refused(const struct xml *x, const char *part, struct decode_fault *fault);

/** Its value, whatever its prefix; NULL where it is not given. */
const char *xml_attribute(const char *const *attributes, const char *name);
