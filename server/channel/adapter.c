#include "channel/adapter.h"

#include "base/must.h"

const struct adapter adapters[] = {
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
