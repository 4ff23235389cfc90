#include "app/lines.h"

#include "base/log.h"
#include "line/agi_server.h"

struct lines {
	struct agi_server *agi;
};

struct lines *lines_new(const struct api *api)
{
	struct lines *l = memory_new(sizeof(*l));
	l->agi = agi_server_new(api->loop, api->sources, api->inbox);
	return l;
}

enum status lines_open(struct lines *l, const struct config *config, struct trouble *why)
{
	if (config->agi == NULL)
		return OK;
	enum status st = agi_server_open(l->agi, config->agi, config->agi_public, why);
	if (st < 0)
		return st;
	log_info("agi.listening", LOG_NUMBER("port", agi_server_port(l->agi)));
	return OK;
}

void lines_stop(struct lines *l)
{
	agi_server_stop(l->agi);
}

bool lines_busy(const struct lines *l)
{
	return agi_server_busy(l->agi);
}

void lines_free(struct lines *l)
{
	if (l == NULL)
		return;
	agi_server_free(l->agi);
	memory_free(l);
}
