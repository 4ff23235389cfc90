/** Everything that differs between providers, one row each: who signs how, what they are answered,
 * how their payloads are read. Pure: no socket, no database.
 *
 * Source: docs/channels.md has the table with its reasons.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "channel/heard.h"
#include "channel/payload.h"
#include "channel/signature.h"
#include "survey/programme.h"

struct setup;

/** What a second answer of a contact to the same question does. Decided by (observed_at, order of
 * arrival), whichever is read first. */
enum re_answer {
	RE_ANSWER_LAST, /**< takes the place of the first */
	RE_ANSWER_FIRST /**< is left aside */
};

/** HTTP statuses by what became of an event. */
struct adapter_answers {
	int taken;   /**< stored, now or before */
	int refused; /**< the signature is missing, wrong or too old */
	int away;    /**< it could not be stored anywhere: the provider should come again */
};

enum { ADAPTER_DEDUPE_BYTES = 200 };

/** What a source's document may say where its kind knows what to do with it. Every kind has
 * source, kind, programme, wave, channel, company, companies and questions. */
/* clang-format off */
#define SETUP_KEYS(X)             \
	X(FORM,     "form")        \
	X(ORIGINS,  "origins")     \
	X(OPEN,     "open")        \
	X(MAILBOX,  "mailbox")     \
	X(BASE_URL, "base_url")    \
	X(ACCOUNT,  "account")     \
	X(PAGE,     "page")        \
	X(PRIVACY,  "privacy_url")
/* clang-format on */

enum setup_key {
#define X(name, word) SETUP_##name,
	SETUP_KEYS(X)
#undef X
		SETUP_KEY_COUNT
};

#define SETUP_BIT(name) (1u << SETUP_##name)

/** Both 0: the provider has none of its own and takes the question's. */
struct adapter_scale {
	int min, max;
};

struct adapter {
	const char *kind; /**< "messenger", as a source's document names it */
	enum signature_scheme scheme;
	enum re_answer re_answer;
	unsigned may, must_have; /**< SETUP_BIT() of the keys it knows, and of those it needs */
	struct adapter_scale scales[MEASURE_OTHER]; /**< [MEASURE_NPS] = {0, 10} */
	bool own;	  /**< the server's own page: no source is of this kind */
	bool open;	  /**< nobody comes to it with a token: its contacts are its own */
	bool hook;	  /**< it posts to /v1/hooks/{source} */
	bool mail;	  /**< mail comes to <address>@<mail domain> */
	bool agi;	  /**< calls come to agi://host/<address> */
	bool signed_must; /**< no source of this kind without a signing secret */
	bool challenged;  /**< it asks for the verify_token before it sends anything */
	bool asked;	  /**< we ask or send there, with the access_token */
	struct adapter_answers answers;
	int64_t body_most; /**< bytes */
	/** What the provider numbers its events by, written to `key`; 0: by nothing, and the digest
	 * of query and body is the key. */
	size_t (*dedupe)(const struct payload *payload, char key[ADAPTER_DEDUPE_BYTES]);
	/** OK: *heard is filled, bad payloads included. E_LIMIT: the arena is too small. May run on
	 * a pool thread. */
	enum status (*hear)(const struct setup *setup, const struct payload *payload,
			    struct arena *arena, struct heard *heard, struct trouble *why);
	/** What a provider that waits for more than a status is answered, once the payload is
	 * stored for good: written to `to`; its content type. NULL: nothing beside the status.
	 * `url` is what was posted to, as it is configured, without query;
	 * `paused`: nothing that is asked now would count. */
	const char *(*answer)(const struct setup *setup, bool paused, const struct payload *payload,
			      struct slice url, struct arena *arena, struct buf *to);
};

extern const struct adapter adapters[]; /**< and one without a kind behind the last */
extern const size_t adapters_len;

const struct adapter *adapter_find(struct slice kind); /**< NULL: none */
