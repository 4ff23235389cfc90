#include "channel/call.h"

#include "base/must.h"

#define BIT(name) (1u << CALL_##name)

static const unsigned call_next[] = {
	[CALL_NEW] = BIT(ASKING) | BIT(ENDED),
	[CALL_ASKING] = BIT(ASKING) | BIT(STORING) | BIT(ENDED),
	[CALL_STORING] = BIT(ASKING) | BIT(ENDED),
	[CALL_ENDED] = BIT(ENDED),
};

static void enter(struct call *c, enum call_state to)
{
	must((call_next[c->state] & 1u << to) != 0);
	c->state = to;
}

/* ---- what is asked ---- */

static bool call_asks(const struct form_question *q)
{
	return !q->is_comment && q->scale_min >= 0 && q->scale_max > q->scale_min &&
	       q->scale_max <= 9999;
}

int call_keys(const struct form_question *q)
{
	int keys = 1;
	for (int rest = q->scale_max; rest >= 10; rest /= 10)
		keys++;
	return keys;
}

bool call_value(const struct form_question *q, struct slice digits, int *value)
{
	int64_t number;
	if (digits.len > CALL_DIGITS_MOST || !slice_to_int64(digits, &number) ||
	    digits.at[0] == '-' || number < q->scale_min || number > q->scale_max)
		return false;
	*value = (int)number;
	return true;
}

const struct form_question *call_question(const struct call *c)
{
	must(c->question < c->form->len);
	return &c->form->questions[c->question];
}

/* ---- what happens: an event in a state ---- */

static enum call_action ask_from(struct call *c, size_t first)
{
	for (size_t i = first; i < c->form->len; i++) {
		if (!call_asks(&c->form->questions[i]))
			continue;
		c->question = i;
		c->attempt = 1;
		enter(c, CALL_ASKING);
		return CALL_ASK;
	}
	enter(c, CALL_ENDED);
	return CALL_THANK;
}

static enum call_action begin(struct call *c, struct slice digits)
{
	(void)digits;
	return ask_from(c, 0);
}

static enum call_action go_on(struct call *c, struct slice digits)
{
	(void)digits;
	return ask_from(c, c->question + 1);
}

static enum call_action ask_again(struct call *c, struct slice digits)
{
	if (c->attempt == CALL_TRIES)
		return go_on(c, digits);
	c->attempt++;
	enter(c, CALL_ASKING);
	return CALL_ASK;
}

static enum call_action judge(struct call *c, struct slice digits)
{
	if (!call_value(call_question(c), digits, &c->value))
		return ask_again(c, digits);
	enter(c, CALL_STORING);
	return CALL_STORE;
}

static enum call_action apologise(struct call *c, struct slice digits)
{
	(void)digits;
	enter(c, CALL_ENDED);
	return CALL_SORRY;
}

static enum call_action end(struct call *c, struct slice digits)
{
	(void)digits;
	enter(c, CALL_ENDED);
	return CALL_NOTHING;
}

/* clang-format off */
static enum call_action (*const moves[CALL_STATE_COUNT][CALL_EVENT_COUNT])(struct call *c,
									    struct slice digits) = {
	/*                STARTED  DIGITS  SILENCE    HUNG_UP  STORED  NOT_STORED */
	[CALL_NEW]     = {begin,   NULL,   NULL,      end,     NULL,   NULL},
	[CALL_ASKING]  = {NULL,    judge,  ask_again, end,     NULL,   NULL},
	[CALL_STORING] = {NULL,    NULL,   NULL,      end,     go_on,  apologise},
	[CALL_ENDED]   = {NULL,    NULL,   NULL,      end,     end,    end},
};
/* clang-format on */

enum call_action call_take(struct call *c, enum call_event event, struct slice digits)
{
	must(moves[c->state][event] != NULL);
	return moves[c->state][event](c, digits);
}

void call_init(struct call *c, const struct form *form)
{
	*c = (struct call){.form = form, .state = CALL_NEW};
}

bool call_resume(struct call *c, const struct form *form, struct slice column, int64_t attempt)
{
	const struct form_question *q = form_find(form, column);
	if (q == NULL || !call_asks(q) || attempt < 1 || attempt > CALL_TRIES)
		return false;
	*c = (struct call){.form = form,
			   .state = CALL_ASKING,
			   .question = (size_t)(q - form->questions),
			   .attempt = (unsigned)attempt};
	return true;
}
