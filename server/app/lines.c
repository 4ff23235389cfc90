#include "app/lines.h"

#include "base/log.h"
#include "line/agi_server.h"
#include "line/lmtp_server.h"

struct lines {
	struct agi_server *agi;
	struct lmtp_server *lmtp;
};

struct lines *lines_new(const struct api *api)
{
	struct lines *l = memory_new(sizeof(*l));
	l->agi = agi_server_new(api->loop, api->sources, api->inbox);
	l->lmtp = lmtp_server_new(api->loop, api->sources, api->inbox);
	return l;
}

static enum status open_agi(struct lines *l, const struct config *config, struct trouble *why)
{
	if (config->agi == NULL)
		return OK;
	enum status st = agi_server_open(l->agi, config->agi, config->agi_public, why);
	if (st < 0)
		return st;
	log_info("agi.listening", LOG_NUMBER("port", agi_server_port(l->agi)));
	return OK;
}

static enum status open_lmtp(struct lines *l, const struct config *config, struct trouble *why)
{
	if (config->lmtp == NULL)
		return OK;
	enum status st = lmtp_server_open(l->lmtp, config->lmtp, config->mail_domain, why);
	if (st < 0)
		return st;
	log_info("lmtp.listening", LOG_TEXT("at", config->lmtp),
		 LOG_NUMBER("port", lmtp_server_port(l->lmtp)));
	return OK;
}

enum status lines_open(struct lines *l, const struct config *config, struct trouble *why)
{
	enum status st = open_agi(l, config, why);
	return st < 0 ? st : open_lmtp(l, config, why);
}

void lines_stop(struct lines *l)
{
	agi_server_stop(l->agi);
	lmtp_server_stop(l->lmtp);
}

bool lines_busy(const struct lines *l)
{
	return agi_server_busy(l->agi) || lmtp_server_busy(l->lmtp);
}

void lines_free(struct lines *l)
{
	if (l == NULL)
		return;
	agi_server_free(l->agi);
	lmtp_server_free(l->lmtp);
	memory_free(l);
}
