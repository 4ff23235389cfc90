#include "tabular/sav_dictionary.h"

#include <float.h>
#include <stdlib.h>

enum {
	HEADER_BYTES = 176,
	FIRST_VARIABLES = 64,
	NAME_BYTES = 8,
	DOCUMENT_LINE_BYTES = 80,
	LABEL_BYTES_MOST = 1 << 16
};

enum record_type {
	RECORD_VARIABLE = 2,
	RECORD_LABELS = 3,
	RECORD_LABELLED = 4,
	RECORD_DOCUMENT = 6,
	RECORD_EXTENSION = 7,
	RECORD_END = 999
};

enum status sav_dictionary_full(struct decode_fault *fault)
{
	return table_fault(fault, E_LIMIT, 0, "dictionary_too_large", SLICE_NONE,
			   "the labels and names of the file are more than are taken");
}

struct slice sav_trim(struct slice text)
{
	while (text.len > 0 && (text.at[text.len - 1] == ' ' || text.at[text.len - 1] == '\0'))
		text.len--;
	return text;
}

static enum status not_readable(const struct sav_input *in, const char *what,
				struct decode_fault *fault)
{
	return table_fault(fault, E_INPUT, 0, "not_readable", SLICE_NONE, "%s before byte %llu",
			   what, (unsigned long long)in->offset);
}

enum status sav_dictionary_bytes(struct sav_input *in, struct sav_dictionary *d, size_t size,
				 struct slice *bytes, struct decode_fault *fault)
{
	char *room = arena_take(d->arena, size + 1);
	if (room == NULL)
		return sav_dictionary_full(fault);
	*bytes = (struct slice){room, size};
	return sav_input_read(in, room, size, fault);
}

/* The header */

static enum status not_sav(struct slice head, struct decode_fault *fault)
{
	static const char encrypted[] = "ENCRYPTEDSAV";
	if (head.len >= 8 + sizeof(encrypted) - 1 &&
	    memcmp(head.at + 8, encrypted, sizeof(encrypted) - 1) == 0)
		return table_fault(fault, E_INPUT, 0, "encrypted_file", SLICE_NONE,
				   "the file is protected with a password: save it without one");
	if (slice_starts_with(head, SLICE("PK")))
		return table_fault(fault, E_INPUT, 0, "not_sav", SLICE_NONE,
				   "this is a ZIP archive, or a workbook, no SPSS file");
	return table_fault(fault, E_INPUT, 0, "not_sav", SLICE_NONE,
			   "an SPSS file begins with $FL2 or $FL3; save as .sav or .zsav");
}

/** The layout code is 2 or 3 in the file's own byte order. */
static bool find_byte_order(struct sav_input *in, const char *layout)
{
	for (int order = 0; order < 2; order++) {
		in->swapped = order == 1;
		int32_t code = sav_int32(in, layout);
		if (code == 2 || code == 3)
			return true;
	}
	return false;
}

static enum status read_header(struct sav_input *in, struct sav_dictionary *d,
			       struct decode_fault *fault)
{
	char head[HEADER_BYTES] = {0};
	struct slice magic;
	enum status st = sav_input_part(in, sizeof(head), &magic, fault);
	if (st < 0)
		return st;
	size_t had = magic.len;
	memcpy(head, magic.at, had);
	if (memcmp(head, "$FL2", 4) != 0 && memcmp(head, "$FL3", 4) != 0)
		return not_sav((struct slice){head, had}, fault);
	st = sav_input_read(in, head + had, sizeof(head) - had, fault);
	if (st < 0)
		return st;
	if (!find_byte_order(in, head + 64))
		return not_readable(in, "neither byte order fits the header", fault);
	int32_t compression = sav_int32(in, head + 72), weight = sav_int32(in, head + 76);
	if (compression < SAV_PLAIN || compression > SAV_ZLIB)
		return not_readable(in, "an unknown compression", fault);
	d->compression = (enum sav_compression)compression;
	d->weight = weight > 0 ? (size_t)weight : 0;
	d->cases = sav_int32(in, head + 80);
	d->bias = sav_double(in, head + 84);
	d->system_missing = -DBL_MAX;
	return OK;
}

/* Variables */

/** NULL: the arena is full. */
static struct sav_variable *add_variable(struct sav_dictionary *d)
{
	if (d->variables_len == d->variables_room) {
		size_t room = d->variables_room > 0 ? 2 * d->variables_room : FIRST_VARIABLES;
		struct sav_variable *more = arena_take_array(d->arena, room, sizeof(*more));
		if (more == NULL)
			return NULL;
		if (d->variables_len > 0)
			memcpy(more, d->variables, d->variables_len * sizeof(*more));
		d->variables = more;
		d->variables_room = room;
	}
	return d->variables != NULL ? &d->variables[d->variables_len++] : NULL;
}

static enum status read_label(struct sav_input *in, struct sav_dictionary *d,
			      struct sav_variable *v, struct decode_fault *fault)
{
	size_t size = 0;
	enum status st = sav_input_count(in, LABEL_BYTES_MOST, &size, fault);
	if (st == OK)
		st = sav_dictionary_bytes(in, d, size, &v->label, fault);
	return st == OK ? sav_input_skip(in, (4 - size % 4) % 4, fault) : st;
}

/** 1 to 3 values; -2: a range; -3: a range and a value. */
static enum status read_missing(struct sav_input *in, struct sav_dictionary *d,
				struct sav_variable *v, int32_t code, struct decode_fault *fault)
{
	if (code < -3 || code > 3 || code == -1)
		return not_readable(in, "an unknown kind of missing values", fault);
	v->missing_range = code < 0;
	v->missing_len = (size_t)abs(code);
	for (size_t i = 0; i < v->missing_len; i++) {
		enum status st = sav_dictionary_bytes(in, d, SAV_ELEMENT, &v->missing_text[i],
						      fault);
		if (st < 0)
			return st;
		v->missing[i] = sav_double(in, v->missing_text[i].at);
	}
	return OK;
}

/** type, has_label, missing, print, write: int32; name: 8 bytes. */
static enum status read_variable(struct sav_input *in, struct sav_dictionary *d,
				 struct decode_fault *fault)
{
	char fixed[28];
	enum status st = sav_input_read(in, fixed, sizeof(fixed), fault);
	if (st < 0)
		return st;
	int32_t width = sav_int32(in, fixed), has_label = sav_int32(in, fixed + 4);
	if (++d->elements > SAV_RECORDS || width < -1 || width > SAV_SEGMENT_TEXT)
		return not_readable(in, "a variable that is no variable", fault);
	if (width == -1) { /* goes on with the text before it */
		if (d->variables_len == 0)
			return not_readable(in, "a text that goes on before it began", fault);
		d->variables[d->variables_len - 1].elements++;
		return OK;
	}
	struct sav_variable *v = add_variable(d);
	if (v == NULL)
		return sav_dictionary_full(fault);
	v->width = (size_t)width;
	v->segments = 1;
	v->element = d->elements;
	v->elements = 1;
	v->format = (int)((uint32_t)sav_int32(in, fixed + 12) >> 16 & 0xFF);
	v->short_name = arena_copy(d->arena, (struct slice){fixed + 20, NAME_BYTES});
	if (v->short_name.at == NULL)
		return sav_dictionary_full(fault);
	v->short_name = sav_trim(v->short_name);
	v->name = v->short_name;
	if (has_label != 0)
		st = read_label(in, d, v, fault);
	return st == OK ? read_missing(in, d, v, sav_int32(in, fixed + 8), fault) : st;
}

/* Value labels */

static enum status read_labels(struct sav_input *in, struct sav_dictionary *d,
			       struct decode_fault *fault)
{
	size_t count = 0;
	struct sav_label_set *set = &d->labels;
	enum status st = sav_input_count(in, SAV_LABELS, &count, fault);
	if (st < 0)
		return st;
	set->len = count;
	set->at = arena_take_array(d->arena, count, sizeof(*set->at));
	if (set->at == NULL)
		return sav_dictionary_full(fault);
	for (size_t i = 0; i < count; i++) {
		unsigned char size = 0;
		st = sav_dictionary_bytes(in, d, SAV_ELEMENT, &set->at[i].raw, fault);
		if (st == OK)
			st = sav_input_read(in, &size, 1, fault);
		if (st == OK)
			st = sav_dictionary_bytes(in, d, size, &set->at[i].label, fault);
		if (st == OK)
			st = sav_input_skip(in, 7 - size % 8u, fault);
		if (st < 0)
			return st;
	}
	return OK;
}

static struct sav_variable *variable_at(struct sav_dictionary *d, size_t element)
{
	size_t low = 0, high = d->variables_len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (d->variables[middle].element == element)
			return &d->variables[middle];
		if (d->variables[middle].element < element)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/** Which variables the labels that were just read are of. */
static enum status read_labelled(struct sav_input *in, struct sav_dictionary *d,
				 struct decode_fault *fault)
{
	size_t count = 0;
	enum status st = sav_input_count(in, SAV_RECORDS, &count, fault);
	for (size_t i = 0; st == OK && i < count; i++) {
		int32_t element = 0;
		st = sav_input_int32(in, &element, fault);
		struct sav_variable *v = element > 0 ? variable_at(d, (size_t)element) : NULL;
		if (st == OK && v == NULL)
			return not_readable(in, "labels of a variable that is not there", fault);
		if (st == OK)
			v->labels = d->labels;
	}
	return st;
}

/* All of it */

static enum status skip_document(struct sav_input *in, struct decode_fault *fault)
{
	size_t lines = 0;
	enum status st = sav_input_count(in, INT32_MAX / DOCUMENT_LINE_BYTES, &lines, fault);
	return st == OK ? sav_input_skip(in, lines * DOCUMENT_LINE_BYTES, fault) : st;
}

static enum status read_record(struct sav_input *in, struct sav_dictionary *d, int32_t type,
			       struct decode_fault *fault)
{
	switch (type) {
	case RECORD_VARIABLE:
		return read_variable(in, d, fault);
	case RECORD_LABELS:
		return read_labels(in, d, fault);
	case RECORD_LABELLED:
		return read_labelled(in, d, fault);
	case RECORD_DOCUMENT:
		return skip_document(in, fault);
	case RECORD_EXTENSION:
		return sav_extension_read(in, d, fault);
	default:
		return not_readable(in, "an unknown kind of record", fault);
	}
}

enum status sav_dictionary_read(struct sav_input *in, struct arena *arena, uint32_t columns_most,
				struct sav_dictionary *d, struct decode_fault *fault)
{
	*d = (struct sav_dictionary){.arena = arena, .columns_most = columns_most};
	int32_t type = 0;
	enum status st = read_header(in, d, fault);
	while (st == OK) {
		st = sav_input_int32(in, &type, fault);
		if (st == OK && type == RECORD_END)
			break;
		if (st == OK)
			st = read_record(in, d, type, fault);
	}
	if (st == OK)
		st = sav_input_skip(in, sizeof(int32_t), fault);
	if (st == OK && d->variables_len == 0)
		st = not_readable(in, "no variables", fault);
	return st == OK ? sav_extensions_apply(in, d, fault) : st;
}
