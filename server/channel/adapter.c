#include "channel/adapter.h"

#include "base/must.h"
#include "channel/agi_answer.h"
#include "channel/page.h"
#include "channel/twiml.h"

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
	{.kind = "agi",
	 .scheme = SIGNATURE_NONE,
	 .re_answer = RE_ANSWER_LAST,
	 .may = SETUP_BIT(FORM) | SETUP_BIT(OPEN),
	 .agi = true,
	 .body_most = AGI_ANSWER_BYTES,
	 .hear = agi_answer_hear},
	{.kind = "twilio",
	 .scheme = SIGNATURE_TWILIO,
	 .re_answer = RE_ANSWER_LAST,
	 .may = SETUP_BIT(FORM) | SETUP_BIT(OPEN),
	 .hook = true,
	 .signed_must = true,
	 .answers = {.taken = 200, .refused = 403, .away = 503},
	 .body_most = TWIML_BODY_BYTES,
	 .dedupe = twiml_dedupe,
	 .hear = twiml_hear,
	 .answer = twiml_answer},
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
