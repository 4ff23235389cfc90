#include "board/series_answers.h"

#include "base/must.h"

struct series_answer {
	char *key;
	size_t key_len;
	struct http_bytes *bytes;
	uint64_t used;
};

static size_t size_of(const struct series_answer *answer)
{
	return answer->key_len + http_bytes_body(answer->bytes).len;
}

static void drop(struct series_answers *a, size_t place)
{
	a->bytes -= size_of(&a->at[place]);
	http_bytes_unref(a->at[place].bytes);
	memory_free(a->at[place].key);
	a->at[place] = a->at[--a->len];
}

void series_answers_fini(struct series_answers *a)
{
	while (a->len > 0)
		drop(a, a->len - 1);
	memory_free(a->at);
	*a = (struct series_answers){0};
}

struct http_bytes *series_answers_find(struct series_answers *a, struct slice key)
{
	for (size_t i = 0; i < a->len; i++) {
		struct slice own = {a->at[i].key, a->at[i].key_len};
		if (!slice_equal(own, key))
			continue;
		a->at[i].used = ++a->uses;
		return a->at[i].bytes;
	}
	return NULL;
}

static size_t oldest_of(const struct series_answers *a)
{
	size_t oldest = 0;
	for (size_t i = 1; i < a->len; i++)
		if (a->at[i].used < a->at[oldest].used)
			oldest = i;
	return oldest;
}

void series_answers_keep(struct series_answers *a, struct slice key, struct http_bytes *bytes)
{
	size_t size = key.len + http_bytes_body(bytes).len;
	if (size > SERIES_ANSWERS_BYTES || series_answers_find(a, key) != NULL)
		return;
	while (a->len > 0 && (a->len >= SERIES_ANSWERS || a->bytes + size > SERIES_ANSWERS_BYTES))
		drop(a, oldest_of(a));
	a->at = memory_resize(a->at, a->len + 1, sizeof(*a->at));
	struct series_answer *answer = &a->at[a->len++];
	*answer = (struct series_answer){.key = memory_new(key.len + 1),
					 .key_len = key.len,
					 .bytes = http_bytes_ref(bytes),
					 .used = ++a->uses};
	memcpy(answer->key, key.at, key.len);
	a->bytes += size;
}
