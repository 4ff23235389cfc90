#include <criterion/criterion.h>

#include "db/pg_scene.h"
#include "pg/transaction.h"

PLAIN(add, "insert into t values (1)")
PLAIN(spoil, "insert into t values (1 / 0)")
PLAIN(count_rows, "select count(*)::int4 from t")

/** A pool of one connection, so that one that is not given back would be missed. */
struct pooled {
	struct loop *loop;
	struct pg_pool *pool;
	struct pg_transaction *t;
	const struct pg_statement *first; /* NULL: fails before any */
	void (*last)(struct pg_transaction *t);
	int done, ended, closed;
	int32_t rows;
	struct trouble why;
};

static uint64_t no_jitter(void *arg)
{
	(void)arg;
	return 0;
}

static struct pooled given_table(const char *database)
{
	struct pooled s = {.loop = loop_new(), .last = pg_transaction_commit};
	struct pg_pool_settings settings = {
		.conn.conninfo = cluster_database(database),
		.shared = 1,
		.exclusive = 1,
		.wait_ms = 5000,
		.random = {no_jitter, NULL},
	};
	cr_assert(cluster_sql(database, "create table t (n int8)"));
	s.pool = pg_pool_new(s.loop, &settings);
	return s;
}

static void first_done(void *arg, const struct pg_answer *answer)
{
	(void)answer;
	((struct pooled *)arg)->done++;
}

static void last_done(void *arg, const struct pg_answer *answer)
{
	struct pooled *s = arg;
	s->done++;
	s->rows = pg_get_int4(answer->result, 0, 0);
	s->last(s->t);
}

static void begun(void *arg, struct pg_transaction *t)
{
	struct pooled *s = arg;
	struct trouble why;
	s->t = t;
	if (s->first == NULL) {
		(void)trouble_code(&why, E_GONE, "changed_mind", "not wanted any more");
		pg_transaction_fail(t, &why);
		return;
	}
	pg_transaction_run(t, s->first, NULL, 0, first_done);
	pg_transaction_run(t, &count_rows, NULL, 0, last_done);
}

static void ended(void *arg, enum status status, const struct trouble *why)
{
	struct pooled *s = arg;
	cr_expect_eq(status, why->status);
	s->why = *why;
	s->ended++;
	loop_stop(s->loop);
}

static void transact(struct pooled *s, const char *begin, const struct pg_statement *first)
{
	s->first = first;
	s->done = s->ended = 0;
	pg_transaction_open(s->pool, begin, begun, ended, s);
	cr_expect_eq(s->ended, 0);
	loop_run(s->loop);
	cr_assert_eq(s->ended, 1);
}

/** As a later transaction counts them, on the one connection there is. */
static int32_t rows_stored(struct pooled *s)
{
	s->last = pg_transaction_leave;
	transact(s, "begin", &count_rows);
	cr_expect_eq(s->why.status, OK, "%s", s->why.words);
	return s->rows;
}

static void note_closed(void *arg)
{
	((struct pooled *)arg)->closed++;
}

static void finish_pool(struct pooled *s)
{
	pg_pool_close(&s->pool, note_closed, s);
	loop_run(s->loop);
	cr_expect_eq(s->closed, 1);
	loop_free(s->loop);
}

Test(pg_transaction, what_is_committed_is_stored)
{
	struct pooled s = given_table("committed");
	transact(&s, "begin", &add);
	cr_expect_eq(s.why.status, OK, "%s", s.why.words);
	cr_expect_eq(s.done, 2);
	cr_expect_eq(rows_stored(&s), 1);
	finish_pool(&s);
}

Test(pg_transaction, what_is_left_ends_well_and_is_not_stored)
{
	struct pooled s = given_table("abandoned");
	s.last = pg_transaction_leave;
	transact(&s, "begin", &add);
	cr_expect_eq(s.why.status, OK, "%s", s.why.words);
	cr_expect_eq(s.rows, 1);
	cr_expect_eq(rows_stored(&s), 0);
	finish_pool(&s);
}

Test(pg_transaction, the_first_failure_of_a_pipeline_is_told_and_no_done_is_called)
{
	struct pooled s = given_table("spoilt");
	transact(&s, "begin", &spoil);
	cr_expect_eq(s.why.status, E_INPUT);
	cr_expect_str_eq(s.why.words, "division by zero");
	cr_expect_eq(s.done, 0);
	cr_expect_eq(rows_stored(&s), 0);
	finish_pool(&s);
}

Test(pg_transaction, one_that_fails_as_it_begins_gives_its_connection_back)
{
	struct pooled s = given_table("unwanted");
	transact(&s, "begin", NULL);
	cr_expect_eq(s.why.status, E_GONE);
	cr_expect_str_eq(s.why.code, "changed_mind");
	cr_expect_eq(rows_stored(&s), 0);
	finish_pool(&s);
}

Test(pg_transaction, what_its_begin_asks_for_holds_in_it_and_no_longer)
{
	struct pooled s = given_table("readonly");
	transact(&s, "begin read only; set local work_mem = '32MB'", &add);
	cr_expect_str_eq(s.why.words, "cannot execute INSERT in a read-only transaction");
	transact(&s, "begin", &add);
	cr_expect_eq(s.why.status, OK, "%s", s.why.words);
	cr_expect_eq(rows_stored(&s), 1);
	finish_pool(&s);
}
