#include <criterion/criterion.h>

#include <signal.h>

#include "base/hash.h"
#include "base/slice.h"
#include "base/status.h"

Test(status, words_longer_than_the_room_are_cut_and_the_status_comes_back)
{
	struct trouble why;
	char words[1000];
	memset(words, 'w', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	cr_assert_eq(trouble_code(&why, E_LIMIT, words, "%s", words), E_LIMIT);
	cr_assert_eq(strlen(why.words), (size_t)TROUBLE_WORDS - 1);
	cr_assert_eq(strlen(why.code), sizeof(why.code) - 1);
	cr_assert_eq(trouble(NULL, E_GONE, "nobody listens"), E_GONE);
}

Test(must, a_broken_promise_ends_the_program, .signal = SIGABRT)
{
	must(1 + 1 == 3);
}

/* Against another implementation of the same two published functions (Python). */
Test(hash, it_is_fnv_1a_with_the_finaliser_of_murmur_3)
{
	cr_assert_eq(hash_bytes(SLICE("")), UINT64_C(0xefd01f60ba992926));
	cr_assert_eq(hash_bytes(SLICE("K00001")), UINT64_C(0xc383dff225df37e9));
}
