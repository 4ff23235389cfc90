#include "channel/heard_list.h"

#include <math.h>

#include "channel/json_tree.h"

enum { FIRST_ROOM = 8 };

struct heard_list heard_list_on(struct arena *arena)
{
	return (struct heard_list){.arena = arena};
}

static bool grow(struct heard_list *l)
{
	size_t room = l->room == 0 ? FIRST_ROOM : 2 * l->room;
	struct heard_answer *answers = arena_take_array(l->arena, room, sizeof(*answers));
	if (answers == NULL) {
		l->arena_over = true;
		return false;
	}
	if (l->len > 0)
		memcpy(answers, l->answers, l->len * sizeof(*answers));
	l->answers = answers;
	l->room = room;
	return true;
}

void heard_list_add(struct heard_list *l, const struct heard_answer *answer)
{
	if (answer->value.len == 0)
		return;
	if (l->len == HEARD_ANSWERS_MOST) {
		l->too_many = true;
		return;
	}
	if (l->len < l->room || grow(l))
		l->answers[l->len++] = *answer;
}

void heard_list_add_comment(struct heard_list *l, const struct heard_answer *of, struct slice words)
{
	struct heard_answer comment = *of;
	comment.question = SLICE("comment");
	comment.value = words;
	comment.scale_min = comment.scale_max = 0;
	heard_list_add(l, &comment);
}

void heard_list_nothing(struct heard_list *l, const char *why)
{
	if (l->nothing == NULL)
		l->nothing = why;
}

static struct slice kept(struct heard_list *l, const char *printed)
{
	if (printed == NULL)
		l->arena_over = true;
	return slice_of(printed);
}

struct slice heard_list_text(struct heard_list *l, const cJSON *value)
{
	static const double exact_most = 9007199254740992; /* 2^53 */
	if (cJSON_IsString(value))
		return slice_trim(slice_of(value->valuestring));
	if (!cJSON_IsNumber(value))
		return SLICE_NONE;
	double number = value->valuedouble;
	bool whole = fabs(number) <= exact_most && trunc(number) == number;
	return kept(l, whole ? arena_print(l->arena, "%lld", (long long)number)
			     : arena_print(l->arena, "%.17g", number));
}

struct slice heard_list_joined(struct heard_list *l, struct slice a, struct slice b, struct slice c)
{
	return kept(l, arena_print(l->arena, "%.*s%s%.*s%s%.*s", SLICE_ARGS(a),
				   a.len > 0 && b.len > 0 ? ":" : "", SLICE_ARGS(b),
				   c.len > 0 ? ":" : "", SLICE_ARGS(c)));
}

struct heard heard_bad(const char *why)
{
	return (struct heard){.fate = HEARD_BAD, .why = why};
}

enum status heard_list_end(const struct heard_list *l, struct heard *heard, struct trouble *why)
{
	if (l->arena_over)
		return trouble(why, E_LIMIT, "a payload does not fit its memory");
	if (l->too_many)
		*heard = heard_bad("too_many_answers");
	else if (l->len == 0)
		*heard = (struct heard){.fate = HEARD_NOTHING,
					.why = l->nothing != NULL ? l->nothing : "no_answer"};
	else
		*heard = (struct heard){
			.fate = HEARD_ANSWERS, .answers = l->answers, .answers_len = l->len};
	return OK;
}

enum status heard_list_of_json(const struct payload *payload, hears_tree *hear, struct arena *arena,
			       struct heard *heard, struct trouble *why)
{
	const char *fault;
	const cJSON *tree = json_tree_read(payload->body, arena, &fault);
	struct heard_list l = heard_list_on(arena);
	if (tree == NULL) {
		*heard = heard_bad(fault);
		return OK;
	}
	hear(&l, tree, payload);
	return heard_list_end(&l, heard, why);
}
