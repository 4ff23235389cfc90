#include "review/correction.h"

#include "base/clock.h"
#include "store/stored_record.h"
#include "survey/breach.h"

static bool same_numbers(const int16_t *a, const int16_t *b, size_t len)
{
	return len == 0 || memcmp(a, b, len * sizeof(*a)) == 0;
}

static bool same_content(const struct instrument *in, const struct result *a,
			 const struct result *b)
{
	return a->company == b->company && a->channel == b->channel &&
	       slice_equal(a->shopper, b->shopper) && a->contacted_at == b->contacted_at &&
	       a->answered == b->answered && a->attempt == b->attempt &&
	       a->wait_seconds == b->wait_seconds && a->duration_seconds == b->duration_seconds &&
	       slice_equal(a->comment, b->comment) &&
	       same_numbers(a->answers, b->answers, in->items_len) &&
	       same_numbers(a->cx, b->cx, in->questions_len);
}

/** What only other results show stays; what the result itself shows is looked at anew. */
static void settle_breaches(const struct wave *wave, const struct result *before, struct result *r)
{
	uint32_t excluding = breaches_with_action(&wave->fieldwork, BREACH_EXCLUDES);
	bool excludes = (r->breaches & excluding & ~before->breaches) != 0 &&
			before->status != REVIEW_DISPUTED;
	/* Excluded for itself: no other contact brings it back, so those marks go. */
	if (!excludes)
		r->breaches |= before->breaches & (uint32_t)BREACHES_AMONG;
	r->status = excludes ? REVIEW_EXCLUDED : before->status;
}

static enum status refuse_other_id(struct arena *arena, struct slice id, struct reject *reject)
{
	struct fault *fault = arena_take(arena, sizeof(*fault));
	if (fault == NULL)
		return E_LIMIT;
	*fault = (struct fault){.code = "cannot_change",
				.column = SLICE("result_id"),
				.value = slice_cut(id, 100),
				.expected = SLICE("the result's own id")};
	*reject = (struct reject){.row = 1, .faults = fault, .faults_len = 1};
	return E_INPUT;
}

static enum status read_again(const struct programme *p, int wave, const struct record *record,
			      const struct stored_result *before, struct arena *arena,
			      struct stored_result *after, struct reject *reject)
{
	struct intake *intake = intake_new(p, wave, clock_now());
	enum status st = intake_read(intake, record, arena, &after->result, reject);
	intake_free(intake);
	if (st == OK && !slice_equal(after->result.result_id, before->result.result_id))
		st = refuse_other_id(arena, after->result.result_id, reject);
	return st;
}

enum status correction_make(const struct programme *p, int wave, const struct stored_result *before,
			    const struct record *content, struct arena *arena,
			    struct stored_result *after, bool *differs, struct reject *reject,
			    struct trouble *why)
{
	const struct instrument *in = &p->instruments[p->waves[wave].instrument];
	struct record record;
	*after = *before;
	*differs = false;
	enum status st = stored_record_write(p, wave, before, content, arena, &record, why);
	if (st < 0)
		return st;
	st = read_again(p, wave, &record, before, arena, after, reject);
	if (st < 0)
		return trouble_code(why, st, "result_faults", "the corrected result has faults");
	settle_breaches(&p->waves[wave], &before->result, &after->result);
	*differs = !same_content(in, &before->result, &after->result);
	if (!slice_equal(before->result.shopper, after->result.shopper))
		after->shopper = -1;
	return OK;
}
