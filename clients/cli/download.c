#include "cli/download.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/progress.h"
#include "cli/terminal.h"

enum { NAME_BYTES = 4096, LINE_BYTES = 512, DIGEST_BYTES = 160 };

struct taking {
	const struct options *options;
	const struct download *download;
	char part_name[NAME_BYTES]; /* "" for standard output */
	int descriptor;
	int write_error;
	EVP_MD_CTX *hash;
	uint64_t bytes;
	int64_t lines;	/* rows of CSV with the header, lines of NDJSON */
	bool in_quotes; /* of CSV */
	uint64_t began_ms, shown_ms;
	bool on_terminal, bar_shown;
};

static const char *const suffixes[] = {
	[DOWNLOAD_CSV] = ".csv", [DOWNLOAD_NDJSON] = ".ndjson", [DOWNLOAD_XLSX] = ".xlsx"};

const char *download_suffix(enum download_kind kind)
{
	return suffixes[kind];
}

static bool ends_in(struct slice text, struct slice end)
{
	return text.len >= end.len && slice_equal(slice_from(text, text.len - end.len), end);
}

bool download_kind_of(const struct options *o, enum download_kind otherwise,
		      enum download_kind *kind)
{
	struct slice word = slice_of(o->format);
	*kind = otherwise;
	for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
		bool named = o->format != NULL && slice_is(word, suffixes[i] + 1);
		bool seen = o->format == NULL && o->output != NULL &&
			    ends_in(slice_of(o->output), slice_of(suffixes[i]));
		if (!named && !seen)
			continue;
		*kind = (enum download_kind)i;
		return true;
	}
	return o->format == NULL;
}

/* What comes */

/** Rows are counted again here: every line feed that no quotes enclose. */
static void count_lines(struct taking *t, struct slice part)
{
	bool quotes = t->download->kind == DOWNLOAD_CSV;
	for (size_t i = 0; i < part.len; i++) {
		if (quotes && part.at[i] == '"')
			t->in_quotes = !t->in_quotes;
		t->lines += part.at[i] == '\n' && !t->in_quotes;
	}
}

static bool write_all(struct taking *t, struct slice part)
{
	while (part.len > 0) {
		ssize_t put = write(t->descriptor, part.at, part.len);
		if (put < 0 && errno == EINTR && !http_interrupted())
			continue;
		if (put < 0) {
			t->write_error = errno;
			return false;
		}
		part = slice_from(part, (size_t)put);
	}
	return true;
}

static void show_progress(struct taking *t)
{
	uint64_t now = clock_monotonic_ms();
	uint64_t every = t->on_terminal ? PROGRESS_EVERY_MS : PROGRESS_LINE_EVERY_MS;
	struct progress p = {.done_bytes = t->bytes, .elapsed_ms = now - t->began_ms};
	struct buf line;
	if (t->options->quiet || now - t->shown_ms < every)
		return;
	t->shown_ms = now;
	buf_init(&line, LINE_BYTES);
	progress_add_words(&line, &p);
	if (t->on_terminal)
		fprintf(stderr, "\r%.*s\033[K", SLICE_ARGS(buf_slice(&line)));
	else
		terminal_say("%.*s", SLICE_ARGS(buf_slice(&line)));
	t->bar_shown = t->on_terminal;
	buf_fini(&line);
}

static bool take_part(void *context, struct slice part)
{
	struct taking *t = context;
	must(EVP_DigestUpdate(t->hash, part.at, part.len) == 1);
	t->bytes += part.len;
	count_lines(t, part);
	show_progress(t);
	return write_all(t, part);
}

/* The file */

static enum status open_part(struct taking *t, struct trouble *why)
{
	const char *file = t->download->file;
	t->descriptor = STDOUT_FILENO;
	if (file == NULL || slice_is(slice_of(file), "-"))
		return OK;
	int len = snprintf(t->part_name, sizeof(t->part_name), "%s.XXXXXX.part", file);
	if (len < 0 || (size_t)len >= sizeof(t->part_name))
		return trouble(why, E_INPUT, "%s: the name is too long", file);
	t->descriptor = mkostemps(t->part_name, 5, O_CLOEXEC);
	if (t->descriptor >= 0)
		return OK;
	t->part_name[0] = '\0';
	return trouble(why, E_INPUT, "%s: %s", file, strerror(errno));
}

static enum status keep_part(struct taking *t, struct trouble *why)
{
	mode_t mask = umask(0);
	umask(mask);
	if (t->part_name[0] == '\0')
		return OK;
	if (fchmod(t->descriptor, (mode_t)(0666 & ~mask)) != 0 || fsync(t->descriptor) != 0 ||
	    rename(t->part_name, t->download->file) != 0)
		return trouble(why, E_INPUT, "%s: %s", t->download->file, strerror(errno));
	t->part_name[0] = '\0';
	return OK;
}

static void drop_part(struct taking *t)
{
	if (t->part_name[0] != '\0')
		unlink(t->part_name);
	if (t->descriptor > STDOUT_FILENO)
		close(t->descriptor);
	EVP_MD_CTX_free(t->hash);
}

/* Is it whole? */

static void digest_of(struct taking *t, char field[DIGEST_BYTES])
{
	unsigned char sum[EVP_MAX_MD_SIZE], text[2 * EVP_MAX_MD_SIZE];
	unsigned len = 0;
	must(EVP_DigestFinal_ex(t->hash, sum, &len) == 1);
	EVP_EncodeBlock(text, sum, (int)len);
	snprintf(field, DIGEST_BYTES, "sha-256=:%s:", (const char *)text);
}

static int64_t rows_of(const struct taking *t)
{
	return t->download->kind == DOWNLOAD_CSV ? t->lines - 1 : t->lines;
}

static enum status prove(struct taking *t, const struct http_answer *answer, struct trouble *why)
{
	char digest[DIGEST_BYTES];
	bool counted = t->download->kind != DOWNLOAD_XLSX;
	digest_of(t, digest);
	if (answer->digest[0] != '\0' && !slice_is(slice_of(digest), answer->digest))
		return trouble(why, E_BUSY, "damaged on the way: its SHA-256 is another one");
	if (!t->download->is_proven)
		return OK;
	if (answer->digest[0] == '\0' || answer->rows < 0)
		return trouble(why, E_BUSY,
			       "nothing says that it is whole: the fields behind the answer are "
			       "missing, does a proxy drop them?");
	if (counted && rows_of(t) != answer->rows)
		return trouble(why, E_BUSY, "it has %lld rows instead of %lld",
			       (long long)rows_of(t), (long long)answer->rows);
	return OK;
}

static void say_done(const struct taking *t, const struct http_answer *answer)
{
	struct buf words;
	if (t->options->quiet || t->download->file == NULL)
		return;
	buf_init(&words, LINE_BYTES);
	if (answer->rows >= 0)
		buf_print(&words, "%lld results, ", (long long)answer->rows);
	progress_add_bytes(&words, t->bytes);
	terminal_say("%s: %.*s, whole", t->download->file, SLICE_ARGS(buf_slice(&words)));
	buf_fini(&words);
}

static enum outcome fetch(const struct session *s, struct taking *t)
{
	struct http_answer answer;
	struct trouble why;
	const struct http_sink sink = {take_part, t};
	const struct http_request request = {
		.method = "GET", .path = t->download->path, .accept = "*/*", .sink = &sink};
	http_answer_init(&answer);
	enum outcome outcome = session_ask(s, &request, &answer);
	if (t->bar_shown)
		fputc('\n', stderr);
	if (t->write_error != 0)
		terminal_say("writing failed: %s", strerror(t->write_error));
	if (outcome != OUTCOME_OK && t->bytes > 0)
		terminal_say("the file is not whole%s",
			     t->part_name[0] != '\0' ? ": nothing of it is kept" : "");
	if (outcome == OUTCOME_OK && (prove(t, &answer, &why) < 0 || keep_part(t, &why) < 0))
		outcome = session_fail(&why);
	else if (outcome == OUTCOME_OK)
		say_done(t, &answer);
	http_answer_fini(&answer);
	return outcome;
}

enum outcome download_run(const struct session *s, const struct download *d)
{
	struct trouble why;
	struct taking t = {.options = s->options,
			   .download = d,
			   .on_terminal = isatty(STDERR_FILENO) == 1,
			   .hash = EVP_MD_CTX_new()};
	must(t.hash != NULL && EVP_DigestInit_ex(t.hash, EVP_sha256(), NULL) == 1);
	t.began_ms = clock_monotonic_ms();
	t.shown_ms = t.began_ms;
	http_catch_interrupt();
	enum status st = open_part(&t, &why);
	enum outcome outcome = st == OK ? fetch(s, &t) : session_fail(&why);
	drop_part(&t);
	return outcome;
}
