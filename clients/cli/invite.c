/** `plaudit invite FILE`: contacts of a file are invited; what comes back is whose token is which.
 */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/json_out.h"
#include "cli/file.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "decode/decoder.h"
#include "sheet/csv_out.h"

enum {
	FILE_BYTES = 256 * 1024 * 1024,
	BATCH = 1000,
	BATCH_BYTES = 900 * 1024,
	ANSWER_ARENA_BYTES = 64 * 1024 * 1024,
	RECORD_ARENA_BYTES = 2 * 1024 * 1024
};

struct inviting {
	struct session *session;
	struct buf path, file, body, out;
	struct decoder *decoder;
	size_t in_batch;
	uint64_t rows[BATCH], invited; /* of the batch's elements: which rows they are */
};

/* Sending */

static void add_invited(struct csv_out *c, const cJSON *one)
{
	csv_text(c, answer_text(one, "contact_id"));
	csv_text(c, answer_text(one, "token"));
	csv_text(c, answer_text(answer_member(one, "links"), "survey"));
	csv_text(c, answer_text(one, "expires_at"));
	csv_end_row(c);
}

static enum outcome take_answer(struct inviting *i, const struct http_answer *answer)
{
	struct arena arena;
	struct trouble why;
	const cJSON *document, *one = NULL;
	struct csv_out c = csv_out_on(&i->out);
	arena_init(&arena, ANSWER_ARENA_BYTES);
	enum status st = answer_parse(buf_slice(&answer->body), &arena, &document, &why);
	if (st == OK) {
		cJSON_ArrayForEach(one, answer_member(document, "data"))
		{
			add_invited(&c, one);
			i->invited++;
		}
	}
	arena_fini(&arena);
	return st == OK ? OUTCOME_OK : session_fail(&why);
}

static enum outcome send_batch(struct inviting *i)
{
	struct http_answer answer;
	if (i->in_batch == 0)
		return OUTCOME_OK;
	buf_add_byte(&i->body, ']');
	const struct http_body body = {.descriptor = -1,
				       .memory = buf_slice(&i->body),
				       .len = (int64_t)i->body.len,
				       .type = "application/json"};
	const struct http_request request = {
		.method = "POST", .path = i->path.at, .body = &body, .accept = "application/json"};
	http_answer_init(&answer);
	i->session->rows_len = i->in_batch;
	enum outcome outcome = session_ask(i->session, &request, &answer);
	if (outcome == OUTCOME_OK)
		outcome = take_answer(i, &answer);
	else
		terminal_say("nobody of the rows from %llu on is invited",
			     (unsigned long long)i->rows[0]);
	http_answer_fini(&answer);
	buf_clear(&i->body);
	i->in_batch = 0;
	return outcome;
}

/* Reading */

static void add_record(struct inviting *i, const struct record *record)
{
	struct json_out j = json_out_on(&i->body);
	buf_add_byte(&i->body, i->in_batch == 0 ? '[' : ',');
	json_open_object(&j);
	for (size_t f = 0; f < record->fields_len; f++) {
		const struct field *field = &record->fields[f];
		if (field->value.len == 0 || field->kind == FIELD_NULL)
			continue;
		json_key_slice(&j, field->name);
		if (field->kind == FIELD_TEXT)
			json_text(&j, record->reading != NULL ? csv_unguarded(field->value)
							      : field->value);
		else
			json_raw(&j, field->value);
	}
	json_close_object(&j);
	i->rows[i->in_batch++] = record->row;
}

static enum outcome refuse_row(const struct decode_fault *fault)
{
	terminal_say("row %llu: %s; expected: %s", (unsigned long long)fault->row, fault->code,
		     fault->expected);
	return OUTCOME_REJECTED_ROWS;
}

static enum outcome take_rows(struct inviting *i)
{
	struct arena arena;
	enum outcome outcome = OUTCOME_OK;
	bool more = true;
	arena_init(&arena, RECORD_ARENA_BYTES);
	while (outcome == OUTCOME_OK && more) {
		struct record record;
		struct decode_fault fault;
		struct arena_mark before = arena_mark(&arena);
		enum decoded what = decoder_next(i->decoder, &arena, &record, &fault);
		more = what == DECODE_RECORD;
		if (what == DECODE_RECORD)
			add_record(i, &record);
		else if (what == DECODE_BAD_ROW || what == DECODE_BROKEN)
			outcome = refuse_row(&fault);
		if (i->in_batch == BATCH || i->body.len > BATCH_BYTES - DECODE_RECORD_BYTES)
			outcome = send_batch(i);
		arena_rewind(&arena, before);
	}
	arena_fini(&arena);
	return outcome;
}

static bool is_json(const char *name)
{
	size_t len = strlen(name);
	return (len > 7 && strcmp(name + len - 7, ".ndjson") == 0) ||
	       (len > 6 && strcmp(name + len - 6, ".jsonl") == 0);
}

static enum outcome send_file(struct inviting *i)
{
	const struct options *o = i->session->options;
	struct trouble why;
	if (file_read(o->words[0], &i->file, &why) < 0)
		return session_fail(&why);
	i->decoder = decoder_new(is_json(o->words[0]) ? DECODE_NDJSON : DECODE_CSV);
	decoder_feed(i->decoder, buf_slice(&i->file));
	enum outcome outcome = take_rows(i);
	if (outcome == OUTCOME_OK) {
		decoder_finish(i->decoder);
		outcome = take_rows(i);
	}
	if (outcome == OUTCOME_OK)
		outcome = send_batch(i);
	decoder_free(i->decoder);
	return outcome;
}

/** Tokens open a customer's survey: the file is its owner's alone. */
static enum outcome write_out(const struct inviting *i)
{
	const struct options *o = i->session->options;
	struct trouble why;
	if (o->output == NULL || strcmp(o->output, "-") == 0) {
		terminal_write(buf_slice(&i->out));
		return OUTCOME_OK;
	}
	mode_t others = umask(077);
	FILE *file = fopen(o->output, "wb");
	umask(others);
	bool written = file != NULL && fwrite(i->out.at, 1, i->out.len, file) == i->out.len;
	if (file != NULL && fclose(file) != 0)
		written = false;
	if (written)
		return OUTCOME_OK;
	(void)trouble(&why, E_INTERNAL, "%s cannot be written: %s", o->output, strerror(errno));
	return session_fail(&why);
}

enum outcome verb_invite(const struct options *o)
{
	struct session s;
	struct inviting i = {.session = &s};
	enum outcome outcome = session_open(&s, o);
	if (outcome != OUTCOME_OK)
		return outcome;
	s.rows = i.rows;
	buf_init(&i.path, HTTP_PATH_BYTES);
	buf_init(&i.file, FILE_BYTES);
	buf_init(&i.body, BATCH_BYTES + DECODE_RECORD_BYTES);
	buf_init(&i.out, FILE_BYTES);
	buf_add_text(&i.out, "contact_id,token,link,expires_at\r\n");
	session_add_path(&s, &i.path, true);
	buf_add_text(&i.path, "/invitations");
	buf_add_byte(&i.path, '\0');
	outcome = send_file(&i);
	/* Whoever is invited already must be known, whatever became of the rows behind. */
	if (i.invited > 0 && write_out(&i) != OUTCOME_OK)
		outcome = OUTCOME_FAILURE;
	buf_fini(&i.out);
	buf_fini(&i.body);
	buf_fini(&i.file);
	buf_fini(&i.path);
	session_close(&s);
	return outcome;
}
