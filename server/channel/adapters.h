/** Adapters that nobody but the table of adapters calls; each kind has its file.
 *
 * Their contract is that of struct adapter.
 */
#pragma once

#include "channel/adapter.h"

/** Pages, Instagram and WhatsApp: one envelope for all that Meta sends. */
enum status messenger_hear(const struct setup *setup, const struct payload *payload,
			   struct arena *arena, struct heard *heard, struct trouble *why);
enum status chatwoot_hear(const struct setup *setup, const struct payload *payload,
			  struct arena *arena, struct heard *heard, struct trouble *why);
size_t chatwoot_dedupe(const struct payload *payload, char key[ADAPTER_DEDUPE_BYTES]);
enum status formbricks_hear(const struct setup *setup, const struct payload *payload,
			    struct arena *arena, struct heard *heard, struct trouble *why);
size_t formbricks_dedupe(const struct payload *payload, char key[ADAPTER_DEDUPE_BYTES]);
/** A body of our own, that a trigger of Zendesk is told to send: docs/channels.md. */
enum status zendesk_hear(const struct setup *setup, const struct payload *payload,
			 struct arena *arena, struct heard *heard, struct trouble *why);
size_t zendesk_dedupe(const struct payload *payload, char key[ADAPTER_DEDUPE_BYTES]);
enum status intercom_hear(const struct setup *setup, const struct payload *payload,
			  struct arena *arena, struct heard *heard, struct trouble *why);
size_t intercom_dedupe(const struct payload *payload, char key[ADAPTER_DEDUPE_BYTES]);

/** Mail that came by our own LMTP server, with "plaudit-sender" and "plaudit-recipient" ahead. */
enum status mail_hear(const struct setup *setup, const struct payload *payload, struct arena *arena,
		      struct heard *heard, struct trouble *why);
enum status postmark_hear(const struct setup *setup, const struct payload *payload,
			  struct arena *arena, struct heard *heard, struct trouble *why);
size_t postmark_dedupe(const struct payload *payload, char key[ADAPTER_DEDUPE_BYTES]);
enum status mailgun_hear(const struct setup *setup, const struct payload *payload,
			 struct arena *arena, struct heard *heard, struct trouble *why);
size_t mailgun_dedupe(const struct payload *payload, char key[ADAPTER_DEDUPE_BYTES]);
enum status sendgrid_hear(const struct setup *setup, const struct payload *payload,
			  struct arena *arena, struct heard *heard, struct trouble *why);
size_t sendgrid_dedupe(const struct payload *payload, char key[ADAPTER_DEDUPE_BYTES]);
