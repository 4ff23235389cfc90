#include "base/must.h"
#include "decode/detect.h"

enum { RECORDS_LOOKED_AT = 50, YEAR_DIGITS = 4, MONTHS = 12 };

/* Records and fields, as csv_decoder.c finds them. */

/** Walks over text byte by byte. */
struct walk {
	struct slice text;
	size_t at;
	char delimiter, line_end;
	bool quoted;	  /**< within quotes */
	bool field_start; /**< a field begins at `at` */
};

static struct walk walk_over(struct slice text, char delimiter, char line_end)
{
	return (struct walk){
		.text = text, .delimiter = delimiter, .line_end = line_end, .field_start = true};
}

/** A quote that closes and one that opens again are the two of "". */
static char walk_on(struct walk *w)
{
	char c = w->text.at[w->at++];
	bool was_start = w->field_start;
	w->field_start = false;
	if (c == '"' && (w->quoted || was_start))
		w->quoted = !w->quoted;
	else if (c == '"' && w->at > 1 && w->text.at[w->at - 2] == '"')
		w->quoted = true;
	else if (!w->quoted)
		w->field_start = c == w->delimiter || c == w->line_end;
	return c;
}

static bool walk_ended(const struct walk *w)
{
	return w->at == w->text.len;
}

/** The next record with its line end; false where no whole one is left. */
static bool walk_record(struct walk *w, struct slice *record, size_t *fields)
{
	size_t from = w->at;
	*fields = 1;
	while (!walk_ended(w)) {
		char c = walk_on(w);
		if (w->field_start && c == w->line_end) {
			*record = (struct slice){w->text.at + from, w->at - from};
			return true;
		}
		*fields += w->field_start;
	}
	*record = (struct slice){w->text.at + from, w->at - from};
	return false;
}

/* Lines */

/** CR alone ends lines where no line feed stands outside quotes. */
static char line_end_of(struct slice head)
{
	bool quoted = false, cr = false;
	for (size_t i = 0; i < head.len; i++) {
		quoted ^= head.at[i] == '"';
		if (!quoted && head.at[i] == '\n')
			return '\n';
		cr |= !quoted && head.at[i] == '\r';
	}
	return cr ? '\r' : '\n';
}

/** "sep=;" and its line end: how Excel is told the separator. 0: there is none. */
static char sep_line(struct slice head, size_t *len)
{
	const size_t name_len = 4;
	*len = 0;
	if (head.len < name_len + 2 ||
	    !slice_equal_ignoring_case((struct slice){head.at, name_len}, SLICE("sep=")))
		return 0;
	char delimiter = head.at[name_len];
	size_t end = name_len + 1;
	end += head.at[end] == '\r';
	if (end < head.len && head.at[end] == '\n')
		end++;
	if (csv_delimiter_name(delimiter) == NULL || end == name_len + 1)
		return 0;
	*len = end;
	return delimiter;
}

/* The delimiter */

/** How the first records look with one delimiter. */
struct shape {
	size_t columns; /**< of the header */
	size_t records, alike;
};

static struct shape shape_with(struct slice head, char delimiter, char line_end)
{
	struct walk w = walk_over(head, delimiter, line_end);
	struct shape shape = {0};
	struct slice record;
	size_t fields;
	bool whole = walk_record(&w, &record, &shape.columns);
	while (whole && shape.records < RECORDS_LOOKED_AT) {
		whole = walk_record(&w, &record, &fields);
		if (!whole || slice_trim(record).len <= 2)
			continue; /* a blank line tells nothing */
		shape.records++;
		shape.alike += fields == shape.columns;
	}
	return shape;
}

/** More records like the header win, then more columns. */
static bool is_better(const struct shape *a, const struct shape *b)
{
	size_t left = a->alike * (b->records + 1), right = b->alike * (a->records + 1);
	if (a->columns < 2)
		return false;
	if (b->columns < 2 || left != right)
		return b->columns < 2 || left > right;
	return a->columns > b->columns;
}

static void find_delimiter(struct slice head, struct csv_reading *r)
{
	static const char candidates[] = {',', ';', '\t', '|'};
	struct shape best = {0};
	r->delimiter = ',';
	for (size_t i = 0; i < COUNT_OF(candidates); i++) {
		struct shape shape = shape_with(head, candidates[i], r->line_end);
		if (!is_better(&shape, &best))
			continue;
		best = shape;
		r->delimiter = candidates[i];
	}
	if (best.columns < 2)
		csv_know(&r->delimiter_known, KNOWN_ASSUMED, "nothing divides the header");
	else
		csv_know(&r->delimiter_known, KNOWN_DETECTED,
			 "%zu of the first %zu rows have the %zu fields of the header", best.alike,
			 best.records, best.columns);
}

/* The header */

static bool is_qualtrics(const struct slice *records, size_t len)
{
	return len >= 3 && (slice_starts_with(records[2], SLICE("\"{\"\"ImportId\"\":")) ||
			    slice_starts_with(records[2], SLICE("{\"ImportId\":")));
}

static bool begins_with_name(struct slice record, struct slice name)
{
	if (record.len > 0 && record.at[0] == '"')
		record = slice_from(record, 1);
	return record.len > name.len &&
	       slice_equal_ignoring_case((struct slice){record.at, name.len}, name) &&
	       strchr("\",;\t|", record.at[name.len]) != NULL;
}

/** One of the record's fields is `word`, or empty where `word` is. */
static bool has_field(struct slice record, char delimiter, char line_end, struct slice word)
{
	struct walk w = walk_over(record, delimiter, line_end);
	while (!walk_ended(&w)) {
		struct slice field = slice_from(record, w.at);
		bool quoted = field.at[0] == '"';
		field = slice_from(field, quoted);
		if (w.field_start && slice_starts_with(field, word) && field.len > word.len) {
			char next = field.at[word.len];
			if (quoted ? next == '"'
				   : next == delimiter || next == '\r' || next == '\n')
				return true;
		}
		walk_on(&w);
	}
	return false;
}

/** The respondent stands in the first row and nothing below; or columns have no name in the
 * first, and one of SurveyMonkey's own words stands in the second. */
static bool is_surveymonkey(const struct slice *records, size_t len, const struct csv_reading *r)
{
	static const char *const words[] = {"Response", "Open-Ended Response",
					    "Other (please specify)"};
	if (len < 2)
		return false;
	if ((begins_with_name(records[0], SLICE("Respondent ID")) ||
	     begins_with_name(records[0], SLICE("Respondent_ID"))) &&
	    (records[1].at[0] == r->delimiter || slice_starts_with(records[1], SLICE("\"\""))))
		return true;
	bool own = false;
	for (size_t i = 0; i < COUNT_OF(words); i++)
		own |= has_field(records[1], r->delimiter, r->line_end, slice_of(words[i]));
	return own && has_field(records[0], r->delimiter, r->line_end, SLICE(""));
}

static void find_header_rows(struct slice head, struct csv_reading *r)
{
	struct walk w = walk_over(head, r->delimiter, r->line_end);
	struct slice records[3];
	size_t len = 0, fields;
	while (len < COUNT_OF(records) && walk_record(&w, &records[len], &fields))
		len++;
	r->header_rows = 1;
	csv_know(&r->header_known, KNOWN_ASSUMED, "a row of names, as usual");
	if (is_qualtrics(records, len)) {
		r->header_rows = 3;
		csv_know(&r->header_known, KNOWN_DETECTED,
			 "Qualtrics: ImportId stands in the third row");
	} else if (is_surveymonkey(records, len, r)) {
		r->header_rows = 2;
		csv_know(&r->header_known, KNOWN_DETECTED,
			 "SurveyMonkey: choices stand below the questions");
	}
}

/* Dates */

/** One or two digits before '/' or '-'. */
static bool take_part(struct slice *text, int *number)
{
	size_t len = 0;
	*number = 0;
	for (; len < 2 && len < text->len && text->at[len] >= '0' && text->at[len] <= '9'; len++)
		*number = *number * 10 + (text->at[len] - '0');
	bool divided = len > 0 && len < text->len && (text->at[len] == '/' || text->at[len] == '-');
	*text = slice_from(*text, len + 1);
	return divided;
}

static bool begins_with_year(struct slice text)
{
	size_t len = 0;
	while (len < text.len && text.at[len] >= '0' && text.at[len] <= '9')
		len++;
	return len == YEAR_DIGITS &&
	       (len == text.len || text.at[len] < '-' || strchr(";|", text.at[len]) != NULL);
}

/** What a field that begins so says about the order: one of enum date_order (UNKNOWN: it may be
 * read both ways), or NO_DATE. */
enum { NO_DATE = DATES_MONTH_FIRST + 1 };
static unsigned order_of(struct slice text)
{
	int first, second;
	if (!take_part(&text, &first) || !take_part(&text, &second) || !begins_with_year(text))
		return NO_DATE;
	if (first > MONTHS && second <= MONTHS)
		return DATES_DAY_FIRST;
	if (second > MONTHS && first <= MONTHS)
		return DATES_MONTH_FIRST;
	return first > MONTHS ? NO_DATE : DATES_UNKNOWN;
}

static void find_date_order(struct slice head, struct csv_reading *r)
{
	struct walk w = walk_over(head, r->delimiter, r->line_end);
	size_t seen[NO_DATE + 1] = {0};
	while (!walk_ended(&w)) {
		if (w.field_start) {
			struct slice field = slice_from(head, w.at);
			seen[order_of(slice_from(field, field.at[0] == '"'))]++;
		}
		walk_on(&w);
	}
	size_t day_first = seen[DATES_DAY_FIRST], month_first = seen[DATES_MONTH_FIRST];
	if (day_first > 0 && month_first > 0)
		csv_know(&r->dates_known, KNOWN_ASSUMED,
			 "some dates can only be day first, others only month first: declare it");
	else if (day_first + month_first > 0)
		csv_know(&r->dates_known, KNOWN_DETECTED,
			 "%zu dates can only be read so, none otherwise", day_first + month_first);
	else if (seen[DATES_UNKNOWN] > 0)
		csv_know(&r->dates_known, KNOWN_ASSUMED,
			 "every date can be read day first and month first: declare it");
	else
		csv_know(&r->dates_known, KNOWN_NOT, "no date like 13/5/2026");
	if (r->dates_known.how == KNOWN_DETECTED)
		r->dates = day_first > 0 ? DATES_DAY_FIRST : DATES_MONTH_FIRST;
}

/* All of it */

void detect_layout(struct slice head, const struct csv_options *declared,
		   struct csv_reading *reading, size_t *skip)
{
	struct csv_reading *r = reading;
	r->line_end = line_end_of(head);
	r->delimiter = sep_line(head, skip);
	head = slice_from(head, *skip);
	if (declared->delimiter != 0) {
		r->delimiter = declared->delimiter;
		csv_know(&r->delimiter_known, KNOWN_DECLARED, "declared");
	} else if (r->delimiter != 0) {
		csv_know(&r->delimiter_known, KNOWN_MARKED, "the first line is sep=");
	} else {
		find_delimiter(head, r);
	}
	find_header_rows(head, r);
	if (declared->header_rows > 0) {
		r->header_rows = declared->header_rows;
		csv_know(&r->header_known, KNOWN_DECLARED, "declared");
	}
	find_date_order(head, r);
	if (declared->dates != DATES_UNKNOWN) {
		r->dates = declared->dates;
		csv_know(&r->dates_known, KNOWN_DECLARED, "declared");
	}
	r->decimal = declared->decimal;
	r->decimal_declared = declared->decimal != 0;
	r->decimal_stored = declared->decimal_stored;
}
