#include "channel/adapter.h"

#include "base/must.h"
#include "channel/adapters.h"
#include "channel/agi_answer.h"
#include "channel/page.h"
#include "channel/twiml.h"

enum { MIB = 1024 * 1024 };

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
	{.kind = "messenger",
	 .scheme = SIGNATURE_META,
	 .re_answer = RE_ANSWER_LAST,
	 .may = SETUP_BIT(OPEN) | SETUP_BIT(PAGE) | SETUP_BIT(FORM) | SETUP_BIT(PRIVACY),
	 .scales = {[MEASURE_CSAT] = {1, 5}, [MEASURE_CES] = {1, 7}, [MEASURE_NPS] = {0, 10}},
	 .hook = true,
	 .signed_must = true,
	 .answers = {200, 403, 503},
	 .body_most = 4 * MIB, /* up to 1,000 events */
	 .hear = messenger_hear},
	{.kind = "chatwoot",
	 .scheme = SIGNATURE_CHATWOOT,
	 .re_answer = RE_ANSWER_LAST,
	 .may = SETUP_BIT(BASE_URL) | SETUP_BIT(ACCOUNT),
	 .scales = {[MEASURE_CSAT] = {1, 5}},
	 .open = true,
	 .hook = true,
	 .answers = {200, 403, 503},
	 .body_most = MIB,
	 .dedupe = chatwoot_dedupe,
	 .hear = chatwoot_hear},
	{.kind = "formbricks",
	 .scheme = SIGNATURE_STANDARD,
	 .re_answer = RE_ANSWER_LAST,
	 .may = SETUP_BIT(OPEN),
	 .hook = true,
	 .signed_must = true,
	 .answers = {200, 403, 503},
	 .body_most = MIB,
	 .dedupe = formbricks_dedupe,
	 .hear = formbricks_hear},
	{.kind = "zendesk",
	 .scheme = SIGNATURE_ZENDESK,
	 .re_answer = RE_ANSWER_LAST,
	 .open = true,
	 .hook = true,
	 .signed_must = true,
	 .answers = {200, 403, 503},
	 .body_most = MIB / 4,
	 .dedupe = zendesk_dedupe,
	 .hear = zendesk_hear},
	{.kind = "intercom",
	 .scheme = SIGNATURE_INTERCOM,
	 .re_answer = RE_ANSWER_LAST,
	 .scales = {[MEASURE_CSAT] = {1, 5}},
	 .open = true,
	 .hook = true,
	 .signed_must = true,
	 .answers = {200, 403, 503},
	 .body_most = MIB,
	 .dedupe = intercom_dedupe,
	 .hear = intercom_hear},
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
