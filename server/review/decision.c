#include "review/decision.h"

#include "review/correction.h"
#include "survey/breach.h"
#include "survey/tally.h"

#define BIT(name) (1u << REVIEW_##name)

/** What review may make of a result. Only an appeal makes it disputed, and only the appeal's
 * outcome ends that. */
static const unsigned next_states[REVIEW_COUNT] = {
	[REVIEW_SUBMITTED] = BIT(APPROVED) | BIT(RETURNED) | BIT(EXCLUDED),
	[REVIEW_APPROVED] = BIT(SUBMITTED) | BIT(RETURNED) | BIT(EXCLUDED),
	[REVIEW_RETURNED] = BIT(SUBMITTED) | BIT(APPROVED) | BIT(EXCLUDED),
	[REVIEW_EXCLUDED] = BIT(SUBMITTED) | BIT(APPROVED) | BIT(RETURNED),
	[REVIEW_DISPUTED] = 0,
};

unsigned decision_may_leave(void)
{
	unsigned states = 0;
	for (unsigned i = 0; i < REVIEW_COUNT; i++)
		states |= next_states[i] != 0 ? 1u << i : 0;
	return states;
}

static void set_status(struct decision *d, enum review_state to)
{
	must((next_states[d->before.result.status] & 1u << to) != 0);
	d->after.result.status = to;
}

/** Who decides where a result stands decides it for good: the rules among results have excluded
 * it no longer, and will not bring it back. */
static void take_over(struct decision *d)
{
	d->after.result.breaches &= ~(uint32_t)BREACHES_AMONG;
}

static bool differs(const struct decision *d)
{
	return d->corrected || d->after.result.status != d->before.result.status ||
	       d->after.result.breaches != d->before.result.breaches;
}

void decision_by_wish(struct decision *d, const struct review_wish *wish, unsigned from)
{
	enum review_state now = d->before.result.status;
	d->after = d->before;
	bool may = (from & decision_may_leave() & 1u << now) != 0;
	/* Marks of the rules among results belong to what they do to the state. */
	uint32_t marks = may ? UINT32_MAX : ~(uint32_t)BREACHES_AMONG;
	if (may && wish->status != REVIEW_COUNT) {
		take_over(d);
		if (wish->status != now)
			set_status(d, wish->status);
	}
	d->after.result.breaches |= wish->breaches_found & marks;
	d->after.result.breaches &= ~(wish->breaches_gone & marks);
	d->changed = differs(d);
}

static enum status check_appeal(const struct decision *d, const struct review_single *single,
				struct trouble *why)
{
	bool disputed = d->before.result.status == REVIEW_DISPUTED;
	bool moves = single->status != REVIEW_COUNT && single->appeal == APPEAL_NONE;
	if (disputed && (moves || single->appeal == APPEAL_OPENS))
		return trouble_code(why, E_CONFLICT, "appeal_open",
				    "an appeal is open: its outcome says where the result stands");
	if (!disputed && single->appeal == APPEAL_CLOSES)
		return trouble_code(why, E_CONFLICT, "appeal_not_open", "the appeal is not open");
	return OK;
}

static void move(struct decision *d, const struct review_single *single)
{
	if (single->appeal == APPEAL_OPENS)
		d->after.result.status = REVIEW_DISPUTED;
	else if (single->appeal == APPEAL_CLOSES || single->status == d->before.result.status)
		d->after.result.status = single->status;
	else if (single->status != REVIEW_COUNT)
		set_status(d, single->status);
}

enum status decision_by_single(struct decision *d, const struct review_single *single,
			       const struct programme *p, int wave, struct arena *arena,
			       struct reject *reject, struct trouble *why)
{
	d->after = d->before;
	if (single->revision != 0 && single->revision != d->before.revision)
		return trouble_code(why, E_CONFLICT, "precondition_failed",
				    "the result has revision %d by now", d->before.revision);
	enum status st = check_appeal(d, single, why);
	if (st == OK && single->content != NULL)
		st = correction_make(p, wave, &d->before, single->content, arena, &d->after,
				     &d->corrected, reject, why);
	if (st < 0)
		return st;
	move(d, single);
	bool dismissed = single->appeal == APPEAL_CLOSES && !single->upheld;
	if (single->status != REVIEW_COUNT && !dismissed)
		take_over(d);
	d->changed = differs(d);
	return OK;
}

bool decision_count(const struct decision *d, unsigned counts, struct tally *to)
{
	bool counted = (counts & 1u << d->before.result.status) != 0;
	bool counts_now = (counts & 1u << d->after.result.status) != 0;
	if (counted == counts_now && !(counted && d->corrected))
		return false;
	if (counted)
		tally_add(to, &d->before.result, d->before.shopper, -1);
	if (counts_now)
		tally_add(to, &d->after.result, d->after.shopper, 1);
	return true;
}
