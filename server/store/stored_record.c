#include "store/stored_record.h"

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

enum status stored_record_write(const struct programme *p, int wave,
				const struct stored_result *before, const struct record *content,
				struct arena *arena, struct record *record, struct trouble *why)
{
	const struct instrument *in = &p->instruments[p->waves[wave].instrument];
	size_t room = FIXED_COLUMNS + in->questions_len + in->items_len + content->fields_len;
	struct writing w = {.arena = arena,
			    .fields = arena_take_array(arena, room, sizeof(*w.fields)),
			    .given = arena_take_array(arena, room, sizeof(*w.given))};
	w.over = w.fields == NULL || w.given == NULL;
	if (!w.over) {
		write_fixed(&w, p, &before->result);
		write_answers(&w, in, &before->result);
		for (size_t i = 0; i < content->fields_len; i++)
			put_over(&w, &content->fields[i]);
	}
	*record = (struct record){.row = 1, .fields = w.fields, .fields_len = w.len};
	return w.over ? trouble(why, E_LIMIT, "the result needs more memory than one may") : OK;
}
