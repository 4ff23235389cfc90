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
	p->graph_url = settings->graph_url;
	struct puller_settings puller = {.loop = settings->loop,
					 .pool = settings->pool,
					 .sources = settings->sources,
					 .outgoing = p->outgoing,
					 .inbox = settings->inbox};
	p->puller = puller_new(&puller);
	return p;
}

void providers_stop(struct providers *p)
{
	sender_stop(p->sender);
	puller_stop(p->puller);
	outgoing_stop(p->outgoing);
}

bool providers_busy(const struct providers *p)
{
	return sender_busy(p->sender) || puller_busy(p->puller) || outgoing_busy(p->outgoing);
}

void providers_free(struct providers **p)
{
	struct providers *taken = *p;
	*p = NULL;
	if (taken == NULL)
		return;
	sender_free(&taken->sender);
	puller_free(&taken->puller);
	outgoing_free(&taken->outgoing);
	memory_free(taken);
}
