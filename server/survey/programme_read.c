#include "survey/programme_parts.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/json_out.h"

enum { MINUTES_A_DAY = 24 * 60 };
enum { DEPTH_MOST = 16, POINTER_BYTES = 1024, EXPECTED_BYTES = 300, NAMES_BYTES_LIMIT = 64 * 1024 };

struct node node_field(const struct node *of, const char *key)
{
	const cJSON *json = NULL;
	if (cJSON_IsObject(of->json))
		json = cJSON_GetObjectItemCaseSensitive(of->json, key);
	return (struct node){.json = json, .up = of, .key = key};
}

struct node node_first(const struct node *list)
{
	const cJSON *json = cJSON_IsArray(list->json) ? list->json->child : NULL;
	return (struct node){.json = json, .up = list};
}

void node_next(struct node *element)
{
	element->json = element->json->next;
	element->index++;
}

/** RFC 6901: "~" is "~0" and "/" is "~1". */
static void add_key(struct buf *to, const char *key)
{
	for (; *key != '\0'; key++) {
		if (*key == '~')
			buf_add_text(to, "~0");
		else if (*key == '/')
			buf_add_text(to, "~1");
		else
			buf_add_byte(to, *key);
	}
}

static void add_pointer(struct buf *to, const struct node *at)
{
	const struct node *way[DEPTH_MOST];
	size_t depth = 0;
	for (; at->up != NULL; at = at->up) {
		must(depth < DEPTH_MOST);
		way[depth++] = at;
	}
	while (depth-- > 0) {
		buf_add_byte(to, '/');
		if (way[depth]->key != NULL)
			add_key(to, way[depth]->key);
		else
			buf_add_int(to, (int64_t)way[depth]->index);
	}
}

static struct slice pointer_of(struct reading *r, const struct node *at)
{
	struct buf text;
	buf_init(&text, POINTER_BYTES);
	add_pointer(&text, at);
	struct slice copy = arena_copy(r->words, slice_cut(buf_slice(&text), POINTER_BYTES - 8));
	buf_fini(&text);
	return copy;
}

static void note(struct reading *r, const struct node *at, const char *code, const char *expected)
{
	r->total++;
	if (r->len == PROGRAMME_FAULTS_LIMIT || r->over)
		return;
	if (r->faults == NULL)
		r->faults = arena_take_array(r->words, PROGRAMME_FAULTS_LIMIT, sizeof(*r->faults));
	struct programme_fault fault = {.code = code};
	fault.pointer = pointer_of(r, at);
	fault.expected = arena_copy(r->words, slice_of(expected));
	if (r->faults == NULL || fault.pointer.at == NULL || fault.expected.at == NULL) {
		r->over = true;
		return;
	}
	r->faults[r->len++] = fault;
}

void reading_fault(struct reading *r, const struct node *at, const char *code, const char *expected,
		   ...)
{
	char words[EXPECTED_BYTES];
	va_list arguments;
	va_start(arguments, expected);
	vsnprintf(words, sizeof(words), expected, arguments);
	va_end(arguments);
	note(r, at, code, words);
}

void reading_fault_at_key(struct reading *r, const struct node *of, const char *key,
			  const char *code, const char *expected)
{
	struct node at = {.up = of, .key = key};
	note(r, &at, code, expected);
}

void *reading_take(struct reading *r, size_t count, size_t size)
{
	/* The file's size and the limits of programme.h bound what a programme can hold. */
	void *taken = arena_take_array(r->memory, count, size);
	must(taken != NULL);
	return taken;
}

bool read_given(struct reading *r, const struct node *at)
{
	if (at->json != NULL)
		return true;
	reading_fault(r, at, "missing", "a value: this field is required");
	return false;
}

static bool listed(const char *word, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

/** "one of a, b, c", cut where it gets long. */
static void print_words(char *to, size_t size, const char *const *words)
{
	int len = snprintf(to, size, "one of");
	for (size_t i = 0; words[i] != NULL && (size_t)len < size; i++)
		len += snprintf(to + len, size - (size_t)len, "%s %s", i ? "," : "", words[i]);
}

bool read_object(struct reading *r, const struct node *at, const char *const *keys)
{
	if (!cJSON_IsObject(at->json)) {
		reading_fault(r, at, "not_an_object", "an object");
		return false;
	}
	char expected[EXPECTED_BYTES];
	print_words(expected, sizeof(expected), keys);
	for (const cJSON *field = at->json->child; field != NULL; field = field->next)
		if (!listed(field->string, keys))
			reading_fault_at_key(r, at, field->string, "unknown_key", expected);
	return true;
}

size_t read_list(struct reading *r, const struct node *at, size_t least, size_t most)
{
	if (at->json == NULL) {
		if (least > 0)
			reading_fault(r, at, "missing", "a list of %zu or more", least);
		return 0;
	}
	if (!cJSON_IsArray(at->json)) {
		reading_fault(r, at, "not_a_list", "a list");
		return 0;
	}
	size_t len = 0;
	for (const cJSON *element = at->json->child; element != NULL; element = element->next)
		len++;
	if (len < least)
		reading_fault(r, at, "too_few", "a list of %zu or more", least);
	if (len > most)
		reading_fault(r, at, "too_many", "a list of %zu at most", most);
	return len > most ? 0 : len;
}

struct slice read_text(struct reading *r, const struct node *at, size_t most_bytes)
{
	if (!cJSON_IsString(at->json)) {
		reading_fault(r, at, "not_a_text", "a text");
		return SLICE_NONE;
	}
	struct slice text = slice_of(at->json->valuestring);
	if (text.len == 0 || text.len > most_bytes) {
		reading_fault(r, at, "wrong_length", "1 to %zu bytes of UTF-8", most_bytes);
		return SLICE_NONE;
	}
	struct slice copy = arena_copy(r->memory, text);
	must(copy.at != NULL);
	return copy;
}

static bool is_code_byte(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == '-';
}

struct slice read_code(struct reading *r, const struct node *at)
{
	if (!read_given(r, at))
		return SLICE_NONE;
	struct slice text = SLICE_NONE;
	if (cJSON_IsString(at->json))
		text = slice_of(at->json->valuestring);
	bool good = text.len > 0 && text.len <= PROGRAMME_CODE_BYTES;
	for (size_t i = 0; good && i < text.len; i++)
		good = is_code_byte(text.at[i]);
	if (!good) {
		reading_fault(r, at, "not_a_code",
			      "a text of 1 to %d letters, digits, dots, hyphens or underscores",
			      PROGRAMME_CODE_BYTES);
		return SLICE_NONE;
	}
	struct slice copy = arena_copy(r->memory, text);
	must(copy.at != NULL);
	return copy;
}

static void write_names(struct reading *r, const struct node *at, struct buf *to)
{
	struct json_out out = json_out_on(to);
	json_open_object(&out);
	for (const cJSON *name = at->json->child; name != NULL; name = name->next) {
		if (!cJSON_IsString(name)) {
			struct node wrong = {.json = name, .up = at, .key = name->string};
			reading_fault(r, &wrong, "not_a_text", "a name in this language");
			continue;
		}
		json_pair_text(&out, name->string, slice_of(name->valuestring));
	}
	json_close_object(&out);
}

struct names read_names(struct reading *r, const struct node *at)
{
	struct names names = {SLICE("{}")};
	if (at->json == NULL)
		return names;
	if (!cJSON_IsObject(at->json)) {
		reading_fault(r, at, "not_an_object",
			      "an object of language and name, {\"en\":\"...\"}");
		return names;
	}
	struct buf text;
	buf_init(&text, NAMES_BYTES_LIMIT);
	write_names(r, at, &text);
	if (buf_over(&text))
		reading_fault(r, at, "too_large", "names of %d bytes at most", NAMES_BYTES_LIMIT);
	else
		names.json = arena_copy(r->memory, buf_slice(&text));
	must(names.json.at != NULL);
	buf_fini(&text);
	return names;
}

void read_bool(struct reading *r, const struct node *at, bool *value)
{
	if (at->json == NULL)
		return;
	if (cJSON_IsBool(at->json))
		*value = cJSON_IsTrue(at->json);
	else
		reading_fault(r, at, "not_a_boolean", "true or false");
}

void read_integer(struct reading *r, const struct node *at, int64_t least, int64_t most,
		  int64_t *value)
{
	read_decimal(r, at, 1, least, most, value);
}

/** The decimal the double was read from, where it has few digits: x is the double nearest
 * to fixed / scale exactly when the correctly rounded division gives x back. */
static bool is_decimal(double x, int64_t scale, int64_t *fixed)
{
	*fixed = (int64_t)round(x * (double)scale);
	return (double)*fixed / (double)scale == x;
}

static const char *decimals_of(int64_t scale)
{
	switch (scale) {
	case 1:
		return "a whole number";
	case 10:
		return "at most one decimal";
	case 100:
		return "at most two decimals";
	case 1000:
		return "at most three decimals";
	default:
		return "at most six decimals";
	}
}

void read_decimal(struct reading *r, const struct node *at, int64_t scale, int64_t least,
		  int64_t most, int64_t *value)
{
	if (at->json == NULL)
		return;
	double low = (double)least / (double)scale, high = (double)most / (double)scale;
	int64_t fixed = 0;
	if (!cJSON_IsNumber(at->json))
		reading_fault(r, at, "not_a_number", "a number from %.9g to %.9g", low, high);
	else if (!(at->json->valuedouble >= low && at->json->valuedouble <= high))
		reading_fault(r, at, "out_of_range", "a number from %.9g to %.9g", low, high);
	else if (!is_decimal(at->json->valuedouble, scale, &fixed))
		reading_fault(r, at, scale == 1 ? "not_a_whole_number" : "too_many_decimals", "%s",
			      decimals_of(scale));
	else
		*value = fixed;
}

void read_number(struct reading *r, const struct node *at, double least, double most, double *value)
{
	if (at->json == NULL)
		return;
	if (!cJSON_IsNumber(at->json))
		reading_fault(r, at, "not_a_number", "a number from %.9g to %.9g", least, most);
	else if (!(at->json->valuedouble >= least && at->json->valuedouble <= most))
		reading_fault(r, at, "out_of_range", "a number from %.9g to %.9g", least, most);
	else
		*value = at->json->valuedouble;
}

void read_choice(struct reading *r, const struct node *at, const char *const *words, int *choice)
{
	if (at->json == NULL)
		return;
	for (int i = 0; cJSON_IsString(at->json) && words[i] != NULL; i++) {
		if (strcmp(at->json->valuestring, words[i]) == 0) {
			*choice = i;
			return;
		}
	}
	char expected[EXPECTED_BYTES];
	print_words(expected, sizeof(expected), words);
	reading_fault(r, at, "not_a_choice", "%s", expected);
}

void fault_if_taken(struct reading *r, const struct node *at, struct slice code, const void *list,
		    size_t len, size_t size)
{
	if (code_find(list, len, size, code) >= 0)
		reading_fault(r, at, "duplicate", "a code used once");
}

/** "09:00"; 24:00 ends a day. */
static bool is_time(const char *text, int *minute)
{
	if (strlen(text) != 5 || text[2] != ':')
		return false;
	for (int i = 0; i < 5; i++)
		if (i != 2 && (text[i] < '0' || text[i] > '9'))
			return false;
	int hours = (text[0] - '0') * 10 + text[1] - '0';
	int minutes = (text[3] - '0') * 10 + text[4] - '0';
	*minute = hours * 60 + minutes;
	return minutes < 60 && *minute <= MINUTES_A_DAY;
}

int read_time(struct reading *r, const struct node *at)
{
	int minute = -1;
	if (read_given(r, at) &&
	    (!cJSON_IsString(at->json) || !is_time(at->json->valuestring, &minute))) {
		reading_fault(r, at, "not_a_time", "a time of day, \"09:00\"");
		return -1;
	}
	return minute;
}

int32_t read_day(struct reading *r, const struct node *at)
{
	int32_t day = DAY_NONE;
	if (at->json == NULL)
		return DAY_NONE;
	if (cJSON_IsString(at->json) && day_parse(slice_of(at->json->valuestring), &day))
		return day;
	reading_fault(r, at, "not_a_date", "a date, \"2020-04-30\"");
	return DAY_NONE;
}

struct span read_span(struct reading *r, const struct node *of)
{
	struct node from = node_field(of, "from"), until = node_field(of, "until");
	struct span span;
	span.from = read_day(r, &from);
	span.until = read_day(r, &until);
	if (span.from != DAY_NONE && span.until != DAY_NONE && span.until < span.from)
		reading_fault(r, &until, "out_of_range", "a date that is not before \"from\"");
	return span;
}

int read_place(struct reading *r, const struct node *at, const void *list, size_t len, size_t size,
	       const char *fault, const char *expected)
{
	if (!read_given(r, at))
		return -1;
	int place = -1;
	if (cJSON_IsString(at->json))
		place = code_find(list, len, size, slice_of(at->json->valuestring));
	if (place < 0)
		reading_fault(r, at, fault, "%s", expected);
	return place;
}
