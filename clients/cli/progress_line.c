#include "cli/progress_line.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/terminal.h"

enum { LINE_BYTES = 512 };

static void show_bar(struct progress_line *l)
{
	struct buf line;
	buf_init(&line, LINE_BYTES);
	buf_add_text(&line, "\r");
	progress_add_bar(&line, &l->progress, terminal_columns(STDERR_FILENO));
	buf_add_text(&line, "\033[K");
	fwrite(line.at, 1, line.len, stderr);
	buf_fini(&line);
	l->is_open = true;
}

static void say_progress(const struct progress_line *l)
{
	struct buf line;
	buf_init(&line, LINE_BYTES);
	progress_add_words(&line, &l->progress);
	terminal_say("%.*s", SLICE_ARGS(buf_slice(&line)));
	buf_fini(&line);
}

void progress_line_begin(struct progress_line *l, uint64_t total_bytes, bool quiet)
{
	*l = (struct progress_line){.progress = {.total_bytes = total_bytes},
				    .began_ms = clock_monotonic_ms(),
				    .shown_ms = clock_monotonic_ms(),
				    .on_terminal = isatty(STDERR_FILENO) == 1,
				    .quiet = quiet};
}

void progress_line_move(struct progress_line *l, uint64_t done_bytes)
{
	uint64_t now = clock_monotonic_ms();
	uint64_t every = l->on_terminal ? PROGRESS_EVERY_MS : PROGRESS_LINE_EVERY_MS;
	l->progress.done_bytes = done_bytes;
	l->progress.elapsed_ms = now - l->began_ms;
	if (l->quiet || now - l->shown_ms < every)
		return;
	l->shown_ms = now;
	if (l->on_terminal)
		show_bar(l);
	else
		say_progress(l);
}

void progress_line_end(struct progress_line *l)
{
	if (!l->is_open)
		return;
	show_bar(l);
	fputc('\n', stderr);
	l->is_open = false;
}
