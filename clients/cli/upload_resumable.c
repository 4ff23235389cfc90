#include "cli/upload_resumable.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/command_line.h"
#include "cli/progress_line.h"
#include "cli/remembered.h"
#include "cli/terminal.h"
#include "cli/tus.h"
#include "cli/upload_outcome.h"

enum {
	PIECE_BYTES_FIRST = 1024 * 1024,
	PIECE_BYTES_LEAST = 64 * 1024,
	PIECE_BYTES_MOST = 16 * 1024 * 1024,
	QUICK_MS = 1000,
	WAIT_FIRST_MS = 1000,
	WAIT_MOST_MS = 30000,
	PATIENCE_MS = 10 * 60 * 1000,
	ANEW_MOST = 3,
	WORDS_BYTES = 64 * 1024,
	PROBLEM_ARENA_BYTES = 64 * 1024
};

/** What comes behind a request. */
enum next { NEXT_GO_ON, NEXT_AGAIN, NEXT_ANEW, NEXT_END };

struct resuming {
	const struct session *session;
	const struct resumable_file *file;
	struct tus tus;
	struct remembered note;
	struct progress_line line;
	char *piece;
	size_t piece_bytes;
	uint64_t wait_ms, progress_ms;
	int anew;
	bool must_look;
	enum outcome outcome; /* of NEXT_END */
	struct trouble lost;  /* of NEXT_AGAIN */
};

/* Judging answers */

static bool is_worth_another_try(long status)
{
	static const long statuses[] = {408, 409, 423, 425, 429, 460};
	for (size_t i = 0; i < COUNT_OF(statuses); i++)
		if (statuses[i] == status)
			return true;
	return status >= 500;
}

/** A server that can keep no files will not be able to in a moment. */
static bool has_code(const struct http_answer *answer, const char *code)
{
	struct arena arena;
	const cJSON *problem = NULL;
	arena_init(&arena, PROBLEM_ARENA_BYTES);
	bool same = answer_parse(buf_slice(&answer->body), &arena, &problem, NULL) == OK &&
		    slice_is(answer_text(problem, "code"), code);
	arena_fini(&arena);
	return same;
}

static enum next refused(struct resuming *r, const struct http_answer *answer)
{
	progress_line_end(&r->line);
	r->outcome = session_refused(r->session, answer);
	if (has_code(answer, "spool_unavailable"))
		terminal_say("--resumable never sends the file in one piece instead");
	return NEXT_END;
}

static enum next judge(struct resuming *r, enum status st, const struct http_answer *answer,
		       const struct trouble *why)
{
	bool gone = answer->status == 404 || answer->status == 410;
	if (st == E_BUSY) {
		r->lost = *why;
		return NEXT_AGAIN;
	}
	if (st < 0) {
		progress_line_end(&r->line);
		r->outcome = session_fail(why);
		return NEXT_END;
	}
	if (answer->status >= 200 && answer->status < 300)
		return NEXT_GO_ON;
	if (gone && r->tus.place[0] != '\0')
		return NEXT_ANEW;
	if (!is_worth_another_try(answer->status) || has_code(answer, "spool_unavailable") ||
	    has_code(answer, "wave_not_fielding"))
		return refused(r, answer);
	(void)trouble(&r->lost, E_BUSY, "the server answered with HTTP %ld", answer->status);
	return NEXT_AGAIN;
}

/* Requests */

static enum next create(struct resuming *r)
{
	struct slice path = slice_of(r->file->path), where;
	const char *name = r->session->options->words[0];
	const char *slash = strrchr(name, '/');
	struct http_answer answer;
	struct trouble why;
	struct buf metadata, address;
	buf_init(&metadata, TUS_METADATA_BYTES);
	buf_init(&address, HTTP_PATH_BYTES);
	(void)slice_next_part(&path, '?', &where);
	tus_add_metadata(&metadata, slice_of(slash != NULL ? slash + 1 : name),
			 slice_of(r->file->type), path);
	buf_add_byte(&metadata, '\0');
	buf_print(&address, "%.*s/tus%c", SLICE_ARGS(where), '\0');
	http_answer_init(&answer);
	enum status st = buf_over(&metadata)
				 ? trouble(&why, E_LIMIT, "too much is said of the file")
				 : tus_create(&r->tus, address.at, metadata.at, &answer, &why);
	enum next next = judge(r, st, &answer, &why);
	if (next == NEXT_GO_ON && !remembered_keep(&r->note, r->tus.place))
		terminal_say("where to go on cannot be remembered in %s", r->note.path);
	http_answer_fini(&answer);
	buf_fini(&metadata);
	buf_fini(&address);
	return next;
}

static enum next look(struct resuming *r)
{
	struct http_answer answer;
	struct trouble why;
	http_answer_init(&answer);
	enum status st = tus_look(&r->tus, &answer, &why);
	enum next next = judge(r, st, &answer, &why);
	http_answer_fini(&answer);
	return next;
}

static enum status read_piece(const struct resuming *r, size_t len, struct trouble *why)
{
	size_t done = 0;
	while (done < len) {
		ssize_t got = pread(r->file->descriptor, r->piece + done, len - done,
				    r->tus.offset + (off_t)done);
		if (got < 0 && errno == EINTR && !http_interrupted())
			continue;
		if (got < 0)
			return trouble(why, E_INPUT, "reading failed: %s", strerror(errno));
		if (got == 0)
			return trouble(why, E_INPUT, "the file changed while it was read");
		done += (size_t)got;
	}
	return OK;
}

/** Pieces of a few seconds: each is lost as a whole where the line breaks. */
static void fit_pieces(struct resuming *r, bool went_well, uint64_t took_ms)
{
	if (!went_well && r->piece_bytes > PIECE_BYTES_LEAST)
		r->piece_bytes /= 2;
	else if (went_well && took_ms < QUICK_MS && r->piece_bytes < PIECE_BYTES_MOST)
		r->piece_bytes *= 2;
}

static enum next send_piece(struct resuming *r)
{
	struct http_answer answer;
	struct trouble why;
	int64_t left = r->file->len - r->tus.offset;
	size_t len = left < (int64_t)r->piece_bytes ? (size_t)left : r->piece_bytes;
	uint64_t began_ms = clock_monotonic_ms();
	http_answer_init(&answer);
	enum status st = read_piece(r, len, &why);
	if (st == OK)
		st = tus_send(&r->tus, (struct slice){r->piece, len}, &answer, &why);
	enum next next = judge(r, st, &answer, &why);
	fit_pieces(r, next == NEXT_GO_ON, clock_monotonic_ms() - began_ms);
	progress_line_move(&r->line, (uint64_t)r->tus.offset);
	http_answer_fini(&answer);
	return next;
}

/* The way through all of them */

static void wait(struct resuming *r)
{
	r->wait_ms = r->wait_ms == 0 ? WAIT_FIRST_MS : 2 * r->wait_ms;
	if (r->wait_ms > WAIT_MOST_MS)
		r->wait_ms = WAIT_MOST_MS;
	progress_line_end(&r->line);
	if (!r->session->options->quiet)
		terminal_say("%s; trying again in %llu s", r->lost.words,
			     (unsigned long long)(r->wait_ms / 1000));
	(void)http_sleep(r->wait_ms);
}

static enum next again(struct resuming *r)
{
	if (clock_monotonic_ms() - r->progress_ms > PATIENCE_MS) {
		progress_line_end(&r->line);
		r->outcome = session_fail(&r->lost);
		return NEXT_END;
	}
	wait(r);
	r->must_look = r->tus.place[0] != '\0';
	return NEXT_GO_ON;
}

static enum next begin_anew(struct resuming *r)
{
	struct trouble why;
	remembered_forget(&r->note);
	r->tus.place[0] = '\0';
	r->tus.offset = 0;
	r->must_look = false;
	r->line.progress.begun_bytes = 0;
	if (r->anew++ < ANEW_MOST)
		return NEXT_GO_ON;
	(void)trouble(&why, E_BUSY,
		      "the server forgets the upload again and again: do its "
		      "addresses lead to several servers?");
	progress_line_end(&r->line);
	r->outcome = session_fail(&why);
	return NEXT_END;
}

static enum next take_step(struct resuming *r)
{
	enum next next;
	if (r->tus.place[0] == '\0')
		next = create(r);
	else if (r->must_look)
		next = look(r);
	else
		next = send_piece(r);
	if (next == NEXT_AGAIN)
		return again(r);
	if (next == NEXT_ANEW)
		return begin_anew(r);
	if (next == NEXT_GO_ON) {
		r->must_look = false;
		r->wait_ms = 0;
		r->progress_ms = clock_monotonic_ms();
	}
	return next;
}

/** True when the server has all of the file. */
static bool send_all(struct resuming *r)
{
	while (r->tus.place[0] == '\0' || r->must_look || r->tus.offset < r->file->len) {
		if (http_interrupted()) {
			r->outcome = OUTCOME_INTERRUPTED;
			return false;
		}
		if (take_step(r) == NEXT_END)
			return false;
	}
	return true;
}

static void say_how_to_go_on(struct resuming *r)
{
	struct buf words;
	progress_line_end(&r->line);
	if (r->outcome != OUTCOME_INTERRUPTED && r->outcome != OUTCOME_TRY_AGAIN)
		return;
	if (r->tus.place[0] == '\0')
		return;
	buf_init(&words, WORDS_BYTES);
	progress_add_bytes(&words, (uint64_t)r->tus.offset);
	buf_add_text(&words, " of ");
	progress_add_bytes(&words, (uint64_t)r->file->len);
	terminal_say("%.*s are on the server's disk; the same command goes on from there:",
		     SLICE_ARGS(buf_slice(&words)));
	buf_clear(&words);
	buf_add_text(&words, "  ");
	command_line_add(&words, r->session->options);
	buf_add_byte(&words, '\n');
	fwrite(words.at, 1, words.len, stderr);
	buf_fini(&words);
}

/** The same command, of the same file, finds the same note. */
static void find_note(struct resuming *r)
{
	struct buf what;
	buf_init(&what, WORDS_BYTES);
	buf_print(&what, "%s\n%s\n%s\n%s", r->session->server.url, r->file->path, r->file->type,
		  r->file->digest);
	remembered_init(&r->note, getenv("XDG_STATE_HOME"), getenv("HOME"), buf_slice(&what));
	buf_fini(&what);
	r->must_look = remembered_find(&r->note, r->tus.place, sizeof(r->tus.place));
	if (!r->must_look)
		r->tus.place[0] = '\0';
}

/** Where it was left: what was sent before tells nothing of the speed now. */
static bool pick_up(struct resuming *r)
{
	if (!r->must_look)
		return true;
	if (take_step(r) == NEXT_END)
		return false;
	r->line.progress.begun_bytes = (uint64_t)r->tus.offset;
	if (r->tus.offset > 0 && !r->session->options->quiet)
		terminal_say("going on where it was left");
	return true;
}

enum outcome upload_resumable(const struct session *s, const struct resumable_file *file)
{
	struct resuming r = {.session = s,
			     .file = file,
			     .tus = {.server = &s->server, .len = file->len},
			     .piece_bytes = PIECE_BYTES_FIRST,
			     .progress_ms = clock_monotonic_ms()};
	r.piece = memory_new(PIECE_BYTES_MOST);
	progress_line_begin(&r.line, (uint64_t)file->len, s->options->quiet);
	find_note(&r);
	bool sent = pick_up(&r) && send_all(&r);
	progress_line_end(&r.line);
	if (sent)
		r.outcome = upload_outcome(s, r.tus.place);
	if (sent && r.outcome != OUTCOME_INTERRUPTED && r.outcome != OUTCOME_TRY_AGAIN)
		remembered_forget(&r.note);
	else
		say_how_to_go_on(&r);
	memory_free(r.piece);
	return r.outcome;
}
