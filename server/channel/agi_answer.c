#include "channel/agi_answer.h"

#include <stdio.h>

#include <cjson/cJSON.h>

#include "base/clock.h"
#include "base/json_out.h"
#include "base/must.h"
#include "channel/form_fields.h"

enum { TOKEN_BYTES = 32 }; /* longer ones are none */

void agi_answer_write(struct buf *to, const struct agi_answer *answer)
{
	struct json_out j = json_out_on(to);
	char value[16];
	int len = snprintf(value, sizeof(value), "%d", answer->value);
	json_open_object(&j);
	json_pair_text(&j, "call", answer->call);
	json_pair_text(&j, "question", answer->question);
	json_pair_text(&j, "value", (struct slice){value, (size_t)len});
	json_key(&j, "scale");
	json_open_object(&j);
	json_pair_int(&j, "min", answer->scale_min);
	json_pair_int(&j, "max", answer->scale_max);
	json_close_object(&j);
	if (answer->place.len > 0)
		json_pair_text(&j, "place", answer->place);
	json_close_object(&j);
}

size_t agi_answer_key(const struct agi_answer *answer, char key[ADAPTER_DEDUPE_BYTES])
{
	struct buf to;
	buf_init(&to, ADAPTER_DEDUPE_BYTES);
	buf_add(&to, answer->call);
	buf_add_byte(&to, ' ');
	buf_add(&to, answer->question);
	if (answer->token.len > 0)
		buf_add_byte(&to, ' ');
	buf_add(&to, slice_cut(answer->token, TOKEN_BYTES));
	must(!buf_over(&to));
	size_t len = to.len;
	memcpy(key, to.at, len);
	buf_fini(&to);
	return len;
}

static void delete_tree(void *tree)
{
	cJSON_Delete(tree);
}

static struct slice text_of(const cJSON *of, const char *key)
{
	return slice_of(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(of, key)));
}

static int number_of(const cJSON *of, const char *key)
{
	const cJSON *number = cJSON_GetObjectItemCaseSensitive(of, key);
	return cJSON_IsNumber(number) ? number->valueint : 0;
}

enum status agi_answer_hear(const struct setup *setup, const struct payload *payload,
			    struct arena *arena, struct heard *heard, struct trouble *why)
{
	(void)setup;
	*heard = (struct heard){.fate = HEARD_BAD, .why = "not_json"};
	cJSON *tree = cJSON_ParseWithLength(payload->body.at, payload->body.len);
	if (tree == NULL)
		return OK;
	arena_defer(arena, delete_tree, tree);
	const cJSON *scale = cJSON_GetObjectItemCaseSensitive(tree, "scale");
	struct heard_answer *answer = arena_take(arena, sizeof(*answer));
	if (answer == NULL)
		return trouble(why, E_LIMIT, "the answer does not fit");
	*answer = (struct heard_answer){.token = form_field_of(payload->query, "inv", arena),
					.contact = text_of(tree, "call"),
					.place = text_of(tree, "place"),
					.question = text_of(tree, "question"),
					.value = text_of(tree, "value"),
					.scale_min = number_of(scale, "min"),
					.scale_max = number_of(scale, "max"),
					.observed_at = CLOCK_NO_INSTANT,
					.contacted_at = CLOCK_NO_INSTANT};
	heard->why = "no_answer";
	if (answer->contact.len == 0 || answer->question.len == 0 || answer->value.len == 0)
		return OK;
	*heard = (struct heard){.fate = HEARD_ANSWERS, .answers = answer, .answers_len = 1};
	return OK;
}
