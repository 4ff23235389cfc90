/** Awards as a programme file gives them. */
#pragma once

#define LINE(code, at)	  "{\"code\":\"" code "\",\"kind\":\"line\"," at "}"
#define LINE_AT(code, at) LINE(code, "\"at_least\":" at)
#define RANK(code, more)  "{\"code\":\"" code "\",\"kind\":\"rank\"," more "}"
#define WINNER(code)	  RANK(code, "\"rank\":1")
#define STREAK(code, kind, of, times, missed, at_break, joint, successors)                         \
	"{\"code\":\"" code "\",\"kind\":\"" kind "\",\"of\":\"" of "\",\"times\":" times          \
	",\"missed\":\"" missed "\",\"at_break\":\"" at_break "\",\"joint\":\"" joint              \
	"\",\"successors\":\"" successors "\"}"
