/** A libpq that does as it is told, linked in place of the real one.
 *
 * It answers every statement with success unless told otherwise, over a real descriptor, so the
 * loop that waits is the real one. One connection at a time. Set `pq_fake` before connecting.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "pg/libpq.h"

enum pq_fake_swap { SWAP_NONE, SWAP_TO_ANOTHER, SWAP_UNDER_THE_SAME_NUMBER };

/** What the server says to one statement instead of "done". */
struct pq_fake_answer {
	const char *sqlstate, *severity; /**< NULL: success */
	const char *tag;		 /**< of a success */
	const char *notice_detail;	 /**< a warning before the answer */
	const char *notice_function;
	bool fails_at_sync; /**< of a run: the error comes after its result */
};

struct pq_fake {
	/* orders */
	bool answers_come_with_the_flush; /**< nothing makes the descriptor readable again */
	bool silent;			  /**< answers are held back */
	bool end_of_file;		  /**< the next read finds the connection closed */
	bool poll_error;		  /**< the descriptor reports an error and no events */
	int flushes_that_leave_some;
	enum pq_fake_swap swap; /**< during PQconnectPoll() */
	int server_version;
	int rows_out;			   /**< of COPY TO STDOUT */
	struct pq_fake_answer answers[16]; /**< by statement, from the first */
	int fail_call;			   /**< the n-th call that can fail does; 0: none */
	bool failure_leaves_connection_standing;

	/* what was seen */
	int calls, statements, connections_open, results_open;
	int prepares, pipelines_entered, pipelines_left;
	size_t copied_bytes;
	int sockets_made;
};

extern struct pq_fake pq_fake;

/** Everything as it is before the first connection; version 15.20. */
void pq_fake_reset(void);

/** The server's end of the connection goes. */
void pq_fake_close_server(void);
