/** Invitations of a wave: W/invitations. Only the firm sees them, for a token is a secret. */
#pragma once

#include "http/exchange.h"

enum { INVITATIONS_BODY_BYTES = 1024 * 1024 };

extern const struct handler invitations_list, invitations_post, invitation_get, invitation_patch;
