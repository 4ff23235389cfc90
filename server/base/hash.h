/** A 64-bit hash of bytes, for tables and filters whose worst case is only slow.
 *
 * Source: FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo), finished by MurmurHash3's mixer
 * (A. Appleby). Not for keys that an attacker gains by making collide.
 */
#pragma once

#include <stdint.h>

#include "base/slice.h"

uint64_t hash_bytes(struct slice bytes);
