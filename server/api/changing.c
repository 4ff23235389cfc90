#include "api/changing.h"

#include "api/problem_of.h"
#include "api/results.h"
#include "base/json_out.h"
#include "http/problem.h"

enum { FAULTS_BYTES = 256 * 1024 };

struct changing {
	struct caller caller;
	struct api *api;
	int wave_id, status;
	char result_id[RESULT_ID_BYTES];
	size_t id_len;
};

static void answer_faults(struct exchange *x, const struct reject *reject)
{
	struct buf errors;
	buf_init(&errors, FAULTS_BYTES);
	struct json_out j = json_out_on(&errors);
	json_open_array(&j);
	for (size_t i = 0; i < reject->faults_len; i++) {
		const struct fault *f = &reject->faults[i];
		json_open_object(&j);
		json_pair_text(&j, "column", f->column);
		json_pair_text(&j, "code", slice_of(f->code));
		json_pair_text(&j, "value", f->value);
		json_pair_text(&j, "expected", f->expected);
		json_close_object(&j);
	}
	json_close_array(&j);
	exchange_problem_errors(x, 422, "result_faults", "The corrected result has faults",
				SLICE_NONE, buf_slice(&errors));
	buf_fini(&errors);
}

static void answer_refusal(struct exchange *x, const struct review_single_outcome *outcome)
{
	const struct trouble *why = &outcome->why;
	if (outcome->reject != NULL)
		answer_faults(x, outcome->reject);
	else if (strcmp(why->code, "precondition_failed") == 0)
		exchange_problem(x, 412, "precondition_failed",
				 "Somebody changed the result before", slice_of(why->words));
	else
		answer_trouble(x, why);
}

static void changed(void *arg, const struct review_single_outcome *outcome)
{
	struct changing *c = arg;
	struct exchange *x = c->caller.x;
	struct slice id = {c->result_id, c->id_len};
	if (x != NULL && outcome->status == OK)
		result_view_answer(x, catalogue_wave_by_id(c->api->catalogue, c->wave_id), id,
				   c->status);
	else if (x != NULL)
		answer_refusal(x, outcome);
	memory_free(c);
}

int32_t changing_revision(const struct exchange *x)
{
	struct slice tag = exchange_header(x, "if-match");
	int64_t revision;
	if (tag.at == NULL || slice_is(tag, "*"))
		return 0;
	bool quoted = tag.len > 2 && tag.at[0] == '"' && tag.at[tag.len - 1] == '"';
	struct slice inside = quoted ? (struct slice){tag.at + 1, tag.len - 2} : SLICE_NONE;
	bool good = slice_to_int64(inside, &revision) && revision > 0 && revision < INT32_MAX;
	return good ? (int32_t)revision : INT32_MAX;
}

bool changing_has_room(struct exchange *x)
{
	struct trouble why;
	if (review_running(api_of(x)->review) < REVIEWS_AT_ONCE)
		return true;
	(void)trouble_code(&why, E_BUSY, "try_again", "%d reviews are being made already",
			   REVIEWS_AT_ONCE);
	answer_trouble(x, &why);
	return false;
}

void changing_start(struct exchange *x, const struct known_key *key, const struct known_wave *wave,
		    const struct review_single *single, struct slice reason, int status)
{
	struct review_order order = {.wave = wave,
				     .organisation_id = key->organisation_id,
				     .key_id = slice_of(key->key_id),
				     .reason = reason};
	if (single->result_id.len > RESULT_ID_BYTES) {
		exchange_problem(x, 404, "unknown_result", "There is no such result", SLICE_NONE);
		return;
	}
	if (!changing_has_room(x))
		return;
	struct changing *c = memory_new(sizeof(*c));
	c->caller.x = x;
	c->api = api_of(x);
	c->wave_id = wave->wave_id;
	c->status = status;
	c->id_len = single->result_id.len;
	memcpy(c->result_id, single->result_id.at, c->id_len);
	x->state = c;
	review_change_single(c->api->review, &order, single, changed, c);
}
