#include "channel/mime.h"

#include <pthread.h>

/* Bounds */

struct look {
	size_t header_lines, header_bytes, parts, deep;
	bool in_header, deep_header, message_header;
	bool in_addresses; /* of a field, wherever it stands */
	size_t colons;	   /* of that field */
	bool too_grouped;
};

static bool holds(struct slice line, const char *word)
{
	size_t len = strlen(word);
	for (size_t at = 0; at + len <= line.len; at++)
		if ((line.at[at] | 0x20) == *word &&
		    slice_equal_ignoring_case((struct slice){line.at + at, len},
					      (struct slice){word, len}))
			return true;
	return false;
}

static void look_at_header(struct look *l, struct slice line)
{
	l->header_lines++;
	l->header_bytes += line.len;
	l->deep_header |= holds(line, "multipart");
	l->message_header |= holds(line, "message/") || holds(line, "rfc822");
}

/** An empty line ends a header; an attached message begins with another one. */
static void end_header(struct look *l)
{
	l->deep += l->deep_header || l->message_header;
	l->in_header = l->message_header;
	l->deep_header = l->message_header = false;
}

/** Those whose addresses GMime takes apart. */
static bool begins_addresses(struct slice line)
{
	static const char *const names[] = {"from", "to", "cc", "bcc", "sender", "reply-to"};
	struct slice name = SLICE_NONE;
	if (line.len == 0 || memchr(line.at, ':', line.len) == NULL)
		return false;
	(void)slice_next_part(&line, ':', &name);
	name = slice_trim(name);
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (slice_equal_ignoring_case(name, slice_of(names[i])))
			return true;
	return false;
}

/** "a: b: c:" is a group in a group in a group, each a call of GMime's within the other. Whether
 * the line stands in a header it finds out by itself, so that none is passed over. */
static void look_for_groups(struct look *l, struct slice line)
{
	bool folded = line.len > 0 && (*line.at == ' ' || *line.at == '\t');
	if (!folded) {
		l->in_addresses = begins_addresses(line);
		l->colons = 0;
	}
	if (!l->in_addresses)
		return;
	for (size_t i = 0; i < line.len; i++)
		l->colons += line.at[i] == ':';
	l->too_grouped |= l->colons > MIME_COLONS;
}

static void look_at_line(struct look *l, struct slice line)
{
	look_for_groups(l, line);
	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	if (slice_starts_with(line, SLICE("--"))) {
		l->parts++;
		end_header(l);
		l->in_header = true;
	} else if (l->in_header && line.len == 0) {
		end_header(l);
	} else if (l->in_header) {
		look_at_header(l, line);
	}
}

static bool is_over(const struct look *l)
{
	return l->header_lines > MIME_HEADER_LINES || l->header_bytes > MIME_HEADER_BYTES ||
	       l->parts > MIME_PARTS || l->deep > MIME_DEPTH || l->too_grouped;
}

bool mime_is_bounded(struct slice message)
{
	struct look look = {.in_header = true};
	struct slice line;
	while (!is_over(&look) && slice_next_part(&message, '\n', &line))
		look_at_line(&look, line);
	return !is_over(&look);
}

/* GMime */

static void start(void)
{
	g_mime_init();
}

static void unref(void *object)
{
	g_object_unref(object);
}

static void keep(struct arena *arena, gpointer object)
{
	arena_defer(arena, unref, object);
}

static GMimeStream *stream_of(struct slice message)
{
	GByteArray *bytes = g_byte_array_sized_new((guint)message.len);
	if (message.len > 0)
		g_byte_array_append(bytes, (const guint8 *)message.at, (guint)message.len);
	return g_mime_stream_mem_new_with_byte_array(bytes);
}

GMimeObject *mime_parse(struct slice message, struct arena *arena)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	must(pthread_once(&once, start) == 0);
	GMimeStream *stream = stream_of(message);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeObject *made = (GMimeObject *)g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	g_object_unref(stream);
	if (made != NULL)
		keep(arena, made);
	return made;
}

struct slice mime_content(GMimePart *part, size_t most, struct arena *arena)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *stream;
	GByteArray *bytes;
	struct slice copy;
	if (content == NULL)
		return SLICE("");
	stream = g_mime_stream_mem_new();
	(void)g_mime_data_wrapper_write_to_stream(content, stream);
	bytes = g_mime_stream_mem_get_byte_array((GMimeStreamMem *)stream);
	copy = arena_copy(arena, (struct slice){(const char *)bytes->data,
						bytes->len < most ? bytes->len : most});
	g_object_unref(stream);
	return copy;
}

void mime_walk_init(struct mime_walk *w, GMimeObject *root)
{
	w->depth = 0;
	w->first = root;
}

/** True: its parts come next. */
static bool enter(struct mime_walk *w, GMimeObject *object)
{
	if (!GMIME_IS_MULTIPART(object) || w->depth == MIME_DEPTH)
		return false;
	w->open[w->depth].multipart = (GMimeMultipart *)object;
	w->open[w->depth++].next = 0;
	return true;
}

GMimeObject *mime_walk_next(struct mime_walk *w)
{
	GMimeObject *object = w->first;
	w->first = NULL;
	while (object == NULL && w->depth > 0) {
		GMimeMultipart *m = w->open[w->depth - 1].multipart;
		int next = w->open[w->depth - 1].next;
		if (next < g_mime_multipart_get_count(m)) {
			w->open[w->depth - 1].next++;
			object = g_mime_multipart_get_part(m, next);
		} else {
			w->depth--;
		}
	}
	if (object != NULL)
		(void)enter(w, object);
	return object;
}
