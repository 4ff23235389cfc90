#include "base/log.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/json_out.h"

enum { LINE_BYTES = 8192 };

static const char *const level_names[] = {"debug", "info", "warn", "error"};
static enum log_level lowest_level = LOG_INFO;

void log_set_level(enum log_level lowest)
{
	lowest_level = lowest;
}

bool log_level_from(struct slice name, enum log_level *level)
{
	for (size_t i = 0; i < COUNT_OF(level_names); i++) {
		if (slice_is(name, level_names[i])) {
			*level = (enum log_level)i;
			return true;
		}
	}
	return false;
}

static void write_whole(struct slice line)
{
	while (line.len > 0) {
		ssize_t written = write(STDERR_FILENO, line.at, line.len);
		if (written <= 0)
			return; /* a log that nobody can read must not stop the server */
		line = slice_from(line, (size_t)written);
	}
}

void log_event(enum log_level level, const char *event, const struct log_value *values,
	       size_t count)
{
	struct buf line, ts;
	if (level < lowest_level)
		return;
	buf_init(&line, LINE_BYTES);
	buf_init(&ts, 64);
	clock_print(&ts, clock_now());
	struct json_out j = json_out_on(&line);
	json_open_object(&j);
	json_pair_text(&j, "ts", buf_slice(&ts));
	json_pair_text(&j, "level", slice_of(level_names[level]));
	json_pair_text(&j, "event", slice_of(event));
	for (size_t i = 0; i < count; i++) {
		if (values[i].is_number)
			json_pair_int(&j, values[i].key, values[i].number);
		else
			json_pair_text(&j, values[i].key, values[i].text);
	}
	json_close_object(&j);
	buf_add_byte(&line, '\n');
	if (!buf_over(&line))
		write_whole(buf_slice(&line));
	buf_fini(&line);
	buf_fini(&ts);
}
