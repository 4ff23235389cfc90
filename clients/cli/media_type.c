#include "cli/media_type.h"

#include "tabular/formats.h"

struct media_row {
	const char *word;
	const char *media_type;
};

static const struct media_row rows[] = {
	{"csv", "text/csv"},
	{"ndjson", "application/x-ndjson"},
	{"jsonl", "application/x-ndjson"},
	{"json", "application/json"},
	{"sss", "application/zip"}, /* packed with its data */
};

static const char *media_type_named(struct slice word)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (slice_equal_ignoring_case(word, slice_of(rows[i].word)))
			return rows[i].media_type;
	}
	const struct table_format *table = table_format_of_word(word);
	return table != NULL ? table->media_type : NULL;
}

/** "type/subtype" of visible characters; parameters may follow. */
static bool is_media_type(struct slice text)
{
	size_t slashes = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < ' ' || text.at[i] > '~')
			return false;
		slashes += text.at[i] == '/' ? 1 : 0;
	}
	return slashes == 1 && text.len < MEDIA_TYPE_BYTES && text.at[0] != '/' &&
	       text.at[text.len - 1] != '/';
}

static struct slice suffix_of(struct slice name)
{
	for (size_t i = name.len; i > 0; i--) {
		if (name.at[i - 1] == '/')
			break;
		if (name.at[i - 1] == '.')
			return slice_from(name, i);
	}
	return SLICE("");
}

static bool is_other_spreadsheet(struct slice suffix)
{
	static const char *const others[] = {"xls", "xlsb", "xlsm", "ods"};
	for (size_t i = 0; i < COUNT_OF(others); i++)
		if (slice_equal_ignoring_case(suffix, slice_of(others[i])))
			return true;
	return false;
}

enum status media_type_of(struct slice name, struct slice type, char *room, struct trouble *why)
{
	const struct table_format *table = table_format_of_name(name);
	const char *known = media_type_named(type.len > 0 ? type : suffix_of(name));
	if (type.len == 0 && known == NULL && table != NULL)
		known = table->media_type;
	struct slice chosen = known != NULL ? slice_of(known) : type;
	if (type.len > 0 && known == NULL && !is_media_type(type))
		return trouble(why, E_INPUT,
			       "--type is csv, ndjson, json, xlsx, sav, triple_s or a media type");
	if (chosen.len == 0 && is_other_spreadsheet(suffix_of(name)))
		return trouble(why, E_INPUT,
			       "of spreadsheets only .xlsx is read: open the file and save it so");
	if (chosen.len == 0)
		return trouble(
			why, E_INPUT,
			"the name does not tell what the file is: give --type csv, ndjson, json, "
			"xlsx, sav or triple_s");
	memcpy(room, chosen.at, chosen.len);
	room[chosen.len] = '\0';
	return OK;
}
