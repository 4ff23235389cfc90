#include "provider/messenger_verdict.h"

#include <cjson/cJSON.h>
#include <stdio.h>

#include "decode/json_scan.h"

/** Codes of errors after which a message may be tried again; the others are for good. */
struct again {
	int code;
	bool hold; /* the whole page waits */
};

/* clang-format off */
static const struct again again_codes[] = {
	{4,    true},  /* the app's limit of calls */
	{17,   true},  /* the user's */
	{32,   true},  /* the page's */
	{613,  true},  /* the limit of this call */
	{190,  true},  /* the access token is no longer good: a new one may come */
	{1200, false}, /* "temporary send message failure" */
};
/* clang-format on */

int64_t message_wait_s(int attempts)
{
	int64_t wait = (int64_t)1 << (attempts < 1 ? 0 : attempts > 12 ? 11 : attempts - 1);
	return wait < MESSAGE_WAIT_MOST_S ? wait : MESSAGE_WAIT_MOST_S;
}

static void say(struct message_verdict *v, enum message_fate fate, const char *code,
		struct slice words)
{
	struct slice word = slice_cut(slice_of(code), sizeof(v->code) - 1);
	words = slice_cut(words, sizeof(v->words) - 1);
	v->fate = fate;
	(void)snprintf(v->code, sizeof(v->code), "%.*s", SLICE_ARGS(word));
	(void)snprintf(v->words, sizeof(v->words), "%.*s", SLICE_ARGS(words));
}

static const struct again *find_again(int code)
{
	for (size_t i = 0; i < COUNT_OF(again_codes); i++)
		if (again_codes[i].code == code)
			return &again_codes[i];
	return NULL;
}

static cJSON *read_json(struct slice body)
{
	if (json_judge(body, JSON_DEPTH, JSON_KEYS).code != NULL)
		return NULL;
	return cJSON_ParseWithLength(body.at, body.len);
}

static void take_id(const struct outgoing_answer *answer, struct message_verdict *v)
{
	cJSON *tree = read_json(answer->body);
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(tree, "message_id");
	if (cJSON_IsString(id))
		(void)snprintf(v->provider_id, sizeof(v->provider_id), "%s", id->valuestring);
	cJSON_Delete(tree);
}

/** Meta's own words for it: {"error":{"message":…,"code":…,"error_subcode":…}}. False: it has none.
 */
static bool take_error(const struct outgoing_answer *answer, struct message_verdict *v)
{
	cJSON *tree = read_json(answer->body);
	const cJSON *error = cJSON_GetObjectItemCaseSensitive(tree, "error");
	const cJSON *code = cJSON_GetObjectItemCaseSensitive(error, "code");
	const cJSON *words = cJSON_GetObjectItemCaseSensitive(error, "message");
	bool found = cJSON_IsNumber(code);
	if (found) {
		const struct again *again = find_again(code->valueint);
		char number[MESSAGE_CODE_BYTES];
		(void)snprintf(number, sizeof(number), "%d", code->valueint);
		say(v, again != NULL ? MESSAGE_AGAIN : MESSAGE_FAILED, number,
		    slice_of(cJSON_IsString(words) ? words->valuestring : ""));
		v->hold = again != NULL && again->hold;
	}
	cJSON_Delete(tree);
	return found;
}

static void judge_status(const struct outgoing_answer *answer, struct message_verdict *v)
{
	char status[MESSAGE_CODE_BYTES];
	(void)snprintf(status, sizeof(status), "http_%d", answer->status);
	bool throttled = answer->status == 429;
	if (throttled || (answer->status >= 500 && answer->retry_after_s > 0)) {
		say(v, MESSAGE_AGAIN, status, SLICE("the provider wants a pause"));
		v->hold = true;
	} else if (take_error(answer, v)) {
		/* What is over on their side may have been done before it failed. */
		if (answer->status >= 500 && v->fate == MESSAGE_FAILED)
			v->fate = MESSAGE_UNKNOWN;
	} else if (answer->status >= 500) {
		say(v, MESSAGE_UNKNOWN, status, SLICE("the provider failed; it may have arrived"));
	} else {
		say(v, MESSAGE_FAILED, status, SLICE("the provider refused it without saying why"));
	}
}

void messenger_verdict(const struct outgoing_answer *answer, int attempts, int64_t age_s,
		       struct message_verdict *v)
{
	*v = (struct message_verdict){.fate = MESSAGE_SENT};
	if (answer->fate == OUTGOING_NOT_SENT)
		say(v, MESSAGE_AGAIN, answer->why.code, slice_of(answer->why.words));
	else if (answer->fate == OUTGOING_UNKNOWN)
		say(v, MESSAGE_UNKNOWN, answer->why.code, slice_of(answer->why.words));
	else if (answer->status >= 200 && answer->status < 300)
		take_id(answer, v);
	else
		judge_status(answer, v);
	if (v->fate != MESSAGE_AGAIN)
		return;
	v->wait_s = message_wait_s(attempts);
	if (answer->retry_after_s > v->wait_s)
		v->wait_s = answer->retry_after_s < MESSAGE_WAIT_MOST_S ? answer->retry_after_s
									: MESSAGE_WAIT_MOST_S;
	if (age_s + v->wait_s > MESSAGE_GIVE_UP_S)
		v->fate = MESSAGE_FAILED;
}
