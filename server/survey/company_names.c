#include "survey/company_names.h"

#include <stdlib.h>

#include <cjson/cJSON.h>

#include "decode/fold.h"

enum {
	MEMORY_LIMIT = 256 * 1024 * 1024,
	FOLD_LIMIT = 1024 * 1024,
	WORDS = 16,
	PAIRS = 2 * COMPANY_NAME_POINTS
};

/** A name without what says nothing, as pairs of neighbouring characters. */
struct likeness {
	uint64_t *pairs; /* ascending */
	size_t len;
	uint64_t words[WORDS]; /* hashes */
	size_t words_len;
};

struct known_name {
	struct slice folded;
	struct slice shown;
	int company;
	struct likeness like;
};

struct company_names {
	const struct programme *p;
	struct arena arena;
	struct known_name *names; /* ascending by folded */
	size_t len;
};

/* Legal forms say nothing about who it is. */
static const char *const legal_forms[] = {
	"a",	   "ab",       "ag",	   "as",	  "asa",  "aps",      "bv",   "co",
	"corp",	   "cp",       "company",  "corporation", "gmbh", "inc",      "jsc",  "kg",
	"limited", "llc",      "ltd",	   "nv",	  "oy",	  "oyj",      "plc",  "s",
	"sa",	   "sarl",     "se",	   "spa",	  "srl",  "the",      "tnhh", "주",
	"유",	   "유한회사", "주식회사", "công",	  "ty",	  "株式会社", "cổ",   "phần",
};

/* Written without a blank before or behind the name. */
static const struct slice attached_forms[] = {SLICE("주식회사"), SLICE("유한회사"),
					      SLICE("株式会社")};

static bool is_legal_form(struct slice word)
{
	for (size_t i = 0; i < COUNT_OF(legal_forms); i++)
		if (slice_is(word, legal_forms[i]))
			return true;
	return false;
}

static bool is_word_byte(char c)
{
	return (unsigned char)c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool next_word(struct slice *rest, struct slice *word)
{
	while (rest->len > 0 && !is_word_byte(rest->at[0]))
		*rest = slice_from(*rest, 1);
	size_t len = 0;
	while (len < rest->len && is_word_byte(rest->at[len]))
		len++;
	*word = (struct slice){rest->at, len};
	*rest = slice_from(*rest, len);
	return len > 0;
}

static struct slice without_attached_form(struct slice word)
{
	for (size_t i = 0; i < COUNT_OF(attached_forms); i++) {
		const struct slice form = attached_forms[i];
		if (word.len <= form.len)
			continue;
		if (slice_starts_with(word, form))
			return slice_from(word, form.len);
		if (memcmp(word.at + word.len - form.len, form.at, form.len) == 0)
			return (struct slice){word.at, word.len - form.len};
	}
	return word;
}

/** The next character of well-formed UTF-8. */
static uint32_t next_point(struct slice *text)
{
	unsigned char first = (unsigned char)text->at[0];
	size_t len = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
	uint32_t point = first;
	for (size_t i = 1; i < len && i < text->len; i++)
		point = point << 8 | (unsigned char)text->at[i];
	*text = slice_from(*text, len);
	return point;
}

/** A word's characters in pairs, a blank on both sides: short words have some, too. */
static void add_pairs(struct likeness *l, size_t room, struct slice word)
{
	uint32_t before = ' ';
	while (word.len > 0 && l->len + 1 < room) {
		uint32_t point = next_point(&word);
		l->pairs[l->len++] = (uint64_t)before << 32 | point;
		before = point;
	}
	if (l->len < room)
		l->pairs[l->len++] = (uint64_t)before << 32 | ' ';
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *one = a, *other = b;
	return (*one > *other) - (*one < *other);
}

static uint64_t word_hash(struct slice word)
{
	uint64_t hash = 14695981039346656037u;
	for (size_t i = 0; i < word.len; i++)
		hash = (hash ^ (unsigned char)word.at[i]) * 1099511628211u;
	return hash;
}

/** `forms` kept: a name that is nothing but a legal form ("Oy") is a name. */
static void take_words(struct likeness *l, size_t room, struct slice rest, bool forms)
{
	struct slice word;
	while (next_word(&rest, &word)) {
		if (!forms && is_legal_form(word))
			continue;
		word = forms ? word : without_attached_form(word);
		add_pairs(l, room, word);
		if (l->words_len < WORDS)
			l->words[l->words_len++] = word_hash(word);
	}
}

/** l->pairs has room for PAIRS. */
static void liken(struct likeness *l, struct slice folded)
{
	struct slice part = slice_cut(folded, (size_t)COMPANY_NAME_POINTS * 4);
	take_words(l, PAIRS, part, false);
	if (l->len == 0)
		take_words(l, PAIRS, part, true);
	qsort(l->pairs, l->len, sizeof(*l->pairs), by_number);
}

static double dice(const struct likeness *a, const struct likeness *b)
{
	size_t shared = 0;
	for (size_t i = 0, j = 0; i < a->len && j < b->len;) {
		if (a->pairs[i] == b->pairs[j])
			shared++, i++, j++;
		else if (a->pairs[i] < b->pairs[j])
			i++;
		else
			j++;
	}
	return a->len + b->len == 0 ? 0 : 2.0 * (double)shared / (double)(a->len + b->len);
}

static bool words_within(const struct likeness *some, const struct likeness *all)
{
	for (size_t i = 0; i < some->words_len; i++) {
		bool found = false;
		for (size_t j = 0; j < all->words_len && !found; j++)
			found = some->words[i] == all->words[j];
		if (!found)
			return false;
	}
	return some->words_len > 0;
}

static double alike(const struct likeness *a, const struct likeness *b)
{
	double pairs = dice(a, b);
	if (pairs < COMPANY_WORDS_WITHIN && (words_within(a, b) || words_within(b, a)))
		return COMPANY_WORDS_WITHIN;
	return pairs;
}

double names_alike(struct slice folded, struct slice other)
{
	uint64_t pairs[2][PAIRS];
	struct likeness one = {.pairs = pairs[0]}, two = {.pairs = pairs[1]};
	liken(&one, folded);
	liken(&two, other);
	return alike(&one, &two);
}

/* The list */

static void add_name(struct company_names *n, size_t *room, int company, struct slice text)
{
	uint64_t pairs[PAIRS];
	struct known_name name = {.company = company, .like = {.pairs = pairs}};
	if (fold_text(text, &n->arena, &name.folded) < 0 || name.folded.len == 0)
		return;
	name.shown = arena_copy(&n->arena, text);
	liken(&name.like, name.folded);
	uint64_t *kept = arena_take_array(&n->arena, name.like.len, sizeof(*kept));
	if (name.shown.at == NULL || kept == NULL)
		return;
	if (name.like.len > 0)
		memcpy(kept, pairs, name.like.len * sizeof(*kept));
	name.like.pairs = kept;
	if (n->len == *room) {
		*room = *room * 2 + 64;
		n->names = memory_resize(n->names, *room, sizeof(*n->names));
	}
	n->names[n->len++] = name;
}

static int by_name(const void *a, const void *b)
{
	const struct known_name *one = a, *other = b;
	int order = slice_compare(one->folded, other->folded);
	return order != 0 ? order
			  : (one->company > other->company) - (one->company < other->company);
}

struct company_names *company_names_new(const struct programme *p)
{
	struct company_names *n = memory_new(sizeof(*n));
	size_t room = 0;
	n->p = p;
	arena_init(&n->arena, MEMORY_LIMIT);
	for (size_t i = 0; i < p->companies_len; i++) {
		struct slice json = p->companies[i].name.json;
		cJSON *names = cJSON_ParseWithLength(json.at, json.len);
		const cJSON *name = names != NULL ? names->child : NULL;
		for (; name != NULL; name = name->next)
			if (cJSON_IsString(name))
				add_name(n, &room, (int)i, slice_of(name->valuestring));
		cJSON_Delete(names);
	}
	if (n->len > 0)
		qsort(n->names, n->len, sizeof(*n->names), by_name);
	return n;
}

void company_names_free(struct company_names *n)
{
	if (n == NULL)
		return;
	arena_fini(&n->arena);
	memory_free(n->names);
	memory_free(n);
}

/** The first with this name or a later one. */
static size_t first_from(const struct company_names *n, struct slice folded)
{
	size_t low = 0, high = n->len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (slice_compare(n->names[middle].folded, folded) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int company_names_find(const struct company_names *n, struct slice name)
{
	struct arena arena;
	struct slice folded;
	int found = COMPANY_NONE;
	arena_init(&arena, FOLD_LIMIT);
	if (fold_text(name, &arena, &folded) == OK) {
		size_t i = first_from(n, folded);
		for (; i < n->len && slice_equal(n->names[i].folded, folded); i++) {
			bool other = found != COMPANY_NONE && found != n->names[i].company;
			found = other ? COMPANY_SEVERAL : n->names[i].company;
			if (other)
				break;
		}
	}
	arena_fini(&arena);
	return found;
}

static size_t drop_guess(struct company_guess *guesses, size_t len, size_t at)
{
	for (size_t i = at; i + 1 < len; i++)
		guesses[i] = guesses[i + 1];
	return len - 1;
}

/** Behind those that are likelier, and of equals behind those that stand first in the programme. */
static size_t insert_guess(struct company_guess *guesses, size_t len, struct company_guess guess)
{
	size_t to = len;
	while (to > 0 &&
	       (guesses[to - 1].alike < guess.alike ||
		(guesses[to - 1].alike == guess.alike && guesses[to - 1].company > guess.company)))
		to--;
	if (to == COMPANY_SUGGESTIONS)
		return len;
	len = len < COMPANY_SUGGESTIONS ? len + 1 : len;
	for (size_t i = len - 1; i > to; i--)
		guesses[i] = guesses[i - 1];
	guesses[to] = guess;
	return len;
}

/** Each company once, by the likest of its names. */
static size_t put_guess(struct company_guess *guesses, size_t len, struct company_guess guess)
{
	for (size_t i = 0; i < len; i++) {
		if (guesses[i].company != guess.company)
			continue;
		if (guesses[i].alike >= guess.alike)
			return len;
		len = drop_guess(guesses, len, i);
		break;
	}
	return insert_guess(guesses, len, guess);
}

static size_t suggest(const struct company_names *n, struct slice name, struct slice folded,
		      struct company_guess *guesses)
{
	uint64_t pairs[PAIRS];
	struct likeness like = {.pairs = pairs};
	size_t len = 0;
	liken(&like, folded);
	for (size_t i = 0; i < n->p->companies_len; i++)
		if (slice_equal_ignoring_case(n->p->companies[i].code, slice_trim(name)))
			len = put_guess(guesses, len, (struct company_guess){(int)i, 1});
	for (size_t i = 0; i < n->len; i++) {
		struct company_guess guess = {n->names[i].company, alike(&like, &n->names[i].like)};
		if (guess.alike >= COMPANY_ALIKE)
			len = put_guess(guesses, len, guess);
	}
	return len;
}

size_t company_names_suggest(const struct company_names *n, struct slice name,
			     struct company_guess guesses[COMPANY_SUGGESTIONS])
{
	struct arena arena;
	struct slice folded;
	size_t len = 0;
	arena_init(&arena, FOLD_LIMIT);
	if (fold_text(name, &arena, &folded) == OK && folded.len > 0)
		len = suggest(n, name, folded, guesses);
	arena_fini(&arena);
	return len;
}

/** How the programme writes it, in the first of its languages that is listed here. */
static struct slice shown_name(const struct company_names *n, int company)
{
	for (size_t i = 0; i < n->len; i++)
		if (n->names[i].company == company)
			return slice_cut(n->names[i].shown, COMPANY_NAME_POINTS);
	return SLICE("no name");
}

const char *company_names_perhaps(const struct company_names *n, struct slice name,
				  struct arena *arena)
{
	struct company_guess guesses[COMPANY_SUGGESTIONS];
	size_t len = company_names_suggest(n, name, guesses);
	const char *words = "";
	for (size_t i = 0; i < len && words != NULL; i++)
		words = arena_print(arena, "%s%s%.*s (%.*s)", words, i == 0 ? "; perhaps " : " or ",
				    SLICE_ARGS(n->p->companies[guesses[i].company].code),
				    SLICE_ARGS(shown_name(n, guesses[i].company)));
	return words;
}
