#include "tabular/triple_s_data.h"

#include <math.h>
#include <stdlib.h>

#include "tabular/missing_note.h"

/** A variable on its way into columns. */
struct answer {
	const struct triple_s_variable *v;
	struct slice *unscored; /**< sorted: codes that are left out of the base */
	size_t unscored_len;
	uint64_t missing;
	int64_t *codes; /**< of a multiple: one a column, ascending */
	size_t codes_len;
	struct table_variable *labelled;
};

struct triple_s_data {
	const struct triple_s *metadata;
	const struct table_options *options;
	struct table_report *report;
	struct decode_fault *fault;
	struct arena *arena;
	struct table_csv out;
	struct answer *answers;
	size_t answers_len;
	struct buf line;
	struct slice *fields; /**< of a line of CSV */
	size_t fields_room, fields_len;
	uint32_t *places; /**< of a fixed line: where each character begins, and the end */
	size_t places_len;
	uint64_t skip, row, short_rows, unknown_codes;
	bool *chosen; /**< of one multiple, by column */
};

/* Codes */

/** Without blanks around it and, a number, without the zeros before it. */
static struct slice plain_code(struct slice text, bool literal)
{
	text = slice_trim(text);
	for (size_t i = 0; i < text.len; i++)
		literal = literal || text.at[i] < '0' || text.at[i] > '9';
	while (!literal && text.len > 1 && text.at[0] == '0')
		text = slice_from(text, 1);
	return text;
}

/** "+007.50" is 7.50. */
static struct slice plain_number(struct slice text)
{
	text = slice_trim(text);
	if (text.len > 1 && text.at[0] == '+')
		text = slice_from(text, 1);
	while (text.len > 1 && text.at[0] == '0' && text.at[1] >= '0' && text.at[1] <= '9')
		text = slice_from(text, 1);
	return text;
}

static int by_bytes(const void *a, const void *b)
{
	const struct slice *left = a, *right = b;
	return slice_compare(*left, *right);
}

static int by_number(const void *a, const void *b)
{
	const int64_t *left = a, *right = b;
	return (*left > *right) - (*left < *right);
}

/* Columns */

static enum status too_large(struct triple_s_data *d)
{
	return table_fault(d->fault, E_LIMIT, 0, "dictionary_too_large", SLICE_NONE,
			   "fewer variables, values and labels");
}

/** Of the values, then of the range; each once, in order. */
static enum status find_codes(struct triple_s_data *d, struct answer *a)
{
	const struct triple_s_variable *v = a->v;
	size_t most = v->values_len;
	if (v->range_to >= v->range_from)
		most += (size_t)(v->range_to - v->range_from) + 1;
	int64_t *codes = arena_take_array(d->arena, most, sizeof(*codes));
	size_t len = 0;
	if (codes == NULL)
		return too_large(d);
	for (const struct triple_s_value *value = v->values; value != NULL; value = value->next)
		if (slice_to_int64(value->code, &codes[len]) && codes[len] >= 0 &&
		    codes[len] <= TRIPLE_S_CODE_MOST)
			len++;
	for (int64_t code = v->range_from; code <= v->range_to; code++)
		codes[len++] = code;
	qsort(codes, len, sizeof(*codes), by_number);
	for (size_t i = 0; i < len; i++)
		if (a->codes_len == 0 || codes[a->codes_len - 1] != codes[i])
			codes[a->codes_len++] = codes[i];
	a->codes = codes;
	return OK;
}

static enum status find_unscored(struct triple_s_data *d, struct answer *a)
{
	const struct triple_s_variable *v = a->v;
	if (!v->scored)
		return OK;
	a->unscored = arena_take_array(d->arena, v->values_len, sizeof(*a->unscored));
	if (a->unscored == NULL)
		return too_large(d);
	for (const struct triple_s_value *value = v->values; value != NULL; value = value->next)
		if (isnan(value->score))
			a->unscored[a->unscored_len++] = plain_code(value->code, v->literal);
	qsort(a->unscored, a->unscored_len, sizeof(*a->unscored), by_bytes);
	return OK;
}

/** What the variables ask for together. */
struct widths {
	size_t columns, most_codes, last_place;
};

static void widen(struct widths *w, const struct answer *a)
{
	const struct triple_s_variable *v = a->v;
	size_t last = v->start + v->subfields > v->finish ? v->start + v->subfields : v->finish;
	w->columns += v->type == TRIPLE_S_MULTIPLE ? a->codes_len : 1;
	w->most_codes = a->codes_len > w->most_codes ? a->codes_len : w->most_codes;
	w->last_place = last > w->last_place ? last : w->last_place;
}

static enum status find_answers(struct triple_s_data *d)
{
	struct widths widths = {0};
	d->answers = arena_take_array(d->arena, d->metadata->variables_len, sizeof(*d->answers));
	if (d->answers == NULL)
		return too_large(d);
	for (const struct triple_s_variable *v = d->metadata->variables; v != NULL; v = v->next) {
		struct answer *a = &d->answers[d->answers_len++];
		a->v = v;
		enum status st = v->type == TRIPLE_S_MULTIPLE ? find_codes(d, a)
							      : find_unscored(d, a);
		if (st < 0)
			return st;
		widen(&widths, a);
	}
	if (widths.columns > d->options->limits.columns)
		return table_fault(d->fault, E_INPUT, 0, "too_many_columns", SLICE_NONE,
				   "at most %u columns, not %zu", d->options->limits.columns,
				   widths.columns);
	d->report->columns = (uint32_t)widths.columns;
	d->fields_room = d->metadata->csv ? widths.last_place : 0;
	d->fields = arena_take_array(d->arena, d->fields_room, sizeof(*d->fields));
	d->chosen = arena_take_array(d->arena, widths.most_codes, sizeof(*d->chosen));
	return d->fields != NULL && d->chosen != NULL ? OK : too_large(d);
}

/* The header and the dictionary */

static const struct triple_s_value *value_of(const struct triple_s_variable *v, int64_t code)
{
	int64_t number;
	for (const struct triple_s_value *value = v->values; value != NULL; value = value->next)
		if (slice_to_int64(value->code, &number) && number == code)
			return value;
	return NULL;
}

static enum status name_choices(struct triple_s_data *d, struct answer *a)
{
	const struct triple_s_variable *v = a->v;
	struct table_dictionary *to = d->options->dictionary;
	for (size_t i = 0; i < a->codes_len; i++) {
		const char *name = arena_print(d->arena, "%.*s[%lld]", SLICE_ARGS(v->name),
					       (long long)a->codes[i]);
		if (name == NULL)
			return too_large(d);
		table_csv_text(&d->out, slice_of(name));
		const struct triple_s_value *value = value_of(v, a->codes[i]);
		struct table_variable *column =
			to != NULL ? table_dictionary_add(to, slice_of(name), v->label) : NULL;
		if (column != NULL && value != NULL)
			table_variable_add(to, column, SLICE("1"), value->label);
	}
	return OK;
}

static bool is_unscored(const struct answer *a, struct slice code)
{
	return a->unscored_len > 0 &&
	       bsearch(&code, a->unscored, a->unscored_len, sizeof(*a->unscored), by_bytes) != NULL;
}

static enum status name_answer(struct triple_s_data *d, struct answer *a)
{
	const struct triple_s_variable *v = a->v;
	struct table_dictionary *to = d->options->dictionary;
	if (v->type == TRIPLE_S_MULTIPLE)
		return name_choices(d, a);
	table_csv_text(&d->out, v->name);
	a->labelled = to != NULL ? table_dictionary_add(to, v->name, v->label) : NULL;
	if (a->labelled == NULL)
		return OK;
	a->labelled->use = v->use;
	for (const struct triple_s_value *value = v->values; value != NULL; value = value->next) {
		struct slice code = plain_code(value->code, v->literal);
		struct table_value *added = table_variable_add(to, a->labelled, code, value->label);
		if (added == NULL)
			return OK;
		added->score = value->score;
		added->missing = is_unscored(a, code);
	}
	return OK;
}

static enum status begin(struct triple_s_data *d)
{
	enum status st = find_answers(d);
	for (size_t i = 0; st == OK && i < d->answers_len; i++)
		st = name_answer(d, &d->answers[i]);
	return st == OK ? table_csv_end_row(&d->out, d->fault) : st;
}

/* Where a variable stands in a line */

/** What stands within quotes, moved to *to without them; where it ends. */
static char *unquote(char *at, const char *end, char **to)
{
	for (at++; at < end; at++) {
		if (*at == '"' && (at + 1 == end || at[1] != '"'))
			return at + 1;
		at += *at == '"' ? 1 : 0;
		*(*to)++ = *at;
	}
	return at;
}

/** Fields between commas; quotes as in RFC 4180, but a line's end ends the row. */
static void split_fields(struct triple_s_data *d, char *at, const char *end)
{
	d->fields_len = 0;
	while (d->fields_len < d->fields_room) {
		char *from = at, *to = at;
		if (at < end && *at == '"')
			at = unquote(at, end, &to);
		while (at < end && *at != ',')
			*to++ = *at++;
		d->fields[d->fields_len++] = (struct slice){from, (size_t)(to - from)};
		if (at == end)
			return;
		at++;
	}
}

static void find_places(struct triple_s_data *d, struct slice line)
{
	d->places_len = 0;
	for (size_t i = 0; i < line.len; i++)
		if (((unsigned char)line.at[i] & 0xC0) != 0x80)
			d->places[d->places_len++] = (uint32_t)i;
	d->places[d->places_len] = (uint32_t)line.len;
}

/** Columns `start` to `finish` of a fixed line, from 1. */
static bool find_columns(const struct triple_s_data *d, size_t start, size_t finish,
			 struct slice *text)
{
	if (finish > d->places_len)
		return false;
	uint32_t from = d->places[start - 1];
	*text = (struct slice){d->line.at + from, d->places[finish] - from};
	return true;
}

static bool find_text(const struct triple_s_data *d, const struct triple_s_variable *v,
		      struct slice *text)
{
	if (!d->metadata->csv)
		return find_columns(d, v->start, v->finish, text);
	if (v->start > d->fields_len)
		return false;
	*text = d->fields[v->start - 1];
	return true;
}

/** One of a spread's subfields: columns, fields of their own, or columns of one field. */
static bool find_subfield(const struct triple_s_data *d, const struct triple_s_variable *v,
			  size_t i, struct slice *text)
{
	if (!d->metadata->csv)
		return find_columns(d, v->start + i * v->width, v->start + (i + 1) * v->width - 1,
				    text);
	if (v->finish > v->start) {
		if (v->start + i > d->fields_len)
			return false;
		*text = d->fields[v->start + i - 1];
		return true;
	}
	if (v->start > d->fields_len)
		return false;
	*text = slice_from(d->fields[v->start - 1], i * v->width);
	if (text->len > v->width)
		text->len = v->width;
	return true;
}

/* One variable */

static bool all_digits(struct slice text, size_t len)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	return text.len == len;
}

/** "20260504" with '-', "101500" and "1015" with ':'; what is written otherwise stays. */
static void write_parts(struct triple_s_data *d, struct slice text, char between)
{
	char parts[16];
	size_t len = 0, first = between == '-' ? 4 : 2;
	text = slice_trim(text);
	if (!all_digits(text, first + 4) && (between != ':' || !all_digits(text, first + 2))) {
		table_csv_text(&d->out, text);
		return;
	}
	for (size_t i = 0; i < text.len; i++) {
		if (i == first || i == first + 2)
			parts[len++] = between;
		parts[len++] = text.at[i];
	}
	table_csv_text(&d->out, (struct slice){parts, len});
}

static void write_code(struct triple_s_data *d, struct answer *a, struct slice text)
{
	struct slice code = plain_code(text, a->v->literal);
	bool missing = code.len > 0 && is_unscored(a, code);
	a->missing += missing ? 1 : 0;
	table_csv_text(&d->out, missing ? SLICE_NONE : code);
}

static struct slice without_end_blanks(struct slice text)
{
	while (text.len > 0 && text.at[text.len - 1] == ' ')
		text.len--;
	return text;
}

/** The position n of the text is 1 where code n was chosen; others than 0 and 1 stay as they are,
 * for whoever judges the value. */
static void write_bits(struct triple_s_data *d, const struct answer *a, struct slice text)
{
	bool blank = without_end_blanks(text).len == 0;
	for (size_t i = 0; i < a->codes_len; i++) {
		size_t place = (size_t)a->codes[i];
		bool there = place > 0 && place <= text.len && text.at[place - 1] != ' ';
		char bit = '0';
		if (there)
			bit = text.at[place - 1];
		table_csv_text(&d->out, blank ? SLICE_NONE : (struct slice){&bit, 1});
	}
}

/** Notes the code of a subfield that is not blank. */
static void choose(struct triple_s_data *d, const struct answer *a, struct slice text)
{
	int64_t code = 0;
	const int64_t *known = NULL;
	if (slice_to_int64(text, &code) && a->codes_len > 0)
		known = bsearch(&code, a->codes, a->codes_len, sizeof(code), by_number);
	if (known != NULL)
		d->chosen[known - a->codes] = true;
	else if (!slice_is(plain_code(text, false), "0")) /* which fills what is not used */
		d->unknown_codes++;
}

static bool write_spread(struct triple_s_data *d, const struct answer *a)
{
	bool any = false;
	memset(d->chosen, 0, a->codes_len * sizeof(*d->chosen));
	for (size_t i = 0; i < a->v->subfields; i++) {
		struct slice text;
		if (!find_subfield(d, a->v, i, &text))
			return false;
		text = slice_trim(text);
		any = any || text.len > 0;
		if (text.len > 0)
			choose(d, a, text);
	}
	for (size_t i = 0; i < a->codes_len; i++) {
		struct slice chosen = d->chosen[i] ? SLICE("1") : SLICE("0");
		table_csv_text(&d->out, any ? chosen : SLICE_NONE);
	}
	return true;
}

/** False: the line ends before it. */
static bool write_answer(struct triple_s_data *d, struct answer *a)
{
	struct slice text;
	if (a->v->type == TRIPLE_S_MULTIPLE && a->v->subfields > 0)
		return write_spread(d, a);
	if (!find_text(d, a->v, &text))
		return false;
	switch (a->v->type) {
	case TRIPLE_S_SINGLE:
		write_code(d, a, text);
		break;
	case TRIPLE_S_MULTIPLE:
		write_bits(d, a, text);
		break;
	case TRIPLE_S_QUANTITY:
		table_csv_text(&d->out, plain_number(text));
		break;
	case TRIPLE_S_CHARACTER:
		table_csv_text(&d->out, without_end_blanks(text));
		break;
	case TRIPLE_S_LOGICAL:
		table_csv_text(&d->out, slice_trim(text));
		break;
	case TRIPLE_S_DATE:
		write_parts(d, text, '-');
		break;
	case TRIPLE_S_TIME:
		write_parts(d, text, ':');
		break;
	}
	return true;
}

/* Lines */

static enum status take_line(struct triple_s_data *d)
{
	size_t len = d->line.len;
	if (d->skip > 0) {
		d->skip--;
		return OK;
	}
	if (table_stopped(d->options))
		return table_fault(d->fault, E_GONE, d->row, "stopped", SLICE_NONE, "stopped");
	if (++d->row > d->options->limits.rows)
		return table_fault(d->fault, E_LIMIT, d->row, "too_many_rows", SLICE_NONE,
				   "at most %llu rows",
				   (unsigned long long)d->options->limits.rows);
	if (len > 0 && d->line.at[len - 1] == '\r')
		len--;
	if (len == 0) /* nothing but a line's end: a row that is passed over */
		return table_csv_end_row(&d->out, d->fault);
	if (d->metadata->csv)
		split_fields(d, d->line.at, d->line.at + len);
	else
		find_places(d, (struct slice){d->line.at, len});
	for (size_t i = 0; i < d->answers_len; i++)
		if (!write_answer(d, &d->answers[i])) {
			d->short_rows++;
			break;
		}
	return table_csv_end_row(&d->out, d->fault);
}

static enum status add_to_line(struct triple_s_data *d, struct slice part)
{
	buf_add(&d->line, part);
	if (buf_over(&d->line))
		return table_fault(d->fault, E_LIMIT, d->row + 1, "record_too_long", SLICE_NONE,
				   "lines of at most %d bytes that end in LF", TRIPLE_S_LINE_BYTES);
	return OK;
}

enum status triple_s_data_feed(struct triple_s_data *d, struct slice text)
{
	struct slice part;
	while (text.len > 0) {
		const char *newline = memchr(text.at, '\n', text.len);
		part = (struct slice){text.at,
				      newline != NULL ? (size_t)(newline - text.at) : text.len};
		enum status st = add_to_line(d, part);
		if (st < 0 || newline == NULL)
			return st;
		st = take_line(d);
		buf_clear(&d->line);
		if (st < 0)
			return st;
		text = slice_from(text, part.len + 1);
	}
	return OK;
}

static void note_reading(struct triple_s_data *d)
{
	struct missing_note missing = {.total = 0};
	for (size_t i = 0; i < d->answers_len; i++) {
		struct answer *a = &d->answers[i];
		missing_note_add(&missing, a->v->name, a->missing);
		if (a->labelled != NULL)
			a->labelled->missing = a->missing;
		if (a->v->use == TABLE_USE_WEIGHT)
			table_note(d->report, "weighted by %.*s, which is a column like others",
				   SLICE_ARGS(slice_cut(a->v->name, 64)));
	}
	missing_note_tell(&missing, d->report);
	if (d->short_rows > 0)
		table_note(d->report, "lines that end before their last variable: %llu",
			   (unsigned long long)d->short_rows);
	if (d->unknown_codes > 0)
		table_note(d->report, "codes of multiple answers that no value declares: %llu",
			   (unsigned long long)d->unknown_codes);
}

enum status triple_s_data_finish(struct triple_s_data *d)
{
	enum status st = d->line.len > 0 ? take_line(d) : OK;
	if (st == OK)
		st = table_csv_finish(&d->out, d->fault);
	if (st < 0)
		return st;
	d->report->rows = d->row;
	d->report->header_row = 1;
	note_reading(d);
	return OK;
}

/* Its life */

struct triple_s_data *triple_s_data_new(const struct triple_s *metadata, struct arena *arena,
					FILE *csv, const struct table_options *options,
					struct table_report *report, struct decode_fault *fault,
					enum status *status)
{
	struct triple_s_data *d = memory_new(sizeof(*d));
	d->metadata = metadata;
	d->options = options;
	d->report = report;
	d->fault = fault;
	d->arena = arena;
	d->skip = metadata->skip;
	table_csv_init(&d->out, csv, options->limits.csv_bytes);
	buf_init(&d->line, TRIPLE_S_LINE_BYTES);
	if (!metadata->csv)
		d->places = memory_new((TRIPLE_S_LINE_BYTES + 1) * sizeof(*d->places));
	*status = begin(d);
	if (*status == OK)
		return d;
	triple_s_data_free(d);
	return NULL;
}

void triple_s_data_free(struct triple_s_data *d)
{
	table_csv_fini(&d->out);
	buf_fini(&d->line);
	memory_free(d->places);
	memory_free(d);
}
