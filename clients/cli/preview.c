#include "cli/preview.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/csv_declared.h"
#include "cli/document_file.h"
#include "cli/file.h"
#include "cli/media_type.h"
#include "cli/preview_view.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/triple_s_pair.h"
#include "mapping/table_beginning.h"

enum { VIEW_ARENA_BYTES = 64 * 1024 };

/** A file looked at. */
struct looking {
	const struct options *options;
	struct programme *programme;
	struct profile *profile;
	struct table_dictionary dictionary;
	struct buf bytes, table_reading;
	struct preview preview;
};

/* Documents: from a file, or from the server */

static enum outcome ask_document(const struct options *o, const char *mapping, struct buf *to)
{
	struct session s;
	struct buf path;
	struct http_answer answer;
	enum outcome outcome = session_open(&s, o);
	if (outcome != OUTCOME_OK)
		return outcome;
	buf_init(&path, HTTP_PATH_BYTES);
	http_answer_init(&answer);
	session_add_path(&s, &path, false);
	if (mapping != NULL) {
		buf_add_text(&path, "/mappings");
		http_add_segment(&path, slice_of(mapping));
	}
	outcome = session_get(&s, &path, "application/json", &answer);
	if (outcome == OUTCOME_OK)
		buf_add(to, buf_slice(&answer.body));
	http_answer_fini(&answer);
	buf_fini(&path);
	session_close(&s);
	return outcome;
}

static enum outcome load_programme(struct looking *l)
{
	const struct options *o = l->options;
	struct buf json;
	struct trouble why;
	enum status st = OK;
	enum outcome outcome = OUTCOME_OK;
	buf_init(&json, PROGRAMME_BYTES_LIMIT);
	if (o->programme != NULL && mapping_is_file(o->programme))
		st = file_read(o->programme, &json, &why);
	else
		outcome = ask_document(o, NULL, &json);
	if (st == OK && outcome == OUTCOME_OK)
		st = programme_file_parse(o, o->programme, buf_slice(&json), &l->programme, &why);
	buf_fini(&json);
	return st == OK ? outcome : session_fail(&why);
}

static enum outcome load_mapping(struct looking *l)
{
	const struct options *o = l->options;
	struct buf json;
	struct trouble why;
	enum status st = OK;
	enum outcome outcome = OUTCOME_OK;
	if (o->mapping == NULL)
		return OUTCOME_OK;
	buf_init(&json, PROFILE_BYTES_LIMIT);
	if (mapping_is_file(o->mapping))
		st = file_read(o->mapping, &json, &why);
	else
		outcome = ask_document(o, o->mapping, &json);
	if (st == OK && outcome == OUTCOME_OK)
		st = mapping_file_parse(o, o->mapping, buf_slice(&json), &l->profile, &why);
	buf_fini(&json);
	return st == OK ? outcome : session_fail(&why);
}

/* The file */

static enum status read_beginning(struct looking *l, const char *name, struct trouble *why)
{
	char part[16 * 1024];
	int descriptor = -1;
	ssize_t got = 1;
	enum status st = file_open(name, &descriptor, why);
	if (st < 0)
		return st;
	while (got > 0 && l->bytes.len < PREVIEW_BYTES) {
		size_t room = PREVIEW_BYTES - l->bytes.len;
		got = read(descriptor, part, room < sizeof(part) ? room : sizeof(part));
		if (got > 0)
			buf_add(&l->bytes, (struct slice){part, (size_t)got});
		else if (got < 0 && errno != EINTR)
			st = trouble(why, E_INPUT, "reading failed: %s", strerror(errno));
	}
	l->preview.whole = got == 0;
	file_close(descriptor);
	return st;
}

static enum status read_table(struct looking *l, const struct table_format *format,
			      const char *name, struct trouble *why)
{
	char data[PATH_MAX];
	struct table_options options = {.sheet = slice_of(l->options->sheet),
					.dictionary = &l->dictionary};
	if (triple_s_is_metadata(slice_of(name), slice_of(l->options->type))) {
		enum status st = triple_s_data_beside(name, data, why);
		if (st < 0)
			return st;
		options.metadata_path = name;
		name = data;
	}
	return table_beginning(format, name, &options, &l->bytes, &l->preview, why);
}

static enum status read_file(struct looking *l, const char *name, struct trouble *why)
{
	static const struct {
		const char *type;
		enum decode_format format;
	} known[] = {{"text/csv", DECODE_CSV},
		     {"application/x-ndjson", DECODE_NDJSON},
		     {"application/json", DECODE_JSON_ARRAY}};
	char type[MEDIA_TYPE_BYTES];
	if (media_type_of(slice_of(name), slice_of(l->options->type), type, why) < 0)
		options_refuse(l->options, why->words);
	l->preview.csv = csv_declared(l->options);
	const struct table_format *table = table_format_of_type(slice_of(type));
	if (table != NULL)
		return read_table(l, table, name, why);
	for (size_t i = 0; i < COUNT_OF(known); i++) {
		l->preview.format = known[i].format;
		if (slice_is(slice_of(type), known[i].type))
			return read_beginning(l, name, why);
	}
	return trouble(why, E_INPUT, "%s cannot be looked at", type);
}

static enum status choose_wave(struct looking *l, struct trouble *why)
{
	const struct options *o = l->options;
	l->preview.programme = l->programme;
	if (o->wave != NULL)
		l->preview.wave = programme_find_wave(l->programme, slice_of(o->wave));
	else if (l->programme->waves_len != 1)
		options_refuse(o, "the programme has several waves: give --wave");
	if (l->preview.wave < 0)
		return trouble(why, E_GONE, "the programme has no wave %s", o->wave);
	return OK;
}

enum outcome preview_make(const struct options *o, const char *name, struct buf *json)
{
	struct looking l = {.options = o, .preview = {.code = SLICE("proposed")}};
	struct trouble why;
	buf_init(&l.bytes, PREVIEW_BYTES);
	buf_init(&l.table_reading, TABLE_READING_BYTES);
	l.preview.table_reading = &l.table_reading;
	table_dictionary_init(&l.dictionary, TABLE_DICTIONARY_BYTES);
	enum outcome outcome = load_programme(&l);
	if (outcome == OUTCOME_OK)
		outcome = load_mapping(&l);
	if (outcome == OUTCOME_OK) {
		enum status st = choose_wave(&l, &why);
		if (st == OK)
			st = read_file(&l, name, &why);
		l.preview.bytes = buf_slice(&l.bytes);
		if (st == OK)
			st = preview_json(&l.preview, &l.profile, json, &why);
		outcome = st == OK ? OUTCOME_OK : session_fail(&why);
	}
	table_dictionary_fini(&l.dictionary);
	buf_fini(&l.bytes);
	buf_fini(&l.table_reading);
	profile_free(l.profile);
	programme_free(l.programme);
	return outcome;
}

/* What is shown */

static enum outcome draw(const struct options *o, struct slice json, bool proposal_only)
{
	struct view view = terminal_view(o);
	struct arena arena;
	struct buf lines;
	struct trouble why;
	const cJSON *document;
	arena_init(&arena, VIEW_ARENA_BYTES);
	buf_init(&lines, PREVIEW_JSON_BYTES);
	enum status st = answer_parse(json, &arena, &document, &why);
	if (st == OK && proposal_only) {
		preview_view_add_reasons(&lines, document, &view);
		fwrite(lines.at, 1, lines.len, stderr);
		buf_clear(&lines);
		preview_view_add_proposal(&lines, document);
	} else if (st == OK) {
		preview_view_add(&lines, document, &view);
	}
	if (st == OK)
		terminal_write(buf_slice(&lines));
	buf_fini(&lines);
	arena_fini(&arena);
	return st == OK ? OUTCOME_OK : session_fail(&why);
}

static enum outcome make_and_draw(const struct options *o, const char *name, bool proposal_only)
{
	struct buf json;
	buf_init(&json, PREVIEW_JSON_BYTES);
	enum outcome outcome = preview_make(o, name, &json);
	if (outcome == OUTCOME_OK && o->json) {
		terminal_write(buf_slice(&json));
		terminal_write(SLICE("\n"));
	} else if (outcome == OUTCOME_OK) {
		outcome = draw(o, buf_slice(&json), proposal_only);
	}
	buf_fini(&json);
	return outcome;
}

enum outcome preview_show(const struct options *o)
{
	return make_and_draw(o, o->words[0], false);
}

enum outcome preview_propose(const struct options *o, const char *name)
{
	return make_and_draw(o, name, true);
}
