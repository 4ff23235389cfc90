#include "survey/quota.h"

#include <math.h>

#include "base/must.h"
#include "survey/programme.h"

#define MILLION 1e6

/** Weights as whole numbers; a channel that takes no part has 0. Their sum. */
static __int128 shares_of(const double *weights, size_t len, uint32_t present, int64_t *shares)
{
	__int128 sum = 0;
	for (size_t c = 0; c < len; c++) {
		bool there = (present & (UINT32_C(1) << c)) != 0;
		shares[c] = there ? llround(weights[c] * MILLION) : 0;
		sum += shares[c];
	}
	return sum;
}

static __int128 even_shares(size_t len, uint32_t present, int64_t *shares)
{
	__int128 sum = 0;
	for (size_t c = 0; c < len; c++) {
		shares[c] = (present & (UINT32_C(1) << c)) != 0;
		sum += shares[c];
	}
	return sum;
}

/** The largest remainder; the first of equal ones. */
static size_t next_in_line(const __int128 *remainders, size_t len)
{
	size_t next = 0;
	for (size_t c = 1; c < len; c++)
		if (remainders[c] > remainders[next])
			next = c;
	return next;
}

void quota_split(int total, const double *weights, size_t len, uint32_t present, int *split)
{
	int64_t shares[PROGRAMME_CHANNELS_LIMIT];
	__int128 remainders[PROGRAMME_CHANNELS_LIMIT];
	int left = total;
	must(total >= 0 && len <= PROGRAMME_CHANNELS_LIMIT);
	__int128 sum = shares_of(weights, len, present, shares);
	if (sum == 0)
		sum = even_shares(len, present, shares);
	for (size_t c = 0; c < len; c++) {
		__int128 product = (__int128)total * shares[c];
		split[c] = sum > 0 ? (int)(product / sum) : 0;
		remainders[c] = sum > 0 ? product % sum : 0;
		left -= split[c];
	}
	/* Remainders sum to left * sum and each is below sum: more than `left` are above 0. */
	for (; sum > 0 && left > 0; left--) {
		size_t next = next_in_line(remainders, len);
		split[next]++;
		remainders[next] = 0;
	}
}
