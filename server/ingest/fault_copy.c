#include "ingest/fault_copy.h"

#include "pg/copy_row.h"
#include "store/sql.h"

struct fault_copy {
	struct pg_pool *pool;
	struct pg_conn *conn;
	bool own; /* the connection is the pool's and goes back */
	struct slice rows;
	void (*done)(void *arg, enum status status, const struct trouble *why);
	void *arg;
};

static void end(struct fault_copy *f, enum status status, const struct trouble *why)
{
	if (f->own && f->conn != NULL)
		pg_pool_give(f->pool, &f->conn);
	struct fault_copy last = *f;
	memory_free(f);
	last.done(last.arg, status, why);
}

static void copied(void *arg, const struct pg_answer *answer)
{
	end(arg, answer->status, &answer->why);
}

static void started(void *arg, const struct pg_answer *answer)
{
	struct fault_copy *f = arg;
	struct buf edge;
	if (answer->status != OK) {
		end(f, answer->status, &answer->why);
		return;
	}
	/* All at once: faults are bounded by the batch, and the pause is the copy's end. */
	buf_init(&edge, 64);
	copy_start(&edge);
	(void)!pg_conn_copy_write(f->conn, buf_slice(&edge));
	(void)!pg_conn_copy_write(f->conn, f->rows);
	buf_clear(&edge);
	copy_finish(&edge);
	(void)!pg_conn_copy_write(f->conn, buf_slice(&edge));
	buf_fini(&edge);
	pg_conn_copy_end(f->conn, copied, f);
}

static void taken(void *arg, struct pg_conn *conn, const struct trouble *why)
{
	struct fault_copy *f = arg;
	if (conn == NULL) {
		end(f, why->status, why);
		return;
	}
	f->conn = conn;
	pg_conn_copy_start(conn, &SQL_UPLOAD_FAULT_COPY, started, f);
}

void fault_rows_copy(struct pg_pool *pool, struct pg_conn *conn, struct slice rows,
		     void (*done)(void *arg, enum status status, const struct trouble *why),
		     void *arg)
{
	struct fault_copy *f = memory_new(sizeof(*f));
	*f = (struct fault_copy){
		.pool = pool, .own = conn == NULL, .rows = rows, .done = done, .arg = arg};
	if (conn == NULL)
		pg_pool_take(pool, taken, f);
	else
		taken(f, conn, NULL);
}
