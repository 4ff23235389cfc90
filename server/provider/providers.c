#include "provider/providers.h"

struct providers *providers_new(const struct providers_settings *settings)
{
	struct providers *p = memory_new(sizeof(*p));
	struct outgoing_settings outgoing = {.loop = settings->loop,
					     .private_too = settings->outgoing_private};
	p->outgoing = outgoing_new(&outgoing);
	struct sender_settings sender = {.loop = settings->loop,
					 .pool = settings->pool,
					 .sources = settings->sources,
					 .outgoing = p->outgoing,
					 .graph_url = settings->graph_url};
	p->sender = sender_new(&sender);
	return p;
}

void providers_stop(struct providers *p)
{
	sender_stop(p->sender);
	outgoing_stop(p->outgoing);
}

bool providers_busy(const struct providers *p)
{
	return sender_busy(p->sender) || outgoing_busy(p->outgoing);
}

void providers_free(struct providers **p)
{
	struct providers *taken = *p;
	*p = NULL;
	if (taken == NULL)
		return;
	sender_free(&taken->sender);
	outgoing_free(&taken->outgoing);
	memory_free(taken);
}
