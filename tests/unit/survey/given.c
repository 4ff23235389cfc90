#include "given.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

const char *const given_text =
	"{\"programme\":\"p\",\"name\":{\"en\":\"P\"},"
	"\"channels\":[{\"code\":\"phone\"},{\"code\":\"chat\"}],"
	"\"companies\":[{\"code\":\"C1\",\"name\":{\"ko\":\"한빛\"}},{\"code\":\"C2\"},"
	"{\"code\":\"C3\"}],"
	"\"instruments\":[{\"code\":\"i\",\"scoring\":\"pooled\",\"unanswered\":\"zero\","
	"\"areas\":[{\"code\":\"wait\",\"weight\":5},{\"code\":\"agent\",\"weight\":95}],"
	"\"items\":["
	"{\"code\":\"q1\",\"area\":\"wait\",\"options\":[{\"answer\":0,\"points\":0},"
	"{\"answer\":1,\"points\":0.5},{\"answer\":2,\"points\":3}],\"no_answer\":[\"NA\"]},"
	"{\"code\":\"q2\",\"area\":\"agent\",\"options\":[{\"answer\":1,\"points\":7},"
	"{\"answer\":0,\"points\":0}]},"
	"{\"code\":\"q3\",\"area\":\"agent\",\"channels\":[\"phone\"],\"options\":["
	"{\"answer\":0,\"points\":0},{\"answer\":500,\"points\":2.25}]},"
	"{\"code\":\"q4\",\"area\":\"agent\",\"scored\":false,\"options\":[{\"answer\":1},"
	"{\"answer\":2}]}],"
	"\"questions\":["
	"{\"code\":\"csat\",\"measure\":\"csat\",\"scale\":{\"min\":1,\"max\":5}},"
	"{\"code\":\"ces\",\"measure\":\"ces\",\"scale\":{\"min\":1,\"max\":7},"
	"\"direction\":\"high_is_effort\"},"
	"{\"code\":\"nps\",\"measure\":\"nps\",\"scale\":{\"min\":0,\"max\":10},"
	"\"no_answer\":[\"11\",\"Blank\"]},"
	"{\"code\":\"ves1\",\"measure\":\"other\",\"scale\":{\"min\":1,\"max\":7}}]}],"
	"\"waves\":[{\"code\":\"w\",\"instrument\":\"i\",\"planned_contacts\":25,"
	"\"channel_weights\":{\"phone\":0.4},\"time_zone\":\"Europe/Oslo\","
	"\"contact_hours\":{\"from\":\"09:00\",\"until\":\"15:00\",\"weekdays\":[1,5]},"
	"\"sectors\":[{\"code\":\"S1\",\"companies\":[\"C2\","
	"{\"company\":\"C1\",\"planned_contacts\":20}]}]}]}";

struct slice given_replaced(struct slice text, const char *old, const char *new)
{
	const char *at = strstr(text.at, old);
	cr_assert_not_null(at, "the text does not occur: %s", old);
	size_t before = (size_t)(at - text.at), cut = strlen(old), len = strlen(new);
	char *made = malloc(text.len - cut + len + 1);
	memcpy(made, text.at, before);
	memcpy(made + before, new, len);
	memcpy(made + before + len, at + cut, text.len - before - cut + 1);
	return (struct slice){made, text.len - cut + len};
}

struct slice given_text_with(const char *old, const char *new)
{
	return given_replaced(slice_of(given_text), old, new);
}

struct programme *given_programme(struct slice text)
{
	struct arena arena;
	struct programme *p;
	struct programme_faults faults;
	arena_init(&arena, 1 << 20);
	enum status st = programme_parse(text, &arena, &p, &faults);
	cr_assert_eq(st, OK, "%zu faults, first %s at %.*s", faults.total,
		     faults.len ? faults.at[0].code : "",
		     faults.len ? (int)faults.at[0].pointer.len : 0,
		     faults.len ? faults.at[0].pointer.at : "");
	arena_fini(&arena);
	return p;
}

static void set_kind(struct field *field)
{
	field->kind = FIELD_TEXT;
	if (field->value.len > 0 && field->value.at[0] == '#')
		field->kind = FIELD_NUMBER;
	else if (field->value.len > 0 && field->value.at[0] == '!')
		field->kind = FIELD_BOOL;
	if (field->kind != FIELD_TEXT)
		field->value = slice_from(field->value, 1);
	if (slice_is(field->value, "null!"))
		*field = (struct field){field->group, field->name, SLICE_NONE, FIELD_NULL};
}

struct record given_record(struct arena *arena, const char *const *pairs)
{
	size_t len = 0;
	while (pairs[2 * len] != NULL)
		len++;
	struct field *fields = arena_take_array(arena, len, sizeof(*fields));
	for (size_t i = 0; i < len; i++) {
		struct slice name = slice_of(pairs[2 * i]), group;
		if (memchr(name.at, '/', name.len) != NULL)
			slice_next_part(&name, '/', &group);
		else
			group = SLICE_NONE;
		fields[i] = (struct field){
			.group = group, .name = name, .value = slice_of(pairs[2 * i + 1])};
		set_kind(&fields[i]);
	}
	return (struct record){.row = 7, .fields = fields, .fields_len = len};
}

struct slice given_file(const char *folder_variable, const char *path)
{
	char name[1024];
	const char *folder = getenv(folder_variable);
	if (folder == NULL)
		return SLICE_NONE;
	snprintf(name, sizeof(name), "%s/%s", folder, path);
	FILE *file = fopen(name, "rb");
	if (file == NULL)
		return SLICE_NONE;
	struct buf text;
	buf_init(&text, 64 * 1024 * 1024);
	char part[65536];
	size_t got;
	while ((got = fread(part, 1, sizeof(part), file)) > 0)
		buf_add(&text, (struct slice){part, got});
	fclose(file);
	buf_add_byte(&text, '\0');
	return (struct slice){text.at, text.len - 1};
}

struct slice given_line(struct slice *rest)
{
	struct slice line = SLICE_NONE;
	slice_next_part(rest, '\n', &line);
	return line;
}

size_t given_parts(struct slice line, struct slice *parts, size_t room)
{
	size_t len = 0;
	while (len < room && slice_next_part(&line, ',', &parts[len]))
		len++;
	return len;
}
