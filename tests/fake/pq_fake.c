#include "fake/pq_fake.h"

#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/must.h"

struct pq_fake pq_fake;

static PGconn *newest; /* whose server pq_fake_close_server() ends */

enum { ITEMS_MOST = 256 };

struct pg_result {
	ExecStatusType status;
	const char *sqlstate, *severity, *detail, *function, *tag;
};

enum item_kind { ITEM_RESULT, ITEM_NOTHING, ITEM_NOTICE };

struct item {
	enum item_kind kind;
	PGresult *result;
};

/** Answers lie in items[]: given back up to `taken`, read up to `read`, sent up to `sent`. */
struct libpq_conn {
	int fd, server_fd;
	ConnStatusType status;
	int polls;
	struct item items[ITEMS_MOST];
	int taken, read, sent, made;
	bool pipeline, in_transaction, copying_out, told_lost;
	int rows_left;
	PQnoticeReceiver receiver;
	void *receiver_arg;
};

void pq_fake_reset(void)
{
	pq_fake = (struct pq_fake){.server_version = 150020};
}

static bool this_call_fails(PGconn *c)
{
	if (++pq_fake.calls != pq_fake.fail_call)
		return false;
	if (!pq_fake.failure_leaves_connection_standing)
		c->status = CONNECTION_BAD;
	return true;
}

static PGresult *result_new(ExecStatusType status)
{
	PGresult *r = memory_new(sizeof(*r));
	r->status = status;
	r->tag = "";
	pq_fake.results_open++;
	return r;
}

static void add(PGconn *c, enum item_kind kind, PGresult *r)
{
	must(c->made < ITEMS_MOST);
	c->items[c->made++] = (struct item){kind, r};
}

static void sockets(PGconn *c)
{
	int pair[2];
	if (pq_fake.poll_error) {
		/* The writing end of a pipe whose reader is gone: EPOLLERR and nothing else. */
		must(pipe(pair) == 0);
		c->fd = pair[1];
		c->server_fd = pair[0];
	} else {
		must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
		c->fd = pair[0];
		c->server_fd = pair[1];
	}
	must(fcntl(c->fd, F_SETFL, O_NONBLOCK) == 0);
	pq_fake.sockets_made++;
}

PGconn *PQconnectStartParams(const char *const *keywords, const char *const *values, int expand)
{
	(void)keywords;
	(void)values;
	must(expand == 1);
	PGconn *c = memory_new(sizeof(*c));
	pq_fake.connections_open++;
	newest = c;
	c->status = CONNECTION_STARTED;
	sockets(c);
	if (this_call_fails(c))
		c->status = CONNECTION_BAD;
	return c;
}

static void swap_socket(PGconn *c)
{
	int old = c->fd;
	close(c->server_fd);
	if (pq_fake.swap == SWAP_UNDER_THE_SAME_NUMBER) {
		close(old);
		sockets(c);
		if (c->fd != old) {
			must(dup2(c->fd, old) == old);
			close(c->fd);
			c->fd = old;
		}
	} else {
		sockets(c);
		close(old);
	}
}

PostgresPollingStatusType PQconnectPoll(PGconn *c)
{
	if (this_call_fails(c)) {
		c->status = CONNECTION_BAD;
		return PGRES_POLLING_FAILED;
	}
	switch (c->polls++) {
	case 0:
		return PGRES_POLLING_WRITING;
	case 1: /* the old socket is being watched by now */
		if (pq_fake.swap != SWAP_NONE)
			swap_socket(c);
		/* Waiting for the same event again is what makes a stale watch go unnoticed. */
		if (pq_fake.poll_error || pq_fake.swap == SWAP_UNDER_THE_SAME_NUMBER)
			return PGRES_POLLING_WRITING;
		must(write(c->server_fd, "!", 1) == 1);
		return PGRES_POLLING_READING;
	default:
		c->status = CONNECTION_OK;
		return PGRES_POLLING_OK;
	}
}

void PQfinish(PGconn *c)
{
	if (c == NULL)
		return;
	while (c->taken < c->made)
		PQclear(c->items[c->taken++].result);
	close(c->fd);
	if (c->server_fd >= 0)
		close(c->server_fd);
	memory_free(c);
	pq_fake.connections_open--;
}

ConnStatusType PQstatus(const PGconn *c)
{
	return c->status;
}

int PQsocket(const PGconn *c)
{
	return c->fd;
}

int PQserverVersion(const PGconn *c)
{
	(void)c;
	return pq_fake.server_version;
}

char *PQerrorMessage(const PGconn *c)
{
	static char words[] = "the fake has failed\n";
	(void)c;
	return words;
}

PQconninfoOption *PQconninfoParse(const char *conninfo, char **words)
{
	static PQconninfoOption none[1];
	(void)conninfo;
	(void)words;
	return none;
}

void PQconninfoFree(PQconninfoOption *options)
{
	(void)options;
}

PQnoticeReceiver PQsetNoticeReceiver(PGconn *c, PQnoticeReceiver receiver, void *arg)
{
	c->receiver = receiver;
	c->receiver_arg = arg;
	return NULL;
}

int PQsetnonblocking(PGconn *c, int arg)
{
	must(arg == 1);
	return this_call_fails(c) ? -1 : 0;
}

PGTransactionStatusType PQtransactionStatus(const PGconn *c)
{
	return c->in_transaction ? PQTRANS_INTRANS : PQTRANS_IDLE;
}

PGpipelineStatus PQpipelineStatus(const PGconn *c)
{
	return c->pipeline ? PQ_PIPELINE_ON : PQ_PIPELINE_OFF;
}

int PQenterPipelineMode(PGconn *c)
{
	if (this_call_fails(c))
		return 0;
	must(c->taken == c->made);
	c->pipeline = true;
	pq_fake.pipelines_entered++;
	return 1;
}

int PQexitPipelineMode(PGconn *c)
{
	if (this_call_fails(c))
		return 0;
	must(c->taken == c->made);
	c->pipeline = false;
	pq_fake.pipelines_left++;
	return 1;
}

static PGresult *error_result(const struct pq_fake_answer *told)
{
	PGresult *r = result_new(PGRES_FATAL_ERROR);
	r->sqlstate = told->sqlstate;
	r->severity = told->severity != NULL ? told->severity : "ERROR";
	return r;
}

static const struct pq_fake_answer *next_answer(void)
{
	must(pq_fake.statements < (int)COUNT_OF(pq_fake.answers));
	return &pq_fake.answers[pq_fake.statements++];
}

static void add_notice(PGconn *c, const struct pq_fake_answer *told)
{
	if (told->notice_detail == NULL && told->notice_function == NULL)
		return;
	PGresult *r = result_new(PGRES_NONFATAL_ERROR);
	r->severity = "WARNING";
	r->sqlstate = "01000";
	r->detail = told->notice_detail;
	r->function = told->notice_function;
	add(c, ITEM_NOTICE, r);
}

static void add_answer(PGconn *c, const struct pq_fake_answer *told, ExecStatusType good,
		       const char *tag)
{
	add_notice(c, told);
	if (told->sqlstate != NULL && !told->fails_at_sync) {
		add(c, ITEM_RESULT, error_result(told));
		return;
	}
	PGresult *r = result_new(good);
	r->tag = told->tag != NULL ? told->tag : tag;
	add(c, ITEM_RESULT, r);
}

int PQsendQuery(PGconn *c, const char *text)
{
	must(!c->pipeline && c->taken == c->made);
	if (this_call_fails(c))
		return 0;
	const struct pq_fake_answer *told = next_answer();
	if (strncasecmp(text, "begin", 5) == 0)
		c->in_transaction = true;
	if (strncasecmp(text, "commit", 6) == 0)
		c->in_transaction = false;
	bool in = strstr(text, "stdin") != NULL, out = strstr(text, "stdout") != NULL;
	bool copies = (in || out) && told->sqlstate == NULL;
	if (copies && out) {
		c->rows_left = pq_fake.rows_out;
		c->copying_out = true;
	}
	add_answer(c, told, !copies ? PGRES_COMMAND_OK : in ? PGRES_COPY_IN : PGRES_COPY_OUT, text);
	if (!copies)
		add(c, ITEM_NOTHING, NULL);
	return 1;
}

int PQsendPrepare(PGconn *c, const char *name, const char *text, int count, const Oid *types)
{
	(void)name;
	(void)text;
	(void)count;
	(void)types;
	if (this_call_fails(c))
		return 0;
	pq_fake.prepares++;
	add(c, ITEM_RESULT, result_new(PGRES_COMMAND_OK));
	add(c, ITEM_NOTHING, NULL);
	return 1;
}

int PQsendQueryPrepared(PGconn *c, const char *name, int count, const char *const *values,
			const int *lengths, const int *formats, int binary)
{
	(void)name;
	(void)count;
	(void)values;
	(void)lengths;
	(void)formats;
	(void)binary;
	must(c->pipeline);
	if (this_call_fails(c))
		return 0;
	const struct pq_fake_answer *told = next_answer();
	add_answer(c, told, PGRES_TUPLES_OK, "SELECT 1");
	add(c, ITEM_NOTHING, NULL);
	if (told->fails_at_sync)
		add(c, ITEM_RESULT, error_result(told));
	return 1;
}

int PQpipelineSync(PGconn *c)
{
	must(c->pipeline);
	if (this_call_fails(c))
		return 0;
	add(c, ITEM_RESULT, result_new(PGRES_PIPELINE_SYNC));
	return 1;
}

int PQputCopyData(PGconn *c, const char *bytes, int count)
{
	(void)bytes;
	if (this_call_fails(c))
		return -1;
	pq_fake.copied_bytes += (size_t)count;
	return 1; /* queued, whatever the socket says */
}

int PQputCopyEnd(PGconn *c, const char *words)
{
	if (this_call_fails(c))
		return -1;
	struct pq_fake_answer refused = {.sqlstate = "57014"};
	add_answer(c, words != NULL ? &refused : next_answer(), PGRES_COMMAND_OK, "COPY 1");
	add(c, ITEM_NOTHING, NULL);
	return 1;
}

int PQflush(PGconn *c)
{
	if (this_call_fails(c))
		return -1;
	if (pq_fake.flushes_that_leave_some > 0) {
		pq_fake.flushes_that_leave_some--;
		return 1;
	}
	if (c->sent == c->made || pq_fake.silent)
		return 0;
	c->sent = c->made;
	if (pq_fake.answers_come_with_the_flush)
		c->read = c->sent; /* as pqSendSome() does when it waits for room */
	else if (!pq_fake.poll_error)
		must(write(c->server_fd, "!", 1) == 1);
	return 0;
}

int PQconsumeInput(PGconn *c)
{
	char bytes[64];
	if (this_call_fails(c))
		return 0;
	if (!pq_fake.poll_error)
		while (read(c->fd, bytes, sizeof(bytes)) > 0)
			;
	if (pq_fake.end_of_file || c->server_fd < 0) {
		c->status = CONNECTION_BAD;
		return 0;
	}
	c->read = c->sent;
	return 1;
}

static void give_notices(PGconn *c)
{
	while (c->taken < c->read && c->items[c->taken].kind == ITEM_NOTICE) {
		PGresult *r = c->items[c->taken++].result;
		c->receiver(c->receiver_arg, r);
		PQclear(r);
	}
}

int PQisBusy(PGconn *c)
{
	give_notices(c);
	return c->taken == c->read && c->taken < c->made && c->status != CONNECTION_BAD;
}

PGresult *PQgetResult(PGconn *c)
{
	give_notices(c);
	if (this_call_fails(c))
		return result_new(PGRES_FATAL_ERROR);
	if (c->taken < c->read)
		return c->items[c->taken++].result;
	if (c->status != CONNECTION_BAD || c->told_lost)
		return NULL;
	c->told_lost = true;
	return result_new(PGRES_FATAL_ERROR);
}

int PQgetCopyData(PGconn *c, char **row, int async)
{
	must(async == 1 && c->copying_out);
	if (this_call_fails(c))
		return -2;
	if (c->rows_left-- > 0) {
		*row = memory_new(4);
		memcpy(*row, "row", 3);
		return 3;
	}
	c->copying_out = false;
	add_answer(c, &(struct pq_fake_answer){0}, PGRES_COMMAND_OK, "COPY");
	add(c, ITEM_NOTHING, NULL);
	c->read = c->sent = c->made;
	return -1;
}

PGnotify *PQnotifies(PGconn *c)
{
	(void)c;
	return NULL;
}

void PQfreemem(void *memory)
{
	memory_free(memory);
}

void PQclear(PGresult *r)
{
	if (r == NULL)
		return;
	pq_fake.results_open--;
	memory_free(r);
}

ExecStatusType PQresultStatus(const PGresult *r)
{
	return r->status;
}

char *PQresultErrorField(const PGresult *r, int field)
{
	const char *text = field == PG_DIAG_SQLSTATE		    ? r->sqlstate
			   : field == PG_DIAG_SEVERITY_NONLOCALIZED ? r->severity
			   : field == PG_DIAG_MESSAGE_DETAIL	    ? r->detail
			   : field == PG_DIAG_SOURCE_FUNCTION	    ? r->function
								    : NULL;
	union {
		const char *in;
		char *out;
	} same = {text};
	return same.out;
}

char *PQcmdStatus(PGresult *r)
{
	union {
		const char *in;
		char *out;
	} same = {r->tag};
	return same.out;
}

char *PQcmdTuples(PGresult *r)
{
	static char one[] = "1";
	(void)r;
	return one;
}

PGresult *PQcopyResult(const PGresult *r, int flags)
{
	(void)flags;
	PGresult *copy = result_new(r->status);
	*copy = *r;
	return copy;
}

int PQntuples(const PGresult *r)
{
	(void)r;
	return 0;
}

int PQnfields(const PGresult *r)
{
	(void)r;
	return 0;
}

int PQfformat(const PGresult *r, int column)
{
	(void)r;
	(void)column;
	return 1;
}

char *PQgetvalue(const PGresult *r, int row, int column)
{
	static char nothing[1];
	(void)r;
	(void)row;
	(void)column;
	return nothing;
}

int PQgetlength(const PGresult *r, int row, int column)
{
	(void)r;
	(void)row;
	(void)column;
	return 0;
}

int PQgetisnull(const PGresult *r, int row, int column)
{
	(void)r;
	(void)row;
	(void)column;
	return 1;
}

void pq_fake_close_server(void)
{
	close(newest->server_fd);
	newest->server_fd = -1;
}
