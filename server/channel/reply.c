#include "channel/reply.h"

#include "base/buf.h"
#include "channel/reply_line.h"

enum {
	INTRO_LINES = 6,
	INTRO_BYTES = 4096,
	HEADERS_OF_A_BLOCK = 3,
	HEADERS_AFTER_AN_INTRO = 2,
	DIGITS_MOST = 9
};

struct reader {
	struct slice lines[REPLY_LINES];
	enum reply_line kinds[REPLY_LINES];
	bool answers[REPLY_LINES];
	bool kept[REPLY_LINES];
	size_t len;
	const struct slice *questions;
	size_t questions_len;
	struct arena *arena;
	struct reply *reply;
	bool over;
};

/* Answers */

/** Behind a colon, an equals sign, or their full-width forms; `at` NULL: there is none. */
static struct slice after_separator(struct slice *line)
{
	static const char *const separators[] = {":", "=", "\xEF\xBC\x9A", "\xEF\xBC\x9D"};
	struct slice nothing = SLICE_NONE;
	for (size_t at = 0; at < line->len; at++)
		for (size_t i = 0; i < COUNT_OF(separators); i++) {
			struct slice rest = slice_from(*line, at);
			if (!slice_starts_with(rest, slice_of(separators[i])))
				continue;
			line->len = at;
			return slice_from(rest, strlen(separators[i]));
		}
	return nothing;
}

static bool is_number(struct slice value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.at[i] < '0' || value.at[i] > '9')
			return false;
	return value.len > 0 && value.len <= DIGITS_MOST;
}

/** "NPS: 9" */
static bool answers(const struct reader *r, struct slice line, struct reply_answer *answer)
{
	struct slice value = after_separator(&line);
	struct slice word = reply_line_trim(line);
	if (value.at == NULL)
		return false;
	answer->value = reply_line_trim(value);
	if (!is_number(answer->value))
		return false;
	for (size_t i = 0; i < r->questions_len; i++) {
		answer->question = r->questions[i];
		if (slice_equal_ignoring_case(word, answer->question))
			return true;
	}
	return false;
}

/** The first of a question stands: below it may be our own mail, quoted in a way nobody knows. */
static void note_answer(struct reply *reply, const struct reply_answer *answer)
{
	for (size_t i = 0; i < reply->answers_len; i++)
		if (slice_equal(reply->answers[i].question, answer->question))
			return;
	if (reply->answers_len < REPLY_ANSWERS)
		reply->answers[reply->answers_len++] = *answer;
}

/* Lines and their kinds */

static void split(struct reader *r, struct slice text)
{
	struct slice line;
	while (r->len < REPLY_LINES && slice_next_part(&text, '\n', &line)) {
		while (line.len > 0 && line.at[line.len - 1] == '\r')
			line.len--;
		r->lines[r->len++] = line;
	}
}

static void look_at_each(struct reader *r)
{
	struct reply_answer answer;
	bool code = false;
	for (size_t i = 0; i < r->len; i++) {
		r->kinds[i] = reply_line_of(r->lines[i]);
		r->answers[i] = answers(r, r->lines[i], &answer);
		if (r->kinds[i] == REPLY_FENCE)
			code = !code;
		if ((code && r->kinds[i] != REPLY_EMPTY) || r->answers[i] ||
		    r->kinds[i] == REPLY_FENCE)
			r->kinds[i] = REPLY_TEXT;
	}
}

/** Lines from `first` on, a blank between them, in whatever quotation they stand. */
static void join(const struct reader *r, size_t first, size_t count, struct buf *text)
{
	buf_clear(text);
	for (size_t i = first; i < first + count; i++) {
		struct slice line = reply_line_trim(r->lines[i]);
		while (line.len > 1 && line.at[0] == '>' && line.at[1] == ' ')
			line = reply_line_trim(slice_from(line, 1));
		buf_add(text, line);
		buf_add_byte(text, ' ');
	}
}

/** How many lines from `first` on are one introduction; 0: none. */
static size_t introduction_at(const struct reader *r, size_t first, struct buf *text)
{
	if (r->kinds[first] == REPLY_INTRO)
		return 1;
	if (r->answers[first] || r->kinds[first] == REPLY_EMPTY ||
	    !reply_line_may_introduce(r->lines[first]))
		return 0;
	for (size_t count = 2; count <= INTRO_LINES && first + count <= r->len; count++) {
		if (r->answers[first + count - 1])
			return 0;
		join(r, first, count, text);
		if (!buf_over(text) && reply_line_introduces(buf_slice(text)))
			return count;
	}
	return 0;
}

static void join_introductions(struct reader *r)
{
	struct buf text;
	buf_init(&text, INTRO_BYTES);
	for (size_t i = 0; i < r->len; i++) {
		size_t count = introduction_at(r, i, &text);
		for (size_t j = i; j < i + count; j++)
			r->kinds[j] = REPLY_INTRO;
		i += count > 0 ? count - 1 : 0;
	}
	buf_fini(&text);
}

/* What is kept */

static size_t next_of_any(const struct reader *r, size_t from)
{
	while (from < r->len && (r->kinds[from] == REPLY_EMPTY || r->kinds[from] == REPLY_INTRO))
		from++;
	return from;
}

/** Header lines from `first` on, folded ones and single blanks between them included. */
static size_t header_block_at(const struct reader *r, size_t first, size_t least)
{
	size_t count = 0, end = first, strange = 0;
	for (size_t i = first; i < r->len && strange < 2; i++) {
		if (r->kinds[i] == REPLY_HEADER) {
			count++;
			strange = 0;
			end = i + 1;
		} else {
			strange++;
		}
	}
	return count >= least ? end - first : 0;
}

/** Where a mail that is not marked by '>' begins, its end is nowhere to be seen. */
static bool is_unmarked_mail(const struct reader *r, size_t at)
{
	size_t next = next_of_any(r, at);
	return next < r->len && r->kinds[next] != REPLY_QUOTE;
}

struct walk {
	bool written; /* something of the writer's own was kept */
	bool signing; /* within a signature */
	bool introduced;
};

/** Words below may be the writer's, numbers are ours: an example, most likely. */
static void distrust(struct reader *r, size_t from)
{
	for (size_t i = from; i < r->len; i++)
		r->answers[i] = false;
}

/** How many lines are passed over from `at` on; 0: the rest is not the writer's. */
static size_t pass_over_mail(struct reader *r, struct walk *w, size_t at, size_t lines)
{
	w->signing = false;
	w->introduced = true;
	if (!is_unmarked_mail(r, at + lines))
		return lines;
	distrust(r, at + lines);
	return w->written ? 0 : lines;
}

static size_t pass(struct reader *r, struct walk *w, size_t at)
{
	size_t block;
	switch (r->kinds[at]) {
	case REPLY_INTRO:
		return pass_over_mail(r, w, at, 1);
	case REPLY_HEADER:
		block = header_block_at(
			r, at, w->introduced ? HEADERS_AFTER_AN_INTRO : HEADERS_OF_A_BLOCK);
		if (block > 0)
			return pass_over_mail(r, w, at, block);
		break;
	case REPLY_SIGN_OFF:
		w->signing = w->written;
		return 1;
	case REPLY_QUOTE:
		w->signing = false;
		return 1;
	case REPLY_RULE:
	case REPLY_SENT_BY:
		return 1;
	case REPLY_EMPTY:
		r->kept[at] = true;
		return 1;
	case REPLY_TEXT:
	case REPLY_FENCE:
		break;
	}
	if (!w->signing || r->answers[at]) {
		r->kept[at] = w->written = true;
		w->introduced = false;
	}
	return 1;
}

static void choose(struct reader *r)
{
	struct walk walk = {0};
	size_t lines;
	for (size_t at = 0; at < r->len; at += lines) {
		lines = pass(r, &walk, at);
		if (lines == 0)
			return;
	}
}

/* The result */

static struct slice trimmed(struct slice text)
{
	while (text.len > 0 && strchr(" \t\n", *text.at) != NULL)
		text = slice_from(text, 1);
	while (text.len > 0 && strchr(" \t\n", text.at[text.len - 1]) != NULL)
		text.len--;
	return text;
}

static struct slice kept_text(struct reader *r, bool with_answers)
{
	struct buf text;
	struct slice copy;
	buf_init(&text, REPLY_TEXT_BYTES + REPLY_LINES);
	for (size_t i = 0; i < r->len; i++) {
		if (!r->kept[i] || (r->answers[i] && !with_answers))
			continue;
		if (r->kinds[i] != REPLY_EMPTY)
			buf_add(&text, r->lines[i]);
		buf_add_byte(&text, '\n');
	}
	copy = arena_copy(r->arena, trimmed(buf_slice(&text)));
	r->over |= copy.at == NULL;
	buf_fini(&text);
	return copy;
}

static void take_answers(struct reader *r)
{
	struct reply_answer answer;
	for (size_t i = 0; i < r->len; i++)
		if (r->kept[i] && r->answers[i] && answers(r, r->lines[i], &answer))
			note_answer(r->reply, &answer);
}

enum status reply_read(struct slice text, const struct slice *questions, size_t questions_len,
		       struct arena *arena, struct reply *reply)
{
	struct reader *r = arena_take(arena, sizeof(*r));
	*reply = (struct reply){0};
	if (r == NULL)
		return E_LIMIT;
	r->questions = questions;
	r->questions_len = questions_len;
	r->arena = arena;
	r->reply = reply;
	split(r, slice_cut(text, REPLY_TEXT_BYTES));
	look_at_each(r);
	join_introductions(r);
	choose(r);
	take_answers(r);
	reply->visible = kept_text(r, true);
	reply->comment = kept_text(r, false);
	return r->over ? E_LIMIT : OK;
}
