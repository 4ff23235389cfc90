#include "channel/page.h"

#include "base/clock.h"
#include "channel/form_fields.h"
#include "channel/json_tree.h"

enum { NUMBER_BYTES = 32 };

static enum status hear_bad(struct heard *heard, const char *why)
{
	*heard = (struct heard){.fate = HEARD_BAD, .why = why};
	return OK;
}

static enum status hear_answers(struct heard *heard, const struct heard_answer *answers, size_t len)
{
	*heard = len == 0 ? (struct heard){.fate = HEARD_NOTHING, .why = "no_answer"}
			  : (struct heard){
				    .fate = HEARD_ANSWERS, .answers = answers, .answers_len = len};
	return OK;
}

static struct heard_answer *take_answers(struct arena *arena, size_t most)
{
	return arena_take_array(arena, most, sizeof(struct heard_answer));
}

/* The page */

bool page_is_answer(const struct form_field *field)
{
	return !slice_is(field->name, PAGE_NONCE) && !slice_is(field->name, PAGE_LANGUAGE) &&
	       slice_trim(field->value).len > 0;
}

/** Which of a name this is; the first one is meant. */
static bool is_first(const struct form_fields *fields, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (slice_equal(fields->at[i].name, fields->at[index].name))
			return false;
	return true;
}

enum status page_hear(const struct setup *setup, const struct payload *payload, struct arena *arena,
		      struct heard *heard, struct trouble *why)
{
	struct form_fields query, fields;
	struct heard_answer *answers;
	size_t len = 0;
	(void)setup; /* it has no source */
	enum status st = form_fields_read(payload->query, arena, &query, why);
	if (st == OK)
		st = form_fields_read(payload->body, arena, &fields, why);
	if (st == E_INPUT)
		return hear_bad(heard, "bad_form");
	if (st < 0)
		return st;
	answers = take_answers(arena, fields.len);
	if (answers == NULL)
		return trouble(why, E_LIMIT, "the answers do not fit their memory");
	for (size_t i = 0; i < fields.len; i++)
		if (page_is_answer(&fields.at[i]) && is_first(&fields, i))
			answers[len++] = (struct heard_answer){
				.token = form_fields_find(&query, "inv"),
				.question = fields.at[i].name,
				.value = slice_trim(fields.at[i].value),
				.observed_at = CLOCK_NO_INSTANT,
				.contacted_at = CLOCK_NO_INSTANT};
	return hear_answers(heard, answers, len);
}

/* The widget */

/** Empty: it is no answer. `at` NULL: the arena is too small. */
static struct slice value_of(const cJSON *field, struct arena *arena)
{
	if (cJSON_IsString(field))
		return slice_trim(json_tree_string(field));
	if (!cJSON_IsNumber(field))
		return SLICE("");
	struct buf number;
	buf_init(&number, NUMBER_BYTES);
	buf_add_double(&number, field->valuedouble);
	struct slice kept = arena_copy(arena, buf_slice(&number));
	buf_fini(&number);
	return kept;
}

static enum status read_answers(const cJSON *tree, struct arena *arena, struct heard *heard,
				struct trouble *why)
{
	const cJSON *given = json_tree_at(tree, "answers");
	if (!cJSON_IsObject(given))
		return hear_bad(heard, "no_answers");
	int most = cJSON_GetArraySize(given); /* at most JSON_TREE_KEYS */
	struct heard_answer *answers = take_answers(arena, (size_t)most);
	struct heard_answer whose = {.token = json_tree_string(json_tree_at(tree, "token")),
				     .contact = json_tree_string(json_tree_at(tree, "contact")),
				     .place = json_tree_string(json_tree_at(tree, "place")),
				     .observed_at = CLOCK_NO_INSTANT,
				     .contacted_at = CLOCK_NO_INSTANT};
	size_t len = 0;
	if (answers == NULL)
		return trouble(why, E_LIMIT, "the answers do not fit their memory");
	for (const cJSON *field = given->child; field != NULL; field = field->next) {
		struct heard_answer *answer = &answers[len];
		*answer = whose;
		answer->question = slice_of(field->string);
		answer->value = value_of(field, arena);
		if (answer->value.at == NULL)
			return trouble(why, E_LIMIT, "the answers do not fit their memory");
		len += answer->value.len > 0;
	}
	return hear_answers(heard, answers, len);
}

enum status widget_hear(const struct setup *setup, const struct payload *payload,
			struct arena *arena, struct heard *heard, struct trouble *why)
{
	(void)setup; /* names are columns; whoever stores the answers looks them up */
	const char *fault = NULL;
	const cJSON *tree = json_tree_read(payload->body, arena, &fault);
	return tree != NULL ? read_answers(tree, arena, heard, why) : hear_bad(heard, fault);
}
