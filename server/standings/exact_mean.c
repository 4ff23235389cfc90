#include "standings/exact_mean.h"

#include <stdbool.h>
#include <string.h>

#include "base/must.h"

/** A natural number of any size, least limb first; zeroed is 0. */
struct natural {
	uint64_t *limb;
	size_t len, room;
};

static void natural_grow(struct natural *a, size_t len)
{
	if (len <= a->room)
		return;
	a->room = 2 * len;
	a->limb = memory_resize(a->limb, a->room, sizeof(*a->limb));
}

static void natural_push(struct natural *a, uint64_t limb)
{
	if (limb == 0)
		return;
	natural_grow(a, a->len + 1);
	a->limb[a->len++] = limb;
}

static void natural_multiply(struct natural *a, uint64_t factor)
{
	uint64_t carry = 0;

	if (factor == 0)
		a->len = 0;
	for (size_t i = 0; i < a->len; i++) {
		unsigned __int128 product = (unsigned __int128)a->limb[i] * factor + carry;

		a->limb[i] = (uint64_t)product;
		carry = (uint64_t)(product >> 64);
	}
	natural_push(a, carry);
}

static void natural_add(struct natural *a, const struct natural *b)
{
	uint64_t carry = 0;

	natural_grow(a, b->len);
	for (; a->len < b->len; a->len++)
		a->limb[a->len] = 0;
	for (size_t i = 0; i < a->len; i++) {
		unsigned __int128 sum = (unsigned __int128)a->limb[i] + carry;

		if (i < b->len)
			sum += b->limb[i];
		a->limb[i] = (uint64_t)sum;
		carry = (uint64_t)(sum >> 64);
	}
	natural_push(a, carry);
}

static void natural_set(struct natural *a, const struct natural *b)
{
	natural_grow(a, b->len);
	a->len = b->len;
	if (b->len > 0)
		memcpy(a->limb, b->limb, b->len * sizeof(*b->limb));
}

static int natural_compare(const struct natural *a, const struct natural *b)
{
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	for (size_t i = a->len; i-- > 0;)
		if (a->limb[i] != b->limb[i])
			return a->limb[i] < b->limb[i] ? -1 : 1;
	return 0;
}

static void natural_fini(struct natural *a)
{
	memory_free(a->limb);
}

/** sum(weight * sum / n) as a fraction, and sum(weight). */
struct fraction {
	struct natural over, under;
	uint64_t weight;
};

static struct fraction fraction_of(const struct exact_term *terms, size_t len)
{
	struct fraction f = {.weight = 0};
	struct natural term = {0};

	must(len > 0);
	natural_push(&f.under, 1);
	for (size_t i = 0; i < len; i++) {
		must(terms[i].n > 0 && terms[i].weight > 0);
		natural_set(&term, &f.under);
		natural_multiply(&term, terms[i].sum);
		natural_multiply(&term, terms[i].weight);
		natural_multiply(&f.over, terms[i].n);
		natural_add(&f.over, &term);
		natural_multiply(&f.under, terms[i].n);
		f.weight += terms[i].weight;
	}
	natural_fini(&term);
	return f;
}

static void fraction_fini(struct fraction *f)
{
	natural_fini(&f->over);
	natural_fini(&f->under);
}

int exact_mean_compare(const struct exact_term *a, size_t a_len, const struct exact_term *b,
		       size_t b_len)
{
	struct fraction left = fraction_of(a, a_len), right = fraction_of(b, b_len);
	int order;

	/* left.over / (left.under * left.weight) against the same of right, multiplied out */
	natural_multiply(&left.over, right.weight);
	for (size_t i = 0; i < b_len; i++)
		natural_multiply(&left.over, b[i].n);
	natural_multiply(&right.over, left.weight);
	for (size_t i = 0; i < a_len; i++)
		natural_multiply(&right.over, a[i].n);
	order = natural_compare(&left.over, &right.over);
	fraction_fini(&left);
	fraction_fini(&right);
	return order;
}

int exact_mean_against(const struct exact_term *terms, size_t len, __int128 line, uint64_t per_one)
{
	struct fraction f;
	int order;

	must(per_one > 0);
	if (line < 0)
		return 1;
	must(line <= (__int128)UINT64_MAX);
	f = fraction_of(terms, len);
	natural_multiply(&f.over, per_one);
	natural_multiply(&f.under, f.weight);
	natural_multiply(&f.under, (uint64_t)line);
	order = natural_compare(&f.over, &f.under);
	fraction_fini(&f);
	return order;
}
