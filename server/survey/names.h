/** A text in several languages: the JSON object of the file ({"en":"..."}) without spaces. */
#pragma once

#include "base/slice.h"

struct names {
	struct slice json; /**< "{}" where the file gives none */
};
