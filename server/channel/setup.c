#include "channel/setup_parts.h"

#include "decode/json_scan.h"

/* What a document of 256 KiB can become: a place is two slices for the six bytes of "a":"", and
 * there are SETUP_PLACES_MOST of them. */
enum { MEMORY_LIMIT = 2 * 1024 * 1024, KEYS_LIMIT = 1024 };

static const char *const common_keys[] = {"source",  "kind",	"programme", "wave",
					  "channel", "company", "companies", "questions"};
static const char *const other_keys[] = {
#define X(name, word) word,
	SETUP_KEYS(X)
#undef X
};

struct slice setup_take(struct setup_making *m, struct slice text)
{
	struct slice copy = arena_copy(m->reading.memory, text);
	must(copy.at != NULL);
	return copy;
}

size_t setup_read_members(struct setup_making *m, const struct node *at, size_t most)
{
	size_t len = 0;
	if (at->json == NULL)
		return 0;
	if (!cJSON_IsObject(at->json)) {
		reading_fault(&m->reading, at, "not_an_object", "an object");
		return 0;
	}
	for (const cJSON *field = at->json->child; field != NULL; field = field->next)
		len++;
	if (len > most)
		reading_fault(&m->reading, at, "too_many", "%zu members at most", most);
	return len > most ? 0 : len;
}

/** Only keys the kind knows, and all it needs. */
static bool has_right_keys(struct setup_making *m, const struct node *root)
{
	const struct adapter *a = m->setup->adapter;
	const char *keys[COUNT_OF(common_keys) + SETUP_KEY_COUNT + 1];
	size_t len = 0;
	for (size_t i = 0; i < COUNT_OF(common_keys); i++)
		keys[len++] = common_keys[i];
	for (size_t i = 0; i < SETUP_KEY_COUNT; i++)
		if (a == NULL || (a->may & (1u << i)) != 0)
			keys[len++] = other_keys[i];
	keys[len] = NULL;
	if (!read_object(&m->reading, root, keys))
		return false;
	for (size_t i = 0; i < SETUP_KEY_COUNT; i++) {
		struct node field = node_field(root, other_keys[i]);
		if (a != NULL && (a->must_have & (1u << i)) != 0)
			(void)read_given(&m->reading, &field);
	}
	return true;
}

static void read_kind(struct setup_making *m, const struct node *root)
{
	struct node at = node_field(root, "kind");
	if (!cJSON_IsObject(root->json) || !read_given(&m->reading, &at))
		return;
	if (cJSON_IsString(at.json))
		m->setup->adapter = adapter_find(slice_of(at.json->valuestring));
	if (m->setup->adapter != NULL && !m->setup->adapter->own)
		return;
	m->setup->adapter = NULL;
	struct buf words;
	buf_init(&words, 400);
	for (size_t i = 0; i < adapters_len; i++)
		if (!adapters[i].own)
			buf_print(&words, "%s%s", words.len > 0 ? ", " : "", adapters[i].kind);
	reading_fault(&m->reading, &at, "unknown_kind", "one of %.*s",
		      SLICE_ARGS(buf_slice(&words)));
	buf_fini(&words);
}

/** The programme, its wave and the channel of it. */
static void read_where(struct setup_making *m, const struct node *root)
{
	struct reading *r = &m->reading;
	struct node programme = node_field(root, "programme"), wave = node_field(root, "wave"),
		    channel = node_field(root, "channel");
	m->setup->programme = read_code(r, &programme);
	m->setup->wave = read_code(r, &wave);
	m->setup->channel = read_code(r, &channel);
	if (m->setup->programme.at != NULL && m->p == NULL)
		reading_fault(r, &programme, "unknown_programme", "the code of a programme");
	else if (m->p != NULL && m->setup->wave.at != NULL && m->wave < 0)
		reading_fault(r, &wave, "unknown_wave", "the code of a wave of the programme");
	if (m->p != NULL && m->setup->channel.at != NULL &&
	    programme_find_channel(m->p, m->setup->channel) < 0)
		reading_fault(r, &channel, "unknown_channel",
			      "the code of a channel of the programme");
}

/** Contacts without an invitation have nobody else to say whose they are. */
static void read_open(struct setup_making *m, const struct node *root)
{
	const struct adapter *a = m->setup->adapter;
	struct node open = node_field(root, "open"), company = node_field(root, "company"),
		    companies = node_field(root, "companies");
	m->setup->open = a != NULL && a->open;
	read_bool(&m->reading, &open, &m->setup->open);
	if (m->setup->open && company.json == NULL && companies.json == NULL)
		reading_fault(&m->reading, &company, "missing",
			      "the company of contacts without an invitation, or companies");
}

static void read_whole(struct setup_making *m, const struct node *root)
{
	read_kind(m, root);
	if (!has_right_keys(m, root))
		return;
	struct node code = node_field(root, "source"), form = node_field(root, "form"),
		    questions = node_field(root, "questions");
	m->setup->code = read_code(&m->reading, &code);
	read_where(m, root);
	setup_read_companies(m, root);
	setup_read_form(m, &form);
	setup_read_questions(m, &questions);
	read_open(m, root);
	setup_read_places(m, root);
}

/** NULL, with a fault, where it is no JSON. */
static cJSON *parse(struct setup_making *m, struct slice document)
{
	struct node root = {.json = NULL};
	if (document.len > SETUP_BYTES_LIMIT) {
		reading_fault(&m->reading, &root, "too_large", "a document of %d bytes at most",
			      SETUP_BYTES_LIMIT);
		return NULL;
	}
	struct json_verdict verdict = json_judge(document, JSON_DEPTH, KEYS_LIMIT);
	if (verdict.code != NULL) {
		reading_fault(&m->reading, &root, verdict.code, "JSON; at byte %zu it is not",
			      verdict.at);
		return NULL;
	}
	cJSON *tree = cJSON_ParseWithLength(document.at, document.len);
	if (tree == NULL)
		reading_fault(&m->reading, &root, "not_json", "JSON");
	return tree;
}

static void read_document(struct setup_making *m, struct slice document)
{
	cJSON *tree = parse(m, document);
	struct node root = {.json = tree};
	if (tree != NULL)
		read_whole(m, &root);
	cJSON_Delete(tree);
}

static void end_memory(void *what)
{
	arena_fini(what);
}

/** With memory of its own, so that faults cannot use up what the setup needs. False: `arena` is too
 * small even for that. */
static bool begin_making(struct setup_making *m, const struct programme *p, int wave,
			 struct arena *arena, struct setup *setup)
{
	struct arena *memory = arena_take(arena, sizeof(*memory));
	if (memory == NULL)
		return false;
	arena_init(memory, MEMORY_LIMIT);
	arena_defer(arena, end_memory, memory);
	*setup = (struct setup){0};
	*m = (struct setup_making){.reading = {.memory = memory, .words = arena},
				   .p = p,
				   .wave = p != NULL ? wave : -1,
				   .setup = setup};
	return true;
}

static enum status end_making(const struct setup_making *m, struct programme_faults *faults)
{
	*faults = (struct programme_faults){m->reading.faults, m->reading.len, m->reading.total};
	if (m->reading.total == 0)
		return OK;
	return m->reading.over ? E_LIMIT : E_INPUT;
}

enum status setup_read(struct slice document, const struct programme *p, int wave,
		       struct arena *arena, struct setup *setup, struct programme_faults *faults)
{
	struct setup_making m;
	*faults = (struct programme_faults){0};
	if (!begin_making(&m, p, wave, arena, setup))
		return E_LIMIT;
	read_document(&m, document);
	return end_making(&m, faults);
}

/** The document as it was sent, or as it is without its secrets. */
static void read_sent(struct setup_making *m, struct slice body, bool first,
		      struct setup_sent *sent)
{
	cJSON *tree = parse(m, body);
	if (tree == NULL)
		return;
	struct node root = {.json = tree}, secrets = {.up = &root, .key = "secrets"};
	cJSON *apart = cJSON_IsObject(tree)
			       ? cJSON_DetachItemFromObjectCaseSensitive(tree, "secrets")
			       : NULL;
	secrets.json = apart;
	sent->document = body;
	if (apart != NULL) {
		char *text = cJSON_PrintUnformatted(tree);
		must(text != NULL);
		sent->document = setup_take(m, slice_of(text));
		cJSON_free(text);
	}
	read_whole(m, &root);
	setup_read_secrets(m, &secrets, first, &sent->secrets);
	setup_wipe_secrets(apart);
	cJSON_Delete(apart);
	cJSON_Delete(tree);
}

enum status setup_read_sent(struct slice body, const struct programme *p, int wave, bool first,
			    struct arena *arena, struct setup_sent *sent,
			    struct programme_faults *faults)
{
	struct setup_making m;
	*sent = (struct setup_sent){0};
	*faults = (struct programme_faults){0};
	if (!begin_making(&m, p, wave, arena, &sent->setup))
		return E_LIMIT;
	read_sent(&m, body, first, sent);
	return end_making(&m, faults);
}

static bool copy_text(const cJSON *tree, const char *key, struct arena *arena, struct slice *to)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(tree, key);
	if (!cJSON_IsString(value))
		return false;
	*to = arena_copy(arena, slice_of(value->valuestring));
	return to->at != NULL;
}

bool setup_place_of(struct slice document, struct arena *arena, struct slice *programme,
		    struct slice *wave)
{
	if (document.len > SETUP_BYTES_LIMIT ||
	    json_judge(document, JSON_DEPTH, KEYS_LIMIT).code != NULL)
		return false;
	cJSON *tree = cJSON_ParseWithLength(document.at, document.len);
	bool found = copy_text(tree, "programme", arena, programme) &&
		     copy_text(tree, "wave", arena, wave);
	cJSON_Delete(tree);
	return found;
}
