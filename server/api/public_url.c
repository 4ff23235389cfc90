#include "api/public_url.h"

void public_url_print(struct buf *to, const struct api *api, struct slice path)
{
	must(path.len > 0 && path.at[0] == '/');
	if (api->public_url != NULL)
		buf_add_text(to, api->public_url);
	buf_add(to, path);
}

void public_hook_print(struct buf *to, const struct api *api, struct slice address)
{
	public_url_print(to, api, SLICE("/v1/hooks/"));
	buf_add(to, address);
}
