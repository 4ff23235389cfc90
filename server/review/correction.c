#include "review/correction.h"

#include "base/clock.h"
#include "survey/breach.h"

enum { FIXED_COLUMNS = 11, NUMBER_BYTES = 64 };

/** The stored result as a record, and what is put over it. */
struct writing {
	struct arena *arena;
	struct field *fields;
	bool *given; /**< by field: the request's own */
	size_t len, first_item;
	bool over;
};

static void add(struct writing *w, struct slice name, struct slice value, enum field_kind kind)
{
	if (value.len == 0)
		return;
	w->fields[w->len++] = (struct field){.name = name, .value = value, .kind = kind};
}

static void add_number(struct writing *w, struct slice name, int64_t number)
{
	const char *text = arena_print(w->arena, "%lld", (long long)number);
	w->over = w->over || text == NULL;
	add(w, name, slice_of(text), FIELD_NUMBER);
}

/** What `print` writes, in the arena. */
static struct slice printed(struct writing *w, const struct buf *text)
{
	struct slice copy = arena_copy(w->arena, buf_slice(text));
	w->over = w->over || copy.at == NULL;
	return copy;
}

static void add_instant(struct writing *w, struct slice name, int64_t instant)
{
	struct buf text;
	buf_init(&text, NUMBER_BYTES);
	clock_print(&text, instant);
	add(w, name, printed(w, &text), FIELD_TEXT);
	buf_fini(&text);
}

static void add_answer(struct writing *w, const struct item *item, int16_t answer)
{
	struct buf text;
	buf_init(&text, NUMBER_BYTES);
	item_answer_print(&text, item, answer);
	add(w, item->code, printed(w, &text), FIELD_NUMBER);
	buf_fini(&text);
}

static void write_fixed(struct writing *w, const struct programme *p, const struct result *r)
{
	bool customer = (r->breaches & 1u << BREACH_CUSTOMER) != 0;
	add(w, SLICE("result_id"), r->result_id, FIELD_TEXT);
	add(w, SLICE("company"), p->companies[r->company].code, FIELD_TEXT);
	add(w, SLICE("channel"), p->channels[r->channel].code, FIELD_TEXT);
	add(w, SLICE("shopper"), r->shopper, FIELD_TEXT);
	if (r->contacted_at != CLOCK_NO_INSTANT)
		add_instant(w, SLICE("contacted_at"), r->contacted_at);
	add_number(w, SLICE("answered"), r->answered);
	if (r->attempt != ATTEMPT_NONE)
		add_number(w, SLICE("attempt"), r->attempt);
	if (r->wait_seconds != SECONDS_NONE)
		add_number(w, SLICE("wait_seconds"), r->wait_seconds);
	if (r->duration_seconds != SECONDS_NONE)
		add_number(w, SLICE("duration_seconds"), r->duration_seconds);
	add(w, SLICE("comment"), r->comment, FIELD_TEXT);
	if (customer)
		add_number(w, SLICE("customer"), 1);
}

static void write_answers(struct writing *w, const struct instrument *in, const struct result *r)
{
	for (size_t q = 0; q < in->questions_len; q++)
		if (r->cx[q] != ANSWER_NONE)
			add_number(w, in->questions[q].code, r->cx[q]);
	w->first_item = w->len;
	for (size_t i = 0; i < in->items_len; i++)
		if (r->answers[i] != ANSWER_NONE)
			add_answer(w, &in->items[i], r->answers[i]);
}

/** A field given takes the place of the stored one; one that comes twice, or that nobody knows,
 * stands behind them for intake to refuse. */
static void put_over(struct writing *w, const struct field *field)
{
	size_t from = field->group.len > 0 ? w->first_item : 0, at = from;
	while (at < w->len && (w->given[at] || !slice_equal(w->fields[at].name, field->name)))
		at++;
	w->fields[at] = *field;
	w->given[at] = true;
	w->len += at == w->len ? 1 : 0;
}

static bool make_record(struct writing *w, const struct programme *p, const struct instrument *in,
			const struct stored_result *before, const struct record *content)
{
	size_t room = FIXED_COLUMNS + in->questions_len + in->items_len + content->fields_len;
	w->fields = arena_take_array(w->arena, room, sizeof(*w->fields));
	w->given = arena_take_array(w->arena, room, sizeof(*w->given));
	if (w->fields == NULL || w->given == NULL)
		return false;
	write_fixed(w, p, &before->result);
	write_answers(w, in, &before->result);
	for (size_t i = 0; i < content->fields_len; i++)
		put_over(w, &content->fields[i]);
	return !w->over;
}

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
	struct writing w = {.arena = arena};
	*after = *before;
	*differs = false;
	if (!make_record(&w, p, in, before, content))
		return trouble(why, E_LIMIT, "the result needs more memory than one may");
	struct record record = {.row = 1, .fields = w.fields, .fields_len = w.len};
	enum status st = read_again(p, wave, &record, before, arena, after, reject);
	if (st < 0)
		return trouble_code(why, st, "result_faults", "the corrected result has faults");
	settle_breaches(&p->waves[wave], &before->result, &after->result);
	*differs = !same_content(in, &before->result, &after->result);
	if (!slice_equal(before->result.shopper, after->result.shopper))
		after->shopper = -1;
	return OK;
}
