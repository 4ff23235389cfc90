/** The companies of a wave in byte order of their codes: their cells, their base, what may be
 * shown.
 *
 * Lifetime: lives in the arena it was made in; borrows programme and tally.
 * Rules: fewer contacts than the wave's publishing minimum: the company is suppressed
 *   and stays out of everything. Of a shown company, a channel with fewer contacts than
 *   the cell minimum is hidden, and with it the next smallest ones until what is hidden
 *   is at least two channels and a cell minimum of contacts: else total minus shown
 *   channels would give the hidden one away. A company with one channel is its total.
 */
#pragma once

#include "standings/board.h"
#include "stats/design.h"

struct roster_company {
	int company;			/**< index of the programme */
	int sector;			/**< index of the wave */
	const struct tally_cell *cells; /**< ascending by channel */
	size_t cells_len;
	int64_t contacts;
	enum base_status status; /**< as a whole */
	uint32_t channels_shown; /**< bit per channel; 0 where suppressed */
};

struct roster {
	const struct programme *programme;
	const struct wave *wave;
	const struct instrument *instrument;
	const struct tally *tally;
	const struct question *csat, *ces, *nps; /**< NULL where the instrument does not ask */
	struct roster_company *at;
	size_t len;
	size_t *sectors; /**< the wave's sectors in byte order of their codes */
	size_t sectors_len;
};

enum status roster_make(const struct board_source *source, struct arena *arena,
			struct roster *roster) NODISCARD;

/** Contacts of one cell, answered or not. */
int64_t roster_cell_contacts(const struct roster *r, const struct tally_cell *cell);
/** The company's cell of a channel; NULL where it has none. */
const struct tally_cell *roster_cell(const struct roster_company *c, int channel);

/** Contacts and status of a company under a query's channel. */
struct roster_base {
	int64_t contacts;
	enum base_status status;
};
struct roster_base roster_base_of(const struct roster *r, const struct roster_company *c,
				  int channel);

/** The cells of a company that a query's channel asks for: all of them, one, or none. */
size_t roster_cells(const struct roster_company *c, int channel, const struct tally_cell **first);
