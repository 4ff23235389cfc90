/** Has this result_id perhaps been stored in the wave already?
 *
 * A Bloom filter in growing layers. It only routes rows (straight COPY or the
 * doubtful path); the primary key decides, so a wrong "perhaps" costs time and
 * nothing else, and a missing id is caught by the key.
 * Limits: 12 bits an id and 6 probes, about 0.3 % wrong a layer; layers double
 * from 64 KiB up to `limit_bytes` in all, after which the last layer fills on and
 * more rows take the doubtful path.
 * A hash is hash_bytes() of the id: the key decides, so nobody gains more than a slower path
 * by making ids collide.
 * Source: B. H. Bloom, CACM 13(7), 1970; double hashing after Kirsch & Mitzenmacher, ESA 2006.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct id_filter;

struct id_filter *id_filter_new(size_t limit_bytes);
void id_filter_free(struct id_filter *f);
void id_filter_add(struct id_filter *f, uint64_t hash);
bool id_filter_perhaps(const struct id_filter *f, uint64_t hash);
size_t id_filter_bytes(const struct id_filter *f);
