#include "channel/call_sounds.h"

static void add_file(struct buf *to, const struct slice *sounds, struct slice name,
		     enum form_language language)
{
	if (sounds[language].len > 0)
		buf_add(to, sounds[language]);
	else
		buf_print(to, "plaudit/%s/%.*s", form_language_tag(language), SLICE_ARGS(name));
}

void call_sound_ask(struct buf *to, const struct form_question *q, enum form_language language)
{
	add_file(to, q->sounds, q->column, language);
}

void call_sound_thanks(struct buf *to, const struct form *form, enum form_language language)
{
	add_file(to, form->thanks_sounds, SLICE("thanks"), language);
}

void call_sound_sorry(struct buf *to, const struct form *form, enum form_language language)
{
	add_file(to, form->sorry_sounds, SLICE("sorry"), language);
}
