/** A word to systemd (sd_notify(3)); nothing happens where nobody listens. */
#pragma once

void notify_systemd(const char *state);
