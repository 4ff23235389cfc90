/** One JSON object a line on stderr: ts, level, event, then keys.
 *
 * Events are dotted and stable ("upload.done"): grep is the first dashboard.
 * Levels: error = page someone, warn = look tomorrow, info = what happened,
 * debug = off unless asked for. Never a respondent's text, never a secret.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/must.h"
#include "base/slice.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/** A key and its value: text("file", name), number("rows", n). */
struct log_value {
	const char *key;
	bool is_number;
	int64_t number;
	struct slice text;
};

#define LOG_NUMBER(name, value)                                                                    \
	((struct log_value){.key = (name), .is_number = true, .number = (int64_t)(value)})
#define LOG_TEXT(name, value)  ((struct log_value){.key = (name), .text = slice_of(value)})
#define LOG_SLICE(name, value) ((struct log_value){.key = (name), .text = (value)})

void log_set_level(enum log_level lowest);
bool log_level_from(struct slice name, enum log_level *level);
void log_event(enum log_level level, const char *event, const struct log_value *values,
	       size_t count);

#define log_write(level, event, ...)                                                               \
	log_event(level, event, (const struct log_value[]){__VA_ARGS__},                           \
		  sizeof((const struct log_value[]){__VA_ARGS__}) / sizeof(struct log_value))
#define log_debug(event, ...) log_write(LOG_DEBUG, event, __VA_ARGS__)
#define log_info(event, ...)  log_write(LOG_INFO, event, __VA_ARGS__)
#define log_warn(event, ...)  log_write(LOG_WARN, event, __VA_ARGS__)
#define log_error(event, ...) log_write(LOG_ERROR, event, __VA_ARGS__)
