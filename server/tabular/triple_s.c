#include "tabular/triple_s.h"

#include "decode/charset.h"
#include "decode/detect.h"
#include "tabular/triple_s_data.h"
#include "tabular/triple_s_source.h"

enum { PART_BYTES = 64 * 1024, CHARACTER_BYTES = 4 };

/** One survey being read. */
struct survey {
	const struct table_options *options;
	struct table_report *report;
	struct decode_fault *fault;
	struct triple_s_files files;
	struct arena arena;
	struct triple_s metadata;
	struct triple_s_data *data;
	char part[CHARACTER_BYTES + PART_BYTES];
};

static enum status stopped(struct survey *s)
{
	return table_fault(s->fault, E_GONE, 0, "stopped", SLICE_NONE, "stopped");
}

/* Metadata */

static enum status feed_metadata(struct survey *s, struct triple_s_source *source,
				 struct triple_s_metadata *to)
{
	struct slice part = SLICE_NONE;
	enum status st;
	do {
		st = triple_s_source_read(source, s->part, PART_BYTES, &part);
		if (st == OK && table_stopped(s->options))
			st = stopped(s);
		if (st == OK)
			st = triple_s_metadata_feed(to, part, part.len == 0);
	} while (st == OK && part.len > 0);
	return st;
}

static enum status read_metadata(struct survey *s)
{
	struct triple_s_source source;
	enum status st = triple_s_source_open(&source, &s->files, false);
	if (st < 0)
		return st;
	struct triple_s_metadata *m = triple_s_metadata_new(&s->metadata, &s->arena, s->fault);
	st = feed_metadata(s, &source, m);
	triple_s_metadata_free(m);
	triple_s_source_close(&source);
	return st;
}

/* The encoding of the data */

/** How many bytes at the end are the beginning of a character. */
static size_t cut_character(struct slice text)
{
	size_t most = text.len < CHARACTER_BYTES - 1 ? text.len : CHARACTER_BYTES - 1;
	for (size_t back = 1; back <= most; back++) {
		unsigned char c = (unsigned char)text.at[text.len - back];
		if ((c & 0xC0) == 0x80)
			continue;
		size_t len = c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
		return len > back ? back : 0;
	}
	return 0;
}

/** Looks at all of it. NULL: a byte order mark says it. */
static enum status look_at_data(struct survey *s, struct triple_s_source *source,
				const struct encoding **encoding)
{
	size_t kept = 0, mark_len;
	struct slice part;
	bool at_start = true;
	*encoding = encoding_utf8;
	do {
		enum status st = triple_s_source_read(source, s->part + kept, PART_BYTES, &part);
		if (st == OK && table_stopped(s->options))
			st = stopped(s);
		if (st < 0)
			return st;
		struct slice text = {s->part, kept + part.len};
		if (at_start && detect_mark(text, &mark_len) != NULL) {
			*encoding = NULL;
			return OK;
		}
		at_start = false;
		size_t cut = part.len > 0 ? cut_character(text) : 0;
		if (!slice_is_utf8((struct slice){text.at, text.len - cut})) {
			*encoding = encoding_find(SLICE("windows-1252"));
			return OK;
		}
		memmove(s->part, text.at + text.len - cut, cut);
		kept = cut;
	} while (part.len > 0);
	return OK;
}

static enum status find_encoding(struct survey *s, const struct encoding **encoding)
{
	struct triple_s_source source;
	*encoding = s->metadata.encoding;
	if (*encoding != NULL)
		return OK;
	enum status st = triple_s_source_open(&source, &s->files, true);
	if (st < 0)
		return st;
	st = look_at_data(s, &source, encoding);
	triple_s_source_close(&source);
	return st;
}

static void note_encoding(struct survey *s, const struct csv_reading *reading)
{
	if (s->metadata.encoding != NULL)
		table_note(s->report, "the data are in %s, as the metadata say",
			   s->metadata.encoding->name);
	else if (reading->encoding != NULL && reading->encoding != encoding_utf8)
		table_note(s->report, "the data are read as %s: %s", reading->encoding->name,
			   reading->encoding_known.how == KNOWN_MARKED
				   ? "a mark says so"
				   : "they are not UTF-8, and the standard says ISO 8859-1");
}

/* Data */

static enum status feed_text(struct survey *s, struct charset *c)
{
	struct slice text;
	enum charset_step step;
	while ((step = charset_next(c, &text)) == CHARSET_TEXT) {
		enum status st = triple_s_data_feed(s->data, text);
		if (st < 0)
			return st;
	}
	if (step == CHARSET_END && c->clashes)
		return table_fault(s->fault, E_INPUT, 0, "encoding_clash",
				   slice_of(c->reading->encoding->name), "%s",
				   c->reading->encoding_known.why);
	return OK;
}

static enum status feed_data(struct survey *s, struct triple_s_source *source, struct charset *c)
{
	struct slice part = SLICE_NONE;
	enum status st;
	do {
		st = triple_s_source_read(source, s->part, PART_BYTES, &part);
		if (st < 0)
			return st;
		if (part.len > 0)
			charset_feed(c, part);
		else
			charset_finish(c);
		st = feed_text(s, c);
	} while (st == OK && part.len > 0);
	return st == OK ? triple_s_data_finish(s->data) : st;
}

static enum status read_data(struct survey *s, FILE *csv)
{
	const struct encoding *encoding;
	struct triple_s_source source;
	struct csv_reading reading = {.encoding = NULL};
	struct charset charset;
	enum status st = find_encoding(s, &encoding);
	if (st < 0)
		return st;
	s->data = triple_s_data_new(&s->metadata, &s->arena, csv, s->options, s->report, s->fault,
				    &st);
	if (s->data == NULL)
		return st;
	charset_init(&charset, encoding, &reading);
	st = triple_s_source_open(&source, &s->files, true);
	if (st == OK) {
		st = feed_data(s, &source, &charset);
		triple_s_source_close(&source);
	}
	if (st == OK)
		note_encoding(s, &reading);
	charset_fini(&charset);
	triple_s_data_free(s->data);
	return st;
}

enum status table_read_triple_s(const char *path, FILE *csv, const struct table_options *options,
				struct table_report *report, struct decode_fault *fault)
{
	*report = (struct table_report){.format = "triple_s"};
	struct survey *s = memory_new(sizeof(*s));
	s->options = options;
	s->report = report;
	s->fault = fault;
	arena_init(&s->arena, options->limits.memory_bytes);
	enum status st = triple_s_files_open(&s->files, path, options, fault);
	if (st == OK)
		st = read_metadata(s);
	if (st == OK)
		st = read_data(s, csv);
	triple_s_files_close(&s->files);
	arena_fini(&s->arena);
	memory_free(s);
	return st;
}
