#include "tabular/sav.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <unistd.h>

#include "tabular/missing_note.h"
#include "tabular/sav_cases.h"
#include "tabular/sav_value.h"
#include "tabular/table_dictionary.h"

/** One file being read. */
struct sav {
	const struct table_options *options;
	struct table_report *report;
	struct decode_fault *fault;
	struct arena arena;
	struct sav_input input;
	struct sav_dictionary dictionary;
	struct sav_cases cases;
	struct sav_text text;
	struct table_csv out;
	struct buf shown;		/**< a number on its way */
	uint64_t *missing;		/**< by variable: values that are declared missing */
	struct table_variable **labels; /**< by variable, where a dictionary is wanted */
	char raw[SAV_TEXT_BYTES];
};

/* Missing values */

static bool is_missing_number(const struct sav_variable *v, double number)
{
	size_t i = 0;
	if (v->missing_range) {
		if (number >= v->missing[0] && number <= v->missing[1])
			return true;
		i = 2;
	}
	for (; i < v->missing_len; i++)
		if (number == v->missing[i])
			return true;
	return false;
}

static bool is_missing_text(const struct sav_variable *v, struct slice raw)
{
	for (size_t i = 0; i < v->missing_len; i++)
		if (slice_equal(sav_trim(v->missing_text[i]), raw))
			return true;
	return false;
}

/* The dictionary */

static void add_labels(struct sav *s, struct table_dictionary *to, struct table_variable *labelled,
		       const struct sav_variable *v)
{
	for (size_t i = 0; i < v->labels.len; i++) {
		const struct sav_label *label = &v->labels.at[i];
		char code[TABLE_LABEL_BYTES];
		buf_clear(&s->shown);
		bool missing;
		if (v->width == 0) {
			double number = sav_double(&s->input, label->raw.at);
			sav_value_add(&s->shown, number, v->format);
			missing = is_missing_number(v, number);
		} else {
			buf_add(&s->shown,
				slice_cut(sav_text_show(&s->text, label->raw), sizeof(code)));
			missing = is_missing_text(v, sav_trim(label->raw));
		}
		struct table_value *value = table_variable_add(
			to, labelled, buf_slice(&s->shown), sav_text_show(&s->text, label->label));
		if (value == NULL)
			return;
		value->missing = missing;
	}
}

static void fill_dictionary(struct sav *s)
{
	const struct sav_dictionary *d = &s->dictionary;
	struct table_dictionary *to = s->options->dictionary;
	for (size_t i = 0; to != NULL && i < d->variables_len; i++) {
		const struct sav_variable *v = &d->variables[i];
		struct slice name = arena_copy(&s->arena, sav_text_show(&s->text, v->name));
		struct table_variable *added = table_dictionary_add(
			to, name, sav_text_show(&s->text, v->label));
		if (added == NULL)
			return;
		added->use = v->element == d->weight ? TABLE_USE_WEIGHT : TABLE_USE_NONE;
		s->labels[i] = added;
		add_labels(s, to, added, v);
	}
}

/* Cases */

/** `elements` of a text, of which at most `most` bytes count, behind the *len that are there. */
static enum status read_segment(struct sav *s, size_t elements, size_t most, size_t *len,
				bool *ends)
{
	for (size_t i = 0; i < elements; i++) {
		char element[SAV_ELEMENT];
		enum status st = sav_cases_next(&s->cases, element, ends, s->fault);
		if (st < 0 || *ends)
			return st;
		size_t take = most < SAV_ELEMENT ? most : SAV_ELEMENT;
		memcpy(s->raw + *len, element, take);
		*len += take;
		most -= take;
	}
	return OK;
}

static enum status read_text(struct sav *s, const struct sav_variable *v, size_t i, bool *ends)
{
	size_t len = 0;
	for (size_t segment = 0; segment < v->segments; segment++) {
		bool is_last = segment > 0 && segment + 1 == v->segments;
		size_t left = v->width - len;
		size_t most = left < SAV_SEGMENT_TEXT ? left : SAV_SEGMENT_TEXT;
		enum status st = read_segment(s, is_last ? v->last_elements : v->elements, most,
					      &len, ends);
		if (st < 0 || *ends)
			return st;
	}
	struct slice raw = sav_trim((struct slice){s->raw, len});
	if (raw.len > 0 && is_missing_text(v, raw)) {
		s->missing[i]++;
		table_csv_empty(&s->out);
	} else {
		table_csv_text(&s->out, sav_text_read(&s->text, raw));
	}
	return OK;
}

static enum status read_number(struct sav *s, const struct sav_variable *v, size_t i, bool *ends)
{
	char element[SAV_ELEMENT];
	enum status st = sav_cases_next(&s->cases, element, ends, s->fault);
	if (st < 0 || *ends)
		return st;
	double number = sav_double(&s->input, element);
	if (number == s->dictionary.system_missing || !isfinite(number)) {
		table_csv_empty(&s->out);
	} else if (is_missing_number(v, number)) {
		s->missing[i]++;
		table_csv_empty(&s->out);
	} else {
		buf_clear(&s->shown);
		sav_value_add(&s->shown, number, v->format);
		table_csv_text(&s->out, buf_slice(&s->shown));
	}
	return OK;
}

/** *ends: there was no case any more. */
static enum status read_case(struct sav *s, bool *ends)
{
	const struct sav_dictionary *d = &s->dictionary;
	for (size_t i = 0; i < d->variables_len; i++) {
		const struct sav_variable *v = &d->variables[i];
		enum status st = v->width > 0 ? read_text(s, v, i, ends)
					      : read_number(s, v, i, ends);
		if (st < 0)
			return st;
		if (*ends && i == 0 && d->cases < 0)
			return OK;
		if (*ends)
			return table_fault(s->fault, E_INPUT, 0, "truncated", SLICE_NONE,
					   "more cases than the file holds: it ends too soon");
	}
	return table_csv_end_row(&s->out, s->fault);
}

static enum status too_many(struct sav *s)
{
	return table_fault(s->fault, E_LIMIT, 0, "too_many_rows", SLICE_NONE, "at most %llu cases",
			   (unsigned long long)s->options->limits.rows);
}

static enum status read_cases(struct sav *s)
{
	const int64_t cases = s->dictionary.cases;
	const uint64_t most = s->options->limits.rows;
	uint64_t row = 0;
	bool ends = false;
	enum status st = cases >= 0 && (uint64_t)cases > most ? too_many(s) : OK;
	while (st == OK && !ends && (cases < 0 || row < (uint64_t)cases)) {
		if (table_stopped(s->options))
			return table_fault(s->fault, E_GONE, row, "stopped", SLICE_NONE, "stopped");
		st = read_case(s, &ends);
		row += st == OK && ends ? 0 : 1;
		if (st == OK && row > most)
			st = too_many(s);
		if (st < 0)
			s->fault->row = row;
	}
	s->report->rows = row;
	return st;
}

/* What is worth knowing */

static void note_missing(struct sav *s)
{
	struct missing_note note = {.total = 0};
	for (size_t i = 0; i < s->dictionary.variables_len; i++) {
		struct slice name = sav_text_show(&s->text, s->dictionary.variables[i].name);
		missing_note_add(&note, name, s->missing[i]);
		if (s->labels[i] != NULL)
			s->labels[i]->missing = s->missing[i];
	}
	missing_note_tell(&note, s->report);
}

static void note_reading(struct sav *s)
{
	const struct sav_dictionary *d = &s->dictionary;
	note_missing(s);
	if (d->encoding != encoding_utf8)
		table_note(s->report, "its texts are in %s", d->encoding->name);
	if (s->text.cut > 0)
		table_note(s->report, "texts cut within their last character: %llu",
			   (unsigned long long)s->text.cut);
	for (size_t i = 0; d->weight > 0 && i < d->variables_len; i++)
		if (d->variables[i].element == d->weight)
			table_note(s->report, "weighted by %.*s, which is a column like others",
				   SLICE_ARGS(sav_text_show(&s->text, d->variables[i].name)));
}

/* All of it */

static enum status write_table(struct sav *s, FILE *csv)
{
	const struct sav_dictionary *d = &s->dictionary;
	s->missing = memory_new(d->variables_len * sizeof(*s->missing));
	s->labels = memory_new(d->variables_len * sizeof(struct table_variable *));
	sav_text_init(&s->text, d->encoding);
	table_csv_init(&s->out, csv, s->options->limits.csv_bytes);
	fill_dictionary(s);
	s->text.cut = 0;
	for (size_t i = 0; i < d->variables_len; i++)
		table_csv_text(&s->out, sav_text_read(&s->text, d->variables[i].name));
	s->report->columns = (uint32_t)d->variables_len;
	s->report->header_row = 1;
	enum status st = table_csv_end_row(&s->out, s->fault);
	if (st == OK)
		st = read_cases(s);
	if (st == OK)
		st = table_csv_finish(&s->out, s->fault);
	if (st == OK)
		note_reading(s);
	table_csv_fini(&s->out);
	sav_text_fini(&s->text);
	memory_free(s->labels);
	memory_free(s->missing);
	return st;
}

static enum status read_file(struct sav *s, FILE *csv)
{
	const struct table_limits *limits = &s->options->limits;
	enum status st = sav_dictionary_read(&s->input, &s->arena, limits->columns, &s->dictionary,
					     s->fault);
	if (st == OK)
		st = sav_cases_begin(&s->cases, &s->input, &s->dictionary, limits, s->fault);
	if (st < 0)
		return st;
	st = write_table(s, csv);
	sav_cases_end(&s->cases);
	return st;
}

enum status table_read_sav(const char *path, FILE *csv, const struct table_options *options,
			   struct table_report *report, struct decode_fault *fault)
{
	*report = (struct table_report){.format = "sav"};
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return table_disk_fault(fault, "opening the file");
	struct sav *s = memory_new(sizeof(*s));
	s->options = options;
	s->report = report;
	s->fault = fault;
	arena_init(&s->arena, options->limits.memory_bytes);
	buf_init(&s->shown, TABLE_LABEL_BYTES + 64);
	sav_input_init(&s->input, descriptor);
	enum status st = read_file(s, csv);
	buf_fini(&s->shown);
	arena_fini(&s->arena);
	memory_free(s);
	close(descriptor);
	return st;
}
