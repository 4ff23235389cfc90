#include "tabular/xlsx_book.h"

static enum status too_complex(struct decode_fault *fault)
{
	return table_fault(fault, E_LIMIT, 0, "too_complex", SLICE_NONE,
			   "at most %d sheets and parts with names of 1 MiB", XLSX_SHEETS);
}

static enum status copy(struct arena *arena, const char *text, struct slice *to,
			struct decode_fault *fault)
{
	*to = arena_copy(arena, slice_of(text));
	return to->at != NULL ? OK : too_complex(fault);
}

/* Relationships */

static struct slice last_word(struct slice type)
{
	const char *slash = type.len > 0 ? memrchr(type.at, '/', type.len) : NULL;
	return slash != NULL ? slice_from(type, (size_t)(slash - type.at) + 1) : type;
}

/** Without its last step: "xl/worksheets/" becomes "xl/"; the top stays where it is. */
static void go_up(struct buf *path)
{
	if (path->len > 0)
		path->len--;
	while (path->len > 0 && path->at[path->len - 1] != '/')
		path->len--;
}

/** A target as the name of an entry: "../a.xml" in "xl/x/" is "xl/a.xml". */
static struct slice resolve(struct arena *arena, struct slice folder, struct slice target)
{
	struct buf path;
	struct slice step;
	buf_init(&path, XLSX_NAMES_BYTES);
	if (!slice_starts_with(target, SLICE("/")))
		buf_add(&path, folder);
	while (slice_next_part(&target, '/', &step)) {
		if (slice_is(step, "..")) {
			go_up(&path);
		} else if (step.len > 0 && !slice_is(step, ".")) {
			buf_add(&path, step);
			if (target.at != NULL)
				buf_add_byte(&path, '/');
		}
	}
	struct slice part = arena_copy(arena, buf_slice(&path));
	buf_fini(&path);
	return part;
}

static enum status on_relation(void *self, unsigned place, const char *const *attributes)
{
	struct xlsx_relations *r = self;
	const char *id = xml_attribute(attributes, "Id"), *type = xml_attribute(attributes, "Type");
	const char *target = xml_attribute(attributes, "Target");
	if (place != 2 || id == NULL || type == NULL || target == NULL)
		return OK;
	if (r->count == COUNT_OF(r->all))
		return too_complex(r->fault);
	struct xlsx_relation *one = &r->all[r->count++];
	enum status st = copy(r->arena, id, &one->id, r->fault);
	if (st == OK)
		st = copy(r->arena, type, &one->type, r->fault);
	one->type = last_word(one->type);
	one->part = resolve(r->arena, r->folder, slice_of(target));
	return st == OK && one->part.at == NULL ? too_complex(r->fault) : st;
}

static const char *part_of_type(const struct xlsx_relations *r, const char *type)
{
	for (size_t i = 0; i < r->count; i++)
		if (slice_is(r->all[i].type, type))
			return r->all[i].part.at;
	return NULL;
}

static const struct xlsx_relation *relation_of(const struct xlsx_relations *r, struct slice id)
{
	for (size_t i = 0; i < r->count; i++)
		if (slice_equal(r->all[i].id, id))
			return &r->all[i];
	return NULL;
}

/** Those of `part`, which stand beside it: of "xl/workbook.xml" in "xl/_rels/workbook.xml.rels". */
static enum status read_relations(struct xlsx_book *b, struct slice part)
{
	static const struct xml_place places[] = {{"Relationships", 0}, {"Relationship", 1}};
	static const struct xml_shape shape = {
		.places = places, .count = COUNT_OF(places), .start = on_relation};
	struct slice name = last_word(part);
	struct slice folder = {part.at, part.len - name.len};
	const char *rels = arena_print(&b->names, "%.*s_rels/%.*s.rels", SLICE_ARGS(folder),
				       SLICE_ARGS(name));
	if (rels == NULL)
		return too_complex(b->fault);
	b->relations->count = 0;
	b->relations->arena = &b->names;
	b->relations->folder = folder;
	b->relations->fault = b->fault;
	return package_read(b->package, rels, &shape, b->relations, b->fault);
}

/* The workbook */

enum place { WORKBOOK = 1, PROPERTIES, SHEETS, SHEET };

static bool is_true(const char *word)
{
	return word != NULL &&
	       (strcmp(word, "1") == 0 || strcmp(word, "true") == 0 || strcmp(word, "on") == 0);
}

static enum status on_sheet(struct xlsx_book *b, const char *const *attributes)
{
	const char *name = xml_attribute(attributes, "name"), *id = xml_attribute(attributes, "id");
	const char *state = xml_attribute(attributes, "state");
	if (name == NULL || id == NULL)
		return OK;
	if (b->sheets_len == XLSX_SHEETS)
		return too_complex(b->fault);
	struct xlsx_sheet_name *sheet = &b->sheets[b->sheets_len++];
	sheet->is_hidden = state != NULL && strcmp(state, "visible") != 0;
	enum status st = copy(&b->names, name, &sheet->name, b->fault);
	return st == OK ? copy(&b->names, id, &sheet->id, b->fault) : st;
}

static enum status on_start(void *self, unsigned place, const char *const *attributes)
{
	struct xlsx_book *b = self;
	if (place == PROPERTIES)
		b->from_1904 = is_true(xml_attribute(attributes, "date1904"));
	return place == SHEET ? on_sheet(b, attributes) : OK;
}

static enum status read_workbook(struct xlsx_book *b)
{
	static const struct xml_place places[] = {
		{"workbook", 0}, {"workbookPr", WORKBOOK}, {"sheets", WORKBOOK}, {"sheet", SHEETS}};
	static const struct xml_shape shape = {
		.places = places, .count = COUNT_OF(places), .start = on_start};
	enum status st = read_relations(b, SLICE(""));
	if (st < 0)
		return st;
	const char *part = part_of_type(b->relations, "officeDocument");
	if (part == NULL)
		return table_fault(b->fault, E_INPUT, 0, "not_an_xlsx", SLICE_NONE,
				   "a workbook in the file");
	st = package_read(b->package, part, &shape, b, b->fault);
	if (st == OK && b->sheets_len == 0)
		st = table_fault(b->fault, E_INPUT, 0, "not_an_xlsx", slice_of(part),
				 "a workbook with at least one sheet");
	return st == OK ? read_relations(b, slice_of(part)) : st;
}

enum status xlsx_book_read(struct xlsx_book *b, struct package *p, struct decode_fault *fault)
{
	*b = (struct xlsx_book){.package = p, .fault = fault};
	arena_init(&b->names, XLSX_NAMES_BYTES);
	b->relations = memory_new(sizeof(*b->relations));
	if (!package_has(p, "_rels/.rels"))
		return table_fault(fault, E_INPUT, 0, "not_an_xlsx", SLICE_NONE,
				   "a workbook in this ZIP container");
	return read_workbook(b);
}

void xlsx_book_fini(struct xlsx_book *b)
{
	memory_free(b->relations);
	arena_fini(&b->names);
}

const char *xlsx_book_part(const struct xlsx_book *b, const char *type)
{
	return part_of_type(b->relations, type);
}

/* The sheet */

static bool is_worksheet(const struct xlsx_book *b, const struct xlsx_sheet_name *sheet)
{
	const struct xlsx_relation *relation = relation_of(b->relations, sheet->id);
	return relation != NULL && slice_is(relation->type, "worksheet");
}

static const struct xlsx_sheet_name *first_visible(const struct xlsx_book *b)
{
	for (size_t i = 0; i < b->sheets_len; i++)
		if (!b->sheets[i].is_hidden && is_worksheet(b, &b->sheets[i]))
			return &b->sheets[i];
	return NULL;
}

/** A name wins over a number, and as it is written over other capitals. */
static const struct xlsx_sheet_name *asked_for(const struct xlsx_book *b, struct slice asked)
{
	int64_t number;
	for (size_t i = 0; i < b->sheets_len; i++)
		if (slice_equal(b->sheets[i].name, asked))
			return &b->sheets[i];
	for (size_t i = 0; i < b->sheets_len; i++)
		if (slice_equal_ignoring_case(b->sheets[i].name, asked))
			return &b->sheets[i];
	bool is_number = slice_to_int64(asked, &number) && number >= 1 &&
			 (uint64_t)number <= b->sheets_len;
	return is_number ? &b->sheets[number - 1] : NULL;
}

static void tell_names(const struct xlsx_book *b, struct table_report *report)
{
	size_t used = 0;
	for (size_t i = 0; i < b->sheets_len; i++) {
		size_t room = sizeof(report->sheets) - used;
		if (b->sheets[i].name.len + 2 > room)
			return;
		fault_copy(report->sheets + used, room - 1, b->sheets[i].name);
		used += strlen(report->sheets + used);
		report->sheets[used++] = '\n';
		report->sheets[used] = '\0';
	}
}

static void tell_choice(const struct xlsx_book *b, const struct xlsx_sheet_name *sheet,
			bool is_asked_for, struct table_report *report)
{
	struct csv_known *known = &report->sheet_known;
	fault_copy(report->sheet, sizeof(report->sheet), sheet->name);
	if (is_asked_for)
		csv_know(known, KNOWN_DECLARED, "declared");
	else if (b->sheets_len == 1)
		csv_know(known, KNOWN_ASSUMED, "the only sheet");
	else if (sheet == b->sheets)
		csv_know(known, KNOWN_ASSUMED, "the first of %zu sheets", b->sheets_len);
	else
		csv_know(known, KNOWN_ASSUMED, "the first of %zu sheets that is a visible table",
			 b->sheets_len);
}

static enum status no_such_sheet(const struct xlsx_book *b, struct slice asked)
{
	struct buf names;
	buf_init(&names, TABLE_NAMES_BYTES);
	for (size_t i = 0; i < b->sheets_len; i++) {
		buf_add_text(&names, i > 0 ? ", " : "");
		buf_add(&names, b->sheets[i].name);
	}
	char shown[100];
	fault_copy(shown, sizeof(shown), buf_slice(&names));
	buf_fini(&names);
	return table_fault(b->fault, E_INPUT, 0, "no_such_sheet", asked, "%s: %s",
			   asked.len > 0 ? "one of the sheets" : "a visible sheet; there are",
			   shown);
}

enum status xlsx_book_choose(struct xlsx_book *b, struct slice asked, struct table_report *report,
			     const char **part)
{
	const struct xlsx_sheet_name *sheet = asked.len > 0 ? asked_for(b, asked)
							    : first_visible(b);
	tell_names(b, report);
	if (sheet == NULL)
		return no_such_sheet(b, asked);
	tell_choice(b, sheet, asked.len > 0, report);
	if (!is_worksheet(b, sheet))
		return table_fault(b->fault, E_INPUT, 0, "not_a_worksheet", sheet->name,
				   "a sheet of cells, not one of charts, dialogs or macros");
	*part = relation_of(b->relations, sheet->id)->part.at;
	return OK;
}
