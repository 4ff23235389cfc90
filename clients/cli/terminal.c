#include "cli/terminal.h"

#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { COLUMNS_OTHERWISE = 100, SAID_BYTES = 1024 };

static bool is_set(const char *value)
{
	return value != NULL && value[0] != '\0';
}

static bool is_forced(const char *value)
{
	return is_set(value) && !slice_is(slice_of(value), "0");
}

bool colour_wanted(const struct colour_facts *facts)
{
	if (facts->refused || is_set(facts->no_color))
		return false;
	if (is_forced(facts->clicolor_force) || is_forced(facts->force_color))
		return true;
	return facts->is_terminal &&
	       !(facts->term != NULL && slice_is(slice_of(facts->term), "dumb"));
}

void terminal_language(const char *locale, char *room)
{
	size_t len = locale != NULL ? strcspn(locale, "_.@-") : 0;
	bool is_language = len >= 2 && len < TERMINAL_LANGUAGE_BYTES &&
			   !slice_is((struct slice){locale, len}, "POSIX");
	struct slice language = is_language ? (struct slice){locale, len} : SLICE("en");
	memcpy(room, language.at, language.len);
	room[language.len] = '\0';
}

static const char *locale_of_messages(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const char *value = getenv(names[i]);
		if (is_set(value))
			return value;
	}
	return NULL;
}

static size_t columns_within(int64_t columns)
{
	if (columns < VIEW_COLUMNS_MIN)
		return VIEW_COLUMNS_MIN;
	return columns > VIEW_COLUMNS_MAX ? VIEW_COLUMNS_MAX : (size_t)columns;
}

size_t terminal_columns(int descriptor)
{
	struct winsize size;
	int64_t columns;
	if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return columns_within(size.ws_col);
	if (slice_to_int64(slice_of(getenv("COLUMNS")), &columns) && columns > 0)
		return columns_within(columns);
	return COLUMNS_OTHERWISE;
}

struct view terminal_view(const struct options *options)
{
	static char language[TERMINAL_LANGUAGE_BYTES];
	bool utf8 = slice_is(slice_of(nl_langinfo(CODESET)), "UTF-8");
	struct colour_facts facts = {
		.is_terminal = isatty(STDOUT_FILENO) == 1,
		.refused = options->no_color,
		.no_color = getenv("NO_COLOR"),
		.clicolor_force = getenv("CLICOLOR_FORCE"),
		.force_color = getenv("FORCE_COLOR"),
		.term = getenv("TERM"),
	};
	terminal_language(options->language != NULL ? options->language : locale_of_messages(),
			  language);
	return (struct view){
		.columns = terminal_columns(STDOUT_FILENO),
		.ascii = options->ascii || !utf8,
		.set = utf8 ? TEXT_UTF8 : TEXT_ASCII,
		.colour = colour_wanted(&facts),
		.language = language,
		.metric = options->metric,
	};
}

void terminal_write(struct slice text)
{
	if (text.len > 0)
		fwrite(text.at, 1, text.len, stdout);
	fflush(stdout);
}

void terminal_say(const char *format, ...)
{
	char words[SAID_BYTES];
	struct buf said;
	va_list values;
	va_start(values, format);
	vsnprintf(words, sizeof(words), format, values);
	va_end(values);
	buf_init(&said, (size_t)8 * SAID_BYTES);
	buf_add_text(&said, "plaudit: ");
	text_add_safe(&said, slice_of(words),
		      slice_is(slice_of(nl_langinfo(CODESET)), "UTF-8") ? TEXT_UTF8 : TEXT_ASCII);
	buf_add_byte(&said, '\n');
	fwrite(said.at, 1, said.len, stderr);
	buf_fini(&said);
}
