#include "ingest/id_filter.h"

#include "base/must.h"

enum { LAYERS_LIMIT = 16, FIRST_LAYER_BYTES = 64 * 1024, BITS_AN_ID = 12, PROBES = 6 };

struct layer {
	uint64_t *words;
	size_t bytes; /* a power of two */
	size_t ids;
};

struct id_filter {
	size_t limit_bytes, bytes;
	size_t layers_len;
	struct layer layers[LAYERS_LIMIT];
};

struct id_filter *id_filter_new(size_t limit_bytes)
{
	struct id_filter *f = memory_new(sizeof(*f));
	f->limit_bytes = limit_bytes;
	return f;
}

void id_filter_free(struct id_filter *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->layers_len; i++)
		memory_free(f->layers[i].words);
	memory_free(f);
}

size_t id_filter_bytes(const struct id_filter *f)
{
	return f->bytes;
}

static uint64_t bit_of(const struct layer *l, uint64_t hash, unsigned probe)
{
	uint64_t step = (hash >> 32) | 1;
	return (hash + probe * step) & ((uint64_t)l->bytes * 8 - 1);
}

static bool is_full(const struct layer *l)
{
	return l->ids >= l->bytes * 8 / BITS_AN_ID;
}

static struct layer *layer_to_fill(struct id_filter *f)
{
	struct layer *last = f->layers_len > 0 ? &f->layers[f->layers_len - 1] : NULL;
	if (last != NULL && !is_full(last))
		return last;
	size_t bytes = last != NULL ? last->bytes * 2 : FIRST_LAYER_BYTES;
	bool may_grow = f->layers_len < LAYERS_LIMIT && bytes <= f->limit_bytes - f->bytes;
	if (last != NULL && !may_grow)
		return last;
	struct layer *made = &f->layers[f->layers_len++];
	*made = (struct layer){.words = memory_new(bytes), .bytes = bytes};
	f->bytes += bytes;
	return made;
}

void id_filter_add(struct id_filter *f, uint64_t hash)
{
	struct layer *l = layer_to_fill(f);
	for (unsigned probe = 0; probe < PROBES; probe++) {
		uint64_t bit = bit_of(l, hash, probe);
		l->words[bit / 64] |= UINT64_C(1) << (bit % 64);
	}
	l->ids++;
}

static bool layer_has(const struct layer *l, uint64_t hash)
{
	for (unsigned probe = 0; probe < PROBES; probe++) {
		uint64_t bit = bit_of(l, hash, probe);
		if ((l->words[bit / 64] & (UINT64_C(1) << (bit % 64))) == 0)
			return false;
	}
	return true;
}

bool id_filter_perhaps(const struct id_filter *f, uint64_t hash)
{
	for (size_t i = f->layers_len; i > 0; i--)
		if (layer_has(&f->layers[i - 1], hash))
			return true;
	return false;
}
