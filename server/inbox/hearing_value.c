#include "inbox/hearing_value.h"

#include "survey/result.h"

enum { NUMBER_BYTES = 32 };

const char *uncounted_code(enum uncounted why)
{
	static const char *const codes[] = {[COUNTED] = "",
#define X(name, code, words) [UNCOUNTED_##name] = (code),
					    UNCOUNTED(X)
#undef X
	};
	must(why >= COUNTED && why < UNCOUNTED_END);
	return codes[why];
}

static const struct question *question_of(const struct instrument *in, struct slice column)
{
	int at = instrument_find_question(in, column);
	return at >= 0 ? &in->questions[at] : NULL;
}

static const struct item *item_of(const struct instrument *in, struct slice column)
{
	int at = instrument_find_item(in, column);
	return at >= 0 ? &in->items[at] : NULL;
}

bool hearing_is_column(const struct instrument *in, struct slice column)
{
	return slice_is(column, "comment") || instrument_find_question(in, column) >= 0 ||
	       instrument_find_item(in, column) >= 0;
}

static enum uncounted judge_question(const struct question *q, const struct heard_answer *heard,
				     int64_t number)
{
	bool scale_told = heard->scale_min != 0 || heard->scale_max != 0;
	if (scale_told && (heard->scale_min != q->scale_min || heard->scale_max != q->scale_max))
		return UNCOUNTED_OTHER_SCALE;
	return number >= q->scale_min && number <= q->scale_max ? COUNTED : UNCOUNTED_OFF_SCALE;
}

static enum uncounted judge_item(const struct item *item, int64_t number)
{
	bool fits = number > INT16_MIN && number <= INT16_MAX;
	return fits && item_points(item, (int16_t)number) != POINTS_NONE ? COUNTED
									 : UNCOUNTED_OFF_SCALE;
}

/** Whether it is within its limits is seen when the result is read. */
static bool looks_measured(struct slice value)
{
	bool digit = false;
	for (size_t i = 0; i < value.len; i++) {
		char c = value.at[i];
		digit = digit || (c >= '0' && c <= '9');
		if ((c < '0' || c > '9') && c != '.' && (c != '-' || i > 0))
			return false;
	}
	return digit && value.len < NUMBER_BYTES;
}

/** Bytes of the character at the beginning; 0 where it is none, or one that controls. */
static size_t character_of(struct slice text)
{
	unsigned char first = (unsigned char)text.at[0];
	size_t len = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
	if ((first < 0x20 && first != '\n' && first != '\t') || len > text.len ||
	    !slice_is_utf8((struct slice){text.at, len}))
		return 0;
	return len;
}

/** A customer's words as a result keeps them: each byte that is no text becomes a question mark. */
static enum status keep_text(struct slice text, struct arena *arena, struct slice *value)
{
	char *kept = arena_take_array(arena, text.len + 1, 1);
	if (kept == NULL)
		return E_LIMIT;
	for (size_t at = 0; at < text.len;) {
		size_t len = character_of(slice_from(text, at));
		memcpy(kept + at, len > 0 ? text.at + at : "?", len > 0 ? len : 1);
		at += len > 0 ? len : 1;
	}
	*value = slice_cut((struct slice){kept, text.len}, COMMENT_BYTES);
	return OK;
}

static enum uncounted judge_number(const struct instrument *in, struct slice column,
				   const struct heard_answer *heard, int64_t number)
{
	const struct question *q = question_of(in, column);
	return q != NULL ? judge_question(q, heard, number)
			 : judge_item(item_of(in, column), number);
}

enum status hearing_value(const struct instrument *in, struct slice column,
			  const struct heard_answer *heard, struct arena *arena,
			  enum uncounted *why, struct slice *value)
{
	const struct item *item = item_of(in, column);
	int64_t number;
	*why = COUNTED;
	*value = heard->value;
	if (!hearing_is_column(in, column)) {
		*why = UNCOUNTED_UNKNOWN_QUESTION;
	} else if (slice_is(column, "comment")) {
		return keep_text(heard->value, arena, value);
	} else if (item != NULL && item->measured.given) {
		*why = looks_measured(heard->value) ? COUNTED : UNCOUNTED_NOT_A_NUMBER;
	} else if (!slice_to_int64(heard->value, &number)) {
		*why = UNCOUNTED_NOT_AN_INTEGER;
	} else {
		const char *plain = arena_print(arena, "%lld", (long long)number);
		*why = judge_number(in, column, heard, number);
		*value = slice_of(plain);
		return plain != NULL ? OK : E_LIMIT;
	}
	return OK;
}
