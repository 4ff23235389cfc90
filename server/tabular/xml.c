#include "tabular/xml.h"

#include <expat.h>
#include <stdalign.h>

#include "tabular/xml_encoding.h"

struct xml {
	const struct xml_shape *shape;
	void *self;
	XML_Parser parser;
	enum status status; /**< of a handler */
	const char *code;   /**< of the document; NULL: nothing is wrong */
	unsigned place;
	unsigned skipped; /**< elements open below `place` that have none */
	size_t used_bytes, limit_bytes;
};

/* Memory: expat asks for it without saying for whom. */

static _Thread_local struct xml *reading;

union block {
	size_t size;
	max_align_t aligned;
};

static bool takes(size_t more, size_t less)
{
	size_t kept = reading->used_bytes - less;
	if (more > reading->limit_bytes || kept > reading->limit_bytes - more)
		return false;
	reading->used_bytes = kept + more;
	return true;
}

static void *take_memory(size_t size)
{
	if (!takes(size, 0))
		return NULL;
	union block *block = memory_new(sizeof(*block) + size);
	block->size = size;
	return block + 1;
}

static void *resize_memory(void *old, size_t size)
{
	if (old == NULL)
		return take_memory(size);
	union block *block = (union block *)old - 1;
	if (!takes(size, block->size))
		return NULL;
	block = memory_resize(block, 1, sizeof(*block) + size);
	block->size = size;
	return block + 1;
}

static void give_memory(void *old)
{
	if (old == NULL)
		return;
	union block *block = (union block *)old - 1;
	reading->used_bytes -= block->size;
	memory_free(block);
}

/* What expat tells */

static const char *without_prefix(const char *name)
{
	const char *colon = strrchr(name, ':');
	return colon != NULL ? colon + 1 : name;
}

static void settle(struct xml *x, enum status st)
{
	if (st == OK)
		return;
	x->status = st;
	XML_StopParser(x->parser, XML_FALSE);
}

static unsigned place_of(const struct xml *x, const char *name)
{
	for (unsigned i = x->place; i < x->shape->count; i++)
		if (x->shape->places[i].in == x->place &&
		    strcmp(x->shape->places[i].name, name) == 0)
			return i + 1;
	return 0;
}

/* An element without content ends even where its start stopped the reading. */

static void XMLCALL on_start(void *self, const XML_Char *name, const XML_Char **attributes)
{
	struct xml *x = self;
	if (x->status != OK)
		return;
	unsigned place = x->skipped == 0 ? place_of(x, without_prefix(name)) : 0;
	if (place == 0) {
		x->skipped++;
		return;
	}
	x->place = place;
	if (x->shape->start != NULL)
		settle(x, x->shape->start(x->self, place, (const char *const *)attributes));
}

static void XMLCALL on_end(void *self, const XML_Char *name)
{
	struct xml *x = self;
	unsigned place = x->place;
	(void)name;
	if (x->status != OK)
		return;
	if (x->skipped > 0) {
		x->skipped--;
		return;
	}
	x->place = x->shape->places[place - 1].in;
	if (x->shape->end != NULL)
		settle(x, x->shape->end(x->self, place));
}

static void XMLCALL on_text(void *self, const XML_Char *text, int len)
{
	struct xml *x = self;
	if (x->skipped == 0 && x->place != 0 && x->shape->text != NULL && x->status == OK)
		settle(x, x->shape->text(x->self, x->place, (struct slice){text, (size_t)len}));
}

static void XMLCALL on_doctype(void *self, const XML_Char *name, const XML_Char *system,
			       const XML_Char *public_id, int has_subset)
{
	struct xml *x = self;
	(void)name;
	(void)system;
	(void)public_id;
	(void)has_subset;
	x->code = "doctype_refused";
	XML_StopParser(x->parser, XML_FALSE);
}

/* Its life */

struct xml *xml_new(const struct xml_shape *shape, void *self, size_t memory_bytes)
{
	static const XML_Memory_Handling_Suite bounded = {take_memory, resize_memory, give_memory};
	struct xml *x = memory_new(sizeof(*x));
	*x = (struct xml){.shape = shape, .self = self, .limit_bytes = memory_bytes};
	reading = x;
	x->parser = XML_ParserCreate_MM(NULL, &bounded, NULL);
	if (x->parser == NULL)
		return x; /* xml_feed() says so */
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, on_start, on_end);
	XML_SetCharacterDataHandler(x->parser, on_text);
	XML_SetUnknownEncodingHandler(x->parser, xml_unknown_encoding, NULL);
	if (!shape->doctype_allowed)
		XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
	return x;
}

void xml_free(struct xml *x)
{
	if (x == NULL)
		return;
	reading = x;
	if (x->parser != NULL)
		XML_ParserFree(x->parser);
	reading = NULL;
	memory_free(x);
}

static enum status refuse(struct xml *x, enum XML_Error error)
{
	if (x->status != OK)
		return x->status;
	if (x->code == NULL)
		x->code = error == XML_ERROR_NO_MEMORY ? "too_complex" : "broken_xml";
	return E_INPUT;
}

enum status xml_feed(struct xml *x, struct slice part, bool last)
{
	if (x->parser == NULL)
		return refuse(x, XML_ERROR_NO_MEMORY);
	must(part.len <= INT32_MAX);
	reading = x;
	if (XML_Parse(x->parser, part.at, (int)part.len, last) != XML_STATUS_OK)
		return refuse(x, XML_GetErrorCode(x->parser));
	return OK;
}

bool xml_refused(const struct xml *x, const char *part, struct decode_fault *fault)
{
	if (x->code == NULL)
		return false;
	fault_fill(fault, 0, x->code, SLICE_NONE, SLICE_NONE);
	if (strcmp(x->code, "doctype_refused") == 0)
		fault_expect(fault, "XML without a DOCTYPE in %s", part);
	else if (strcmp(x->code, "too_complex") == 0)
		fault_expect(fault, "XML with fewer names and shorter tags in %s", part);
	else
		fault_expect(fault, "well-formed XML in %s, not: %s (line %lu)", part,
			     XML_ErrorString(XML_GetErrorCode(x->parser)),
			     (unsigned long)XML_GetCurrentLineNumber(x->parser));
	return true;
}

const char *xml_attribute(const char *const *attributes, const char *name)
{
	for (; attributes[0] != NULL; attributes += 2)
		if (strcmp(without_prefix(attributes[0]), name) == 0)
			return attributes[1];
	return NULL;
}
