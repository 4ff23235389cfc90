#include "db/pg_proxy.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <libpq-fe.h>

enum { LINKS = 32, RULES = 8, READ_BYTES = 65536, ANSWER_MS = 5000 };

struct bytes {
	char *at;
	size_t len, room;
};

struct link {
	int client, server; /* -1: a free place */
	bool started;	    /* the first message, which has no type, is through */
	struct bytes from_client;
	struct bytes from_server; /* until BackendKeyData is found */
	int pid;
};

struct rule {
	const char *match, *sql;
	unsigned skip, times;
	enum proxy_act act;
};

struct pg_proxy {
	char folder[64], socket[108], target[108], superuser[256];
	int listener, wake[2];
	pthread_t thread;
	pthread_mutex_t lock; /* rules and acted */
	struct rule rules[RULES];
	size_t rules_len;
	unsigned acted;
	struct link links[LINKS];
};

static void add(struct bytes *b, const char *at, size_t len)
{
	if (b->len + len > b->room) {
		b->room = (b->len + len) * 2;
		b->at = realloc(b->at, b->room);
		cr_assert_not_null(b->at);
	}
	memcpy(b->at + b->len, at, len);
	b->len += len;
}

static void drop(struct bytes *b, size_t len)
{
	memmove(b->at, b->at + len, b->len - len);
	b->len -= len;
}

static size_t be32(const char *at)
{
	const unsigned char *u = (const unsigned char *)at;
	return (size_t)u[0] << 24 | (size_t)u[1] << 16 | (size_t)u[2] << 8 | u[3];
}

static bool write_all(int to, const char *at, size_t len)
{
	while (len > 0) {
		ssize_t n = send(to, at, len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

static void cut(struct link *l)
{
	if (l->client >= 0)
		close(l->client);
	if (l->server >= 0)
		close(l->server);
	free(l->from_client.at);
	free(l->from_server.at);
	*l = (struct link){.client = -1, .server = -1};
}

static void run_sql(const struct pg_proxy *p, const char *text)
{
	PGconn *pq = PQconnectdb(p->superuser);
	PGresult *r = PQexec(pq, text);
	ExecStatusType status = PQresultStatus(r);
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		fprintf(stderr, "pg_proxy: %s", PQerrorMessage(pq));
	PQclear(r);
	PQfinish(pq);
}

/** Reads what PostgreSQL answers up to ReadyForQuery, and keeps it to itself. */
static void await_answer(const struct link *l)
{
	char tail[6] = "", in[READ_BYTES];
	struct pollfd wait = {.fd = l->server, .events = POLLIN};
	while (poll(&wait, 1, ANSWER_MS) > 0) {
		ssize_t n = read(l->server, in, sizeof(in));
		if (n <= 0)
			return;
		for (ssize_t i = 0; i < n; i++) {
			memmove(tail, tail + 1, sizeof(tail) - 1);
			tail[sizeof(tail) - 1] = in[i];
		}
		if (memcmp(tail, "Z\0\0\0\5", 5) == 0)
			return;
	}
}

static bool matches(const struct rule *r, const char *at, size_t len)
{
	enum { HEAD = 5 }; /* type and length */
	if (r->match[0] == '=')
		return len == HEAD + strlen(r->match) &&
		       memcmp(at + HEAD, r->match + 1, strlen(r->match)) == 0;
	return memmem(at, len, r->match, strlen(r->match)) != NULL;
}

/** The rule that acts on this message, copied; false: none does. */
static bool rule_for(struct pg_proxy *p, const char *at, size_t len, struct rule *found)
{
	bool acts = false;
	pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < p->rules_len && !acts; i++) {
		struct rule *r = &p->rules[i];
		if (r->times == 0 || !matches(r, at, len))
			continue;
		if (r->skip > 0) {
			r->skip--;
			continue;
		}
		r->times--;
		p->acted++;
		*found = *r;
		acts = true;
	}
	pthread_mutex_unlock(&p->lock);
	return acts;
}

/** True while the link lives. */
static bool pass(struct pg_proxy *p, struct link *l, const char *at, size_t len)
{
	struct rule rule;
	char text[64];
	/* Query, Bind and (once a connection) Parse; a Parse is followed by its Bind. */
	bool looked_at = l->started && (at[0] == 'Q' || at[0] == 'B');
	if (!looked_at || !rule_for(p, at, len, &rule))
		return write_all(l->server, at, len);
	switch (rule.act) {
	case PROXY_CUT_BEFORE:
		return false;
	case PROXY_CUT_AFTER:
		if (write_all(l->server, at, len))
			await_answer(l);
		return false;
	case PROXY_CUT_WITH:
		(void)!write_all(l->server, at, len);
		return false;
	case PROXY_KILL:
		snprintf(text, sizeof(text), "select pg_terminate_backend(%d, 5000)", l->pid);
		run_sql(p, text);
		return write_all(l->server, at, len) || true;
	case PROXY_SQL:
		run_sql(p, rule.sql);
		return write_all(l->server, at, len);
	}
	return false;
}

static bool pass_messages(struct pg_proxy *p, struct link *l)
{
	struct bytes *b = &l->from_client;
	for (;;) {
		size_t head = l->started ? 1 : 0;
		if (b->len < head + 4)
			return true;
		size_t len = head + be32(b->at + head);
		if (b->len < len)
			return true;
		if (!pass(p, l, b->at, len))
			return false;
		l->started = true;
		drop(b, len);
	}
}

static void look_for_pid(struct link *l)
{
	struct bytes *b = &l->from_server;
	while (l->pid == 0 && b->len >= 5 && b->len >= 1 + be32(b->at + 1)) {
		if (b->at[0] == 'K')
			l->pid = (int)be32(b->at + 5);
		drop(b, 1 + be32(b->at + 1));
	}
}

static bool client_spoke(struct pg_proxy *p, struct link *l)
{
	char in[READ_BYTES];
	ssize_t n = read(l->client, in, sizeof(in));
	if (n <= 0)
		return false;
	add(&l->from_client, in, (size_t)n);
	return pass_messages(p, l);
}

static bool server_spoke(struct link *l)
{
	char in[READ_BYTES];
	ssize_t n = read(l->server, in, sizeof(in));
	if (n <= 0)
		return false;
	if (l->pid == 0) {
		add(&l->from_server, in, (size_t)n);
		look_for_pid(l);
	}
	return write_all(l->client, in, (size_t)n);
}

static void accept_one(struct pg_proxy *p)
{
	int client = accept(p->listener, NULL, NULL);
	int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	snprintf(to.sun_path, sizeof(to.sun_path), "%s", p->target);
	for (size_t i = 0; i < LINKS; i++) {
		struct link *l = &p->links[i];
		if (l->client >= 0)
			continue;
		*l = (struct link){.client = client, .server = server};
		if (connect(server, (struct sockaddr *)&to, sizeof(to)) != 0)
			cut(l);
		return;
	}
	close(client);
	close(server);
}

static void turn(struct pg_proxy *p, struct pollfd *wait)
{
	for (size_t i = 0; i < LINKS; i++) {
		struct link *l = &p->links[i];
		if (wait[2 * i].revents != 0 && l->client >= 0 && !client_spoke(p, l))
			cut(l);
		else if (wait[2 * i + 1].revents != 0 && l->client >= 0 && !server_spoke(l))
			cut(l);
	}
}

static void *serve(void *arg)
{
	struct pg_proxy *p = arg;
	struct pollfd wait[2 * LINKS + 2];
	for (;;) {
		for (size_t i = 0; i < LINKS; i++) {
			wait[2 * i] = (struct pollfd){.fd = p->links[i].client, .events = POLLIN};
			wait[2 * i + 1] = (struct pollfd){.fd = p->links[i].server,
							  .events = POLLIN};
		}
		wait[2 * LINKS] = (struct pollfd){.fd = p->listener, .events = POLLIN};
		wait[2 * LINKS + 1] = (struct pollfd){.fd = p->wake[0], .events = POLLIN};
		if (poll(wait, 2 * LINKS + 2, -1) < 0 && errno != EINTR)
			return NULL;
		if (wait[2 * LINKS + 1].revents != 0)
			return NULL;
		turn(p, wait);
		if (wait[2 * LINKS].revents != 0)
			accept_one(p);
	}
}

struct pg_proxy *pg_proxy_start(const char *target_folder, const char *superuser)
{
	struct pg_proxy *p = calloc(1, sizeof(*p));
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	cr_assert_not_null(p);
	snprintf(p->folder, sizeof(p->folder), "/tmp/plaudit-px-XXXXXX");
	cr_assert_not_null(mkdtemp(p->folder));
	snprintf(p->socket, sizeof(p->socket), "%s/.s.PGSQL.5432", p->folder);
	snprintf(p->target, sizeof(p->target), "%s/.s.PGSQL.5432", target_folder);
	snprintf(p->superuser, sizeof(p->superuser), "%s", superuser);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", p->socket);
	for (size_t i = 0; i < LINKS; i++)
		p->links[i] = (struct link){.client = -1, .server = -1};
	p->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(bind(p->listener, (struct sockaddr *)&at, sizeof(at)), 0);
	cr_assert_eq(listen(p->listener, LINKS), 0);
	cr_assert_eq(pipe(p->wake), 0);
	pthread_mutex_init(&p->lock, NULL);
	cr_assert_eq(pthread_create(&p->thread, NULL, serve, p), 0);
	return p;
}

const char *pg_proxy_folder(const struct pg_proxy *p)
{
	return p->folder;
}

void pg_proxy_rule(struct pg_proxy *p, const char *match, unsigned skip, unsigned times,
		   enum proxy_act act, const char *sql)
{
	pthread_mutex_lock(&p->lock);
	cr_assert_lt(p->rules_len, RULES);
	p->rules[p->rules_len++] = (struct rule){
		.match = match, .sql = sql, .skip = skip, .times = times, .act = act};
	pthread_mutex_unlock(&p->lock);
}

unsigned pg_proxy_acted(struct pg_proxy *p)
{
	pthread_mutex_lock(&p->lock);
	unsigned acted = p->acted;
	pthread_mutex_unlock(&p->lock);
	return acted;
}

void pg_proxy_stop(struct pg_proxy *p)
{
	cr_assert_eq(write(p->wake[1], "x", 1), 1);
	pthread_join(p->thread, NULL);
	for (size_t i = 0; i < LINKS; i++)
		cut(&p->links[i]);
	close(p->listener);
	close(p->wake[0]);
	close(p->wake[1]);
	unlink(p->socket);
	rmdir(p->folder);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
