#include <ctype.h>
#include <string.h>

#include "pg/conn_private.h"

struct op *op_new(enum op_kind kind, void (*done)(void *arg, const struct pg_answer *answer),
		  void *arg)
{
	must(done != NULL);
	struct op *op = memory_new(sizeof(*op));
	op->kind = kind;
	op->done = done;
	op->arg = arg;
	return op;
}

static void op_free(struct op *op)
{
	PQclear(op->result);
	memory_free(op->text);
	memory_free(op->params);
	memory_free(op);
}

struct op *op_take(struct op_list *list)
{
	struct op *op = list->first;
	if (op == NULL)
		return NULL;
	list->first = op->next;
	if (list->first == NULL)
		list->last = NULL;
	list->count--;
	op->next = NULL;
	return op;
}

void op_push(struct op_list *list, struct op *op)
{
	if (list->last != NULL)
		list->last->next = op;
	else
		list->first = op;
	list->last = op;
	list->count++;
}

void op_push_front(struct op_list *list, struct op *op)
{
	op->next = list->first;
	list->first = op;
	if (list->last == NULL)
		list->last = op;
	list->count++;
}

static bool is_failure(const PGresult *r)
{
	ExecStatusType status = PQresultStatus(r);
	return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE ||
	       status == PGRES_PIPELINE_ABORTED;
}

/** A COMMIT in a failed transaction succeeds, and says ROLLBACK. */
static bool was_rolled_back(const struct op *op, const PGresult *r)
{
	/* libpq's prototype forgets a const; it only reads. */
	union {
		const PGresult *in;
		PGresult *out;
	} same = {r};
	return op->commits && !op->rolls_back && PQresultStatus(r) == PGRES_COMMAND_OK &&
	       strcmp(PQcmdStatus(same.out), "ROLLBACK") == 0;
}

void op_note_result(struct op *op, PGresult *r)
{
	if (op->result != NULL && (is_failure(op->result) || was_rolled_back(op, op->result))) {
		PQclear(r);
		return;
	}
	PQclear(op->result);
	op->result = r;
}

/** FATAL and PANIC end the session: what it was doing may be done (quickdie, SyncRep). */
static bool ended_the_session(const PGresult *r)
{
	const char *severity = PQresultErrorField(r, PG_DIAG_SEVERITY_NONLOCALIZED);
	return severity != NULL &&
	       (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0);
}

static void give(struct op *op, struct pg_answer *answer)
{
	answer->result = answer->result != NULL ? answer->result : op->result;
	op->done(op->arg, answer);
	op_free(op);
}

void op_answer(struct op *op)
{
	struct pg_answer answer = {0};
	if (op->result != NULL)
		answer_from_result(&answer, op->result);
	if (op->kind == OP_COPY_ABORT && strcmp(answer.sqlstate, "57014") == 0)
		answer.status = OK; /* the server agreed: what we asked for is an error to it */
	if (answer.status == OK && op->result != NULL && was_rolled_back(op, op->result)) {
		memcpy(answer.sqlstate, "25P02", sizeof("25P02"));
		answer_fail(&answer, E_INTERNAL,
			    "the transaction had failed, so its commit was a rollback");
	}
	if (op->not_replicated)
		answer_fail(&answer, E_UNKNOWN,
			    "committed here, but a standby has not confirmed it");
	else if (answer.status < 0 && op->may_commit && ended_the_session(op->result))
		answer_fail(&answer, E_UNKNOWN, "the database ended the session during a commit");
	give(op, &answer);
}

void op_answer_lost(struct op *op, const char *words)
{
	if (op->not_replicated || (op->result != NULL && is_failure(op->result))) {
		op_answer(op);
		return;
	}
	struct pg_answer answer = {0};
	answer_fail(&answer, op->may_commit ? E_UNKNOWN : E_BUSY, words);
	PQclear(op->result);
	op->result = NULL;
	give(op, &answer);
}

void op_answer_unsent(struct op *op, enum status status, const char *words)
{
	struct pg_answer answer = {0};
	answer_fail(&answer, status, words);
	give(op, &answer);
}

static struct slice first_word(struct slice text)
{
	while (text.len > 0 && isspace((unsigned char)text.at[0]))
		text = slice_from(text, 1);
	struct slice word = {text.at, 0};
	while (word.len < text.len && isalpha((unsigned char)text.at[word.len]))
		word.len++;
	return word;
}

static bool is_blank(struct slice text)
{
	size_t i = 0;
	while (i < text.len && isspace((unsigned char)text.at[i]))
		i++;
	return i == text.len;
}

static bool is_one_of(struct slice word, const char *const *words)
{
	for (; *words != NULL; words++)
		if (slice_equal_ignoring_case(word, slice_of(*words)))
			return true;
	return false;
}

/** Reads a script's statements by their first words. Quoted semicolons only make it more careful:
 * what is not known to be harmless may commit. */
static void judge_script(struct op *op, bool in_transaction)
{
	static const char *const begins[] = {"begin", "start", NULL};
	static const char *const commits[] = {"commit", "end", "prepare", NULL};
	static const char *const rolls_back[] = {"rollback", "abort", NULL};
	static const char *const harmless[] = {"set", "reset", "show", "listen", "unlisten", NULL};
	struct slice rest = slice_of(op->text), part;
	while (slice_next_part(&rest, ';', &part)) {
		struct slice word = first_word(part);
		if (is_blank(part))
			continue;
		if (is_one_of(word, begins)) {
			in_transaction = true;
		} else if (is_one_of(word, commits)) {
			op->commits = true;
			op->may_commit = true;
			in_transaction = false;
		} else if (is_one_of(word, rolls_back)) {
			op->rolls_back = true;
			in_transaction = false;
		} else if (!in_transaction && !is_one_of(word, harmless)) {
			op->may_commit = true;
		}
	}
}

void op_judge(struct op *op, bool in_transaction)
{
	switch (op->kind) {
	case OP_RUN:
		op->may_commit = !in_transaction && !op->statement->reads_only;
		break;
	case OP_SCRIPT:
		judge_script(op, in_transaction);
		break;
	case OP_COPY_END:
		op->may_commit = !in_transaction;
		break;
	case OP_COPY_IN:
	case OP_COPY_ABORT:
	case OP_COPY_OUT:
		break; /* commits nothing before copy_end, or ever */
	}
}
