#include "api/undos.h"

#include "api/access.h"
#include "api/caller.h"
#include "api/changing.h"
#include "api/json_body.h"
#include "api/json_column.h"
#include "api/problem_of.h"
#include "base/json_out.h"
#include "http/problem.h"

enum { ANSWER_BYTES = 1024 * 1024, REASON_MOST = 1900 };

struct undoing {
	struct caller caller;
	int64_t upload_id;
};

static void print_changed(struct json_out *j, const struct undo_outcome *outcome)
{
	json_open_array(j);
	for (size_t i = 0; i < outcome->changed_len; i++) {
		const struct undo_changed_result *r = &outcome->changed[i];
		json_open_object(j);
		json_pair_text(j, "result_id", r->result_id);
		json_pair_text(j, "status", slice_of(review_state_name(r->status)));
		json_pair_int(j, "revision", r->revision);
		json_close_object(j);
	}
	json_close_array(j);
}

static void answer_undone(struct exchange *x, int64_t upload_id, const struct undo_outcome *outcome)
{
	struct buf body;
	buf_init(&body, ANSWER_BYTES);
	struct json_out j = json_out_on(&body);
	json_open_object(&j);
	json_pair_number(&j, "upload", upload_id);
	json_pair_text(&j, "state", SLICE("undone"));
	json_pair_int(&j, "removed", (int64_t)outcome->removed);
	json_pair_int(&j, "restored", (int64_t)outcome->restored);
	json_pair_int(&j, "kept", (int64_t)outcome->kept);
	json_key(&j, "kept_results");
	print_changed(&j, outcome);
	json_close_object(&j);
	exchange_answer(x, 200, "application/json", buf_slice(&body));
	buf_fini(&body);
}

/** The first of those in the way stand in the problem's errors. */
static void answer_refusal(struct exchange *x, const struct undo_outcome *outcome)
{
	struct buf errors;
	if (outcome->changed_len == 0 || outcome->why.status != E_CONFLICT) {
		answer_trouble(x, &outcome->why);
		return;
	}
	buf_init(&errors, ANSWER_BYTES);
	struct json_out j = json_out_on(&errors);
	print_changed(&j, outcome);
	exchange_problem_errors(x, 409, "changed_since", "Somebody has changed results since",
				slice_of(outcome->why.words), buf_slice(&errors));
	buf_fini(&errors);
}

static void undone(void *arg, const struct undo_outcome *outcome)
{
	struct undoing *u = arg;
	struct exchange *x = u->caller.x;
	if (x != NULL && outcome->status == OK)
		answer_undone(x, u->upload_id, outcome);
	else if (x != NULL)
		answer_refusal(x, outcome);
	memory_free(u);
}

static bool read_changed(struct exchange *x, const struct record *body, enum undo_changed *changed)
{
	struct slice word;
	*changed = UNDO_REFUSES;
	if (!json_body_text(x, body, "changed", sizeof("keep") - 1, &word))
		return false;
	if (slice_is(word, "keep"))
		*changed = UNDO_KEEPS;
	else if (slice_is(word, "undo"))
		*changed = UNDO_TAKES;
	else if (word.at != NULL) {
		json_body_refuse(x, "changed: keep or undo");
		return false;
	}
	return true;
}

static void start(struct exchange *x, const struct known_key *key, const struct known_wave *wave,
		  struct slice reason, enum undo_changed changed)
{
	struct review_order order = {.wave = wave,
				     .organisation_id = key->organisation_id,
				     .key_id = slice_of(key->key_id),
				     .reason = reason};
	struct slice number = SLICE_NONE;
	int64_t upload_id;
	must(exchange_parameter(x, "upload", &number));
	if (!slice_to_int64(number, &upload_id)) {
		exchange_problem(x, 404, "unknown_upload", "There is no such upload", SLICE_NONE);
		return;
	}
	if (!changing_has_room(x))
		return;
	struct undoing *u = memory_new(sizeof(*u));
	u->caller.x = x;
	u->upload_id = upload_id;
	x->state = u;
	review_undo(api_of(x)->review, &order, upload_id, changed, undone, u);
}

static void begin(struct exchange *x)
{
	(void)access_check(x); /* refuses before the body is sent */
}

static void whole(struct exchange *x, struct slice bytes)
{
	static const char *const names[] = {"reason", "changed", NULL};
	const struct known_key *key = access_check(x);
	const struct known_wave *wave = key != NULL ? access_wave(x, key) : NULL;
	struct record body;
	struct slice reason;
	enum undo_changed changed;
	if (wave != NULL && json_body_read(x, bytes, &body) &&
	    json_body_has_only(x, &body, names) &&
	    json_body_text(x, &body, "reason", REASON_MOST, &reason) &&
	    read_changed(x, &body, &changed))
		start(x, key, wave, reason, changed);
}

const struct handler upload_undo = {.begin = begin, .whole = whole, .gone = caller_gone};
