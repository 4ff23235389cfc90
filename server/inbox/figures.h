/** How much waits in the inbox and behind it, for /metrics: asked of the database now and then, and
 * the last answer is remembered.
 *
 * Lifetime: inbox_figures_free() after inbox_figures_stop() and once inbox_figures_busy() is false.
 */
#pragma once

#include "loop/loop.h"
#include "pg/pool.h"

struct inbox_figures_now {
	bool known; /**< asked at least once */
	int64_t waiting, failed, invitations;
	double oldest_s;
};

struct inbox_figures;

struct inbox_figures *inbox_figures_new(struct loop *loop, struct pg_pool *pool);
void inbox_figures_stop(struct inbox_figures *f);
bool inbox_figures_busy(const struct inbox_figures *f);
void inbox_figures_free(struct inbox_figures *f); /**< NULL is allowed */
struct inbox_figures_now inbox_figures_now(const struct inbox_figures *f);
