#include <stdio.h>

#include "tabular/sav_dictionary.h"

/** Subtypes of record 7 that tell something of the table. */
enum extension {
	EXTENSION_INTEGERS = 3,
	EXTENSION_FLOATS = 4,
	EXTENSION_LONG_NAMES = 13,
	EXTENSION_VERY_LONG = 14,
	EXTENSION_CASES = 16,
	EXTENSION_ENCODING = 20,
	EXTENSION_LONG_LABELS = 21,
	EXTENSION_LONG_MISSING = 22
};

/** Every name is looked for among all variables: there must not be too many of both. */
enum { EXTENSION_BYTES = 4 * 1024 * 1024, NAMES_MOST = 4096 };

static enum status not_readable(const char *what, struct decode_fault *fault)
{
	return table_fault(fault, E_INPUT, 0, "not_readable", SLICE_NONE, "%s", what);
}

/* Reading */

static struct slice *place_of(struct sav_dictionary *d, int32_t subtype)
{
	switch (subtype) {
	case EXTENSION_LONG_NAMES:
		return &d->long_names;
	case EXTENSION_VERY_LONG:
		return &d->very_long;
	case EXTENSION_ENCODING:
		return &d->encoding_name;
	case EXTENSION_LONG_LABELS:
		return &d->long_labels;
	case EXTENSION_LONG_MISSING:
		return &d->long_missing;
	default:
		return NULL;
	}
}

/** The small ones, which are numbers at fixed places. */
static void note_numbers(const struct sav_input *in, struct sav_dictionary *d, int32_t subtype,
			 struct slice bytes)
{
	if (subtype == EXTENSION_INTEGERS && bytes.len == 32)
		d->character_code = sav_int32(in, bytes.at + 28);
	if (subtype == EXTENSION_FLOATS && bytes.len == 24)
		d->system_missing = sav_double(in, bytes.at);
	if (subtype == EXTENSION_CASES && bytes.len == 16 && sav_int64(in, bytes.at + 8) >= 0)
		d->cases = sav_int64(in, bytes.at + 8);
}

enum status sav_extension_read(struct sav_input *in, struct sav_dictionary *d,
			       struct decode_fault *fault)
{
	int32_t subtype = 0;
	size_t size = 0, count = 0;
	struct slice bytes;
	enum status st = sav_input_int32(in, &subtype, fault);
	if (st == OK)
		st = sav_input_count(in, EXTENSION_BYTES, &size, fault);
	if (st == OK)
		st = sav_input_count(in, EXTENSION_BYTES, &count, fault);
	if (st < 0)
		return st;
	struct slice *place = place_of(d, subtype);
	bool is_small = subtype == EXTENSION_INTEGERS || subtype == EXTENSION_FLOATS ||
			subtype == EXTENSION_CASES;
	if (place == NULL && (!is_small || size * count > 64))
		return sav_input_skip(in, (uint64_t)size * count, fault);
	st = sav_dictionary_bytes(in, d, size * count, &bytes, fault);
	if (st == OK && place != NULL)
		*place = bytes;
	else if (st == OK)
		note_numbers(in, d, subtype, bytes);
	return st;
}

/* Names */

static struct sav_variable *by_short_name(struct sav_dictionary *d, struct slice name)
{
	for (size_t i = 0; i < d->variables_len; i++)
		if (slice_equal_ignoring_case(d->variables[i].short_name, name))
			return &d->variables[i];
	return NULL;
}

/** NULL also where it is a number. */
static struct sav_variable *text_by_name(struct sav_dictionary *d, struct slice name)
{
	for (size_t i = 0; i < d->variables_len; i++)
		if (d->variables[i].width > 0 && slice_equal(d->variables[i].name, name))
			return &d->variables[i];
	return NULL;
}

/** "V1=Visited_on\tV2=..." */
static void apply_long_names(struct sav_dictionary *d)
{
	struct slice rest = d->long_names, pair, name;
	for (int i = 0; i < NAMES_MOST && slice_next_part(&rest, '\t', &pair); i++) {
		struct sav_variable *v = NULL;
		if (slice_next_part(&pair, '=', &name) && pair.at != NULL)
			v = by_short_name(d, sav_trim(name));
		if (v != NULL && sav_trim(pair).len > 0)
			v->name = sav_trim(pair);
	}
}

/* Texts of several segments */

/** The segments behind the first are no variables of their own. */
static enum status join_segments(struct sav_dictionary *d, struct sav_variable *v, size_t width,
				 struct decode_fault *fault)
{
	enum { SEGMENT_SHARE = 252 };
	size_t segments = (width + SEGMENT_SHARE - 1) / SEGMENT_SHARE;
	size_t at = (size_t)(v - d->variables);
	if (width <= SAV_SEGMENT_TEXT)
		return OK;
	if (segments > d->variables_len - at)
		return not_readable("a long text has more segments than there are", fault);
	for (size_t i = 0; i < segments; i++)
		if (v[i].width == 0 || v[i].segments != 1)
			return not_readable("a segment of a long text is none", fault);
	v->width = width;
	v->segments = segments;
	v->last_elements = v[segments - 1].elements;
	return OK;
}

/** "TEXT1=00400" and a zero byte and a tab behind each. */
static enum status apply_very_long(struct sav_dictionary *d, struct decode_fault *fault)
{
	struct slice rest = d->very_long, pair, name;
	for (int i = 0; i < NAMES_MOST && slice_next_part(&rest, '\t', &pair); i++) {
		int64_t width;
		if (!slice_next_part(&pair, '=', &name) || pair.at == NULL)
			continue;
		struct sav_variable *v = by_short_name(d, sav_trim(name));
		if (v == NULL || !slice_to_int64(sav_trim(pair), &width) || width < 0 ||
		    width > SAV_TEXT_BYTES)
			return not_readable("the width of a long text", fault);
		enum status st = join_segments(d, v, (size_t)width, fault);
		if (st < 0)
			return st;
	}
	return OK;
}

static void drop_segments(struct sav_dictionary *d)
{
	size_t kept = 0;
	for (size_t i = 0; i < d->variables_len; i += d->variables[kept++].segments)
		d->variables[kept] = d->variables[i];
	d->variables_len = kept;
}

/* Labels and missing values of long texts */

/** A part of an extension record being read. */
struct taking {
	const struct sav_input *in;
	struct slice rest;
	bool over; /**< it ended too soon */
};

static struct slice take_bytes(struct taking *t, size_t size)
{
	struct slice bytes = {t->rest.at, size};
	if (t->over || size > t->rest.len) {
		t->over = true;
		return SLICE_NONE;
	}
	t->rest = slice_from(t->rest, size);
	return bytes;
}

static size_t take_count(struct taking *t)
{
	struct slice bytes = take_bytes(t, sizeof(int32_t));
	int32_t count = t->over ? 0 : sav_int32(t->in, bytes.at);
	t->over |= count < 0;
	return count < 0 ? 0 : (size_t)count;
}

/** Name, width, count, then length and value, length and label of each. */
static enum status apply_long_labels(const struct sav_input *in, struct sav_dictionary *d,
				     struct decode_fault *fault)
{
	struct taking t = {in, d->long_labels, false};
	while (!t.over && t.rest.len > 0) {
		struct sav_variable *v = text_by_name(d, take_bytes(&t, take_count(&t)));
		take_count(&t); /* the width, which is known */
		struct sav_label_set set = {.len = take_count(&t)};
		t.over |= set.len > t.rest.len / (2 * sizeof(int32_t));
		if (t.over)
			break;
		set.at = arena_take_array(d->arena, set.len, sizeof(*set.at));
		if (set.at == NULL)
			return sav_dictionary_full(fault);
		for (size_t i = 0; i < set.len; i++) {
			set.at[i].raw = take_bytes(&t, take_count(&t));
			set.at[i].label = take_bytes(&t, take_count(&t));
		}
		if (!t.over && v != NULL)
			v->labels = set;
	}
	return t.over ? not_readable("the labels of long texts", fault) : OK;
}

static void take_missing(struct taking *t, size_t len, size_t size, struct sav_variable *v)
{
	struct slice values[SAV_MISSING] = {{NULL, 0}};
	for (size_t i = 0; i < len; i++)
		values[i] = take_bytes(t, size);
	if (t->over || v == NULL)
		return;
	memcpy(v->missing_text, values, sizeof(values));
	v->missing_len = len;
	v->missing_range = false;
}

/** Name, a byte of count, the length of each value, the values. */
static enum status apply_long_missing(const struct sav_input *in, struct sav_dictionary *d,
				      struct decode_fault *fault)
{
	struct taking t = {in, d->long_missing, false};
	while (!t.over && t.rest.len > 0) {
		struct sav_variable *v = text_by_name(d, take_bytes(&t, take_count(&t)));
		struct slice count = take_bytes(&t, 1);
		size_t len = t.over ? 0 : (unsigned char)count.at[0], size = take_count(&t);
		if (len > SAV_MISSING)
			t.over = true;
		else
			take_missing(&t, len, size, v);
	}
	return t.over ? not_readable("the missing values of long texts", fault) : OK;
}

/* Encoding */

/** Windows' numbers of code pages; 2 and 3 only say that it is some ASCII. */
static const struct encoding *encoding_by_code(int32_t code)
{
	static const struct {
		int32_t code;
		const char *label;
	} codes[] = {
		{0, "windows-1252"},	 {2, "windows-1252"},	  {3, "windows-1252"},
		{20127, "windows-1252"}, {28591, "windows-1252"}, {28592, "iso-8859-2"},
		{28605, "iso-8859-15"},	 {10000, "macintosh"},	  {949, "cp949"},
		{51949, "cp949"},	 {932, "cp932"},	  {51932, "euc-jp"},
		{936, "gb18030"},	 {54936, "gb18030"},	  {950, "big5"},
		{65001, "utf-8"},
	};
	char label[24];
	for (size_t i = 0; i < COUNT_OF(codes); i++)
		if (codes[i].code == code)
			return encoding_find(slice_of(codes[i].label));
	snprintf(label, sizeof(label), "windows-%d", code);
	return encoding_find(slice_of(label));
}

static enum status find_encoding(struct sav_dictionary *d, struct decode_fault *fault)
{
	struct slice name = sav_trim(d->encoding_name);
	d->encoding = name.len > 0 ? encoding_find(name) : encoding_by_code(d->character_code);
	if (d->encoding != NULL && d->encoding->kind != ENCODING_UTF16 &&
	    encoding_available(d->encoding))
		return OK;
	if (name.len > 0)
		return table_fault(fault, E_INPUT, 0, "unknown_encoding", name,
				   "an encoding that is known here: save the file as Unicode");
	return table_fault(fault, E_INPUT, 0, "unknown_encoding", SLICE_NONE,
			   "an encoding that is known here, not code page %d: save the file as "
			   "Unicode",
			   d->character_code);
}

enum status sav_extensions_apply(const struct sav_input *in, struct sav_dictionary *d,
				 struct decode_fault *fault)
{
	enum status st = find_encoding(d, fault);
	if (st == OK)
		st = apply_very_long(d, fault);
	if (st < 0)
		return st;
	drop_segments(d);
	if (d->variables_len > d->columns_most)
		return table_fault(fault, E_INPUT, 0, "too_many_columns", SLICE_NONE,
				   "at most %u variables, not %zu", d->columns_most,
				   d->variables_len);
	apply_long_names(d);
	st = apply_long_labels(in, d, fault);
	return st == OK ? apply_long_missing(in, d, fault) : st;
}
