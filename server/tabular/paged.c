#include "tabular/paged.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void paged_init(struct paged *p, size_t memory_bytes, uint64_t limit_bytes, const char *folder)
{
	size_t slots = memory_bytes / PAGED_PAGE_BYTES;
	*p = (struct paged){.slots_len = slots > 0 ? slots : 1,
			    .limit_bytes = limit_bytes,
			    .folder = folder != NULL ? folder : "/tmp",
			    .file = -1};
	p->slots = memory_new(p->slots_len * sizeof(*p->slots));
}

void paged_fini(struct paged *p)
{
	for (size_t i = 0; i < p->slots_len; i++)
		memory_free(p->slots[i].bytes);
	memory_free(p->slots);
	if (p->file >= 0)
		close(p->file);
	*p = (struct paged){.file = -1};
}

/* The file */

/** It has no name, or loses it at once: nothing is left behind, however we end. */
static int open_nameless(const char *folder)
{
	char path[1024];
	int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (file >= 0)
		return file;
	int len = snprintf(path, sizeof(path), "%s/plaudit-XXXXXX", folder);
	if (len < 0 || (size_t)len >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	file = mkostemp(path, O_CLOEXEC);
	if (file >= 0)
		unlink(path);
	return file;
}

static enum status write_page(struct paged *p, const struct paged_slot *slot)
{
	size_t done = 0;
	if (p->file < 0 && (p->file = open_nameless(p->folder)) < 0)
		return E_INTERNAL;
	while (done < PAGED_PAGE_BYTES) {
		off_t at = (off_t)(slot->page * PAGED_PAGE_BYTES + done);
		ssize_t wrote = pwrite(p->file, slot->bytes + done, PAGED_PAGE_BYTES - done, at);
		if (wrote < 0 && errno != EINTR)
			return E_INTERNAL;
		done += wrote > 0 ? (size_t)wrote : 0;
	}
	return OK;
}

static enum status read_page(const struct paged *p, const struct paged_slot *slot)
{
	size_t done = 0;
	while (done < PAGED_PAGE_BYTES) {
		off_t at = (off_t)(slot->page * PAGED_PAGE_BYTES + done);
		ssize_t got = pread(p->file, slot->bytes + done, PAGED_PAGE_BYTES - done, at);
		if (got == 0)
			errno = EIO;
		if (got == 0 || (got < 0 && errno != EINTR))
			return E_INTERNAL;
		done += got > 0 ? (size_t)got : 0;
	}
	return OK;
}

/* Pages */

/** A page has one slot it may be in. `is_new`: nothing of it was written so far. */
static enum status bring(struct paged *p, uint64_t page, bool is_new, struct paged_slot **slot)
{
	struct paged_slot *s = *slot = &p->slots[page % p->slots_len];
	enum status st = OK;
	if (s->bytes != NULL && s->page == page)
		return OK;
	if (s->bytes == NULL)
		s->bytes = memory_new(PAGED_PAGE_BYTES);
	else if (s->is_newer)
		st = write_page(p, s);
	if (st < 0)
		return st;
	*s = (struct paged_slot){.bytes = s->bytes, .page = page};
	return is_new ? OK : read_page(p, s);
}

enum status paged_add(struct paged *p, struct slice bytes)
{
	if (bytes.len > p->limit_bytes - p->len)
		return E_LIMIT;
	while (bytes.len > 0) {
		struct paged_slot *slot;
		size_t from = p->len % PAGED_PAGE_BYTES, len = PAGED_PAGE_BYTES - from;
		enum status st = bring(p, p->len / PAGED_PAGE_BYTES, from == 0, &slot);
		if (st < 0)
			return st;
		len = len < bytes.len ? len : bytes.len;
		memcpy(slot->bytes + from, bytes.at, len);
		slot->is_newer = true;
		p->len += len;
		bytes = slice_from(bytes, len);
	}
	return OK;
}

enum status paged_read(struct paged *p, uint64_t at, char *to, size_t len)
{
	must(at <= p->len && len <= p->len - at);
	while (len > 0) {
		struct paged_slot *slot;
		size_t from = at % PAGED_PAGE_BYTES, part = PAGED_PAGE_BYTES - from;
		enum status st = bring(p, at / PAGED_PAGE_BYTES, false, &slot);
		if (st < 0)
			return st;
		part = part < len ? part : len;
		memcpy(to, slot->bytes + from, part);
		at += part;
		to += part;
		len -= part;
	}
	return OK;
}
