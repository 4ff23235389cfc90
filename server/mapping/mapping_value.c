#include "mapping/mapping_private.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "decode/fold.h"
#include "survey/written.h"

enum {
	PSEUDONYM_BYTES = 16,
	SHIFTED_MOST = 1000000,
	LABELS_SHOWN = 3,
	COMPARED_BYTES = 16 * 1024 /* no text of a profile is so long, folded or not */
};

bool mapped_is_among(const struct texts *texts, struct slice folded)
{
	for (size_t i = 0; i < texts->len; i++)
		if (slice_equal(texts->at[i], folded))
			return true;
	return false;
}

/* What it says */

struct slice mapped_fold(struct mapped_row *row, struct slice text)
{
	struct slice folded = SLICE_NONE;
	if (text.len > COMPARED_BYTES)
		return text;
	if (fold_text(text, row->arena, &folded) < 0)
		row->over = true;
	return folded;
}

static bool is_missing(const struct mapped_row *row, size_t target, struct slice folded)
{
	const struct profile *p = row->m->profile;
	return mapped_is_among(&p->targets[target].missing, folded) ||
	       (row->m->wants_number[target] && mapped_is_among(&p->missing, folded));
}

static bool says_missing(struct mapped_row *row, size_t target, struct slice text)
{
	struct arena_mark before = arena_mark(row->arena);
	bool missing = is_missing(row, target, mapped_fold(row, text));
	arena_rewind(row->arena, before);
	return missing;
}

static const struct label *label_of(const struct target *t, struct slice folded)
{
	size_t low = 0, high = t->labels_len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = slice_compare(t->labels[middle].spelling, folded);
		if (order == 0)
			return &t->labels[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static bool looks_like_number(struct slice text)
{
	text = slice_trim(text);
	return (text.len > 0 && text.at[0] >= '0' && text.at[0] <= '9') ||
	       (text.len > 1 && text.at[0] == '-' && text.at[1] >= '0' && text.at[1] <= '9') ||
	       slice_starts_with(text, SLICE("\xE2\x88\x92"));
}

/** Texts that the instrument itself takes for no answer. */
static bool is_no_answer(const struct mapped_row *row, const struct target *t, struct slice text)
{
	const struct instrument *in = row->m->instrument;
	int item = instrument_find_item(in, t->name), q = instrument_find_question(in, t->name);
	const struct slice *texts = item >= 0 ? in->items[item].no_answer
				    : q >= 0  ? in->questions[q].no_answer
					      : NULL;
	size_t len = item >= 0 ? in->items[item].no_answer_len
		     : q >= 0  ? in->questions[q].no_answer_len
			       : 0;
	for (size_t i = 0; i < len; i++)
		if (slice_equal(texts[i], text))
			return true;
	return false;
}

static const char *labels_expected(struct mapped_row *row, const struct target *t)
{
	const char *words = "a number, or a label of the mapping such as";
	for (size_t i = 0; i < t->labels_len && i < LABELS_SHOWN && words != NULL; i++)
		words = arena_print(row->arena, "%s%s \"%.*s\"", words, i > 0 ? "," : "",
				    SLICE_ARGS(slice_cut(t->labels[i].spelling, 30)));
	return words;
}

/* Scale */

static bool whole_number(struct mapped_row *row, struct slice text, int64_t *number)
{
	struct csv_reading *reading = row->sent->reading;
	struct slice plain = text;
	if (slice_to_int64(text, number))
		return true;
	return reading != NULL &&
	       written_number(reading, row->sent->row, text, row->arena, &plain) == WRITTEN_READ &&
	       slice_to_int64(plain, number);
}

static void set_number(struct mapped_row *row, struct field *made, int64_t number)
{
	const char *text = arena_print(row->arena, "%lld", (long long)number);
	row->over |= text == NULL;
	made->value = slice_of(text);
	made->kind = FIELD_TEXT;
}

static void rescale(struct mapped_row *row, const struct target *t, struct field *made,
		    const struct field *sent)
{
	const struct rescaling *s = &t->scale;
	bool reversed = s->reversed && (!s->where_given || mapped_holds(row, &s->where));
	int64_t number = 0;
	if (!reversed && s->shift == 0)
		return;
	int64_t least = reversed ? s->from : -SHIFTED_MOST;
	int64_t most = reversed ? s->to : SHIFTED_MOST;
	bool whole = whole_number(row, made->value, &number);
	if (!whole || number < least || number > most) {
		mapped_fault(row, whole ? "off_scale" : "not_an_integer", sent->name, sent->value,
			     arena_print(row->arena, "a whole number from %lld to %lld",
					 (long long)least, (long long)most));
		return;
	}
	set_number(row, made, (reversed ? s->from + s->to - number : number) + s->shift);
}

/* Who it is */

/** Left as it is where it is a code, or nobody's name: survey says what is wrong with it. */
static void name_to_code(struct mapped_row *row, struct field *made)
{
	struct mapping *m = row->m;
	if (programme_find_company(m->p, made->value) >= 0)
		return;
	if (m->companies == NULL)
		m->companies = company_names_new(m->p);
	int company = company_names_find(m->companies, made->value);
	if (company >= 0)
		made->value = m->p->companies[company].code;
}

/** HMAC-SHA-256 under the profile's key, its first half in hexadecimal digits. */
static void hash(struct mapped_row *row, struct field *made, struct field *sent)
{
	static const char digits[] = "0123456789abcdef";
	const struct slice key = row->m->profile->hash_key, text = mapped_fold(row, made->value);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	char *hex = arena_take(row->arena, 2 * (size_t)PSEUDONYM_BYTES);
	sent->value = made->value = SLICE_NONE;
	if (hex == NULL || row->over) {
		row->over = true;
		return;
	}
	must(HMAC(EVP_sha256(), key.at, (int)key.len, (const unsigned char *)text.at, text.len,
		  digest, &len) != NULL);
	for (size_t i = 0; i < PSEUDONYM_BYTES; i++) {
		hex[2 * i] = digits[digest[i] >> 4];
		hex[2 * i + 1] = digits[digest[i] & 15];
	}
	sent->value = made->value = (struct slice){hex, 2 * (size_t)PSEUDONYM_BYTES};
	made->kind = FIELD_TEXT;
}

/* What it is made of */

static struct slice name_of(const struct mapped_row *row, const struct target *t, size_t part)
{
	return row->m->profile->columns[t->columns[part]].name;
}

/** The first column that says something, or the last that says it is missing. */
static void take_first(struct mapped_row *row, size_t target, struct field *sent)
{
	const struct target *t = &row->m->profile->targets[target];
	sent->name = name_of(row, t, 0);
	for (size_t i = 0; i < t->columns_len; i++) {
		const struct field *field = mapped_field(row, t->columns[i]);
		if (field == NULL)
			continue;
		sent->name = name_of(row, t, i);
		sent->value = field->value;
		sent->kind = field->kind;
		if (i + 1 == t->columns_len || !says_missing(row, target, field->value))
			return;
	}
}

static void join(struct mapped_row *row, const struct target *t, struct field *sent)
{
	const char *text = "";
	size_t given = 0;
	for (size_t i = 0; i < t->columns_len && text != NULL; i++) {
		const struct field *field = mapped_field(row, t->columns[i]);
		struct slice value = field != NULL ? field->value : SLICE("");
		given += field != NULL ? 1 : 0;
		text = arena_print(row->arena, "%s%.*s%.*s", text, i > 0 ? (int)t->text.len : 0,
				   t->text.at, SLICE_ARGS(value));
	}
	sent->name = t->sent_name;
	row->over |= text == NULL;
	if (given == 0)
		return;
	sent->value = slice_of(text);
	sent->kind = FIELD_TEXT;
	if (given < t->columns_len)
		mapped_fault(row, "missing_part", sent->name, t->hashed ? SLICE_NONE : sent->value,
			     "something in every column that is joined");
}

static void take_text(struct mapped_row *row, const struct target *t, struct field *sent)
{
	sent->name = t->sent_name;
	sent->value = t->text;
	sent->kind = FIELD_TEXT;
	if (t->made_of == MADE_OF_CONSTANT)
		return;
	const char *id = arena_print(row->arena, "%.*s-%llu", SLICE_ARGS(t->text),
				     (unsigned long long)row->sent->row);
	row->over |= id == NULL;
	sent->value = slice_of(id);
}

/** Labels become codes, missing codes nothing; words that are neither are no number. */
static void relabel(struct mapped_row *row, size_t target, struct field *made,
		    const struct field *sent)
{
	const struct target *t = &row->m->profile->targets[target];
	bool wants_number = row->m->wants_number[target];
	bool has_missing = t->missing.len > 0 || (wants_number && row->m->profile->missing.len > 0);
	if (t->labels_len == 0 && !has_missing)
		return;
	struct arena_mark before = arena_mark(row->arena);
	struct slice folded = mapped_fold(row, made->value);
	const struct label *label = label_of(t, folded);
	bool missing = label == NULL && is_missing(row, target, folded);
	arena_rewind(row->arena, before);
	if (label != NULL) {
		made->value = label->code;
		made->kind = FIELD_TEXT;
	} else if (missing) {
		made->value = SLICE_NONE;
		made->kind = FIELD_NULL;
	} else if (wants_number && t->labels_len > 0 && !looks_like_number(made->value) &&
		   !is_no_answer(row, t, made->value)) {
		mapped_fault(row, "unknown_label", sent->name, sent->value,
			     labels_expected(row, t));
	}
}

void mapped_value(struct mapped_row *row, size_t target, struct field *made, struct field *sent)
{
	const struct target *t = &row->m->profile->targets[target];
	size_t faults = row->faults_len;
	*sent = (struct field){.name = t->name, .kind = FIELD_NULL};
	if (t->made_of == MADE_OF_COLUMNS)
		take_first(row, target, sent);
	else if (t->made_of == MADE_OF_JOINED)
		join(row, t, sent);
	else
		take_text(row, t, sent);
	*made = *sent;
	made->name = t->name;
	if (made->value.len == 0)
		return;
	relabel(row, target, made, sent);
	if (row->faults_len > faults)
		made->value = SLICE_NONE; /* the rest of the row is looked at all the same */
	if (made->value.len == 0 || row->over) {
		made->kind = FIELD_NULL;
		return;
	}
	if (row->m->wants_number[target] && !is_no_answer(row, t, made->value))
		rescale(row, t, made, sent);
	else if (slice_is(t->name, "company"))
		name_to_code(row, made);
	if (row->faults_len > faults)
		*made = (struct field){.name = t->name, .kind = FIELD_NULL};
	else if (t->hashed)
		hash(row, made, sent);
}
