/* The table of boards that a publication stores: every board has an address of its own, and only
 * what is in the table is found under one. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "board/frozen_boards.h"

static const struct sector sectors[] = {{.code = SLICE("S1")}, {.code = SLICE("S-2")}};
static const struct wave wave = {.sectors = sectors, .sectors_len = COUNT_OF(sectors)};

static char text[FROZEN_ADDRESS_BYTES + 1];

static const char *address_of(const struct live_question *q)
{
	struct buf to;
	buf_init(&to, FROZEN_ADDRESS_BYTES);
	bool found = frozen_address(&wave, q, &to);
	cr_assert_not(buf_over(&to));
	snprintf(text, sizeof(text), "%.*s", (int)to.len, found ? to.at : "");
	buf_fini(&to);
	return found ? text : NULL;
}

Test(frozen_boards, are_the_sectors_the_field_each_sector_and_the_awards_in_both_forms)
{
	static const char *const wanted[] = {
		"sectors",
		"sectors.csv",
		"standings",
		"standings?sector=S1",
		"standings?sector=S-2",
		"standings.csv",
		"standings.csv?sector=S1",
		"standings.csv?sector=S-2",
		"awards",
		"awards.csv",
	};
	cr_assert_eq(frozen_boards_count(&wave), COUNT_OF(wanted));
	for (size_t i = 0; i < COUNT_OF(wanted); i++) {
		struct live_question q = frozen_board_question(&wave, i);
		cr_expect_str_eq(address_of(&q), wanted[i]);
	}
}

Test(frozen_boards, a_question_read_from_an_address_finds_that_board)
{
	struct live_question q = {.form = LIVE_BOARD_CSV,
				  .board = {.sector = 1,
					    .channel = BOARD_ALL_CHANNELS,
					    .metric = BOARD_SCORE,
					    .area = -1,
					    .threshold = NAN}};
	cr_expect_str_eq(address_of(&q), "standings.csv?sector=S-2");
}

Test(frozen_boards, any_other_question_is_not_stored)
{
	struct live_question plain = frozen_board_question(&wave, 3), q = plain;
	q.board.channel = 0;
	cr_expect_null(address_of(&q));
	q = plain;
	q.board.metric = BOARD_NPS;
	cr_expect_null(address_of(&q));
	q = plain;
	q.board.threshold = 0;
	cr_expect_null(address_of(&q));
	q = plain;
	q.board.include = BOARD_PAIRS;
	cr_expect_null(address_of(&q));
	q = (struct live_question){.form = LIVE_COMPANY_JSON};
	cr_expect_null(address_of(&q));
	q = (struct live_question){.form = LIVE_SHOPPERS_JSON};
	cr_expect_null(address_of(&q));
}

Test(frozen_boards, only_awards_need_other_waves)
{
	for (size_t i = 0; i < frozen_boards_count(&wave); i++) {
		struct live_question q = frozen_board_question(&wave, i);
		bool awards = strncmp(address_of(&q), "awards", strlen("awards")) == 0;
		cr_expect_eq(frozen_board_needs_waves(&q), awards);
	}
}
