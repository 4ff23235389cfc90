/* Whatever is posted as a step of a call: it is heard or not, the key is short, and the answer is
 * one document whose texts hold no mark-up but ours. The first line is the query. */
#include <stddef.h>
#include <stdint.h>

#include "base/must.h"
#include "channel/setup.h"
#include "channel/twiml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct form_question asked[] = {
	{.column = {"nps", 3}, .measure = MEASURE_NPS, .scale_min = 0, .scale_max = 10},
	{.column = {"csat", 4}, .measure = MEASURE_CSAT, .scale_min = 1, .scale_max = 5},
	{.column = {"comment", 7}, .is_comment = true},
};
static const struct setup setup = {.open = true,
				   .form = {.questions = asked, .len = COUNT_OF(asked)}};

static void must_be_one_document(struct slice xml)
{
	int depth = 0;
	must(slice_starts_with(xml, SLICE("<?xml ")) && slice_is_utf8(xml));
	for (size_t i = 0; i < xml.len; i++) {
		must((unsigned char)xml.at[i] >= ' ' || xml.at[i] == '\n');
		depth += xml.at[i] == '<';
		depth -= xml.at[i] == '>';
		must(depth == 0 || depth == 1);
	}
	must(depth == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct payload post = {.body = {(const char *)data, size}};
	char key[ADAPTER_DEDUPE_BYTES];
	struct heard heard;
	struct arena arena;
	struct buf to;
	(void)slice_next_part(&post.body, '\n', &post.query);
	arena_init(&arena, 1 << 20);
	buf_init(&to, 1 << 16);
	must(twiml_dedupe(&post, key) <= sizeof(key));
	must(twiml_hear(&setup, &post, &arena, &heard, NULL) == OK);
	must((heard.fate == HEARD_ANSWERS) == (heard.answers_len == 1));
	(void)twiml_answer(&setup, false, &post, SLICE("https://x/v1/hooks/a"), &arena, &to);
	must(!buf_over(&to));
	must_be_one_document(buf_slice(&to));
	buf_fini(&to);
	arena_fini(&arena);
	return 0;
}
