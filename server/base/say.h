/** Words for the person at the terminal, from commands; servers log (log.h). */
#pragma once

#include "base/must.h"

void say(const char *format, ...) PRINTF_LIKE(1, 2);	   /**< to stdout */
void say_error(const char *format, ...) PRINTF_LIKE(1, 2); /**< to stderr */
