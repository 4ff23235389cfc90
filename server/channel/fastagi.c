#include "channel/fastagi.h"

#include "base/must.h"

#define BIT(name) (1u << FASTAGI_##name)

static const unsigned fastagi_next[] = {
	[FASTAGI_VARIABLES] = BIT(IDLE) | BIT(BROKEN),
	[FASTAGI_IDLE] = BIT(ASKED) | BIT(BROKEN),
	[FASTAGI_ASKED] = BIT(IDLE) | BIT(USAGE) | BIT(BROKEN),
	[FASTAGI_USAGE] = BIT(IDLE) | BIT(BROKEN),
	[FASTAGI_BROKEN] = 0,
};

static void enter(struct fastagi *a, enum fastagi_state to)
{
	must((fastagi_next[a->state] & 1u << to) != 0);
	a->state = to;
}

void fastagi_init(struct fastagi *a)
{
	*a = (struct fastagi){.state = FASTAGI_VARIABLES};
}

static enum status broken(struct fastagi *a, struct trouble *why, enum status st, const char *words)
{
	enter(a, FASTAGI_BROKEN);
	return trouble(why, st, "%s", words);
}

/* ---- variables ---- */

static const char *const variable_names[] = {
#define X(name, key) key,
	FASTAGI_VARIABLES(X)
#undef X
};

const char *fastagi_variable_name(enum fastagi_variable which)
{
	must(which < FASTAGI_VARIABLE_COUNT);
	return variable_names[which];
}

struct slice fastagi_variable(const struct fastagi *a, enum fastagi_variable which)
{
	struct slice value = slice_of(a->variables[which]);
	return slice_is(value, "unknown") ? SLICE("") : value;
}

struct slice fastagi_path(const struct fastagi *a)
{
	struct slice rest = slice_of(a->script), path = SLICE_NONE;
	(void)slice_next_part(&rest, '?', &path);
	return path;
}

struct slice fastagi_query(const struct fastagi *a)
{
	struct slice rest = slice_of(a->script), path;
	(void)slice_next_part(&rest, '?', &path);
	return rest.at == NULL ? SLICE("") : rest;
}

static enum status keep(struct fastagi *a, char *to, size_t room, struct slice value,
			struct trouble *why)
{
	if (!slice_is_text(value))
		return broken(a, why, E_INPUT, "a variable is not text");
	if (value.len >= room)
		return broken(a, why, E_LIMIT, "a variable is too long");
	memcpy(to, value.at, value.len);
	to[value.len] = '\0';
	return OK;
}

static enum status take_variable(struct fastagi *a, struct slice line, struct trouble *why)
{
	struct slice value = line, name;
	(void)slice_next_part(&value, ':', &name);
	if (value.at == NULL || !slice_starts_with(name, SLICE("agi_")))
		return broken(a, why, E_INPUT, "not a variable of the gateway protocol");
	if (++a->lines > FASTAGI_LINES_MOST)
		return broken(a, why, E_LIMIT, "too many variables");
	value = slice_trim(value);
	if (slice_is(name, "agi_network_script"))
		return keep(a, a->script, sizeof(a->script),
			    slice_from(value, slice_starts_with(value, SLICE("/"))), why);
	for (size_t i = 0; i < FASTAGI_VARIABLE_COUNT; i++)
		if (slice_is(name, variable_names[i]))
			return keep(a, a->variables[i], sizeof(a->variables[i]), value, why);
	return OK;
}

/* ---- replies ---- */

static bool is_code(struct slice line, char behind)
{
	for (size_t i = 0; i < 3; i++)
		if (line.len < 4 || line.at[i] < '0' || line.at[i] > '9')
			return false;
	return line.at[3] == behind;
}

static void read_result(struct slice rest, struct fastagi_said *said)
{
	said->result = SLICE("");
	said->timed_out = rest.len >= 9 && memcmp(rest.at + rest.len - 9, "(timeout)", 9) == 0;
	if (!slice_starts_with(rest, SLICE("result=")))
		return;
	rest = slice_from(rest, 7);
	(void)slice_next_part(&rest, ' ', &said->result);
}

static enum status take_reply(struct fastagi *a, struct slice line, struct fastagi_said *said,
			      struct trouble *why)
{
	if (!is_code(line, ' ')) {
		if (!is_code(line, '-'))
			return broken(a, why, E_INPUT, "not a reply of the gateway protocol");
		a->lines = 0;
		enter(a, FASTAGI_USAGE);
		return OK;
	}
	*said = (struct fastagi_said){.kind = FASTAGI_REPLY,
				      .code = (line.at[0] - '0') * 100 + (line.at[1] - '0') * 10 +
					      (line.at[2] - '0')};
	read_result(slice_from(line, 4), said);
	enter(a, FASTAGI_IDLE);
	return OK;
}

static enum status take_usage(struct fastagi *a, struct slice line, struct fastagi_said *said,
			      struct trouble *why)
{
	if (slice_starts_with(line, SLICE("520 ")))
		return take_reply(a, line, said, why);
	if (++a->lines > FASTAGI_LINES_MOST)
		return broken(a, why, E_LIMIT, "a reply of too many lines");
	return OK;
}

/* ---- lines ---- */

/** True: *said is filled. */
static bool take_line(struct fastagi *a, struct slice line, struct fastagi_said *said,
		      enum status *st, struct trouble *why)
{
	enum fastagi_state before = a->state;
	if (a->state == FASTAGI_VARIABLES) {
		if (line.len > 0) {
			*st = take_variable(a, line, why);
			return false;
		}
		*said = (struct fastagi_said){.kind = FASTAGI_READY};
		enter(a, FASTAGI_IDLE);
		return true;
	}
	if (a->state == FASTAGI_USAGE) {
		*st = take_usage(a, line, said, why);
	} else if (slice_is(line, "HANGUP")) {
		*said = (struct fastagi_said){.kind = FASTAGI_HANGUP};
		return true;
	} else if (a->state == FASTAGI_ASKED) {
		*st = take_reply(a, line, said, why);
	} else {
		*st = broken(a, why, E_INPUT, "a reply to nothing");
	}
	return a->state == FASTAGI_IDLE && before != FASTAGI_IDLE;
}

/** Moves bytes to the line until it is whole. */
static bool whole_line(struct fastagi *a, struct slice *in, struct slice *line, enum status *st,
		       struct trouble *why)
{
	while (in->len > 0) {
		char byte = in->at[0];
		*in = slice_from(*in, 1);
		if (byte == '\n') {
			if (a->len > 0 && a->line[a->len - 1] == '\r')
				a->len--;
			*line = (struct slice){a->line, a->len};
			a->len = 0;
			return true;
		}
		if (a->len == sizeof(a->line)) {
			*st = broken(a, why, E_LIMIT, "a line is too long");
			return false;
		}
		a->line[a->len++] = byte;
	}
	return false;
}

bool fastagi_read(struct fastagi *a, struct slice *in, struct fastagi_said *said, enum status *st,
		  struct trouble *why)
{
	struct slice line;
	must(a->state != FASTAGI_BROKEN);
	*st = OK;
	while (*st == OK && whole_line(a, in, &line, st, why))
		if (take_line(a, line, said, st, why))
			return true;
	return false;
}

/* ---- commands ---- */

static void add_quoted(struct buf *to, struct slice text)
{
	buf_add_text(to, " \"");
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (c == '"' || c == '\\')
			buf_add_byte(to, '\\');
		if ((unsigned char)c < ' ' || c == 0x7f)
			c = ' ';
		buf_add_byte(to, c);
	}
	buf_add_byte(to, '"');
}

void fastagi_get_data(struct fastagi *a, struct buf *to, struct slice file, int timeout_ms,
		      int keys)
{
	enter(a, FASTAGI_ASKED);
	buf_add_text(to, "GET DATA");
	add_quoted(to, file);
	buf_print(to, " %d %d\n", timeout_ms, keys);
}

void fastagi_stream_file(struct fastagi *a, struct buf *to, struct slice file)
{
	enter(a, FASTAGI_ASKED);
	buf_add_text(to, "STREAM FILE");
	add_quoted(to, file);
	buf_add_text(to, " \"\"\n");
}

void fastagi_set_variable(struct fastagi *a, struct buf *to, struct slice name, struct slice value)
{
	enter(a, FASTAGI_ASKED);
	buf_add_text(to, "SET VARIABLE");
	add_quoted(to, name);
	add_quoted(to, value);
	buf_add_byte(to, '\n');
}

void fastagi_verbose(struct fastagi *a, struct buf *to, struct slice words)
{
	enter(a, FASTAGI_ASKED);
	buf_add_text(to, "VERBOSE");
	add_quoted(to, words);
	buf_add_text(to, " 1\n");
}
