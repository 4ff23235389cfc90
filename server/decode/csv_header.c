#include "decode/csv_header.h"

#include "decode/csv_row.h"
#include "decode/normal.h"

static const char *add_name(struct csv_decoder *d, struct slice name)
{
	if (d->columns == DECODE_FIELDS)
		return "too_many_columns";
	struct slice copy = arena_copy(&d->names, name);
	if (copy.at == NULL)
		return "record_too_long";
	d->fields[d->columns++] = (struct field){.name = copy, .kind = FIELD_TEXT};
	return NULL;
}

static const char *read_names(struct csv_decoder *d, struct csv_row *r, struct slice *at)
{
	const char *code = NULL;
	while (code == NULL && r->more) {
		const char *from = r->at;
		code = csv_row_next(r, at);
		if (code == NULL && normal_text(at, r->arena) < 0)
			code = "record_too_long";
		if (code != NULL)
			*at = (struct slice){from, (size_t)(r->end - from)};
		else
			code = add_name(d, *at);
	}
	return code;
}

/** "name [choice]" where several columns share a name. */
static const char *add_choice(struct csv_decoder *d, size_t column, struct slice name,
			      struct slice choice)
{
	struct slice *to = &d->fields[column].name;
	if (choice.len == 0) {
		*to = name;
		return NULL;
	}
	const char *both = arena_print(&d->names, "%.*s [%.*s]", SLICE_ARGS(name),
				       SLICE_ARGS(choice));
	if (both == NULL)
		return "record_too_long";
	*to = slice_of(both);
	return NULL;
}

static bool shares_name(const struct csv_decoder *d, size_t column)
{
	return d->fields[column].name.len == 0 ||
	       (column + 1 < d->columns && d->fields[column + 1].name.len == 0);
}

/** The second header row names the columns that share a name in the first. */
static const char *read_choices(struct csv_decoder *d, struct csv_row *r, struct slice *at)
{
	struct slice name = SLICE_NONE;
	const char *code = NULL;
	for (size_t i = 0; code == NULL && r->more && i < d->columns; i++) {
		code = csv_row_next(r, at);
		if (code == NULL && normal_text(at, r->arena) < 0)
			code = "record_too_long";
		bool shared = shares_name(d, i);
		if (d->fields[i].name.len > 0)
			name = d->fields[i].name;
		if (code == NULL && shared && name.len > 0)
			code = add_choice(d, i, name, *at);
	}
	return code;
}

static bool is_taken(const struct csv_decoder *d, size_t before, struct slice name)
{
	for (size_t i = 0; i < before; i++)
		if (slice_equal(d->fields[i].name, name))
			return true;
	return false;
}

/** Choices under one question may read alike: the later one is told by its place. */
static void tell_apart(struct csv_decoder *d, struct slice *name, size_t column)
{
	const char *other = arena_print(&d->names, "%.*s (column %zu)", SLICE_ARGS(*name),
					column + 1);
	if (other != NULL)
		*name = slice_of(other);
}

/** All header rows are read: columns with a name become fields, and each name stands once. */
static const char *settle_names(struct csv_decoder *d, struct slice *at)
{
	size_t named = 0;
	d->width = d->columns;
	for (size_t i = 0; i < d->width; i++) {
		*at = d->fields[i].name;
		d->field_of[i] = CSV_NAMELESS;
		if (at->len == 0)
			continue;
		if (d->reading->header_rows > 1 && is_taken(d, named, *at))
			tell_apart(d, at, i);
		if (is_taken(d, named, *at))
			return "duplicate_column";
		d->field_of[i] = (uint16_t)named;
		d->fields[named++].name = *at;
		d->least = i + 1;
	}
	d->columns = named;
	return named > 0 ? NULL : "empty_column_name";
}

const char *csv_header_take(struct csv_decoder *d, struct slice text, struct arena *arena,
			    struct slice *at)
{
	struct csv_row r = csv_row_over(text, d->reading->delimiter, arena);
	bool may_compose;
	const char *code = NULL;
	*at = r.text;
	d->header_rows_read++;
	if (d->header_rows_read == 1 && r.text.len == 0)
		return "missing_header";
	code = csv_row_check(r.text, &may_compose);
	if (code == NULL && d->header_rows_read == 1)
		code = read_names(d, &r, at);
	else if (code == NULL && d->header_rows_read == 2)
		code = read_choices(d, &r, at);
	if (code == NULL && d->header_rows_read == d->reading->header_rows)
		code = settle_names(d, at);
	return code;
}
