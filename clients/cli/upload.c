/** `plaudit upload FILE`: any size in constant memory, with its digest and progress. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/csv_declared.h"
#include "cli/document_file.h"
#include "cli/mapping_put.h"
#include "cli/media_type.h"
#include "cli/preview.h"
#include "cli/progress_line.h"
#include "cli/rejected.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/triple_s_pair.h"
#include "cli/upload_resumable.h"
#include "cli/upload_view.h"
#include "cli/verbs.h"

enum {
	READ_BYTES = 256 * 1024,
	DIGEST_BYTES = 160,
	SUMMARY_BYTES = 1024 * 1024,
	LINE_BYTES = 512,
	UPLOAD_ARENA_BYTES = 64 * 1024
};

/** A file on its way. */
struct sending {
	const struct options *options;
	int descriptor;
	int64_t len; /**< -1: not known (a pipe) */
	char digest[DIGEST_BYTES];
	char type[MEDIA_TYPE_BYTES];
	struct progress_line line;
};

static void show_movement(void *context, uint64_t sent_bytes)
{
	struct sending *f = context;
	progress_line_move(&f->line, sent_bytes);
}

/** One pass over the file; *len counts what was read. */
static enum status hash_file(int descriptor, EVP_MD_CTX *hash, int64_t *len, struct trouble *why)
{
	static unsigned char part[READ_BYTES];
	*len = 0;
	for (;;) {
		ssize_t got = read(descriptor, part, sizeof(part));
		if (http_interrupted())
			return trouble(why, E_GONE, "interrupted");
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return trouble(why, E_INPUT, "reading failed: %s", strerror(errno));
		if (got == 0)
			return OK;
		if (EVP_DigestUpdate(hash, part, (size_t)got) != 1)
			return trouble(why, E_INTERNAL, "SHA-256 failed");
		*len += got;
	}
}

/** "sha-256=:base64:", RFC 9530. */
static enum status write_digest(EVP_MD_CTX *hash, char *room, struct trouble *why)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned char text[2 * EVP_MAX_MD_SIZE];
	unsigned len = 0;
	if (EVP_DigestFinal_ex(hash, sum, &len) != 1)
		return trouble(why, E_INTERNAL, "SHA-256 failed");
	EVP_EncodeBlock(text, sum, (int)len);
	snprintf(room, DIGEST_BYTES, "sha-256=:%s:", (const char *)text);
	return OK;
}

static enum status take_digest(struct sending *f, struct trouble *why)
{
	int64_t len = 0;
	EVP_MD_CTX *hash = EVP_MD_CTX_new();
	must(hash != NULL);
	enum status st = OK;
	if (EVP_DigestInit_ex(hash, EVP_sha256(), NULL) != 1)
		st = trouble(why, E_INTERNAL, "SHA-256 is not available");
	if (st == OK)
		st = hash_file(f->descriptor, hash, &len, why);
	if (st == OK)
		st = write_digest(hash, f->digest, why);
	EVP_MD_CTX_free(hash);
	if (st < 0)
		return st;
	if (len != f->len)
		return trouble(why, E_INPUT, "the file changed while it was read");
	if (lseek(f->descriptor, 0, SEEK_SET) != 0)
		return trouble(why, E_INPUT, "reading failed: %s", strerror(errno));
	return OK;
}

static enum status open_file(struct sending *f, const char *name, struct trouble *why)
{
	struct stat facts;
	bool from_stdin = slice_is(slice_of(name), "-");
	f->len = -1;
	if (triple_s_is_metadata(slice_of(name), slice_of(f->options->type))) {
		enum status st = triple_s_pack(name, &f->descriptor, why);
		if (st < 0)
			return st;
	} else {
		f->descriptor = from_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	}
	if (f->descriptor < 0 || fstat(f->descriptor, &facts) != 0)
		return trouble(why, E_INPUT, "%s: %s", name, strerror(errno));
	if (S_ISDIR(facts.st_mode))
		return trouble(why, E_INPUT, "%s is a directory", name);
	if (from_stdin || !S_ISREG(facts.st_mode))
		return OK;
	f->len = facts.st_size;
	return take_digest(f, why);
}

static void close_file(struct sending *f)
{
	if (f->descriptor > STDIN_FILENO)
		close(f->descriptor);
}

/** What a user can rely on after an upload that did not end well. */
static void reassure(struct sending *f, enum outcome outcome)
{
	struct buf sent;
	if (outcome != OUTCOME_INTERRUPTED && outcome != OUTCOME_TRY_AGAIN)
		return;
	buf_init(&sent, LINE_BYTES);
	progress_add_bytes(&sent, f->line.progress.done_bytes);
	terminal_say("%s after %.*s were sent: rows the server has accepted stay, and uploading "
		     "the same file again is safe, every row counts once",
		     outcome == OUTCOME_INTERRUPTED ? "interrupted" : "it ended",
		     SLICE_ARGS(buf_slice(&sent)));
	buf_fini(&sent);
}

static enum outcome print_summary(const struct session *s, const struct http_answer *answer)
{
	struct view view = terminal_view(s->options);
	struct arena arena;
	struct buf lines;
	struct trouble why;
	const cJSON *document;
	double rejected = 0;
	arena_init(&arena, UPLOAD_ARENA_BYTES);
	buf_init(&lines, SUMMARY_BYTES);
	enum status st = answer_parse(buf_slice(&answer->body), &arena, &document, &why);
	if (st == OK)
		st = upload_view_add(&lines, document, s->server.url, &view, &rejected, &why);
	enum outcome outcome = rejected > 0 ? OUTCOME_REJECTED_ROWS : OUTCOME_OK;
	if (st < 0)
		outcome = session_fail(&why);
	else if (s->options->json)
		session_pass_on(answer);
	else
		terminal_write(buf_slice(&lines));
	enum outcome fetched = st == OK ? rejected_of_report(s, document) : OUTCOME_OK;
	buf_fini(&lines);
	arena_fini(&arena);
	return fetched != OUTCOME_OK ? fetched : outcome;
}

/** All or nothing, and it was nothing: the answer is a problem with the report of an upload. */
static bool refused_as_a_whole(const struct http_answer *answer)
{
	struct arena arena;
	const cJSON *problem = NULL;
	arena_init(&arena, UPLOAD_ARENA_BYTES);
	bool so = answer->status == 422 &&
		  answer_parse(buf_slice(&answer->body), &arena, &problem, NULL) == OK &&
		  slice_is(answer_text(problem, "code"), "rows_rejected");
	arena_fini(&arena);
	return so;
}

static enum outcome judge(const struct session *s, enum status st, const struct trouble *why,
			  const struct http_answer *answer)
{
	if (st < 0)
		return session_fail(why);
	if (outcome_of_http(answer->status) == OUTCOME_OK || refused_as_a_whole(answer))
		return OUTCOME_OK;
	return session_refused(s, answer);
}

static enum outcome send_file(const struct session *s, struct sending *f, const char *path)
{
	struct http_answer answer;
	struct trouble why;
	const struct http_body body = {.descriptor = f->descriptor,
				       .len = f->len,
				       .type = f->type,
				       .digest = f->digest[0] != '\0' ? f->digest : NULL,
				       .moved = show_movement,
				       .context = f};
	const struct http_request request = {
		.method = "POST", .path = path, .body = &body, .accept = "application/json"};
	http_answer_init(&answer);
	progress_line_begin(&f->line, f->len > 0 ? (uint64_t)f->len : 0, s->options->quiet);
	enum status st = http_send(&s->server, &request, &answer, &why);
	progress_line_end(&f->line);
	enum outcome outcome = judge(s, st, &why, &answer);
	reassure(f, outcome);
	if (outcome == OUTCOME_OK)
		outcome = print_summary(s, &answer);
	http_answer_fini(&answer);
	return outcome;
}

static bool is_resumable(const struct options *o, const struct sending *f)
{
	const char *when = o->resumable != NULL ? o->resumable : "auto";
	if (strcmp(when, "auto") == 0)
		return f->len >= RESUMABLE_BYTES;
	if (strcmp(when, "always") != 0 && strcmp(when, "never") != 0)
		options_refuse(o, "--resumable is auto, always or never");
	if (strcmp(when, "always") == 0 && f->len < 0)
		options_refuse(o, "only a regular file can be resumed");
	return strcmp(when, "always") == 0;
}

static enum outcome send_in_pieces(const struct session *s, const struct sending *f,
				   const char *path)
{
	const struct resumable_file file = {.descriptor = f->descriptor,
					    .len = f->len,
					    .type = f->type,
					    .digest = f->digest,
					    .path = path};
	return upload_resumable(s, &file);
}

static enum outcome prepare_and_send(const struct session *s, const char *path)
{
	struct trouble why;
	const struct options *o = s->options;
	struct sending f = {.options = o, .descriptor = -1};
	if (media_type_of(slice_of(o->words[0]), slice_of(o->type), f.type, &why) < 0)
		options_refuse(o, why.words);
	enum status st = open_file(&f, o->words[0], &why);
	enum outcome outcome;
	if (st < 0) {
		outcome = session_fail(&why);
		reassure(&f, outcome);
	} else if (is_resumable(o, &f)) {
		outcome = send_in_pieces(s, &f, path);
	} else {
		outcome = send_file(s, &f, path);
	}
	close_file(&f);
	return outcome;
}

/** A mapping in a file is stored before it is used. */
static enum outcome add_mapping(const struct session *s, struct buf *path)
{
	const char *mapping = s->options->mapping;
	char code[PROGRAMME_CODE_BYTES + 1] = "";
	struct http_answer answer;
	enum outcome outcome = OUTCOME_OK;
	if (mapping == NULL)
		return OUTCOME_OK;
	if (mapping_is_file(mapping)) {
		http_answer_init(&answer);
		outcome = mapping_put_file(s, mapping, code, &answer);
		http_answer_fini(&answer);
		mapping = code;
	}
	http_add_query(path, "mapping", slice_of(mapping));
	return outcome;
}

static void add_replacing(const struct options *o, struct buf *path)
{
	if (o->reason != NULL && !o->replace)
		options_refuse(o, "--reason goes with --replace");
	if (o->replace)
		http_add_query(path, "replace", SLICE("1"));
	if (o->reason != NULL)
		http_add_query(path, "reason", slice_of(o->reason));
}

static void add_mode(const struct options *o, struct buf *path)
{
	if (o->dry_run)
		http_add_query(path, "dry_run", SLICE("1"));
	if (o->on_error != NULL)
		http_add_query(path, "on_error", slice_of(o->on_error));
}

enum outcome verb_upload(const struct options *o)
{
	struct session s;
	struct buf path;
	if (o->preview)
		return preview_show(o);
	enum outcome outcome = session_open(&s, o);
	if (outcome != OUTCOME_OK)
		return outcome;
	http_catch_interrupt();
	buf_init(&path, HTTP_PATH_BYTES);
	session_add_path(&s, &path, true);
	buf_add_text(&path, "/uploads");
	csv_declared_add_query(o, &path);
	if (o->sheet != NULL)
		http_add_query(&path, "sheet", slice_of(o->sheet));
	add_replacing(o, &path);
	add_mode(o, &path);
	outcome = add_mapping(&s, &path);
	buf_add_byte(&path, '\0');
	if (buf_over(&path))
		options_refuse(o, "a code is too long");
	if (outcome == OUTCOME_OK)
		outcome = prepare_and_send(&s, path.at);
	buf_fini(&path);
	session_close(&s);
	return outcome;
}
