#include <criterion/criterion.h>

#include "app/migrate.h"

static struct migration_parts parts;
static struct trouble why;

Test(migrate_split, the_sections_are_what_stands_between_the_markers)
{
	cr_assert_eq(migrate_split("-- migrate:up\nselect 1;\n\n-- migrate:down\nselect 2;\n",
				   &parts, &why),
		     OK);
	cr_assert(slice_is(slice_trim(slice_from(parts.up, 1)), "select 1;\n\n"));
	cr_assert(slice_is(slice_from(parts.down, 1), "select 2;\n"));
	cr_assert(parts.up_transaction);
	cr_assert(parts.down_transaction);
}

Test(migrate_split, each_section_says_for_itself_whether_it_wants_a_transaction)
{
	cr_assert_eq(migrate_split("-- migrate:up transaction:false\na\n-- migrate:down\nb\n",
				   &parts, &why),
		     OK);
	cr_assert_not(parts.up_transaction);
	cr_assert(parts.down_transaction);
}

Test(migrate_split, comments_and_blank_lines_may_stand_first)
{
	cr_assert_eq(migrate_split("-- why\n\n--migrate:up\r\n-- migrate:down", &parts, &why), OK);
	cr_assert_eq(parts.down.len, 0);
}

Test(migrate_split, a_word_that_only_begins_like_a_marker_is_a_comment)
{
	cr_assert_eq(
		migrate_split("-- migrate:upwards\n-- migrate:up\n-- migrate:down\n", &parts, &why),
		OK);
}

static const char *const refused[] = {
	"",
	"select 1;",
	"-- migrate:up\nselect 1;\n",
	"-- migrate:down\nselect 1;\n",
	"-- migrate:down\n-- migrate:up\n",
	"select 0;\n-- migrate:up\n-- migrate:down\n",
	"-- migrate:up\n-- migrate:up\n-- migrate:down\n",
	"-- migrate:up\n-- migrate:down\n-- migrate:down\n",
	"-- migrate:up transaction:maybe\n-- migrate:down\n",
};

Test(migrate_split, a_file_without_both_markers_in_order_is_refused)
{
	for (size_t i = 0; i < COUNT_OF(refused); i++)
		cr_assert_eq(migrate_split(refused[i], &parts, &why), E_INPUT, "%s", refused[i]);
}
