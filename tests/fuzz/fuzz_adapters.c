#include "channel/adapter.h"
#include "channel/setup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 1 << 20 };

/** The part before `border`, which is taken away with it; all where there is none. */
static struct slice cut(struct slice *rest, const char *border)
{
	struct slice whole = *rest;
	size_t border_len = strlen(border);
	const char *at = rest->len > 0 ? memmem(rest->at, rest->len, border, border_len) : NULL;
	if (at == NULL) {
		*rest = SLICE("");
		return whole;
	}
	*rest = slice_from(whole, (size_t)(at - whole.at) + border_len);
	return (struct slice){whole.at, (size_t)(at - whole.at)};
}

static const struct adapter *adapter_of(struct slice kind)
{
	const struct adapter *a = adapter_find(kind);
	return a != NULL ? a : &adapters[kind.len % adapters_len];
}

static void must_be_a_word(const char *word)
{
	size_t len = 0;
	must(word != NULL);
	for (; word[len] != '\0'; len++)
		must((word[len] >= 'a' && word[len] <= 'z') || word[len] == '_' ||
		     (word[len] >= '0' && word[len] <= '9'));
	must(len > 0 && len < 48);
}

/** Answers with a value each, or a word why there are none: never both, never neither. */
static void must_be_heard(const struct heard *heard)
{
	if (heard->fate != HEARD_ANSWERS) {
		must(heard->fate == HEARD_NOTHING || heard->fate == HEARD_BAD);
		must_be_a_word(heard->why);
		return;
	}
	must(heard->answers_len > 0 && heard->answers_len <= HEARD_ANSWERS_MOST);
	for (size_t i = 0; i < heard->answers_len; i++) {
		const struct heard_answer *a = &heard->answers[i];
		must(a->value.len > 0 && a->value.at != NULL);
		must(a->scale_min <= a->scale_max);
	}
}

/** What its sender is answered, if more than a status. */
static void answer(const struct adapter *a, const struct setup *setup, const struct payload *p,
		   struct arena *arena)
{
	struct buf to;
	if (a->answer == NULL)
		return;
	buf_init(&to, ARENA_BYTES);
	const char *type = a->answer(setup, false, p, SLICE("https://cx.example/v1/hooks/a"), arena,
				     &to);
	must(type == NULL || type[0] != '\0');
	buf_fini(&to);
}

/** Lines: the kind, the query, headers; an empty line; the body. In an arena of every size it is
 * heard, or the arena is too small. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct setup_question questions[] = {{SLICE("q7"), SLICE("ease")},
							  {SLICE("nps_q"), SLICE("nps")}};
	static const struct form_question asked[] = {
		{.column = SLICE("nps"), .measure = MEASURE_NPS, .scale_max = 10},
		{.column = SLICE("comment"), .is_comment = true}};
	struct slice rest = {(const char *)data, size};
	const struct adapter *adapter = adapter_of(cut(&rest, "\n"));
	struct payload p = {.query = cut(&rest, "\n"), .headers = cut(&rest, "\n\n"), .body = rest};
	struct setup setup = {.adapter = adapter,
			      .questions = questions,
			      .questions_len = COUNT_OF(questions),
			      .form = {asked, COUNT_OF(asked), FORM_EN},
			      .open = true};
	char key[ADAPTER_DEDUPE_BYTES];
	if (adapter->dedupe != NULL)
		must(adapter->dedupe(&p, key) <= sizeof(key));
	for (size_t limit = ARENA_BYTES;; limit = size * 4) {
		struct arena arena;
		struct heard heard;
		struct trouble why;
		arena_init(&arena, limit);
		enum status st = adapter->hear(&setup, &p, &arena, &heard, &why);
		must(st == OK || st == E_LIMIT);
		if (st == OK)
			must_be_heard(&heard);
		answer(adapter, &setup, &p, &arena);
		arena_fini(&arena);
		if (limit != ARENA_BYTES)
			break;
	}
	return 0;
}
