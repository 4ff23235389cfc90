#include "given.h"

#include <criterion/criterion.h>

#include "base/clock.h"
#include "fake/small_programme.h"

const struct instrument *given_instrument(void)
{
	static struct programme *p;
	struct programme_faults faults;
	struct arena arena;
	if (p != NULL)
		return &p->instruments[0];
	arena_init(&arena, 1 << 20);
	cr_assert_eq(programme_parse(SLICE(SMALL_PROGRAMME), &arena, &p, &faults), OK);
	arena_fini(&arena);
	return &p->instruments[0];
}

struct result given_result(const char *id)
{
	enum { KEPT = 8 };
	static struct arrays {
		int16_t answers[3], cx[2];
		int32_t areas[2];
	} kept[KEPT];
	static unsigned next;
	struct arrays *a = &kept[next++ % KEPT];
	*a = (struct arrays){{1, 0, 5}, {4, 9}, {10000, 4167}};
	return (struct result){.result_id = slice_of(id),
			       .company = 2,
			       .channel = 1,
			       .contacted_at = 641304900000000,
			       .answered = true,
			       .attempt = 3,
			       .wait_seconds = 17,
			       .duration_seconds = 245,
			       .answers = a->answers,
			       .cx = a->cx,
			       .score = 5333,
			       .area_scores = a->areas,
			       .comment = SLICE("så bra")};
}
