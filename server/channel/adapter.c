#include "channel/adapter.h"

#include "base/must.h"
#include "channel/page.h"

const struct adapter adapters[] = {
	{.kind = PAGE_KIND,
	 .own = true,
	 .answers = {200, 403, 503},
	 .body_most = PAGE_BODY_BYTES,
	 .hear = page_hear},
	{.kind = WIDGET_KIND,
	 .may = SETUP_BIT(FORM) | SETUP_BIT(ORIGINS) | SETUP_BIT(OPEN),
	 .must_have = SETUP_BIT(ORIGINS),
	 .answers = {202, 403, 503},
	 .body_most = PAGE_BODY_BYTES,
	 .hear = widget_hear},
	{.kind = NULL},
};

const size_t adapters_len = COUNT_OF(adapters) - 1;

const struct adapter *adapter_find(struct slice kind)
{
	for (size_t i = 0; i < adapters_len; i++)
		if (slice_is(kind, adapters[i].kind))
			return &adapters[i];
	return NULL;
}
