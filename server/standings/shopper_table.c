#include "standings/shopper_table.h"

#include <math.h>

#include "standings/level_json.h"

/** More counts than these are rather taken from the exported results. */
enum { CELLS_LIMIT = 100000 };

struct shopper_table {
	struct board_source source;
	struct roster roster;
	const struct severity_model *severity;
};

enum status shopper_table_make(const struct board_source *source, struct arena *arena,
			       struct shopper_table **made, struct trouble *why)
{
	struct shopper_table *t = arena_take(arena, sizeof(*t));
	enum status st = E_LIMIT;

	*made = NULL;
	if (t != NULL) {
		t->source = *source;
		st = roster_make(source, arena, &t->roster);
	}
	if (st == OK)
		st = severity_model_of(source, arena, &t->severity);
	if (st < 0)
		return trouble(why, st, "the shoppers do not fit into %zu bytes",
			       arena->limit_bytes);
	*made = t;
	return OK;
}

static void shopper_json(struct json_out *j, const struct shopper_table *t, size_t place)
{
	const struct severity_model *m = t->severity;
	double effect = m->made ? m->effects[place] : NAN;
	enum reason reason = m->contacts[place] == 0 ? REASON_NO_ANSWERS : REASON_NOT_COMPUTED;

	json_open_object(j);
	json_pair_text(j, "shopper", t->source.shoppers[m->order[place]]);
	json_pair_int(j, "n", m->contacts[place]);
	json_figure(j, "effect", effect, reason);
	json_close_object(j);
}

static void cell_json(struct json_out *j, const struct shopper_table *t,
		      const struct severity_cell *cell)
{
	const struct company *companies = t->roster.programme->companies;

	json_open_array(j);
	json_text(j, companies[t->roster.at[cell->company].company].code);
	json_text(j, t->source.shoppers[t->severity->order[cell->shopper]]);
	json_int(j, cell->n);
	json_double(j, (double)cell->sum / SCALE_SCORE.per_unit);
	json_close_array(j);
}

/** What the severities are computed from: [company, shopper, contacts, sum of scores]. */
static void cells_json(struct json_out *j, const struct shopper_table *t)
{
	const struct severity_model *m = t->severity;

	if (m->cells == NULL || m->cells_len > CELLS_LIMIT) {
		json_undefined(j, "sum_of_squares", REASON_NOT_COMPUTED);
		json_undefined(j, "cells", REASON_NOT_COMPUTED);
		return;
	}
	json_pair_double(j, "sum_of_squares", m->sum_of_squares);
	json_key(j, "cells");
	json_open_array(j);
	for (size_t i = 0; i < m->cells_len; i++)
		cell_json(j, t, &m->cells[i]);
	json_close_array(j);
}

void shoppers_json(const struct shopper_table *t, struct buf *to)
{
	struct json_out j = json_out_on(to);

	json_open_object(&j);
	source_json(&j, &t->source);
	definition_json(&j, &t->roster, NULL, NAN);
	severity_json(&j, t->severity);
	json_key(&j, "shoppers");
	json_open_array(&j);
	for (size_t i = 0; i < t->severity->shoppers; i++)
		shopper_json(&j, t, i);
	json_close_array(&j);
	cells_json(&j, t);
	json_close_object(&j);
}
