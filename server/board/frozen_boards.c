#include "board/frozen_boards.h"

#include <math.h>

/* clang-format off */
static const struct {
	enum live_form form;
	const char *address;
	bool by_sector; /* one for the field and one for every sector */
} rows[] = {
	{LIVE_SECTORS_JSON, "sectors",       false},
	{LIVE_SECTORS_CSV,  "sectors.csv",   false},
	{LIVE_BOARD_JSON,   "standings",     true},
	{LIVE_BOARD_CSV,    "standings.csv", true},
	{LIVE_AWARDS_JSON,  "awards",        false},
	{LIVE_AWARDS_CSV,   "awards.csv",    false},
};
/* clang-format on */

static size_t boards_of_row(const struct wave *w, size_t row)
{
	return rows[row].by_sector ? 1 + w->sectors_len : 1;
}

size_t frozen_boards_count(const struct wave *w)
{
	size_t count = 0;
	for (size_t row = 0; row < COUNT_OF(rows); row++)
		count += boards_of_row(w, row);
	return count;
}

struct live_question frozen_board_question(const struct wave *w, size_t board)
{
	size_t row = 0;
	while (board >= boards_of_row(w, row)) {
		board -= boards_of_row(w, row++);
		must(row < COUNT_OF(rows));
	}
	return (struct live_question){.form = rows[row].form,
				      .board = {.sector = BOARD_FIELD + (int)board,
						.channel = BOARD_ALL_CHANNELS,
						.metric = BOARD_SCORE,
						.area = -1,
						.threshold = NAN}};
}

bool frozen_board_needs_waves(const struct live_question *q)
{
	return q->form == LIVE_AWARDS_JSON || q->form == LIVE_AWARDS_CSV;
}

static bool is_plain(const struct board_query *q)
{
	return q->channel == BOARD_ALL_CHANNELS && q->metric == BOARD_SCORE &&
	       isnan(q->threshold) && q->include == 0;
}

bool frozen_address(const struct wave *w, const struct live_question *q, struct buf *to)
{
	for (size_t row = 0; row < COUNT_OF(rows); row++) {
		if (rows[row].form != q->form)
			continue;
		if (rows[row].by_sector && !is_plain(&q->board))
			return false;
		buf_add_text(to, rows[row].address);
		if (rows[row].by_sector && q->board.sector != BOARD_FIELD) {
			buf_add_text(to, "?sector=");
			buf_add(to, w->sectors[q->board.sector].code);
		}
		return true;
	}
	return false;
}
