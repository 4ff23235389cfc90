#include "decode/reading.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
	const char *name;
	char delimiter;
} delimiters[] = {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"pipe", '|'}};

static const char *const orders[] = {
	[DATES_UNKNOWN] = NULL, [DATES_DAY_FIRST] = "dmy", [DATES_MONTH_FIRST] = "mdy"};

static const char *const ways[] = {[KNOWN_NOT] = "unneeded",
				   [KNOWN_DECLARED] = "declared",
				   [KNOWN_MARKED] = "marked",
				   [KNOWN_DETECTED] = "detected",
				   [KNOWN_ASSUMED] = "assumed"};

const char *csv_delimiter_name(char delimiter)
{
	for (size_t i = 0; i < COUNT_OF(delimiters); i++)
		if (delimiters[i].delimiter == delimiter)
			return delimiters[i].name;
	return NULL;
}

/* What is declared */

static bool read_delimiter(struct slice word, char *delimiter)
{
	for (size_t i = 0; i < COUNT_OF(delimiters); i++) {
		*delimiter = delimiters[i].delimiter;
		if (slice_equal_ignoring_case(word, slice_of(delimiters[i].name)) ||
		    slice_equal(word, (struct slice){delimiter, 1}))
			return true;
	}
	return false;
}

static bool read_decimal(struct slice word, char *decimal)
{
	bool comma = slice_equal_ignoring_case(word, SLICE("comma")) || slice_is(word, ",");
	*decimal = comma ? ',' : '.';
	return comma || slice_equal_ignoring_case(word, SLICE("point")) || slice_is(word, ".");
}

static bool read_header_rows(struct slice word, int *rows)
{
	int64_t number;
	if (!slice_to_int64(word, &number) || number < 1 || number > HEADER_ROWS_LIMIT)
		return false;
	*rows = (int)number;
	return true;
}

static bool read_dates(struct slice word, enum date_order *order)
{
	for (size_t i = DATES_DAY_FIRST; i < COUNT_OF(orders); i++) {
		*order = (enum date_order)i;
		if (slice_equal_ignoring_case(word, slice_of(orders[i])))
			return true;
	}
	return false;
}

enum status csv_options_read(struct csv_options *o, const struct csv_words *words,
			     struct trouble *why)
{
	*o = (struct csv_options){0};
	if (words->encoding.len > 0 && (o->encoding = encoding_find(words->encoding)) == NULL)
		return trouble(why, E_INPUT,
			       "encoding is utf-8, utf-16, windows-1252, cp949, windows-1258, "
			       "macintosh or another that docs/uploads.md names");
	if (o->encoding != NULL && !encoding_available(o->encoding))
		return trouble(why, E_INPUT, "the C library here has no table for %s",
			       o->encoding->name);
	if (words->delimiter.len > 0 && !read_delimiter(words->delimiter, &o->delimiter))
		return trouble(why, E_INPUT, "delimiter is comma, semicolon, tab or pipe");
	if (words->decimal.len > 0 && !read_decimal(words->decimal, &o->decimal))
		return trouble(why, E_INPUT, "decimal is point or comma");
	if (words->header_rows.len > 0 && !read_header_rows(words->header_rows, &o->header_rows))
		return trouble(why, E_INPUT, "header_rows is 1 to %d", HEADER_ROWS_LIMIT);
	if (words->dates.len > 0 && !read_dates(words->dates, &o->dates))
		return trouble(why, E_INPUT, "dates is dmy or mdy");
	return OK;
}

bool csv_options_empty(const struct csv_options *o)
{
	return o->encoding == NULL && o->delimiter == 0 && o->decimal == 0 && o->header_rows == 0 &&
	       o->dates == DATES_UNKNOWN;
}

/* What was understood */

void csv_know(struct csv_known *known, enum known how, const char *format, ...)
{
	va_list arguments;
	known->how = how;
	va_start(arguments, format);
	vsnprintf(known->why, sizeof(known->why), format, arguments);
	va_end(arguments);
}

/** The caller has written "is". */
static void close_known(struct json_out *j, const struct csv_known *known)
{
	json_pair_text(j, "by", slice_of(ways[known->how]));
	json_pair_text(j, "because", slice_of(known->why));
	json_close_object(j);
}

static void pair_text_or_null(struct json_out *j, const char *key, const char *text)
{
	if (text != NULL)
		json_pair_text(j, key, slice_of(text));
	else
		json_pair_null(j, key);
}

void csv_known_json(const struct csv_known *known, const char *is, struct json_out *j)
{
	json_open_object(j);
	pair_text_or_null(j, "is", is);
	close_known(j, known);
}

static void print_decimal(const struct csv_reading *r, struct json_out *j)
{
	struct csv_known known = {.why = "no number with a fraction"};
	const char *name = r->decimal == ',' ? "comma" : "point";
	if (r->decimal_stored)
		csv_know(&known, KNOWN_MARKED, "numbers are stored as such in the file");
	else if (r->decimal_declared)
		csv_know(&known, KNOWN_DECLARED, "declared");
	else if (r->decimal != 0)
		csv_know(&known, KNOWN_DETECTED, "row %llu has the first fraction",
			 (unsigned long long)r->decimal_row);
	json_key(j, "decimal");
	csv_known_json(&known, r->decimal != 0 ? name : NULL, j);
}

void csv_reading_pairs(const struct csv_reading *r, struct json_out *j)
{
	json_key(j, "header");
	json_open_object(j);
	json_pair_int(j, "is", r->header_rows);
	close_known(j, &r->header_known);
	print_decimal(r, j);
	json_key(j, "dates");
	csv_known_json(&r->dates_known, orders[r->dates], j);
}

void csv_reading_json(const struct csv_reading *r, struct json_out *j)
{
	json_open_object(j);
	json_key(j, "encoding");
	csv_known_json(&r->encoding_known, r->encoding != NULL ? r->encoding->name : NULL, j);
	json_key(j, "delimiter");
	csv_known_json(&r->delimiter_known, csv_delimiter_name(r->delimiter), j);
	csv_reading_pairs(r, j);
	json_close_object(j);
}
