#include "survey/result.h"

#include "base/clock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const programme_text =
	"{\"programme\":\"p\",\"channels\":[{\"code\":\"phone\"},{\"code\":\"chat\"}],"
	"\"companies\":[{\"code\":\"C1\"},{\"code\":\"C2\"},{\"code\":\"C3\"}],"
	"\"instruments\":[{\"code\":\"i\",\"scoring\":\"weighted_areas\",\"areas\":["
	"{\"code\":\"a\",\"weight\":0.3},{\"code\":\"b\",\"weight\":7}],\"items\":["
	"{\"code\":\"q1\",\"area\":\"a\",\"options\":[{\"answer\":0,\"points\":0},"
	"{\"answer\":1,\"points\":0.07},{\"answer\":900,\"points\":3}],\"no_answer\":[\"NA\"]},"
	"{\"code\":\"q2\",\"area\":\"b\",\"channels\":[\"phone\"],\"options\":["
	"{\"answer\":0,\"points\":0},{\"answer\":1,\"points\":11}]},"
	"{\"code\":\"q3\",\"area\":\"a\",\"bonus\":true,\"options\":[{\"answer\":1,\"points\":9}]},"
	"{\"code\":\"q4\",\"area\":\"b\",\"measured\":{\"min\":-5,\"max\":100,\"decimals\":2,"
	"\"at_most\":12.5,\"points\":1}}],\"questions\":["
	"{\"code\":\"nps\",\"measure\":\"nps\",\"scale\":{\"min\":0,\"max\":10}}]}],"
	"\"waves\":[{\"code\":\"w\",\"instrument\":\"i\",\"sectors\":[{\"code\":\"S\","
	"\"companies\":[\"C1\",\"C2\"]}]}]}";

/** Fields "group/name=value" divided by '|'; the first byte of a value chooses its kind. */
static size_t cut_fields(struct slice text, struct field *fields, size_t room)
{
	size_t len = 0;
	struct slice part;
	while (len < room && slice_next_part(&text, '|', &part)) {
		struct field field = {0};
		slice_next_part(&part, '=', &field.name);
		if (field.name.len > 0 && memchr(field.name.at, '/', field.name.len) != NULL) {
			struct slice name = field.name;
			slice_next_part(&name, '/', &field.group);
			field.name = name;
		}
		if (part.at != NULL && part.len > 0) {
			field.kind = (enum field_kind)((unsigned char)part.at[0] % 4);
			field.value = slice_from(part, 1);
		}
		fields[len++] = field;
	}
	return len;
}

static void check_result(const struct programme *p, const struct result *r)
{
	must(r->result_id.len > 0 && r->result_id.len <= RESULT_ID_BYTES);
	must(p->waves[0].sector_of[r->company] >= 0);
	must(r->channel == 0 || r->channel == 1);
	must(r->score == SCORE_NONE || (r->score >= 0 && r->score <= 10000));
	must(r->channel == 0 || r->answers[1] == ANSWER_NONE);
	must(r->answers[3] == ANSWER_NONE || (r->answers[3] >= -500 && r->answers[3] <= 10000));
}

/** A record is a result or a reject with its faults, never both, never neither. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct programme *p;
	struct programme_faults faults;
	struct field fields[40];
	struct result result;
	struct reject reject = {0};
	arena_init(&arena, 1 << 20);
	must(programme_parse(slice_of(programme_text), &arena, &p, &faults) == OK);
	struct intake *in = intake_new(p, 0, 0);
	struct slice rest = {(const char *)data, size}, line;
	while (slice_next_part(&rest, '\n', &line)) {
		size_t len = cut_fields(line, fields, COUNT_OF(fields));
		struct record record = {.row = 1, .fields = fields, .fields_len = len};
		struct arena_mark before = arena_mark(&arena);
		enum status st = intake_read(in, &record, &arena, &result, &reject);
		must(st == OK || st == E_INPUT);
		if (st == OK)
			check_result(p, &result);
		else
			must(reject.faults_len > 0 && reject.faults_len <= 64);
		arena_rewind(&arena, before);
	}
	intake_free(in);
	programme_free(p);
	arena_fini(&arena);
	return 0;
}
