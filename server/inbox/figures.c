#include "inbox/figures.h"

#include "pg/value.h"
#include "store/sql.h"

enum { EVERY_MS = 5000 };

struct inbox_figures {
	struct pg_pool *pool;
	struct loop_timer *timer;
	struct inbox_figures_now now;
	bool busy, stopping;
};

static void came(void *arg, const struct pg_answer *answer)
{
	struct inbox_figures *f = arg;
	f->busy = false;
	if (answer->status == OK)
		f->now = (struct inbox_figures_now){
			.known = true,
			.waiting = pg_get_int8(answer->result, 0, 0),
			.failed = pg_get_int8(answer->result, 0, 1),
			.oldest_s = pg_get_float8(answer->result, 0, 2),
			.invitations = pg_get_int8(answer->result, 0, 3)};
	if (!f->stopping)
		loop_timer_start(f->timer, EVERY_MS);
}

static void ask(void *arg)
{
	struct inbox_figures *f = arg;
	f->busy = true;
	pg_pool_run(f->pool, &SQL_INBOX_FIGURES, NULL, 0, came, f);
}

struct inbox_figures *inbox_figures_new(struct loop *loop, struct pg_pool *pool)
{
	struct inbox_figures *f = memory_new(sizeof(*f));
	f->pool = pool;
	f->timer = loop_timer_new(loop, ask, f);
	loop_timer_start(f->timer, 1);
	return f;
}

void inbox_figures_stop(struct inbox_figures *f)
{
	f->stopping = true;
	loop_timer_stop(f->timer);
}

bool inbox_figures_busy(const struct inbox_figures *f)
{
	return f->busy;
}

void inbox_figures_free(struct inbox_figures *f)
{
	if (f == NULL)
		return;
	must(f->stopping && !f->busy);
	loop_timer_free(&f->timer);
	memory_free(f);
}

struct inbox_figures_now inbox_figures_now(const struct inbox_figures *f)
{
	return f->now;
}
