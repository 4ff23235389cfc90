/** The command this run was started with, as a shell takes it. */
#pragma once

#include "base/buf.h"
#include "cli/options.h"

/** Words that a shell would change are quoted. */
void command_line_add(struct buf *to, const struct options *o);
void command_line_add_word(struct buf *to, const char *word);
