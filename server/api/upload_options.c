#include "api/upload_options.h"

#include "api/tus_words.h"
#include "http/problem.h"

static enum status read_format(struct slice type, struct upload_request *request,
			       struct trouble *why)
{
	static const struct {
		const char *type;
		enum decode_format format;
	} formats[] = {{"text/csv", DECODE_CSV},
		       {"application/x-ndjson", DECODE_NDJSON},
		       {"application/json", DECODE_JSON_ARRAY}};
	struct slice name = SLICE_NONE;
	if (slice_next_part(&type, ';', &name))
		name = slice_trim(name);
	for (size_t i = 0; i < COUNT_OF(formats); i++) {
		if (slice_equal_ignoring_case(name, slice_of(formats[i].type))) {
			request->format = formats[i].format;
			return OK;
		}
	}
	request->table = table_format_of_type(name);
	if (request->table != NULL)
		return OK;
	return trouble_code(why, E_INPUT, "unknown_format",
			    "Content-Type is text/csv, application/x-ndjson, application/json or "
			    "one of XLSX, SPSS or Triple-S");
}

/** "text/csv; charset=windows-1252", also within quotes. */
static struct slice charset_of(struct slice type)
{
	struct slice part, name;
	while (slice_next_part(&type, ';', &part)) {
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

static enum status read_csv_options(const struct upload_words *from, struct upload_request *request,
				    struct trouble *why)
{
	struct csv_options *csv = &request->csv;
	bool is_csv = request->table == NULL && request->format == DECODE_CSV;
	bool as_typed = request->table != NULL && request->table->as_typed;
	struct csv_words words = {.encoding = SLICE_NONE};
	const struct {
		const char *name;
		struct slice *word;
	} places[] = {{"encoding", &words.encoding},
		      {"delimiter", &words.delimiter},
		      {"decimal", &words.decimal},
		      {"header_rows", &words.header_rows},
		      {"dates", &words.dates}};
	struct trouble own;
	bool any = false;
	for (size_t i = 0; i < COUNT_OF(places); i++)
		any |= from->find(from->arg, places[i].name, places[i].word);
	*csv = (struct csv_options){0};
	if (as_typed && (words.encoding.at != NULL || words.delimiter.at != NULL))
		return trouble_code(why, E_INPUT, "bad_csv_option",
				    "of XLSX decimal, header_rows and dates are declared");
	if (!is_csv && !as_typed && any)
		return trouble_code(why, E_INPUT, "bad_csv_option",
				    "only of text/csv and XLSX anything is declared");
	if (is_csv && words.encoding.len == 0)
		words.encoding = charset_of(from->type);
	if (csv_options_read(csv, &words, &own) < 0)
		return trouble_code(why, E_INPUT, "bad_csv_option", "%s", own.words);
	return OK;
}

static enum status read_sheet(const struct upload_words *from, struct upload_request *request,
			      struct trouble *why)
{
	if (!from->find(from->arg, "sheet", &request->sheet))
		return OK;
	if (request->table == NULL || !request->table->has_sheets)
		return trouble_code(why, E_INPUT, "bad_upload_option", "only XLSX has sheets");
	if (request->sheet.len == 0 || request->sheet.len > UPLOAD_SHEET_BYTES)
		return trouble_code(why, E_INPUT, "bad_upload_option",
				    "a sheet is its name or its number");
	return OK;
}

static enum status read_replacing(const struct upload_words *from, struct upload_request *request,
				  struct trouble *why)
{
	struct slice replace, reason;
	bool said = from->find(from->arg, "replace", &replace);
	bool why_said = from->find(from->arg, "reason", &reason);
	if (said && !slice_is(replace, "0") && !slice_is(replace, "1"))
		return trouble_code(why, E_INPUT, "bad_upload_option", "replace is 0 or 1");
	request->replace = said && slice_is(replace, "1");
	if (!why_said)
		return OK;
	if (!request->replace)
		return trouble_code(why, E_INPUT, "bad_upload_option",
				    "a reason is given for replacing: say replace=1, too");
	if (reason.len == 0 || reason.len > UPLOAD_REASON_BYTES)
		return trouble_code(why, E_INPUT, "bad_upload_option", "a reason has 1 to %d bytes",
				    UPLOAD_REASON_BYTES);
	request->reason = reason;
	return OK;
}

/** Whether there is such a mapping only the database knows. */
static enum status read_mapping(const struct upload_words *words, struct slice *mapping,
				struct trouble *why)
{
	if (!words->find(words->arg, "mapping", mapping))
		return OK;
	if (mapping->len == 0 || mapping->len > PROGRAMME_CODE_BYTES)
		return trouble_code(why, E_INPUT, "bad_upload_option",
				    "mapping is the code of a stored mapping");
	return OK;
}

/** ?dry_run=1 and ?on_error=abort; what they say without being given is 0 and skip. */
static enum status read_mode(const struct upload_words *from, enum upload_mode *mode,
			     struct trouble *why)
{
	struct slice dry = SLICE("0"), on_error = SLICE("skip");
	(void)from->find(from->arg, "dry_run", &dry);
	(void)from->find(from->arg, "on_error", &on_error);
	bool tries = slice_is(dry, "1"), aborts = slice_is(on_error, "abort");
	if ((!tries && !slice_is(dry, "0")) || (!aborts && !slice_is(on_error, "skip")))
		return trouble_code(why, E_INPUT, "bad_upload_mode",
				    "dry_run is 0 or 1, on_error is skip or abort");
	if (tries)
		*mode = aborts ? UPLOAD_DRY_RUN_OF_ALL : UPLOAD_DRY_RUN;
	else
		*mode = aborts ? UPLOAD_ALL_OR_NOTHING : UPLOAD_AS_IT_GOES;
	return OK;
}

enum status upload_options_read(const struct upload_words *words, struct upload_request *request,
				struct trouble *why)
{
	enum status st = read_format(words->type, request, why);
	if (st == OK)
		st = read_csv_options(words, request, why);
	if (st == OK)
		st = read_sheet(words, request, why);
	if (st == OK)
		st = read_replacing(words, request, why);
	if (st == OK)
		st = read_mapping(words, &request->mapping, why);
	return st == OK ? read_mode(words, &request->mode, why) : st;
}

struct metadata_words {
	struct slice metadata;
	struct arena *arena;
};

static bool find_in_metadata(void *arg, const char *name, struct slice *value)
{
	const struct metadata_words *words = arg;
	return tus_metadata_find(words->metadata, name, words->arena, value);
}

/** What a file of that name is sent as; `at` is NULL where its end says nothing. */
static struct slice type_of_name(struct slice name)
{
	static const struct {
		const char *end, *type;
	} ends[] = {{".csv", "text/csv"},
		    {".ndjson", "application/x-ndjson"},
		    {".jsonl", "application/x-ndjson"},
		    {".json", "application/json"}};
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		struct slice end = slice_of(ends[i].end);
		if (name.len > end.len &&
		    slice_equal_ignoring_case(slice_from(name, name.len - end.len), end))
			return slice_of(ends[i].type);
	}
	const struct table_format *table = table_format_of_name(name);
	return table != NULL ? slice_of(table->media_type) : SLICE_NONE;
}

enum status upload_options_of_metadata(struct slice metadata, struct arena *arena,
				       struct upload_request *request, struct trouble *why)
{
	struct metadata_words from = {metadata, arena};
	struct upload_words words = {.find = find_in_metadata, .arg = &from, .type = SLICE_NONE};
	struct slice name = SLICE_NONE;
	bool typed = find_in_metadata(&from, "filetype", &words.type) && words.type.len > 0;
	if (!typed && find_in_metadata(&from, "filename", &name))
		words.type = type_of_name(name);
	return upload_options_read(&words, request, why);
}

void upload_request_init(struct upload_request *request, const struct known_wave *wave,
			 int organisation_id, struct slice key_id)
{
	*request = (struct upload_request){.wave_id = wave->wave_id,
					   .organisation_id = organisation_id,
					   .programme = wave->programme,
					   .wave = wave->index,
					   .key_id = key_id};
}

static bool find_in_query(void *arg, const char *name, struct slice *value)
{
	return exchange_query(arg, name, value);
}

bool upload_options_of(struct exchange *x, struct upload_request *request)
{
	const struct upload_words words = {
		.find = find_in_query, .arg = x, .type = exchange_header(x, "content-type")};
	struct trouble why;
	if (upload_options_read(&words, request, &why) == OK)
		return true;
	if (strcmp(why.code, "unknown_format") == 0)
		exchange_problem(x, 415, why.code, "The file's format is not known",
				 slice_of(why.words));
	else
		exchange_problem(x, 422, why.code, "What is declared of the file is not known",
				 slice_of(why.words));
	return false;
}

bool result_options_of(struct exchange *x, struct upload_request *request)
{
	const struct upload_words words = {.find = find_in_query, .arg = x};
	struct trouble why;
	request->format = DECODE_JSON_ARRAY;
	if (read_replacing(&words, request, &why) == OK)
		return true;
	exchange_problem(x, 422, why.code, "What is asked of the results is not known",
			 slice_of(why.words));
	return false;
}
