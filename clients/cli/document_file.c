#include "cli/document_file.h"

#include <stdio.h>

#include "base/json_out.h"
#include "cli/answer.h"
#include "cli/faults_view.h"
#include "cli/file.h"
#include "cli/terminal.h"

enum {
	FAULTS_ARENA_BYTES = 8 * 1024 * 1024,
	LIST_BYTES = 4 * 1024 * 1024,
	VIEW_ARENA_BYTES = 64 * 1024
};

void faults_say(const struct options *o, struct slice faults)
{
	struct view view = terminal_view(o);
	struct arena arena;
	struct buf lines;
	const cJSON *document;
	arena_init(&arena, VIEW_ARENA_BYTES);
	buf_init(&lines, LIST_BYTES);
	if (answer_parse(faults, &arena, &document, NULL) == OK)
		faults_view_add(&lines, document, &view);
	if (lines.len > 0)
		fwrite(lines.at, 1, lines.len, stderr);
	buf_fini(&lines);
	arena_fini(&arena);
}

static void say_document(const struct options *o, const struct programme_faults *faults)
{
	struct buf list;
	buf_init(&list, LIST_BYTES);
	struct json_out j = json_out_on(&list);
	programme_faults_json(faults, &j);
	faults_say(o, buf_slice(&list));
	buf_fini(&list);
}

enum status programme_file_parse(const struct options *o, const char *name, struct slice json,
				 struct programme **made, struct trouble *why)
{
	struct programme_faults faults = {0};
	struct arena arena;
	arena_init(&arena, FAULTS_ARENA_BYTES);
	enum status st = programme_parse(json, &arena, made, &faults);
	if (st == E_INPUT)
		say_document(o, &faults);
	if (st < 0)
		st = trouble(why, st, "%s is not a programme file: %zu faults", name, faults.total);
	arena_fini(&arena);
	return st;
}

enum status mapping_file_parse(const struct options *o, const char *name, struct slice json,
			       struct profile **made, struct trouble *why)
{
	struct programme_faults faults = {0};
	struct arena arena;
	arena_init(&arena, FAULTS_ARENA_BYTES);
	enum status st = profile_parse(json, &arena, made, &faults);
	if (st == E_INPUT)
		say_document(o, &faults);
	if (st < 0)
		st = trouble(why, st, "%s is not a mapping: %zu faults", name, faults.total);
	arena_fini(&arena);
	return st;
}

enum status mapping_file_read(const struct options *o, const char *name, struct profile **made,
			      struct trouble *why)
{
	struct buf file;
	buf_init(&file, PROFILE_BYTES_LIMIT);
	enum status st = file_read(name, &file, why);
	if (st == OK)
		st = mapping_file_parse(o, name, buf_slice(&file), made, why);
	buf_fini(&file);
	return st;
}

bool mapping_is_file(const char *name)
{
	struct slice text = slice_of(name), suffix = SLICE(".json");
	return text.len > suffix.len &&
	       slice_equal(slice_from(text, text.len - suffix.len), suffix);
}
