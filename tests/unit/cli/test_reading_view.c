#include "cli/reading_view.h"

#include <criterion/criterion.h>

#include "cli/answer.h"

struct shown {
	struct arena arena;
	struct buf lines;
	const cJSON *reading;
};

static void given(struct shown *s, const char *json)
{
	struct trouble why;
	arena_init(&s->arena, 1 << 20);
	buf_init(&s->lines, 1 << 20);
	cr_assert_eq(answer_parse(slice_of(json), &s->arena, &s->reading, &why), OK);
	const struct view view = {.set = TEXT_UTF8};
	reading_view_add(&s->lines, s->reading, &view);
	buf_add_byte(&s->lines, '\0');
}

static void end(struct shown *s)
{
	buf_fini(&s->lines);
	arena_fini(&s->arena);
}

Test(reading_view, a_table_tells_its_sheet_its_size_and_its_notes)
{
	struct shown s;
	given(&s,
	      "{\"format\":\"xlsx\",\"sheet\":{\"is\":\"Results\",\"by\":\"assumed\",\"because\":"
	      "\"the first\"},\"sheets\":[\"Results\",\"More\"],\"rows\":412,\"columns\":23,"
	      "\"notes\":[\"rows are hidden: 2\"],\"dates\":{\"is\":\"dmy\",\"by\":\"declared\","
	      "\"because\":\"declared\"}}");
	cr_expect_str_eq(s.lines.at, "Read as XLSX: 412 rows, 23 columns\n"
				     "  sheet         Results (assumed: the first)\n"
				     "  dates         dmy (declared)\n"
				     "  rows are hidden: 2\n");
	end(&s);
}

Test(reading_view, a_table_is_news_where_there_was_a_choice_or_something_to_know)
{
	static const struct {
		const char *json;
		bool news;
	} rows[] = {
		{"{\"format\":\"sav\",\"rows\":1,\"columns\":2,\"notes\":[]}", false},
		{"{\"format\":\"sav\",\"rows\":1,\"columns\":2,\"notes\":[\"x\"]}", true},
		{"{\"format\":\"xlsx\",\"rows\":1,\"columns\":2,\"sheets\":[\"a\"],\"notes\":[]}",
		 false},
		{"{\"format\":\"xlsx\",\"rows\":1,\"columns\":2,\"sheets\":[\"a\",\"b\"],\"notes\":"
		 "[]}",
		 true},
		{"{\"format\":\"xlsx\",\"rows\":1,\"columns\":2,\"sheets\":[\"a\"],\"notes\":[],"
		 "\"decimal\":{\"is\":\"comma\",\"by\":\"detected\",\"because\":\"row 1\"}}",
		 true},
	};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct shown s;
		given(&s, rows[i].json);
		cr_expect_eq(reading_view_is_news(s.reading), rows[i].news, "%s", rows[i].json);
		end(&s);
	}
}
