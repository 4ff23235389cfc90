#include "api/upload_options.h"

#include "http/problem.h"

static bool format_of(struct exchange *x, enum decode_format *format)
{
	static const struct {
		const char *type;
		enum decode_format format;
	} formats[] = {{"text/csv", DECODE_CSV},
		       {"application/x-ndjson", DECODE_NDJSON},
		       {"application/json", DECODE_JSON_ARRAY}};
	struct slice type = exchange_content_type(x);
	for (size_t i = 0; type.at != NULL && i < COUNT_OF(formats); i++) {
		if (slice_equal_ignoring_case(type, slice_of(formats[i].type))) {
			*format = formats[i].format;
			return true;
		}
	}
	exchange_problem(x, 415, "unknown_format", "The file's format is not known",
			 SLICE("Content-Type is text/csv, application/x-ndjson or "
			       "application/json"));
	return false;
}

/** "text/csv; charset=windows-1252", also within quotes. */
static struct slice charset_of(const struct exchange *x)
{
	struct slice field = exchange_header(x, "content-type"), part, name;
	while (slice_next_part(&field, ';', &part)) {
		if (!slice_next_part(&part, '=', &name) || part.at == NULL ||
		    !slice_equal_ignoring_case(slice_trim(name), SLICE("charset")))
			continue;
		part = slice_trim(part);
		if (part.len >= 2 && part.at[0] == '"' && part.at[part.len - 1] == '"')
			part = (struct slice){part.at + 1, part.len - 2};
		return part;
	}
	return SLICE_NONE;
}

static bool refuse(struct exchange *x, struct slice detail)
{
	exchange_problem(x, 422, "bad_csv_option", "What is declared of the file is not known",
			 detail);
	return false;
}

bool upload_options_read(struct exchange *x, enum decode_format *format, struct csv_options *csv)
{
	struct csv_words words = {.encoding = SLICE_NONE};
	const struct {
		const char *name;
		struct slice *word;
	} places[] = {{"encoding", &words.encoding},
		      {"delimiter", &words.delimiter},
		      {"decimal", &words.decimal},
		      {"header_rows", &words.header_rows},
		      {"dates", &words.dates}};
	struct trouble why;
	bool any = false;
	if (!format_of(x, format))
		return false;
	for (size_t i = 0; i < COUNT_OF(places); i++)
		any |= exchange_query(x, places[i].name, places[i].word);
	*csv = (struct csv_options){0};
	if (*format != DECODE_CSV)
		return any ? refuse(x, SLICE("only of text/csv anything is declared")) : true;
	if (words.encoding.len == 0)
		words.encoding = charset_of(x);
	if (csv_options_read(csv, &words, &why) < 0)
		return refuse(x, slice_of(why.words));
	return true;
}
