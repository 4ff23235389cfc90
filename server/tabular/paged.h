/** Bytes that grow at the end and are read anywhere, few of them in memory.
 *
 * Pages of 4 KiB; a page that must give its place to another goes to a file without a name, so
 * what fits memory_bytes never touches the disk.
 * Errors: E_LIMIT over limit_bytes; E_INTERNAL with errno where the file fails.
 */
#pragma once

#include "base/slice.h"
#include "base/status.h"

enum { PAGED_PAGE_BYTES = 4096 };

struct paged_slot {
	char *bytes; /**< NULL: never used */
	uint64_t page;
	bool is_newer; /**< than the file */
};

struct paged {
	struct paged_slot *slots;
	size_t slots_len;
	uint64_t len, limit_bytes;
	const char *folder;
	int file; /**< -1: not needed so far */
};

void paged_init(struct paged *p, size_t memory_bytes, uint64_t limit_bytes, const char *folder);
void paged_fini(struct paged *p);
enum status paged_add(struct paged *p, struct slice bytes) NODISCARD;
/** at + len is at most p->len. */
enum status paged_read(struct paged *p, uint64_t at, char *to, size_t len) NODISCARD;
