#include "cli/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "cli/http.h"

enum { READ_BYTES = 64 * 1024 };

static enum status read_all(int descriptor, struct buf *file, struct trouble *why)
{
	for (;;) {
		char part[READ_BYTES];
		ssize_t got = read(descriptor, part, sizeof(part));
		if (got < 0 && errno == EINTR && !http_interrupted())
			continue;
		if (got < 0)
			return trouble(why, E_INPUT, "reading failed: %s", strerror(errno));
		if (got == 0)
			return OK;
		buf_add(file, (struct slice){part, (size_t)got});
		if (buf_over(file))
			return trouble(why, E_LIMIT, "a programme file is at most %zu MiB",
				       file->limit_bytes >> 20);
	}
}

enum status file_open(const char *name, int *descriptor, struct trouble *why)
{
	bool from_stdin = slice_is(slice_of(name), "-");
	*descriptor = from_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	if (*descriptor < 0)
		return trouble(why, E_INPUT, "%s: %s", name, strerror(errno));
	return OK;
}

void file_close(int descriptor)
{
	if (descriptor > STDIN_FILENO)
		close(descriptor);
}

enum status file_read(const char *name, struct buf *file, struct trouble *why)
{
	int descriptor;
	enum status st = file_open(name, &descriptor, why);
	if (st < 0)
		return st;
	st = read_all(descriptor, file, why);
	file_close(descriptor);
	return st;
}
