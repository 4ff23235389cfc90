/** The ports beside HTTP: where lines come in that are no requests.
 *
 * Lifetime: lines_free() after lines_stop(), when lines_busy() is false and the loop has ended.
 */
#pragma once

#include "api/api.h"
#include "app/config.h"

struct lines;

/** Opens what is configured. Whatever comes of it, lines_stop() and lines_free() follow. */
struct lines *lines_new(const struct api *api);
enum status lines_open(struct lines *l, const struct config *config, struct trouble *why) NODISCARD;
void lines_stop(struct lines *l);
bool lines_busy(const struct lines *l);
void lines_free(struct lines *l); /**< NULL is allowed */
