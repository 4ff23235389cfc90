/** A document with faults, refused: 422 with every fault by JSON pointer. */
#pragma once

#include "http/exchange.h"
#include "survey/programme.h"

void answer_document_faults(struct exchange *x, const char *code, const char *title,
			    const struct programme_faults *faults);
