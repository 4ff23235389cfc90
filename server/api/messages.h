/** POST and GET /v1/sources/{source}/messages: questions to customers by way of a provider. */
#pragma once

#include "http/exchange.h"

extern const struct handler messages_post, messages_list;
