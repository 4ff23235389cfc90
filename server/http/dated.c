#include "http/dated.h"

#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/must.h"

enum { DATE_BYTES = 48 };

struct http_dated {
	unsigned references;
	int file;
	void *pages;
	size_t len;
	char date[DATE_BYTES];
	size_t date_len;
};

static unsigned alive;

static struct iovec vector_of(struct slice bytes)
{
	/* The kernel only reads them. */
	union {
		const char *from;
		char *to;
	} at = {.from = bytes.at};
	return (struct iovec){.iov_base = at.to, .iov_len = bytes.len};
}

static bool fill(struct http_dated *d, const struct slice *parts, int count)
{
	struct iovec vector[4];
	must(count <= (int)COUNT_OF(vector));
	for (int i = 0; i < count; i++) {
		vector[i] = vector_of(parts[i]);
		d->len += parts[i].len;
	}
	d->file = memfd_create("plaudit-answer", MFD_CLOEXEC);
	if (d->file < 0)
		return false;
	ssize_t written = writev(d->file, vector, count);
	if (written < 0 || (size_t)written != d->len)
		return false;
	d->pages = mmap(NULL, d->len, PROT_READ, MAP_SHARED, d->file, 0);
	return d->pages != MAP_FAILED;
}

static void release(struct http_dated *d)
{
	if (d->pages != NULL && d->pages != MAP_FAILED)
		munmap(d->pages, d->len);
	if (d->file >= 0)
		close(d->file);
	memory_free(d);
	alive--;
}

struct http_dated *http_dated_new(struct slice head, struct slice date_field, struct slice body)
{
	const struct slice parts[] = {head, date_field, SLICE("\r\n"), body};
	if (alive >= HTTP_DATED_MOST)
		return NULL;
	must(date_field.len <= DATE_BYTES);
	struct http_dated *d = memory_new(sizeof(*d));
	alive++;
	d->references = 1;
	d->date_len = date_field.len;
	memcpy(d->date, date_field.at, date_field.len);
	if (!fill(d, parts, COUNT_OF(parts))) {
		release(d);
		return NULL;
	}
	return d;
}

struct http_dated *http_dated_ref(struct http_dated *d)
{
	d->references++;
	return d;
}

void http_dated_unref(struct http_dated *d)
{
	if (d == NULL)
		return;
	must(d->references > 0);
	if (--d->references == 0)
		release(d);
}

bool http_dated_is(const struct http_dated *d, struct slice date_field)
{
	return slice_equal((struct slice){d->date, d->date_len}, date_field);
}

struct slice http_dated_bytes(const struct http_dated *d)
{
	return (struct slice){d->pages, d->len};
}

int http_dated_file(const struct http_dated *d)
{
	return d->file;
}
