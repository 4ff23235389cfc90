#include "mapping/profile_parts.h"

#include <stdlib.h>

enum { SHIFT_MOST = 1000, SCALE_MOST = 30000, JOIN_BYTES = 16, SENT_NAME_BYTES = 200 };

/* What it is made of */

static size_t read_parts(struct making *m, const struct node *list, struct target *made)
{
	size_t len = read_list(&m->reading, list, 1, PROFILE_PARTS_LIMIT);
	int *columns = reading_take(&m->reading, len, sizeof(*columns));
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at))
		columns[i] = read_column(m, &at);
	made->columns = columns;
	made->columns_len = len;
	return len;
}

static void read_one_column(struct making *m, const struct node *at, struct target *made)
{
	int *column = reading_take(&m->reading, 1, sizeof(*column));
	*column = read_column(m, at);
	made->columns = column;
	made->columns_len = 1;
}

/** Where faults look for it: the column, or "Date + Time" of those joined. */
static struct slice sent_name(struct making *m, const struct target *t)
{
	const char *name = "";
	for (size_t i = 0; i < t->columns_len; i++) {
		if (t->columns[i] < 0)
			return t->name;
		struct slice column = m->profile->columns[t->columns[i]].name;
		name = arena_print(m->reading.memory, "%s%s%.*s", name, i > 0 ? " + " : "",
				   SLICE_ARGS(column));
		must(name != NULL);
	}
	return t->columns_len > 0 ? slice_cut(slice_of(name), SENT_NAME_BYTES) : t->name;
}

static void read_joined(struct making *m, const struct node *at, struct target *made)
{
	struct node list = node_field(at, "joined"), by = node_field(at, "by");
	made->made_of = MADE_OF_JOINED;
	(void)read_parts(m, &list, made);
	made->text = by.json != NULL ? read_text(&m->reading, &by, JOIN_BYTES) : SLICE("");
	made->sent_name = sent_name(m, made);
}

static void read_constant(struct making *m, const struct node *at, enum made_of made_of,
			  struct target *made)
{
	made->made_of = made_of;
	made->text = read_text(&m->reading, at, PROFILE_TEXT_BYTES);
	made->sent_name = made->name;
}

static void read_made_of(struct making *m, const struct node *at, struct target *made)
{
	static const char *const ways[] = {"column", "first_of", "joined", "constant",
					   "row_number"};
	struct node found[COUNT_OF(ways)];
	int given = 0;
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		found[i] = node_field(at, ways[i]);
		given += found[i].json != NULL ? 1 : 0;
	}
	if (given != 1)
		reading_fault(&m->reading, at, "not_one_source",
			      "exactly one of column, first_of, joined, constant and row_number");
	else if (found[0].json != NULL)
		read_one_column(m, &found[0], made);
	else if (found[1].json != NULL)
		(void)read_parts(m, &found[1], made);
	else if (found[2].json != NULL)
		read_joined(m, at, made);
	else if (found[3].json != NULL)
		read_constant(m, &found[3], MADE_OF_CONSTANT, made);
	else
		read_constant(m, &found[4], MADE_OF_ROW_NUMBER, made);
}

/* Labels */

static void add_label(struct making *m, const struct node *at, struct slice code,
		      struct label *labels, size_t *len)
{
	struct slice text = read_text(&m->reading, at, PROFILE_TEXT_BYTES);
	if (text.at != NULL)
		labels[(*len)++] = (struct label){take_folded(m, text), code};
}

static size_t spellings_of(const cJSON *code)
{
	size_t len = 0;
	if (!cJSON_IsArray(code))
		return 1;
	for (const cJSON *at = code->child; at != NULL; at = at->next)
		len++;
	return len;
}

static void add_spellings(struct making *m, const struct node *at, struct label *labels,
			  size_t *len)
{
	struct slice code = arena_copy(m->reading.memory, slice_of(at->key));
	must(code.at != NULL);
	if (!cJSON_IsArray(at->json)) {
		add_label(m, at, code, labels, len);
		return;
	}
	size_t spellings = read_list(&m->reading, at, 1, PROFILE_SPELLINGS_LIMIT);
	struct node spelling = node_first(at);
	for (size_t i = 0; i < spellings; i++, node_next(&spelling))
		add_label(m, &spelling, code, labels, len);
}

static int by_spelling(const void *a, const void *b)
{
	const struct label *one = a, *other = b;
	return slice_compare(one->spelling, other->spelling);
}

/** Sorted, each spelling once; two codes for one spelling are a fault. */
static size_t sort_labels(struct making *m, const struct node *at, struct label *labels, size_t len)
{
	size_t kept = 0;
	qsort(labels, len, sizeof(*labels), by_spelling);
	for (size_t i = 0; i < len; i++) {
		const struct label *last = kept > 0 ? &labels[kept - 1] : NULL;
		if (last == NULL || !slice_equal(last->spelling, labels[i].spelling))
			labels[kept++] = labels[i];
		else if (!slice_equal(last->code, labels[i].code))
			reading_fault(&m->reading, at, "two_codes", "one code for \"%.*s\"",
				      (int)slice_cut(labels[i].spelling, 100).len,
				      labels[i].spelling.at);
	}
	return kept;
}

static void read_labels(struct making *m, const struct node *at, struct target *made)
{
	size_t codes = 0, room = 0, len = 0;
	if (at->json == NULL)
		return;
	if (!cJSON_IsObject(at->json)) {
		reading_fault(&m->reading, at, "not_an_object",
			      "an object of codes and their labels, {\"5\":[\"Strongly agree\"]}");
		return;
	}
	for (const cJSON *code = at->json->child; code != NULL; code = code->next, codes++)
		room += spellings_of(code);
	if (codes > PROFILE_CODES_LIMIT) {
		reading_fault(&m->reading, at, "too_many", "%d codes at most", PROFILE_CODES_LIMIT);
		return;
	}
	struct label *labels = reading_take(&m->reading, room, sizeof(*labels));
	for (const cJSON *code = at->json->child; code != NULL; code = code->next) {
		struct node here = {.json = code, .up = at, .key = code->string};
		add_spellings(m, &here, labels, &len);
	}
	made->labels = labels;
	made->labels_len = sort_labels(m, at, labels, len);
}

/* Scale */

static void read_reversed(struct making *m, const struct node *at, struct rescaling *made)
{
	static const char *const keys[] = {"from", "to", "where", NULL};
	static const char *const condition[] = {"column", "is", "is_not", "begins", NULL};
	struct reading *r = &m->reading;
	if (at->json == NULL || !read_object(r, at, keys))
		return;
	struct node from = node_field(at, "from"), to = node_field(at, "to"),
		    where = node_field(at, "where");
	made->reversed = read_given(r, &from) && read_given(r, &to);
	read_integer(r, &from, -SCALE_MOST, SCALE_MOST, &made->from);
	read_integer(r, &to, -SCALE_MOST, SCALE_MOST, &made->to);
	if (made->reversed && made->to <= made->from)
		reading_fault(r, &to, "out_of_range", "a number above \"from\"");
	made->where_given = where.json != NULL && read_object(r, &where, condition);
	if (made->where_given)
		made->where = read_condition(m, &where);
}

void read_target(struct making *m, const struct node *at, struct target *made)
{
	static const char *const keys[] = {"column",	 "first_of", "joined",	"by",
					   "constant",	 "labels",   "missing", "reversed",
					   "row_number", "shift",    "hashed",	NULL};
	struct reading *r = &m->reading;
	if (cJSON_IsString(at->json)) {
		read_one_column(m, at, made);
		return;
	}
	if (!read_object(r, at, keys))
		return;
	struct node labels = node_field(at, "labels"), missing = node_field(at, "missing"),
		    reversed = node_field(at, "reversed"), shift = node_field(at, "shift"),
		    hashed = node_field(at, "hashed"), by = node_field(at, "by");
	read_made_of(m, at, made);
	if (by.json != NULL && made->made_of != MADE_OF_JOINED)
		reading_fault(r, &by, "unknown_key", "nothing: it belongs to joined columns");
	read_labels(m, &labels, made);
	made->missing = read_texts(m, &missing, 0);
	read_reversed(m, &reversed, &made->scale);
	read_integer(r, &shift, -SHIFT_MOST, SHIFT_MOST, &made->scale.shift);
	read_bool(r, &hashed, &made->hashed);
	m->hash_wanted |= made->hashed;
}
