#include "tabular/container.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tabular/package.h"

enum {
	HEAD_BYTES = 512,
	FOLDER_BYTES = 4096, /* of a compound file's list of streams */
	END_BYTES = 22,	     /* of a ZIP's end record without its comment */
	END_ENTRIES = 10,
	END_LIST_BYTES = 12,
	COMMENT_BYTES = 65535,
	LOCATOR_BYTES = 20, /* before the end record: where the one of 64 bits is */
	END64_BYTES = 56,
	END64_ENTRIES = 32,
	END64_LIST_BYTES = 40
};

/** What was read of the file, and where from. */
struct window {
	int file;
	uint64_t file_bytes, at;
	unsigned char *bytes;
	size_t len;
};

/** As much of `len` bytes as there is; false where reading fails. */
static bool look(struct window *w, uint64_t at, size_t len)
{
	w->at = at;
	w->len = 0;
	while (w->len < len) {
		ssize_t got = pread(w->file, w->bytes + w->len, len - w->len, (off_t)(at + w->len));
		if (got < 0)
			return false;
		if (got == 0)
			break;
		w->len += (size_t)got;
	}
	return true;
}

static uint64_t little_endian(const unsigned char *at, size_t len)
{
	uint64_t number = 0;
	while (len-- > 0)
		number = number << 8 | at[len];
	return number;
}

static bool begins(const struct window *w, const char *magic, size_t len)
{
	return w->len >= len && memcmp(w->bytes, magic, len) == 0;
}

/* Workbooks of before 2007 and those with a password are compound files. */

static enum status compound(struct window *w, struct decode_fault *fault)
{
	static const char name[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e"; /* UTF-16 */
	enum { SHIFT_AT = 30, FIRST_AT = 48, WIDEST_SHIFT = 12 };
	uint64_t shift = little_endian(w->bytes + SHIFT_AT, 2);
	uint64_t first = little_endian(w->bytes + FIRST_AT, 4);
	if (shift <= WIDEST_SHIFT && !look(w, (first + 1) << shift, FOLDER_BYTES))
		return table_disk_fault(fault, "reading the file");
	if (memmem(w->bytes, w->len, name, sizeof(name)) != NULL)
		return table_fault(fault, E_INPUT, 0, "encrypted_file", SLICE_NONE,
				   "a file without a password: open this one and save it without");
	return table_fault(fault, E_INPUT, 0, "xls_not_read", SLICE_NONE,
			   "an .xlsx file: open this one and save it as XLSX");
}

/* ZIP containers */

static enum status too_many_parts(struct decode_fault *fault)
{
	return table_fault(fault, E_LIMIT, 0, "too_complex", SLICE_NONE,
			   "at most %d entries in the ZIP container", PACKAGE_PARTS);
}

static enum status check_end64(struct window *w, uint64_t at, struct decode_fault *fault)
{
	if (!look(w, at, END64_BYTES))
		return table_disk_fault(fault, "reading the file");
	if (w->len < END64_BYTES || !begins(w, "PK\6\6", 4))
		return OK; /* who opens it will not find it either */
	bool many = little_endian(w->bytes + END64_ENTRIES, 8) > PACKAGE_PARTS ||
		    little_endian(w->bytes + END64_LIST_BYTES, 8) > PACKAGE_LIST_BYTES;
	return many ? too_many_parts(fault) : OK;
}

/** Whatever might be taken for the end record must be small: which one a reader takes differs. */
static enum status check_ends(struct window *w, struct decode_fault *fault)
{
	uint64_t end64 = 0;
	bool found = false;
	int ends64 = 0;
	for (size_t i = 0; i + END_BYTES <= w->len; i++) {
		const unsigned char *end = w->bytes + i;
		if (memcmp(end, "PK\5\6", 4) != 0)
			continue;
		found = true;
		if (i >= LOCATOR_BYTES && memcmp(end - LOCATOR_BYTES, "PK\6\7", 4) == 0) {
			ends64++;
			end64 = little_endian(end - LOCATOR_BYTES + 8, 8);
		} else if (little_endian(end + END_ENTRIES, 2) > PACKAGE_PARTS ||
			   little_endian(end + END_LIST_BYTES, 4) > PACKAGE_LIST_BYTES) {
			return too_many_parts(fault);
		}
	}
	if (!found)
		return table_fault(fault, E_INPUT, 0, "broken_zip", SLICE_NONE,
				   "a whole file: the end of its ZIP container is missing");
	if (ends64 > 1)
		return too_many_parts(fault);
	return ends64 == 1 ? check_end64(w, end64, fault) : OK;
}

static enum status zip_container(struct window *w, struct decode_fault *fault)
{
	const size_t tail = LOCATOR_BYTES + END_BYTES + COMMENT_BYTES;
	uint64_t at = w->file_bytes > tail ? w->file_bytes - tail : 0;
	if (!look(w, at, tail))
		return table_disk_fault(fault, "reading the file");
	return check_ends(w, fault);
}

static enum status check_open(struct window *w, struct decode_fault *fault)
{
	if (!look(w, 0, HEAD_BYTES))
		return table_disk_fault(fault, "reading the file");
	if (begins(w, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) && w->len == HEAD_BYTES)
		return compound(w, fault);
	if (begins(w, "PK\3\4", 4))
		return zip_container(w, fault);
	size_t len = w->len < 32 ? w->len : 32;
	return table_fault(fault, E_INPUT, 0, "not_an_xlsx",
			   (struct slice){(const char *)w->bytes, len},
			   "an .xlsx file, which begins with PK; is this another format?");
}

enum status container_check(const char *path, struct decode_fault *fault)
{
	struct stat facts;
	struct window w = {.file = open(path, O_RDONLY | O_CLOEXEC)};
	if (w.file < 0)
		return table_disk_fault(fault, "opening the file");
	enum status st = OK;
	if (fstat(w.file, &facts) < 0)
		st = table_disk_fault(fault, "reading the file");
	if (st == OK) {
		w.file_bytes = (uint64_t)facts.st_size;
		w.bytes = memory_new(LOCATOR_BYTES + END_BYTES + COMMENT_BYTES);
		st = check_open(&w, fault);
		memory_free(w.bytes);
	}
	close(w.file);
	return st;
}
