/** What a firm wants asked of customers: the body of POST /v1/sources/{source}/messages.
 *
 * Pure: read, then completed with the invitations that the database has, then written as what is
 * sent. Faults of all three are collected, by JSON pointer.
 * Lifetime: message_orders_init() .. message_orders_fini(); everything read lives in between, with
 * the setup and the programme it was read with.
 * Limits: MESSAGE_ORDERS_MOST customers and as many questions in all.
 */
#pragma once

#include "channel/setup.h"
#include "provider/messenger_body.h"
#include "survey/programme_read.h"

enum { MESSAGE_ORDERS_MOST = 1000, MESSAGE_ORDERS_BYTES = 1024 * 1024, MESSAGE_TO_BYTES = 64 };

/** The questions to one customer. */
struct message_order {
	const cJSON *json;
	struct slice contact, token; /**< one of the two as it was given */
	struct slice to;
	struct form_question questions[FORM_QUESTIONS_MOST];
	size_t len;
	enum messenger_form form;
	enum form_language language;
	bool comment, tagged;
	int expires_days;
	int64_t invitation_id; /**< 0: not found yet */
	struct slice own_token;
};

/** One question to one customer, as it is stored. */
struct message_ready {
	int64_t invitation_id;
	struct slice column, body;
	size_t order;
};

struct message_orders {
	struct arena memory;
	struct reading reading;
	const struct setup *setup;
	const struct programme *p;
	int wave;
	cJSON *tree;
	bool is_list;
	struct message_order *at;
	size_t len;
	struct message_ready *ready;
	size_t ready_len;
};

void message_orders_init(struct message_orders *o);
void message_orders_fini(struct message_orders *o);
/** `wave` is the source's, an index in `p`. False: there are faults. */
bool message_orders_read(struct message_orders *o, struct slice body, const struct setup *setup,
			 const struct programme *p, int wave);
/** A fault of one of them; key NULL: of the whole of it. */
void message_orders_fault(struct message_orders *o, size_t order, const char *key, const char *code,
			  const char *expected);
/** Writes every body once the invitations are known. False: there are faults, also where a question
 * would go to the same customer twice. */
bool message_orders_write(struct message_orders *o);
struct programme_faults message_orders_faults(const struct message_orders *o);
