#include "channel/adapter.h"
#include "channel/setup.h"
#include "fake/small_programme.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 8 << 20 };

static struct programme *programme(void)
{
	static struct programme *made;
	struct programme_faults faults;
	struct arena words;
	if (made != NULL)
		return made;
	arena_init(&words, 1 << 20);
	must(programme_parse(slice_of(SMALL_PROGRAMME), &words, &made, &faults) == OK);
	arena_fini(&words);
	return made;
}

static void must_be_whole(const struct setup *setup)
{
	const struct programme *p = programme();
	must(setup->adapter != NULL && setup->code.len > 0 &&
	     setup->form.len <= FORM_QUESTIONS_MOST);
	must(programme_find_channel(p, setup->channel) >= 0);
	must(!setup->open || setup->company.len > 0 || setup->places_len > 0);
	for (size_t i = 0; i < setup->places_len; i++)
		must(setup_company(setup, setup->places[i].place).len > 0);
	for (size_t i = 0; i < setup->questions_len; i++)
		(void)setup_column(setup, p, 0, setup->questions[i].heard);
	for (size_t i = 0; i < setup->form.len; i++)
		must(form_words(&setup->form.questions[i], FORM_NB).len > 0);
}

/** A document or faults, never both, never neither; what is kept of it reads the same again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct programme_faults faults;
	struct setup_sent sent;
	struct setup again;
	struct arena arena;
	arena_init(&arena, ARENA_BYTES);
	enum status st = setup_read_sent((struct slice){(const char *)data, size}, programme(), 0,
					 size % 2 == 0, &arena, &sent, &faults);
	must(st == OK || st == E_INPUT);
	must((st == OK) == (faults.total == 0));
	for (size_t i = 0; i < faults.len; i++)
		must(slice_is_utf8(faults.at[i].pointer) && slice_is_utf8(faults.at[i].expected));
	if (st == OK) {
		must_be_whole(&sent.setup);
		must(setup_read(sent.document, programme(), 0, &arena, &again, &faults) == OK);
		must(slice_equal(again.code, sent.setup.code));
		must(again.questions_len == sent.setup.questions_len);
	}
	arena_fini(&arena);
	return 0;
}
