#include "inbox/hearing_mark.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "base/must.h"

enum { LINE_BYTES = 64 };

struct hearing_mark {
	int file;	 /* -1: none */
	size_t left;	 /* by an earlier process */
	int64_t suspect; /* that was read alone when it died; 0: none */
	unsigned deaths; /* of processes that read it alone */
};

static void write_line(struct hearing_mark *m, size_t count, int64_t first, unsigned deaths)
{
	char line[LINE_BYTES + 1];
	int len = snprintf(line, sizeof(line), "%zu %" PRId64 " %u", count, first, deaths);
	if (m->file < 0)
		return;
	must(len > 0 && len < LINE_BYTES);
	memset(line + len, ' ', (size_t)(LINE_BYTES - len));
	line[LINE_BYTES - 1] = '\n';
	if (pwrite(m->file, line, LINE_BYTES, 0) == LINE_BYTES)
		return;
	log_warn("hearing.mark_failed", LOG_TEXT("err", strerror(errno)));
	close(m->file);
	m->file = -1;
}

static void read_line(struct hearing_mark *m)
{
	char line[LINE_BYTES + 1] = "";
	size_t count;
	int64_t first;
	unsigned deaths;
	if (pread(m->file, line, LINE_BYTES, 0) != LINE_BYTES ||
	    sscanf(line, "%zu %" SCNd64 " %u", &count, &first, &deaths) != 3 || count == 0)
		return;
	m->left = count;
	m->suspect = count == 1 ? first : 0;
	m->deaths = count == 1 ? deaths + 1 : 0;
	log_error("hearing.died", LOG_NUMBER("payloads", count), LOG_NUMBER("first", first),
		  LOG_NUMBER("deaths", m->deaths));
}

struct hearing_mark *hearing_mark_new(const char *folder)
{
	char path[PATH_MAX];
	struct hearing_mark *m = memory_new(sizeof(*m));
	*m = (struct hearing_mark){.file = -1};
	if (folder == NULL ||
	    snprintf(path, sizeof(path), "%s/hearing", folder) >= (int)sizeof(path))
		return m;
	m->file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (m->file < 0)
		log_warn("hearing.mark_failed", LOG_TEXT("err", strerror(errno)));
	else
		read_line(m);
	return m;
}

void hearing_mark_free(struct hearing_mark *m)
{
	if (m == NULL)
		return;
	if (m->file >= 0)
		close(m->file);
	memory_free(m);
}

size_t hearing_mark_left(const struct hearing_mark *m)
{
	return m->left;
}

int64_t hearing_mark_given_up(const struct hearing_mark *m)
{
	return m->deaths >= MARK_DEATHS ? m->suspect : 0;
}

void hearing_mark_begin(struct hearing_mark *m, size_t count, int64_t first)
{
	bool again = count == 1 && first == m->suspect;
	write_line(m, count, first, again ? m->deaths : 0);
}

void hearing_mark_end(struct hearing_mark *m)
{
	write_line(m, 0, 0, 0);
}
