#include "ingest/batch_copy.h"

#include "pg/copy_row.h"

enum { CHUNK_BYTES = 64 * 1024 };

struct batch_copy {
	struct pg_conn *conn;
	struct batch_copy_order order;
	void (*done)(void *arg, const struct pg_answer *answer);
	void *arg;
	struct buf chunk;
	size_t next_row;
	bool head_sent;
};

static void end(void *arg, const struct pg_answer *answer)
{
	struct batch_copy *r = arg;
	struct batch_copy last = *r;
	buf_fini(&r->chunk);
	memory_free(r);
	last.done(last.arg, answer);
}

/** The next chunk of rows; false when there are no more. */
static bool fill_chunk(struct batch_copy *r)
{
	const struct batch *b = r->order.batch;
	buf_clear(&r->chunk);
	if (!r->head_sent)
		copy_start(&r->chunk);
	r->head_sent = true;
	while (r->next_row < b->rows_len && r->chunk.len < CHUNK_BYTES) {
		const struct batch_row *row = &b->row[r->next_row++];
		if (row->fate == r->order.fate)
			batch_row_encode(b, row, r->order.upload_id, r->order.wave_id, &r->chunk);
	}
	return r->chunk.len > 0;
}

static void send_rows(void *arg)
{
	struct batch_copy *r = arg;
	enum flow flow = FLOW_MORE;
	while (flow == FLOW_MORE && fill_chunk(r))
		flow = pg_conn_copy_write(r->conn, buf_slice(&r->chunk));
	if (flow == FLOW_PAUSE)
		return;
	buf_clear(&r->chunk);
	copy_finish(&r->chunk);
	if (flow != FLOW_STOP)
		(void)!pg_conn_copy_write(r->conn, buf_slice(&r->chunk));
	pg_conn_copy_end(r->conn, end, r);
}

static void started(void *arg, const struct pg_answer *answer)
{
	struct batch_copy *r = arg;
	if (answer->status != OK) {
		end(r, answer);
		return;
	}
	pg_conn_copy_on_drain(r->conn, send_rows, r);
	send_rows(r);
}

void batch_copy(struct pg_conn *conn, const struct pg_statement *copy,
		const struct batch_copy_order *order,
		void (*done)(void *arg, const struct pg_answer *answer), void *arg)
{
	struct batch_copy *r = memory_new(sizeof(*r));
	*r = (struct batch_copy){.conn = conn, .order = *order, .done = done, .arg = arg};
	buf_init(&r->chunk, SIZE_MAX / 2);
	pg_conn_copy_start(conn, copy, started, r);
}
