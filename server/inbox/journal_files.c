#include "inbox/journal_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "inbox/journal_record.h"

#define PREFIX "inbox-"
#define ASIDE  ".damaged"

enum { NAME_BYTES = 48 };

static void name_of(int64_t number, char name[NAME_BYTES])
{
	(void)snprintf(name, NAME_BYTES, PREFIX "%lld", (long long)number);
}

/* The list, oldest first */

static struct journal_file *append_file(struct journal_files *f, int64_t number, int descriptor)
{
	struct journal_file *p = memory_new(sizeof(*p));
	*p = (struct journal_file){.number = number, .descriptor = descriptor};
	*(f->newest != NULL ? &f->newest->next : &f->oldest) = p;
	f->newest = p;
	return p;
}

struct removal {
	int folder, descriptor;
	bool is_damaged;
	char name[NAME_BYTES], aside[NAME_BYTES + 8];
};

static void remove_on_the_pool(void *arg)
{
	struct removal *r = arg;
	/* What cannot be removed is read again after the next start, and found to be there. */
	if (r->is_damaged)
		(void)renameat(r->folder, r->name, r->folder, r->aside);
	else
		(void)unlinkat(r->folder, r->name, 0);
	close(r->descriptor);
	close(r->folder);
}

static void removed(void *arg)
{
	memory_free(arg);
}

void journal_files_remove(struct journal_files *f, struct journal_file *gone)
{
	struct removal *r = memory_new(sizeof(*r));
	struct journal_file **place = &f->oldest, *before = NULL;
	/* Its own, because the journal may be gone before it is done. */
	*r = (struct removal){fcntl(f->folder, F_DUPFD_CLOEXEC, 0), gone->descriptor,
			      gone->is_damaged, "", ""};
	name_of(gone->number, r->name);
	(void)snprintf(r->aside, sizeof(r->aside), "%s" ASIDE, r->name);
	while (*place != gone) {
		before = *place;
		place = &before->next;
	}
	*place = gone->next;
	if (f->newest == gone)
		f->newest = before;
	memory_free(gone);
	loop_offload(f->loop, remove_on_the_pool, removed, r);
}

/* The beginning: what the last time left */

/** Counts whole records by their heads; whether they are right is seen when they are read. */
static void look_through(struct journal_file *p, int64_t size)
{
	char head[JOURNAL_HEAD_BYTES];
	while (p->bytes + JOURNAL_HEAD_BYTES <= size &&
	       pread(p->descriptor, head, sizeof(head), p->bytes) == (ssize_t)sizeof(head)) {
		size_t length = journal_record_length((struct slice){head, sizeof(head)});
		p->is_damaged = length == 0; /* nobody who is killed leaves that */
		if (length == 0 || p->bytes + (int64_t)length > size)
			break;
		p->bytes += (int64_t)length;
		p->records++;
	}
	if (p->bytes < size)
		log_warn("inbox.journal_torn", LOG_NUMBER("file", p->number),
			 LOG_NUMBER("bytes", size - p->bytes));
}

static void take_in(struct journal_files *f, int64_t number)
{
	char name[NAME_BYTES];
	struct stat st;
	name_of(number, name);
	int descriptor = openat(f->folder, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (descriptor < 0 || fstat(descriptor, &st) != 0) {
		log_error("inbox.journal_unreadable", LOG_NUMBER("file", number),
			  LOG_TEXT("err", strerror(errno)));
		if (descriptor >= 0)
			close(descriptor);
		return;
	}
	look_through(append_file(f, number, descriptor), st.st_size);
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return x < y ? -1 : x > y;
}

static void take_all_in(struct journal_files *f, DIR *list)
{
	const struct dirent *one;
	int64_t *numbers = NULL, number;
	size_t count = 0;
	while ((one = readdir(list)) != NULL) {
		struct slice rest = slice_of(one->d_name), name;
		if (!slice_starts_with(rest, SLICE(PREFIX)))
			continue;
		rest = slice_from(rest, sizeof(PREFIX) - 1);
		(void)slice_next_part(&rest, '.', &name);
		if (!slice_to_int64(name, &number) || number <= 0)
			continue;
		/* Beside one that is set aside there is never another of its number. */
		f->last_number = number > f->last_number ? number : f->last_number;
		if (rest.at != NULL)
			continue;
		numbers = memory_resize(numbers, count + 1, sizeof(*numbers));
		numbers[count++] = number;
	}
	if (count > 0)
		qsort(numbers, count, sizeof(*numbers), by_number);
	for (size_t i = 0; i < count; i++)
		take_in(f, numbers[i]);
	memory_free(numbers);
}

void journal_files_open(struct journal_files *f, struct loop *loop, const char *path)
{
	int again;
	DIR *list;
	*f = (struct journal_files){.loop = loop, .folder = -1};
	if (path == NULL)
		return;
	f->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	again = f->folder >= 0 ? openat(f->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	list = again >= 0 ? fdopendir(again) : NULL;
	if (list != NULL) {
		take_all_in(f, list);
		closedir(list);
		return;
	}
	log_error("inbox.journal_unreadable", LOG_TEXT("err", strerror(errno)));
	if (again >= 0)
		close(again);
	if (f->folder >= 0)
		close(f->folder);
	f->folder = -1;
}

void journal_files_close(struct journal_files *f)
{
	while (f->oldest != NULL) {
		struct journal_file *file = f->oldest;
		f->oldest = file->next;
		close(file->descriptor);
		memory_free(file);
	}
	if (f->folder >= 0)
		close(f->folder);
}

struct journal_file *journal_files_begin(struct journal_files *f)
{
	char name[NAME_BYTES];
	name_of(++f->last_number, name);
	int descriptor = openat(f->folder, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return descriptor >= 0 ? append_file(f, f->last_number, descriptor) : NULL;
}
