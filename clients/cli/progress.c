#include "cli/progress.h"

#include <inttypes.h>

enum { BAR_MAX = 30, BAR_MIN = 6, FIGURES_BYTES = 160 };

void progress_add_bytes(struct buf *to, uint64_t bytes)
{
	static const char *const units[] = {"kB", "MB", "GB", "TB"};
	double shown = (double)bytes / 1000;
	size_t unit = 0;
	if (bytes < 1000) {
		buf_print(to, "%" PRIu64 " B", bytes);
		return;
	}
	while (shown >= 999.95 && unit + 1 < COUNT_OF(units)) {
		shown /= 1000;
		unit++;
	}
	buf_print(to, "%.1f %s", shown, units[unit]);
}

void progress_add_duration(struct buf *to, uint64_t seconds)
{
	if (seconds >= 3600)
		buf_print(to, "%" PRIu64 ":%02" PRIu64 ":%02" PRIu64, seconds / 3600,
			  seconds / 60 % 60, seconds % 60);
	else
		buf_print(to, "%" PRIu64 ":%02" PRIu64, seconds / 60, seconds % 60);
}

static double share_of(const struct progress *p)
{
	double share = p->total_bytes > 0 ? (double)p->done_bytes / (double)p->total_bytes : 0;
	return share > 1 ? 1 : share;
}

static double bytes_per_second(const struct progress *p)
{
	uint64_t done = p->done_bytes > p->begun_bytes ? p->done_bytes - p->begun_bytes : 0;
	return p->elapsed_ms > 0 ? (double)done * 1000 / (double)p->elapsed_ms : 0;
}

static void add_rate_and_rest(struct buf *to, const struct progress *p, const char *between)
{
	double rate = bytes_per_second(p);
	if (rate < 1)
		return;
	buf_add_text(to, between);
	progress_add_bytes(to, (uint64_t)rate);
	buf_add_text(to, "/s");
	if (p->total_bytes == 0 || p->done_bytes >= p->total_bytes)
		return;
	buf_add_text(to, between);
	progress_add_duration(to,
			      (uint64_t)((double)(p->total_bytes - p->done_bytes) / rate + 0.5));
	buf_add_text(to, " left");
}

static void add_amount(struct buf *to, const struct progress *p)
{
	progress_add_bytes(to, p->done_bytes);
	if (p->total_bytes == 0)
		return;
	buf_add_text(to, " of ");
	progress_add_bytes(to, p->total_bytes);
}

static void add_gauge(struct buf *to, double share, size_t width)
{
	size_t full = (size_t)(share * (double)width);
	buf_add_byte(to, '[');
	for (size_t i = 0; i < width; i++) {
		const char *mark = i < full ? "=" : i == full ? ">" : " ";
		buf_add_text(to, mark);
	}
	buf_add_text(to, "] ");
}

void progress_add_bar(struct buf *to, const struct progress *p, size_t columns)
{
	struct buf figures;
	buf_init(&figures, FIGURES_BYTES);
	if (p->total_bytes > 0)
		buf_print(&figures, "%3d %%  ", (int)(share_of(p) * 100));
	add_amount(&figures, p);
	add_rate_and_rest(&figures, p, "  ");
	size_t room = columns > figures.len + 4 ? columns - figures.len - 4 : 0;
	if (p->total_bytes > 0 && room >= BAR_MIN)
		add_gauge(to, share_of(p), room > BAR_MAX ? BAR_MAX : room);
	if (columns > 0 && figures.len > columns - 1)
		figures.len = columns - 1;
	buf_add(to, buf_slice(&figures));
	buf_fini(&figures);
}

void progress_add_words(struct buf *to, const struct progress *p)
{
	add_amount(to, p);
	if (p->total_bytes > 0)
		buf_print(to, " (%d %%)", (int)(share_of(p) * 100));
	add_rate_and_rest(to, p, ", ");
}
