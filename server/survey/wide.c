#include "survey/wide.h"

#include "base/must.h"

__extension__ typedef unsigned __int128 uint128;

struct wide wide_from(uint64_t number)
{
	struct wide w;
	w.limb[0] = number;
	w.len = number > 0 ? 1 : 0;
	return w;
}

static void push(struct wide *w, uint64_t limb)
{
	must(w->len < WIDE_LIMBS);
	w->limb[w->len++] = limb;
}

void wide_multiply(struct wide *w, uint64_t factor)
{
	must(factor > 0);
	uint64_t carry = 0;
	for (int i = 0; i < w->len; i++) {
		uint128 product = (uint128)w->limb[i] * factor + carry;
		w->limb[i] = (uint64_t)product;
		carry = (uint64_t)(product >> 64);
	}
	if (carry > 0)
		push(w, carry);
}

void wide_add(struct wide *w, const struct wide *addend)
{
	uint64_t carry = 0;
	while (w->len < addend->len)
		push(w, 0);
	for (int i = 0; i < w->len; i++) {
		uint128 sum = (uint128)w->limb[i] + carry;
		if (i < addend->len)
			sum += addend->limb[i];
		w->limb[i] = (uint64_t)sum;
		carry = (uint64_t)(sum >> 64);
	}
	if (carry > 0)
		push(w, carry);
}

int wide_compare(const struct wide *a, const struct wide *b)
{
	if (a->len != b->len)
		return a->len - b->len;
	for (int i = a->len - 1; i >= 0; i--)
		if (a->limb[i] != b->limb[i])
			return a->limb[i] < b->limb[i] ? -1 : 1;
	return 0;
}
