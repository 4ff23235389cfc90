#include "stats/letters.h"

#include <stdlib.h>
#include <string.h>

#include "base/must.h"

/** More turns than any readable board needs: beyond lies a board without letters. */
enum { TURNS_LIMIT = 1000000 };

static uint64_t bit(size_t position)
{
	return (uint64_t)1 << position;
}

static size_t lowest(uint64_t set)
{
	return (size_t)__builtin_ctzll(set);
}

/** Who cannot be told from whom, by position. */
static void join_the_like(const struct pair *pairs, size_t k, const size_t *position,
			  uint64_t *alike)
{
	size_t at = 0;
	memset(alike, 0, k * sizeof(*alike));
	for (size_t i = 0; i < k; i++) {
		for (size_t j = i + 1; j < k; j++, at++) {
			if (pairs[at].significant)
				continue;
			alike[position[i]] |= bit(position[j]);
			alike[position[j]] |= bit(position[i]);
		}
	}
}

/** One level of Bron and Kerbosch's search: a clique so far, who may still join it, who
 * may but was tried before, and who is left to try here. */
struct level {
	uint64_t clique, open, tried, todo;
};

/** Only those whom the best connected company does not know need be tried (Tomita). */
static uint64_t worth_trying(const uint64_t *alike, uint64_t open, uint64_t tried)
{
	uint64_t fewest = open;
	for (uint64_t left = open | tried; left != 0; left &= left - 1) {
		uint64_t strangers = open & ~alike[lowest(left)];
		if (__builtin_popcountll(strangers) < __builtin_popcountll(fewest))
			fewest = strangers;
	}
	return fewest;
}

static bool note_clique(struct letters *letters, const struct level *l)
{
	if (l->open != 0 || l->tried != 0)
		return true; /* a dead end, not a maximal clique */
	if (letters->groups == LETTERS_GROUPS_LIMIT)
		return false;
	letters->members[letters->groups++] = l->clique;
	return true;
}

static bool find_cliques(const uint64_t *alike, uint64_t all, struct letters *letters)
{
	struct level levels[LETTERS_COMPANIES_LIMIT + 1];
	size_t depth = 0;
	levels[0] = (struct level){.open = all, .todo = worth_trying(alike, all, 0)};
	for (size_t turn = 0; turn < TURNS_LIMIT; turn++) {
		struct level *l = &levels[depth];
		if (l->todo == 0) {
			if (!note_clique(letters, l))
				return false;
			if (depth == 0)
				return true;
			depth--;
			continue;
		}
		size_t next = lowest(l->todo);
		struct level *deeper = &levels[++depth];
		deeper->clique = l->clique | bit(next);
		deeper->open = l->open & alike[next];
		deeper->tried = l->tried & alike[next];
		deeper->todo = worth_trying(alike, deeper->open, deeper->tried);
		l->todo &= ~bit(next);
		l->open &= ~bit(next);
		l->tried |= bit(next);
	}
	return false;
}

/** The set with the better company at the first place where they differ comes first. */
static int better_first(const void *left, const void *right)
{
	uint64_t a, b;
	memcpy(&a, left, sizeof(a));
	memcpy(&b, right, sizeof(b));
	if (a == b)
		return 0;
	return a & bit(lowest(a ^ b)) ? -1 : 1;
}

bool letters_of(const struct pair *pairs, size_t k, const size_t *order, struct letters *letters)
{
	uint64_t alike[LETTERS_COMPANIES_LIMIT];
	letters->groups = 0;
	if (k == 0 || k > LETTERS_COMPANIES_LIMIT)
		return false;
	for (size_t p = 0; p < k; p++) {
		must(order[p] < k);
		letters->position[order[p]] = p;
	}
	join_the_like(pairs, k, letters->position, alike);
	if (!find_cliques(alike, UINT64_MAX >> (64 - k), letters))
		return false;
	qsort(letters->members, letters->groups, sizeof(letters->members[0]), better_first);
	return true;
}

void letters_print(const struct letters *letters, size_t company, struct buf *to)
{
	must(company < LETTERS_COMPANIES_LIMIT);
	for (size_t g = 0; g < letters->groups; g++) {
		if ((letters->members[g] & bit(letters->position[company])) == 0)
			continue;
		if (g < 26)
			buf_print(to, "%c", 'a' + (int)g);
		else
			buf_print(to, "(%c%c)", 'a' + (int)(g / 26) - 1, 'a' + (int)(g % 26));
	}
}
