#include "channel/payload.h"

struct slice payload_header(const struct payload *p, const char *lower_name)
{
	struct slice rest = p->headers, line;
	size_t name_len = strlen(lower_name);
	while (slice_next_part(&rest, '\n', &line))
		if (line.len > name_len && line.at[name_len] == ':' &&
		    memcmp(line.at, lower_name, name_len) == 0)
			return slice_trim(slice_from(line, name_len + 1));
	return SLICE_NONE;
}

size_t payload_dedupe_text(struct slice text, char *key, size_t room)
{
	if (text.len == 0 || text.len > room || !slice_is_text(text))
		return 0;
	memcpy(key, text.at, text.len);
	return text.len;
}

size_t payload_dedupe_header(const struct payload *p, const char *lower_name, char *key,
			     size_t room)
{
	return payload_dedupe_text(payload_header(p, lower_name), key, room);
}
