#include "api/caller.h"

void caller_gone(struct exchange *x)
{
	struct caller *c = x->state;
	if (c != NULL)
		c->x = NULL;
}
