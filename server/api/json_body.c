#include "api/json_body.h"

#include "decode/json_record.h"
#include "http/problem.h"

void json_body_refuse(struct exchange *x, const char *detail)
{
	exchange_problem(x, 422, "bad_body", "The body cannot be taken", slice_of(detail));
}

static void forget_reader(void *reader)
{
	json_reader_fini(reader);
}

bool json_body_read(struct exchange *x, struct slice body, struct record *record)
{
	struct decode_fault fault;
	*record = (struct record){.row = 1};
	if (body.len == 0)
		return true;
	struct json_reader *reader = arena_take(x->arena, sizeof(*reader));
	if (reader == NULL) {
		json_body_refuse(x, "the body is too large");
		return false;
	}
	json_reader_init(reader);
	arena_defer(x->arena, forget_reader, reader);
	if (json_record_read(reader, body, x->arena, record, &fault) == JSON_READ_RECORD)
		return true;
	json_body_refuse(x, arena_print(x->arena, "%s: %s", fault.column, fault.expected));
	return false;
}

bool json_body_has_only(struct exchange *x, const struct record *record, const char *const *names)
{
	for (size_t i = 0; i < record->fields_len; i++) {
		const struct field *f = &record->fields[i];
		size_t n = 0;
		while (names[n] != NULL && (f->group.len > 0 || !slice_is(f->name, names[n])))
			n++;
		if (names[n] != NULL)
			continue;
		json_body_refuse(x, arena_print(x->arena, "%.*s: this route knows no such field",
						SLICE_ARGS(f->name)));
		return false;
	}
	return true;
}

const struct field *json_body_find(const struct record *record, const char *name)
{
	for (size_t i = 0; i < record->fields_len; i++) {
		const struct field *f = &record->fields[i];
		if (f->group.len == 0 && slice_is(f->name, name) && f->kind != FIELD_NULL)
			return f;
	}
	return NULL;
}

bool json_body_text(struct exchange *x, const struct record *record, const char *name, size_t most,
		    struct slice *text)
{
	const struct field *f = json_body_find(record, name);
	*text = f != NULL ? f->value : SLICE_NONE;
	if (f == NULL || (f->kind == FIELD_TEXT && f->value.len > 0 && f->value.len <= most))
		return true;
	json_body_refuse(x, arena_print(x->arena, "%s: a text of 1 to %zu bytes", name, most));
	return false;
}
