#include "mapping/mapping_private.h"

#include "survey/columns.h"

/** "answers.q1" where the key stands in an object. */
static struct slice full_name(struct mapped_row *row, const struct field *field)
{
	if (field->group.len == 0)
		return field->name;
	const char *name = arena_print(row->arena, "%.*s.%.*s", SLICE_ARGS(field->group),
				       SLICE_ARGS(field->name));
	row->over |= name == NULL;
	return slice_of(name);
}

static int find_exactly(const struct profile *p, struct slice name)
{
	for (size_t i = 0; i < p->columns_len; i++)
		if (slice_equal(p->columns[i].name, name))
			return (int)i;
	return PLACE_NONE;
}

static int find_folded(struct mapped_row *row, const struct profile *p, struct slice name)
{
	struct arena_mark before = arena_mark(row->arena);
	struct slice folded = mapped_fold(row, name);
	int found = PLACE_NONE;
	for (size_t i = 0; i < p->columns_len && found == PLACE_NONE; i++)
		if (slice_equal(p->columns[i].folded, folded))
			found = (int)i;
	arena_rewind(row->arena, before);
	return found;
}

static bool is_seat_of(const struct seat *seat, const struct field *field)
{
	return seat->used && seat->group_len == field->group.len && seat->len == field->name.len &&
	       slice_equal((struct slice){seat->name, seat->group_len}, field->group) &&
	       slice_equal((struct slice){seat->name + seat->group_len, seat->len}, field->name);
}

static void keep_seat(struct seat *seat, const struct field *field)
{
	size_t group = field->group.len, name = field->name.len;
	seat->used = group + name <= SEAT_BYTES;
	if (!seat->used)
		return;
	if (group > 0)
		memcpy(seat->name, field->group.at, group);
	if (name > 0)
		memcpy(seat->name + group, field->name.at, name);
	seat->group_len = (uint8_t)group;
	seat->len = (uint8_t)name;
}

static struct seat seat_of(struct mapped_row *row, size_t position)
{
	struct mapping *m = row->m;
	const struct field *field = &row->sent->fields[position];
	struct seat found = {.column = PLACE_NONE};
	if (position < m->seats_len && is_seat_of(&m->seats[position], field))
		return m->seats[position];
	struct slice name = full_name(row, field);
	found.column = (int16_t)find_exactly(m->profile, name);
	found.exact = found.column != PLACE_NONE;
	if (!found.exact)
		found.column = (int16_t)find_folded(row, m->profile, name);
	if (position >= m->seats_len)
		return found;
	m->seats[position] = found;
	keep_seat(&m->seats[position], field);
	return found;
}

static void fault_unlisted(struct mapped_row *row, size_t position)
{
	const struct field *field = &row->sent->fields[position];
	if (field->group.len == 0 && column_is_added(field->name))
		return;
	if (!row->m->profile->others_ignored)
		mapped_fault(row, "unlisted_column", full_name(row, field), SLICE_NONE,
			     "a column of the mapping, or others: ignored");
}

static void place(struct mapped_row *row, size_t position)
{
	struct mapping *m = row->m;
	const struct seat seat = seat_of(row, position);
	if (seat.column == PLACE_NONE) {
		fault_unlisted(row, position);
		return;
	}
	int16_t before = m->place_of[seat.column];
	bool was_exact = m->exactly[seat.column];
	if (before != PLACE_NONE && was_exact == seat.exact) {
		mapped_fault(row, "column_twice", full_name(row, &row->sent->fields[position]),
			     SLICE_NONE, "one column of this name");
		return;
	}
	if (before != PLACE_NONE)
		fault_unlisted(row, was_exact ? position : (size_t)before);
	if (before != PLACE_NONE && was_exact)
		return;
	m->place_of[seat.column] = (int16_t)position;
	m->exactly[seat.column] = seat.exact;
}

/** A column that a value or a condition needs must be in a table; a member may be left out. */
static void require_columns(struct mapped_row *row)
{
	const struct profile *p = row->m->profile;
	bool needed[PROFILE_COLUMNS_LIMIT] = {false};
	for (size_t t = 0; t < p->targets_len; t++) {
		for (size_t i = 0; i < p->targets[t].columns_len; i++)
			needed[p->targets[t].columns[i]] = true;
		if (p->targets[t].scale.where_given)
			needed[p->targets[t].scale.where.column] = true;
	}
	for (size_t r = 0; r < p->rules_len; r++)
		needed[p->rules[r].condition.column] = true;
	for (size_t c = 0; c < p->columns_len; c++)
		if (needed[c] && row->m->place_of[c] == PLACE_NONE)
			mapped_fault(row, "missing_column", p->columns[c].name, SLICE_NONE,
				     "a column of this name: the mapping needs it");
}

void mapping_place(struct mapped_row *row)
{
	struct mapping *m = row->m;
	bool is_table = row->sent->reading != NULL;
	if (is_table && m->placed)
		return;
	for (size_t c = 0; c < m->profile->columns_len; c++) {
		m->place_of[c] = PLACE_NONE;
		m->exactly[c] = false;
	}
	for (size_t i = 0; i < row->sent->fields_len; i++)
		place(row, i);
	if (is_table)
		require_columns(row);
	m->placed = is_table && row->faults_len == 0;
}

const struct field *mapped_field(const struct mapped_row *row, int column)
{
	int place = row->m->place_of[column];
	if (place == PLACE_NONE)
		return NULL;
	const struct field *field = &row->sent->fields[place];
	return field->kind == FIELD_NULL || field->value.len == 0 ? NULL : field;
}

static bool begins_with_one(const struct texts *texts, struct slice folded)
{
	for (size_t i = 0; i < texts->len; i++)
		if (slice_starts_with(folded, texts->at[i]))
			return true;
	return false;
}

bool mapped_holds(struct mapped_row *row, const struct condition *condition)
{
	const struct field *field = mapped_field(row, condition->column);
	struct arena_mark before = arena_mark(row->arena);
	struct slice folded = field != NULL ? mapped_fold(row, field->value) : SLICE_NONE;
	bool holds;
	if (condition->kind == CONDITION_BEGINS)
		holds = begins_with_one(&condition->texts, folded);
	else
		holds = mapped_is_among(&condition->texts, folded) ==
			(condition->kind == CONDITION_IS);
	arena_rewind(row->arena, before);
	return holds;
}
