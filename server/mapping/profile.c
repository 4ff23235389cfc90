#include "mapping/profile_parts.h"

#include "decode/fold.h"
#include "decode/json_scan.h"

/* What a file of 512 KiB can become: a label is two slices for the five bytes of "a",. */
enum { MEMORY_LIMIT = 32 * 1024 * 1024, KEYS_LIMIT = 4096 };

struct slice take_folded(struct making *m, struct slice text)
{
	struct slice folded;
	must(fold_text(text, m->reading.memory, &folded) == OK);
	return folded;
}

int read_column(struct making *m, const struct node *at)
{
	struct profile *p = m->profile;
	struct slice name = read_text(&m->reading, at, PROFILE_NAME_BYTES);
	if (name.at == NULL)
		return -1;
	for (size_t i = 0; i < p->columns_len; i++)
		if (slice_equal(p->columns[i].name, name))
			return (int)i;
	if (p->columns_len == PROFILE_COLUMNS_LIMIT) {
		reading_fault(&m->reading, at, "too_many", "%d columns of a file at most",
			      PROFILE_COLUMNS_LIMIT);
		return -1;
	}
	m->columns[p->columns_len] = (struct named_column){name, take_folded(m, name)};
	return (int)p->columns_len++;
}

struct texts read_texts(struct making *m, const struct node *list, size_t least)
{
	struct reading *r = &m->reading;
	size_t len = read_list(r, list, least, PROFILE_TEXTS_LIMIT), kept = 0;
	struct slice *texts = reading_take(r, len, sizeof(*texts));
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		if (!cJSON_IsString(at.json) || strlen(at.json->valuestring) > PROFILE_TEXT_BYTES)
			reading_fault(r, &at, "not_a_text", "a text of %d bytes at most",
				      PROFILE_TEXT_BYTES);
		else
			texts[kept++] = take_folded(m, slice_of(at.json->valuestring));
	}
	return (struct texts){texts, kept};
}

/** The one of three keys that is given; a fault where it is not one. */
static enum condition_kind kind_of(struct making *m, const struct node *at)
{
	static const char *const words[] = {"is", "is_not", "begins"};
	int kind = -1, given = 0;
	for (int i = 0; i < (int)COUNT_OF(words); i++) {
		if (node_field(at, words[i]).json == NULL)
			continue;
		kind = i;
		given++;
	}
	if (given != 1)
		reading_fault(&m->reading, at, "not_one_condition",
			      "exactly one of is, is_not and begins");
	return kind < 0 ? CONDITION_IS : (enum condition_kind)kind;
}

struct condition read_condition(struct making *m, const struct node *at)
{
	static const char *const words[] = {"is", "is_not", "begins"};
	struct node column = node_field(at, "column");
	struct condition made = {.column = read_column(m, &column), .kind = kind_of(m, at)};
	struct node texts = node_field(at, words[made.kind]);
	if (texts.json != NULL)
		made.texts = read_texts(m, &texts, 1);
	return made;
}

static void read_rules(struct making *m, const struct node *list)
{
	static const char *const keys[] = {"why", "column", "is", "is_not", "begins", NULL};
	size_t len = read_list(&m->reading, list, 0, PROFILE_RULES_LIMIT);
	struct leave_out *rules = reading_take(&m->reading, len, sizeof(*rules));
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at)) {
		struct node why = node_field(&at, "why");
		if (!read_object(&m->reading, &at, keys))
			continue;
		rules[i].why = read_text(&m->reading, &why, PROFILE_TEXT_BYTES);
		rules[i].condition = read_condition(m, &at);
	}
	m->profile->rules = rules;
	m->profile->rules_len = len;
}

static bool is_taken(const struct target *targets, size_t len, struct slice name)
{
	for (size_t i = 0; i < len; i++)
		if (slice_equal(targets[i].name, name))
			return true;
	return false;
}

static void read_targets(struct making *m, const struct node *object)
{
	struct reading *r = &m->reading;
	size_t len = 0, kept = 0;
	if (!read_given(r, object))
		return;
	if (!cJSON_IsObject(object->json)) {
		reading_fault(r, object, "not_an_object", "canonical columns and their sources");
		return;
	}
	for (const cJSON *field = object->json->child; field != NULL; field = field->next)
		len++;
	if (len == 0 || len > PROFILE_TARGETS_LIMIT) {
		reading_fault(r, object, len == 0 ? "too_few" : "too_many", "1 to %d columns",
			      PROFILE_TARGETS_LIMIT);
		return;
	}
	struct target *targets = reading_take(r, len, sizeof(*targets));
	for (const cJSON *field = object->json->child; field != NULL; field = field->next) {
		struct node at = {.json = field, .up = object, .key = field->string};
		struct slice name = slice_of(field->string);
		if (slice_is(name, "contact_id"))
			name = SLICE("result_id");
		if (is_taken(targets, kept, name))
			reading_fault(r, &at, "duplicate", "result_id or contact_id, not both");
		struct slice copy = arena_copy(r->memory, name);
		must(copy.at != NULL);
		targets[kept].name = copy;
		read_target(m, &at, &targets[kept++]);
	}
	m->profile->targets = targets;
	m->profile->targets_len = kept;
}

static void read_ignored(struct making *m, const struct node *list)
{
	size_t len = read_list(&m->reading, list, 0, PROFILE_COLUMNS_LIMIT);
	struct node at = node_first(list);
	for (size_t i = 0; i < len; i++, node_next(&at))
		(void)read_column(m, &at);
}

/** A word of "reading": text, but the count of header rows. */
static struct slice word_of(struct making *m, const struct node *of, const char *key)
{
	struct node at = node_field(of, key);
	return at.json == NULL ? SLICE_NONE : read_text(&m->reading, &at, PROGRAMME_CODE_BYTES);
}

static void read_csv(struct making *m, const struct node *at)
{
	static const char *const keys[] = {"encoding",	  "delimiter", "decimal",
					   "header_rows", "dates",     NULL};
	struct reading *r = &m->reading;
	struct trouble why;
	int64_t rows = 0;
	if (at->json == NULL || !read_object(r, at, keys))
		return;
	struct node header_rows = node_field(at, "header_rows");
	const struct csv_words words = {.encoding = word_of(m, at, "encoding"),
					.delimiter = word_of(m, at, "delimiter"),
					.decimal = word_of(m, at, "decimal"),
					.dates = word_of(m, at, "dates")};
	if (csv_options_read(&m->profile->csv, &words, &why) < 0)
		reading_fault(r, at, "bad_csv_option", "%s", why.words);
	read_integer(r, &header_rows, 1, HEADER_ROWS_LIMIT, &rows);
	m->profile->csv.header_rows = (int)rows;
}

static void read_others(struct making *m, const struct node *at)
{
	static const char *const words[] = {"refused", "ignored", NULL};
	int choice = 0;
	read_choice(&m->reading, at, words, &choice);
	m->profile->others_ignored = choice == 1;
}

static void read_hash_key(struct making *m, const struct node *at)
{
	struct reading *r = &m->reading;
	if (at->json != NULL)
		m->profile->hash_key = read_text(r, at, PROFILE_TEXT_BYTES);
	if (m->profile->hash_key.at != NULL && m->profile->hash_key.len < HASH_KEY_LEAST)
		reading_fault(r, at, "wrong_length", "%d bytes at least that nobody guesses",
			      HASH_KEY_LEAST);
	if (m->hash_wanted && at->json == NULL)
		reading_fault(r, at, "missing", "the key of the hashed columns");
}

static void read_whole(struct making *m, const cJSON *json)
{
	static const char *const keys[] = {"mapping", "name",	   "reading", "columns",  "missing",
					   "ignored", "leave_out", "others",  "hash_key", NULL};
	struct node root = {.json = json};
	if (!read_object(&m->reading, &root, keys))
		return;
	struct node code = node_field(&root, "mapping"), name = node_field(&root, "name"),
		    csv = node_field(&root, "reading"), columns = node_field(&root, "columns"),
		    missing = node_field(&root, "missing"), ignored = node_field(&root, "ignored"),
		    rules = node_field(&root, "leave_out"), others = node_field(&root, "others"),
		    hash_key = node_field(&root, "hash_key");
	m->profile->code = read_code(&m->reading, &code);
	m->profile->name = read_names(&m->reading, &name);
	read_csv(m, &csv);
	m->profile->missing = read_texts(m, &missing, 0);
	read_targets(m, &columns);
	read_rules(m, &rules);
	read_ignored(m, &ignored);
	read_others(m, &others);
	read_hash_key(m, &hash_key);
}

static void read_file(struct making *m, struct slice json)
{
	struct node root = {.json = NULL};
	if (json.len > PROFILE_BYTES_LIMIT) {
		reading_fault(&m->reading, &root, "too_large", "a file of %d bytes at most",
			      PROFILE_BYTES_LIMIT);
		return;
	}
	struct json_verdict verdict = json_judge(json, JSON_DEPTH, KEYS_LIMIT);
	if (verdict.code != NULL) {
		reading_fault(&m->reading, &root, verdict.code, "JSON; at byte %zu it is not",
			      verdict.at);
		return;
	}
	cJSON *tree = cJSON_ParseWithLength(json.at, json.len);
	if (tree == NULL)
		reading_fault(&m->reading, &root, "not_json", "JSON");
	else
		read_whole(m, tree);
	cJSON_Delete(tree);
}

enum status profile_parse(struct slice json, struct arena *arena, struct profile **made,
			  struct programme_faults *faults)
{
	struct profile *p = memory_new(sizeof(*p));
	struct making m = {.profile = p, .reading = {.memory = &p->arena, .words = arena}};
	arena_init(&p->arena, MEMORY_LIMIT);
	p->columns = m.columns = reading_take(&m.reading, PROFILE_COLUMNS_LIMIT,
					      sizeof(*m.columns));
	read_file(&m, json);
	*faults = (struct programme_faults){m.reading.faults, m.reading.len, m.reading.total};
	*made = p;
	if (m.reading.total == 0)
		return OK;
	profile_free(p);
	*made = NULL;
	return m.reading.over ? E_LIMIT : E_INPUT;
}

struct csv_options profile_csv_options(const struct profile *p, const struct csv_options *declared)
{
	struct csv_options csv = *declared;
	if (csv.encoding == NULL)
		csv.encoding = p->csv.encoding;
	if (csv.delimiter == 0)
		csv.delimiter = p->csv.delimiter;
	if (csv.decimal == 0)
		csv.decimal = p->csv.decimal;
	if (csv.header_rows == 0)
		csv.header_rows = p->csv.header_rows;
	if (csv.dates == DATES_UNKNOWN)
		csv.dates = p->csv.dates;
	return csv;
}

void profile_free(struct profile *p)
{
	if (p == NULL)
		return;
	arena_fini(&p->arena);
	memory_free(p);
}
