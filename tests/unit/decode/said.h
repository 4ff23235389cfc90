/** A check that reads as a sentence: these bytes, in this format, are told as that. */
#pragma once

#include <criterion/criterion.h>

#include "transcript.h"

#define says(format, bytes, told)                                                                  \
	do {                                                                                       \
		struct transcript said_ = transcribe(format, bytes, (bytes).len, SIZE_MAX);        \
		cr_assert_str_eq(said_.text.at, told, "got:\n%s\nfor:\n%s", said_.text.at, told);  \
		transcript_fini(&said_);                                                           \
	} while (0)
