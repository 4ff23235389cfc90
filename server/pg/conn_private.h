/** The inside of a connection; for conn*.c only. */
#pragma once

#include "base/buf.h"
#include "loop/loop.h"
#include "pg/answer_make.h"
#include "pg/conn.h"
#include "pg/libpq.h"
#include "pg/watch.h"

/* clang-format off */
#define PG_STATES(X)                                                       \
	X(NEW,        "made, nothing started")                             \
	X(CONNECTING, "PQconnectPoll() has the turn")                      \
	X(IDLE,       "connected, nobody is waiting")                      \
	X(SENDING,    "handed to libpq, PQflush() not yet empty")          \
	X(READING,    "waiting for the answer")                            \
	X(COPY_IN,    "the server takes rows")                             \
	X(COPY_OUT,   "the server gives rows")                             \
	X(BROKEN,     "unusable; only close is left")                      \
	X(CLOSING,    "only open answers are left")
/* clang-format on */

enum pg_state {
#define X(name, words) PG_##name,
	PG_STATES(X)
#undef X
};

enum op_kind { OP_RUN, OP_SCRIPT, OP_COPY_IN, OP_COPY_END, OP_COPY_ABORT, OP_COPY_OUT };

/** One operation from its start to its done. */
struct op {
	struct op *next;
	enum op_kind kind;
	const struct pg_statement *statement; /**< of a run or the start of a copy */
	char *text;			      /**< a script, or why a copy is aborted */
	struct params *params;		      /**< of a run */
	bool preparing;			      /**< the next result is that of the prepare */
	bool may_commit;		      /**< lost now, its outcome is unknown */
	bool commits, rolls_back;	      /**< what the script says */
	bool not_replicated;		      /**< committed here, maybe nowhere else */
	enum status refused;		      /**< never sent; answered with this */
	PGresult *result;		      /**< the first failure, else the last answer */
	enum flow (*row)(void *arg, struct slice bytes);
	void (*done)(void *arg, const struct pg_answer *answer);
	void *arg;
};

/** A statement this session knows. */
struct prepared {
	const struct pg_statement *statement;
};

struct op_list {
	struct op *first, *last;
	size_t count;
};

struct pg_conn {
	enum pg_state state;
	struct loop *loop;
	struct pg_settings settings;
	char *conninfo;
	PGconn *pq;
	struct watch *watch;
	struct loop_timer *timer; /**< of connecting, then of the silence */
	struct op_list queued;	  /**< not yet given to libpq */
	struct op_list sent;	  /**< answered in this order */
	struct op_list refused;
	struct op *open; /**< who waits for the connection */
	struct prepared *prepared;
	size_t prepared_count, prepared_room;
	bool lost;	     /**< libpq gave up; noticed at the end of the step */
	bool flush_pending;  /**< PQflush() has more */
	bool in_transaction; /**< when the server was last ready */
	bool woken;	     /**< a step is due in the next turn */
	bool timed;	     /**< the silence is being timed */
	int nothing_in_a_row;
	struct trouble lost_why;

	bool copying;	  /**< between the start's OK and copy_end */
	bool copy_paused; /**< the writer waits for drain */
	size_t copy_unsent_bytes;
	void (*drain)(void *arg);
	void *drain_arg;
	bool out_paused;

	void (*broken)(void *arg);
	void *broken_arg;
	void (*notify)(void *arg, const char *channel, const char *payload);
	void *notify_arg;
	void (*closed)(void *arg);
	void *closed_arg;
};

/* conn.c */
void conn_wake(struct pg_conn *c);
void conn_enter(struct pg_conn *c, enum pg_state to);
/** Remembers why the connection is of no use any more; the end of the step acts on it. */
void conn_lose(struct pg_conn *c, const char *words);
bool conn_is_working(const struct pg_conn *c); /**< connected, in any working state */

/* op.c */
struct op *op_new(enum op_kind kind, void (*done)(void *arg, const struct pg_answer *answer),
		  void *arg);
struct op *op_take(struct op_list *list); /**< the first, or NULL */
void op_push(struct op_list *list, struct op *op);
void op_push_front(struct op_list *list, struct op *op);
/** Keeps the first failure, else the last result. Takes r. */
void op_note_result(struct op *op, PGresult *r);
/** Calls done with what was noted, or OK where nothing was. Frees the op. */
void op_answer(struct op *op);
/** The same for an op whose connection is gone: unknown where it may have committed. */
void op_answer_lost(struct op *op, const char *words);
void op_answer_unsent(struct op *op, enum status status, const char *words);
/** What losing the connection during this op would mean. */
void op_judge(struct op *op, bool in_transaction);

/* conn_send.c */
struct params *params_copy(const struct pg_statement *statement, const struct pg_value *values,
			   size_t count);
/** Gives libpq what it may have now. */
void conn_send(struct pg_conn *c);
void conn_flush(struct pg_conn *c);
void conn_forget_statement(struct pg_conn *c, const struct pg_statement *statement);

/* conn_read.c */
/** Everything libpq already holds is taken; true where an operation was answered. */
bool conn_read(struct pg_conn *c);
void conn_notice(void *arg, const PGresult *r);
