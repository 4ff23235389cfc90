#include "api/source_asks.h"

#include "api/access.h"
#include "api/caller.h"
#include "api/problem_of.h"
#include "base/json_out.h"
#include "http/problem.h"
#include "provider/source_check.h"

enum { ANSWER_BYTES = 64 * 1024 };

/* Check */

struct check_caller {
	struct caller caller;
	char code[PROGRAMME_CODE_BYTES + 1];
};

static void print_report(struct json_out *j, struct slice code, const struct source_report *report)
{
	json_open_object(j);
	json_pair_text(j, "source", code);
	json_pair_bool(j, "ok", report->ok);
	json_key(j, "checks");
	json_open_array(j);
	for (size_t i = 0; i < report->len; i++) {
		json_open_object(j);
		json_pair_text(j, "check", slice_of(report->at[i].check));
		json_pair_bool(j, "ok", report->at[i].ok);
		json_pair_text(j, "words", slice_of(report->at[i].words));
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}

static void checked(void *arg, const struct source_report *report, const struct trouble *why)
{
	struct check_caller last = *(struct check_caller *)arg;
	struct buf body;
	memory_free(arg);
	if (last.caller.x == NULL)
		return;
	if (report == NULL) {
		answer_trouble(last.caller.x, why);
		return;
	}
	buf_init(&body, ANSWER_BYTES);
	struct json_out j = json_out_on(&body);
	print_report(&j, slice_of(last.code), report);
	exchange_answer(last.caller.x, 200, "application/json", buf_slice(&body));
	buf_fini(&body);
}

static void begin_check(struct exchange *x)
{
	const struct api *api = api_of(x);
	const struct known_key *key = access_check(x);
	const struct known_source *source = key != NULL ? access_source(x, key) : NULL;
	if (source == NULL)
		return;
	struct source_check_settings settings = {.pool = api->pool,
						 .catalogue = api->catalogue,
						 .outgoing = api->providers->outgoing,
						 .graph_url = api->providers->graph_url,
						 .public_url = api->public_url,
						 .agi = api->agi,
						 .lmtp = api->lmtp};
	struct check_caller *c = memory_new(sizeof(*c));
	c->caller.x = x;
	must(source->code.len < sizeof(c->code));
	memcpy(c->code, source->code.at, source->code.len);
	x->state = c;
	source_check(&settings, source, checked, c);
}

/* Reconcile */

static void begin_reconcile(struct exchange *x)
{
	const struct known_key *key = access_check(x);
	const struct known_source *source = key != NULL ? access_source(x, key) : NULL;
	if (source == NULL)
		return;
	if (!puller_can(source) || source->paused) {
		exchange_problem(x, 409, "source_not_set_up", "There is nobody to ask",
				 SLICE("a source of the kind chatwoot is asked, with base_url, "
				       "account and access_token, that is not paused"));
		return;
	}
	puller_ask(api_of(x)->providers->puller, source);
	exchange_answer(x, 202, "application/json", SLICE("{\"state\":\"asked\"}"));
}

const struct handler source_check_post = {.begin = begin_check, .gone = caller_gone};
const struct handler source_reconcile_post = {.begin = begin_reconcile};
