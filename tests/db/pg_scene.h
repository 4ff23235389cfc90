/** One real connection and what it answered, for the tests of pg. */
#pragma once

#include <criterion/criterion.h>
#include <string.h>

#include "db/cluster.h"
#include "loop/loop.h"
#include "pg/conn.h"

enum { ANSWERS_MOST = 32 };

/** What happened on one connection, in order. */
struct scene {
	struct loop *loop;
	struct pg_conn *c;
	size_t wanted, count;
	enum status status[ANSWERS_MOST];
	char sqlstate[ANSWERS_MOST][6];
	char constraint[64];
	char words[240];
	struct pg_result *result; /* the last one */
	int broken, drained, notified;
	char payload[64];
};

static inline void note(void *arg, const struct pg_answer *answer)
{
	struct scene *s = arg;
	cr_assert_lt(s->count, ANSWERS_MOST);
	s->status[s->count] = answer->status;
	memcpy(s->sqlstate[s->count], answer->sqlstate, 6);
	memcpy(s->constraint, answer->constraint, sizeof(s->constraint));
	memcpy(s->words, answer->why.words, sizeof(s->words));
	if (s->result != NULL)
		pg_result_free(&s->result);
	s->result = pg_answer_keep(answer);
	if (++s->count >= s->wanted)
		loop_stop(s->loop);
}

static inline void await(struct scene *s, size_t answers)
{
	s->wanted = s->count + answers;
	loop_run(s->loop);
	cr_assert_eq(s->count, s->wanted, "%zu answers instead of %zu: %s", s->count, s->wanted,
		     s->words);
}

static inline void note_broken(void *arg)
{
	((struct scene *)arg)->broken++;
}

static inline struct scene given_connection_to(const char *conninfo, const struct pg_settings *more)
{
	struct scene s = {.loop = loop_new()};
	struct pg_settings settings = more != NULL ? *more : (struct pg_settings){0};
	settings.conninfo = conninfo;
	s.c = pg_conn_new(s.loop, &settings);
	return s;
}

static inline void open_it(struct scene *s)
{
	pg_conn_on_broken(s->c, note_broken, s);
	pg_conn_open(s->c, note, s);
	await(s, 1);
	cr_assert_eq(s->status[0], OK, "%s", s->words);
	s->count = 0;
}

static inline struct scene given_connection(void)
{
	return given_connection_to(cluster_conninfo(), NULL);
}

static inline void finish(struct scene *s)
{
	pg_conn_close(&s->c, NULL, NULL);
	loop_run(s->loop);
	pg_result_free(&s->result);
	loop_free(s->loop);
}

static inline enum status script(struct scene *s, const char *text)
{
	pg_conn_script(s->c, text, note, s);
	await(s, 1);
	return s->status[s->count - 1];
}

#define STATEMENT(id, text, ...)                                                                   \
	static const char *const id##_parts[] = {text, NULL};                                      \
	static const struct pg_column id##_parameters[] = {__VA_ARGS__};                           \
	static const struct pg_statement id = {                                                    \
		.name = #id,                                                                       \
		.parts = id##_parts,                                                               \
		.parameters = id##_parameters,                                                     \
		.parameter_count = COUNT_OF(id##_parameters),                                      \
	};
#define PLAIN(id, text)                                                                            \
	static const char *const id##_parts[] = {text, NULL};                                      \
	static const struct pg_statement id = {.name = #id, .parts = id##_parts};
