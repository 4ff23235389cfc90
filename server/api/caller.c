#include "api/caller.h"

#include <stddef.h>

void caller_gone(struct exchange *x)
{
	struct caller *c = x->state;
	if (c == NULL)
		return;
	c->x = NULL;
	if (c->events != NULL && c->events->gone != NULL)
		c->events->gone(c);
}

void caller_writable(struct exchange *x)
{
	struct caller *c = x->state;
	if (c != NULL && c->events != NULL && c->events->writable != NULL)
		c->events->writable(c);
}

void caller_stopping(struct exchange *x)
{
	struct caller *c = x->state;
	if (c != NULL && c->events != NULL && c->events->stopping != NULL)
		c->events->stopping(c);
}
