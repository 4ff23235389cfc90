#include "survey/intake_row.h"

#include "survey/decimal.h"

enum { VALUE_BYTES = 100, OPTIONS_SPELT_OUT = 12 };

struct slice row_copy(struct row *row, struct slice text)
{
	struct slice copy = arena_copy(row->arena, text);
	if (copy.at == NULL)
		row->over = true;
	return copy;
}

const struct field *row_sent(const struct row *row, int place)
{
	const struct record *record = row->record;
	return record->sent != NULL ? &record->sent[place] : &record->fields[place];
}

void row_fault(struct row *row, int place, const char *code, struct slice column,
	       const char *expected)
{
	if (row->faults == NULL)
		row->faults = arena_take_array(row->arena, FAULTS_LIMIT, sizeof(*row->faults));
	if (row->faults == NULL || expected == NULL) {
		row->over = true;
		return;
	}
	if (row->faults_len == FAULTS_LIMIT)
		return;
	struct slice value = SLICE_NONE;
	if ((size_t)place < row->record->fields_len)
		value = row_sent(row, place)->value;
	row->places[row->faults_len] = place;
	row->faults[row->faults_len++] = (struct fault){
		.code = code,
		.column = row_copy(row, slice_cut(column, VALUE_BYTES)),
		.value = row_copy(row, slice_cut(value, VALUE_BYTES)),
		.expected = slice_of(expected),
	};
}

void row_fault_at(struct row *row, int place, const char *code, const char *expected)
{
	row_fault(row, place, code, row_sent(row, place)->name, expected);
}

void row_fault_unknown_column(struct row *row, int place)
{
	const struct field *field = row_sent(row, place);
	struct slice name = field->name;
	if (field->group.len > 0)
		name = slice_of(arena_print(row->arena, "%.*s.%.*s", SLICE_ARGS(field->group),
					    SLICE_ARGS(field->name)));
	row_fault(row, place, "unknown_column", name,
		  "a column of a result, an item or a question of the wave's instrument");
}

/** Faults are found column by column and later between columns; they are given in the order
 * of the fields. There are few. */
void row_sort_faults(struct row *row)
{
	for (size_t i = 1; i < row->faults_len; i++) {
		struct fault moved = row->faults[i];
		int place = row->places[i];
		size_t to = i;
		for (; to > 0 && row->places[to - 1] > place; to--) {
			row->faults[to] = row->faults[to - 1];
			row->places[to] = row->places[to - 1];
		}
		row->faults[to] = moved;
		row->places[to] = place;
	}
}

const char *row_companies_like(struct row *row, struct slice name)
{
	static const char expected[] = "the code of a company of the programme";
	struct intake *in = row->in;
	if (in->suggested == SUGGESTING_LIMIT)
		return expected;
	if (in->companies == NULL)
		in->companies = company_names_new(in->p);
	in->suggested++;
	const char *perhaps = company_names_perhaps(in->companies, name, row->arena);
	return perhaps == NULL ? NULL : arena_print(row->arena, "%s%s", expected, perhaps);
}

const char *row_answers_of(struct row *row, const struct item *item)
{
	if (item->options_len > OPTIONS_SPELT_OUT)
		return arena_print(row->arena, "one of the %zu answers from %d to %d or empty",
				   item->options_len, item->options[0].answer,
				   item->options[item->options_len - 1].answer);
	const char *list = "one of";
	for (size_t o = 0; o < item->options_len && list != NULL; o++)
		list = arena_print(row->arena, "%s%s %d", list, o > 0 ? "," : "",
				   item->options[o].answer);
	return list == NULL ? NULL : arena_print(row->arena, "%s or empty", list);
}

const char *row_values_of(struct row *row, const struct measured *m)
{
	double scale = (double)decimal_scale(m->decimals);
	return arena_print(row->arena,
			   "a number from %.*f to %.*f with at most %d decimals, or empty",
			   m->decimals, m->min / scale, m->decimals, m->max / scale, m->decimals);
}

static const char *expected_mark(struct row *row)
{
	const struct csv_reading *r = row->record->reading;
	const char *mark = r->decimal == ',' ? "comma" : "point";
	if (r->decimal_stored)
		return arena_print(row->arena, "a decimal %s, as in the numbers of this file",
				   mark);
	if (r->decimal_declared)
		return arena_print(row->arena, "a decimal %s, as declared", mark);
	return arena_print(row->arena, "a decimal %s, as in row %llu: a file has one of both", mark,
			   (unsigned long long)r->decimal_row);
}

void row_fault_written(struct row *row, int place, enum written read)
{
	switch (read) {
	case WRITTEN_AS_IS:
		row_fault_at(row, place, "not_an_instant",
			     "RFC 3339 with a zone, 2020-05-04T10:15:00+02:00");
		return;
	case WRITTEN_OTHER_MARK:
		row_fault_at(row, place, "two_decimal_marks", expected_mark(row));
		return;
	case WRITTEN_THOUSAND:
		row_fault_at(row, place, "ambiguous_number",
			     "other decimals, or the decimal mark declared: it may be thousands");
		return;
	case WRITTEN_NO_ORDER:
		row_fault_at(row, place, "ambiguous_date",
			     "the order of dates declared (dmy or mdy), or 2026-05-04");
		return;
	case WRITTEN_NO_ZONE:
		row_fault_at(row, place, "no_time_zone",
			     "a zone, 2020-05-04T10:15:00+02:00, or a time_zone of the wave");
		return;
	case WRITTEN_HOUR_LEFT_OUT:
		row_fault_at(row, place, "no_such_time",
			     "a time that clocks show: summer time began");
		return;
	case WRITTEN_HOUR_TWICE:
		row_fault_at(row, place, "ambiguous_time",
			     "a zone, +02:00: summer time ended, the hour came twice");
		return;
	case WRITTEN_READ:
		break;
	}
	never("a fault of what was read");
}
