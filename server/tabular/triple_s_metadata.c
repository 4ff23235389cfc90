#include "tabular/triple_s_metadata.h"

#include <math.h>
#include <stdlib.h>

enum { XML_BYTES = 1 << 20 };

/* clang-format off */
enum place {
	DOCUMENT, HIERARCHY, SSS, SSS_HIERARCHY, SURVEY, SURVEY_HIERARCHY, RECORD, VARIABLE, NAME, LABEL, LABEL_TEXT,
	POSITION, SPREAD, VALUES, RANGE, VALUE, VALUE_TEXT, PLACES
};

static const struct xml_place places[] = {
	[HIERARCHY - 1] = {"hierarchy", DOCUMENT},
	[SSS - 1] = {"sss", DOCUMENT},
	[SSS_HIERARCHY - 1] = {"hierarchy", SSS},
	[SURVEY - 1] = {"survey", SSS},
	[SURVEY_HIERARCHY - 1] = {"hierarchy", SURVEY},
	[RECORD - 1] = {"record", SURVEY},
	[VARIABLE - 1] = {"variable", RECORD},
	[NAME - 1] = {"name", VARIABLE},
	[LABEL - 1] = {"label", VARIABLE},
	[LABEL_TEXT - 1] = {"text", LABEL},
	[POSITION - 1] = {"position", VARIABLE},
	[SPREAD - 1] = {"spread", VARIABLE},
	[VALUES - 1] = {"values", VARIABLE},
	[RANGE - 1] = {"range", VALUES},
	[VALUE - 1] = {"value", VALUES},
	[VALUE_TEXT - 1] = {"text", VALUE},
};
/* clang-format on */

struct triple_s_metadata {
	struct triple_s *to;
	struct arena *arena;
	struct decode_fault *fault;
	struct xml *xml;
	struct triple_s_variable *variable; /**< being read */
	struct triple_s_value *value;
	bool has_record;
	struct buf text;  /**< directly in a name, label or value */
	struct buf other; /**< in its first <text> that has some */
};

/* Faults */

static enum status refuse(struct triple_s_metadata *m, const char *code, const char *value,
			  const char *expected)
{
	return table_fault(m->fault, E_INPUT, 0, code, slice_of(value), "%s", expected);
}

static enum status too_large(struct triple_s_metadata *m)
{
	return table_fault(m->fault, E_LIMIT, 0, "dictionary_too_large", SLICE_NONE,
			   "fewer variables, values and labels");
}

/* Attributes */

static bool number_of(const char *text, int64_t least, int64_t most, int64_t *number)
{
	return text != NULL && slice_to_int64(slice_trim(slice_of(text)), number) &&
	       *number >= least && *number <= most;
}

/** Some programs say the data's encoding, the standard has no place for it. */
static enum status note_encoding(struct triple_s_metadata *m, const char *const *attributes)
{
	const char *label = xml_attribute(attributes, "data-file-encoding");
	if (label == NULL)
		return OK;
	m->to->encoding = encoding_find(slice_of(label));
	if (m->to->encoding != NULL && encoding_available(m->to->encoding))
		return OK;
	return refuse(m, "unknown_encoding", label, "an encoding that is known here");
}

static enum status begin_sss(struct triple_s_metadata *m, const char *const *attributes)
{
	const char *version = xml_attribute(attributes, "version");
	static const char *const known[] = {"1.1", "1.2", "2.0"};
	for (size_t i = 0; version != NULL && i < COUNT_OF(known); i++)
		if (strcmp(version, known[i]) == 0)
			return note_encoding(m, attributes);
	return refuse(m, "unknown_version", version != NULL ? version : "",
		      "Triple-S of version 1.1, 1.2 or 2.0");
}

static enum status begin_record(struct triple_s_metadata *m, const char *const *attributes)
{
	const char *format = xml_attribute(attributes, "format");
	const char *skip = xml_attribute(attributes, "skip");
	int64_t lines = 0;
	if (m->has_record)
		return refuse(m, "hierarchical_triple_s", "", "one record: a table is not nested");
	m->has_record = true;
	m->to->csv = format != NULL && strcmp(format, "csv") == 0;
	if (format != NULL && !m->to->csv && strcmp(format, "fixed") != 0)
		return refuse(m, "not_triple_s", format, "a record's format fixed or csv");
	if (skip != NULL && !number_of(skip, 0, TRIPLE_S_SKIP_MOST, &lines))
		return refuse(m, "not_triple_s", skip, "how many lines of the data to skip");
	m->to->skip = (uint64_t)lines;
	return note_encoding(m, attributes);
}

/* Variables */

static bool type_of(const char *word, enum triple_s_type *type)
{
	static const char *const words[] = {
		[TRIPLE_S_SINGLE] = "single",	  [TRIPLE_S_MULTIPLE] = "multiple",
		[TRIPLE_S_QUANTITY] = "quantity", [TRIPLE_S_CHARACTER] = "character",
		[TRIPLE_S_LOGICAL] = "logical",	  [TRIPLE_S_DATE] = "date",
		[TRIPLE_S_TIME] = "time",
	};
	for (size_t i = 0; word != NULL && i < COUNT_OF(words); i++) {
		*type = (enum triple_s_type)i;
		if (strcmp(word, words[i]) == 0)
			return true;
	}
	return false;
}

static enum status begin_variable(struct triple_s_metadata *m, const char *const *attributes)
{
	const char *type = xml_attribute(attributes, "type");
	const char *use = xml_attribute(attributes, "use");
	const char *ident = xml_attribute(attributes, "ident");
	struct triple_s_variable *v = arena_take(m->arena, sizeof(*v));
	if (v == NULL || m->to->variables_len == TRIPLE_S_VARIABLES)
		return too_large(m);
	if (!type_of(type, &v->type))
		return refuse(m, "not_triple_s", type != NULL ? type : "", "a variable's type");
	const char *name = arena_print(m->arena, "V%s", ident != NULL ? ident : "");
	if (name == NULL)
		return too_large(m);
	v->name = slice_cut(slice_of(name), TRIPLE_S_TEXT_BYTES);
	if (use != NULL && strcmp(use, "serial") == 0)
		v->use = TABLE_USE_SERIAL;
	if (use != NULL && strcmp(use, "weight") == 0)
		v->use = TABLE_USE_WEIGHT;
	const char *format = xml_attribute(attributes, "format");
	v->literal = format != NULL && strcmp(format, "literal") == 0;
	v->last = &v->values;
	v->range_from = 1;
	*m->to->last = v;
	m->to->last = &v->next;
	m->to->variables_len++;
	m->variable = v;
	return OK;
}

static enum status take_position(struct triple_s_metadata *m, const char *const *attributes)
{
	const char *first = xml_attribute(attributes, "start");
	const char *last = xml_attribute(attributes, "finish");
	int64_t start, finish;
	if (!number_of(first, 1, TRIPLE_S_POSITION_MOST, &start))
		return refuse(m, "not_triple_s", first != NULL ? first : "",
			      "where a variable starts, 1 or more");
	finish = start;
	if (last != NULL && !number_of(last, start, TRIPLE_S_POSITION_MOST, &finish))
		return refuse(m, "not_triple_s", last,
			      "where a variable ends, not before it starts");
	m->variable->start = (size_t)start;
	m->variable->finish = (size_t)finish;
	return OK;
}

static enum status take_spread(struct triple_s_metadata *m, const char *const *attributes)
{
	const char *count = xml_attribute(attributes, "subfields");
	const char *size = xml_attribute(attributes, "width");
	int64_t subfields, width = 0;
	if (!number_of(count, 1, TRIPLE_S_CODE_MOST, &subfields) ||
	    (size != NULL && !number_of(size, 1, TRIPLE_S_POSITION_MOST, &width)))
		return refuse(m, "not_triple_s", count != NULL ? count : "",
			      "how many subfields a spread has, and how wide they are");
	m->to->subfields += (size_t)subfields;
	if (m->to->subfields > TRIPLE_S_SUBFIELDS)
		return too_large(m);
	m->variable->subfields = (size_t)subfields;
	m->variable->width = (size_t)width;
	return OK;
}

/* Values */

static void take_range(struct triple_s_metadata *m, const char *const *attributes)
{
	int64_t from, to;
	if (!number_of(xml_attribute(attributes, "from"), 0, TRIPLE_S_CODE_MOST, &from) ||
	    !number_of(xml_attribute(attributes, "to"), 0, TRIPLE_S_CODE_MOST, &to))
		return; /* of a quantity: what is in it is the programme's to judge */
	m->variable->range_from = from;
	m->variable->range_to = to;
}

static enum status begin_value(struct triple_s_metadata *m, const char *const *attributes)
{
	const char *code = xml_attribute(attributes, "code");
	const char *score = xml_attribute(attributes, "score");
	struct triple_s_value *value = arena_take(m->arena, sizeof(*value));
	if (value == NULL)
		return too_large(m);
	if (code == NULL)
		return refuse(m, "not_triple_s", "", "the code of a value");
	struct slice trimmed = slice_cut(slice_trim(slice_of(code)), TRIPLE_S_TEXT_BYTES);
	value->code = arena_copy(m->arena, trimmed);
	if (value->code.at == NULL)
		return too_large(m);
	value->score = NAN;
	if (score != NULL) {
		char *end;
		value->score = strtod(score, &end);
		if (end == score || !isfinite(value->score))
			return refuse(m, "not_triple_s", score, "a number as score");
		m->variable->scored = true;
	}
	*m->variable->last = value;
	m->variable->last = &value->next;
	m->variable->values_len++;
	m->value = value;
	return OK;
}

/* Elements */

static enum status on_start(void *self, unsigned place, const char *const *attributes)
{
	struct triple_s_metadata *m = self;
	if (place == NAME || place == LABEL || place == VALUE) {
		buf_clear(&m->text);
		buf_clear(&m->other);
	}
	switch (place) {
	case HIERARCHY:
	case SSS_HIERARCHY:
	case SURVEY_HIERARCHY:
		return refuse(m, "hierarchical_triple_s", "", "one record: a table is not nested");
	case SSS:
		return begin_sss(m, attributes);
	case SURVEY:
		return note_encoding(m, attributes);
	case RECORD:
		return begin_record(m, attributes);
	case VARIABLE:
		return begin_variable(m, attributes);
	case POSITION:
		return take_position(m, attributes);
	case SPREAD:
		return take_spread(m, attributes);
	case RANGE:
		take_range(m, attributes);
		return OK;
	case VALUE:
		return begin_value(m, attributes);
	default:
		return OK;
	}
}

/** Blanks and line ends in a row are one blank. */
static void add_squeezed(struct buf *to, struct slice text)
{
	for (size_t i = 0; i < text.len && to->len < TRIPLE_S_TEXT_BYTES; i++) {
		bool blank = (unsigned char)text.at[i] <= ' ';
		if (!blank)
			buf_add_byte(to, text.at[i]);
		else if (to->len > 0 && to->at[to->len - 1] != ' ')
			buf_add_byte(to, ' ');
	}
}

static enum status on_text(void *self, unsigned place, struct slice text)
{
	struct triple_s_metadata *m = self;
	if (place == NAME || place == LABEL || place == VALUE)
		add_squeezed(&m->text, text);
	else if (place == LABEL_TEXT || place == VALUE_TEXT)
		add_squeezed(&m->other, text);
	return OK;
}

static enum status keep_text(struct triple_s_metadata *m, struct slice *kept)
{
	struct slice text = slice_trim(buf_slice(&m->text));
	if (text.len == 0)
		return OK;
	*kept = arena_copy(m->arena, slice_cut(text, TRIPLE_S_TEXT_BYTES - 4));
	return kept->at != NULL ? OK : too_large(m);
}

static enum status end_variable(struct triple_s_metadata *m)
{
	struct triple_s_variable *v = m->variable;
	size_t wide = v->finish - v->start + 1;
	if (v->start == 0)
		return table_fault(m->fault, E_INPUT, 0, "not_triple_s", v->name,
				   "a position for every variable");
	if (v->subfields > 0 && v->width == 0)
		v->width = wide / v->subfields;
	if (v->subfields > 0 && !m->to->csv && (v->width == 0 || v->subfields * v->width > wide))
		return table_fault(m->fault, E_INPUT, 0, "not_triple_s", v->name,
				   "subfields within the variable's %zu columns", wide);
	return OK;
}

static enum status on_end(void *self, unsigned place)
{
	struct triple_s_metadata *m = self;
	switch (place) {
	case NAME:
		return keep_text(m, &m->variable->name);
	case LABEL:
		return keep_text(m, &m->variable->label);
	case VALUE:
		return keep_text(m, &m->value->label);
	case LABEL_TEXT:
	case VALUE_TEXT: /* the first one counts */
		if (m->text.len == 0)
			buf_add(&m->text, buf_slice(&m->other));
		return OK;
	case VARIABLE:
		return end_variable(m);
	default:
		return OK;
	}
}

/* Its life */

struct triple_s_metadata *triple_s_metadata_new(struct triple_s *to, struct arena *arena,
						struct decode_fault *fault)
{
	static const struct xml_shape shape = {.places = places,
					       .count = COUNT_OF(places),
					       .start = on_start,
					       .text = on_text,
					       .end = on_end,
					       .doctype_allowed = true};
	struct triple_s_metadata *m = memory_new(sizeof(*m));
	*to = (struct triple_s){.csv = false};
	to->last = &to->variables;
	m->to = to;
	m->arena = arena;
	m->fault = fault;
	buf_init(&m->text, (size_t)4 * TRIPLE_S_TEXT_BYTES);
	buf_init(&m->other, (size_t)4 * TRIPLE_S_TEXT_BYTES);
	m->xml = xml_new(&shape, m, XML_BYTES);
	return m;
}

void triple_s_metadata_free(struct triple_s_metadata *m)
{
	xml_free(m->xml);
	buf_fini(&m->text);
	buf_fini(&m->other);
	memory_free(m);
}

enum status triple_s_metadata_feed(struct triple_s_metadata *m, struct slice part, bool last)
{
	enum status st = xml_feed(m->xml, part, last);
	if (st < 0) {
		xml_refused(m->xml, "the metadata", m->fault);
		return st;
	}
	if (last && m->to->variables_len == 0)
		return refuse(m, "not_triple_s", "",
			      "an <sss> document with a survey, a record and variables");
	return OK;
}
