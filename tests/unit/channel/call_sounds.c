#include <criterion/criterion.h>

#include "channel/call_sounds.h"

static const struct form_question nps = {.column = {"nps", 3}, .sounds = {[FORM_NB] = {"own", 3}}};
static const struct form form = {.thanks_sounds = {[FORM_KO] = {"t", 1}},
				 .sorry_sounds = {[FORM_VI] = {"s", 1}}};

static void check(struct buf *to, const char *expected)
{
	cr_expect(slice_is(buf_slice(to), expected), "%.*s", SLICE_ARGS(buf_slice(to)));
	buf_clear(to);
}

Test(call_sounds, are_those_of_the_source_or_have_names_of_ours)
{
	struct buf to;
	buf_init(&to, 1000);
	call_sound_ask(&to, &nps, FORM_NB);
	check(&to, "own");
	call_sound_ask(&to, &nps, FORM_KO);
	check(&to, "plaudit/ko/nps");
	call_sound_thanks(&to, &form, FORM_KO);
	check(&to, "t");
	call_sound_thanks(&to, &form, FORM_EN);
	check(&to, "plaudit/en/thanks");
	call_sound_sorry(&to, &form, FORM_VI);
	check(&to, "s");
	call_sound_sorry(&to, &form, FORM_NB);
	check(&to, "plaudit/nb/sorry");
	buf_fini(&to);
}
