/** What Meta sends: pages, Instagram and WhatsApp in one envelope, up to 1,000 events at once.
 *
 * Our names for questions go out with a template or a button and come back with the answer:
 * "cx1_<token>_<question>", behind a button "cx1_<token>_<question>_<value>".
 * Source: Meta's pages of webhooks and of the customer feedback template; docs/channels.md.
 */
#include "base/clock.h"
#include "channel/adapters.h"
#include "channel/heard_list.h"
#include "channel/json_tree.h"
#include "channel/setup.h"

struct envelope {
	struct heard_list list;
	const struct setup *setup;
};

static const struct kind_of_question {
	const char *type;
	int scale_min, scale_max;
} kinds[] = {{"csat", 1, 5}, {"nps", 0, 10}, {"ces", 1, 7}};

static const struct kind_of_question *kind_of(struct slice type)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (slice_is(type, kinds[i].type))
			return &kinds[i];
	return NULL;
}

/** Token and what follows it; false: it is not one of our names. */
static bool read_name(struct slice name, struct slice *token, struct slice *rest)
{
	static const struct slice prefix = {"cx1_", 4};
	*rest = slice_from(name, prefix.len);
	return slice_starts_with(name, prefix) && slice_next_part(rest, '_', token) &&
	       token->len > 0 && rest->len > 0;
}

static bool is_set_up(const struct setup *setup, struct slice name)
{
	for (size_t i = 0; i < setup->questions_len; i++)
		if (slice_equal(setup->questions[i].heard, name))
			return true;
	return false;
}

static int64_t first_instant(int64_t at, int64_t otherwise)
{
	return at != CLOCK_NO_INSTANT ? at : otherwise;
}

static struct slice first_text(struct slice text, struct slice otherwise)
{
	return text.len > 0 ? text : otherwise;
}

/** Who, where and when: the same for all that an event says. */
static struct heard_answer sender_of(struct envelope *e, const cJSON *event, const cJSON *entry)
{
	struct heard_list *l = &e->list;
	int64_t at = first_instant(json_tree_instant(json_tree_at(event, "timestamp")),
				   json_tree_instant(json_tree_at(entry, "time")));
	return (struct heard_answer){
		.place = first_text(heard_list_text(l, json_tree_at(event, "recipient.id")),
				    heard_list_text(l, json_tree_at(entry, "id"))),
		.contact = heard_list_text(l, json_tree_at(event, "sender.id")),
		.observed_at = at,
		.contacted_at = at,
	};
}

static void hear_question(struct envelope *e, const cJSON *question,
			  const struct heard_answer *sender)
{
	struct heard_list *l = &e->list;
	struct heard_answer answer = *sender;
	struct slice id = slice_of(question->string), rest;
	struct slice type = slice_trim(json_tree_string(json_tree_at(question, "type")));
	struct slice said = heard_list_text(l, json_tree_at(question, "payload"));
	const struct kind_of_question *kind = kind_of(type);
	if (read_name(id, &answer.token, &rest)) {
		answer.question = rest;
		answer.contact = SLICE_NONE;
	} else {
		answer.question = is_set_up(e->setup, id) ? id : type;
		answer.token = SLICE_NONE;
		answer.contact = sender->contact.len > 0
					 ? heard_list_joined(l, sender->place, sender->contact, id)
					 : SLICE_NONE;
	}
	if (kind != NULL) {
		answer.value = said;
		answer.scale_min = kind->scale_min;
		answer.scale_max = kind->scale_max;
		heard_list_add(l, &answer);
	} else if (slice_is(type, "free_form")) {
		heard_list_add_comment(l, &answer, said);
	} else {
		heard_list_nothing(l, "other_question");
	}
	heard_list_add_comment(l, &answer,
			       heard_list_text(l, json_tree_at(question, "follow_up.payload")));
}

static void hear_feedback(struct envelope *e, const cJSON *feedback,
			  const struct heard_answer *sender)
{
	const cJSON *screen, *question;
	cJSON_ArrayForEach(screen, json_tree_at(feedback, "feedback_screens"))
	{
		const cJSON *questions = json_tree_at(screen, "questions");
		if (cJSON_IsObject(questions))
			cJSON_ArrayForEach(question, questions) hear_question(e, question, sender);
	}
}

/** A button of ours says which question and which answer. It was made on the question's own
 * scale, so there is none of the provider's. */
static void hear_button(struct envelope *e, const cJSON *payload, const struct heard_answer *sender)
{
	struct heard_answer answer = *sender;
	struct slice rest;
	if (!read_name(json_tree_string(payload), &answer.token, &rest)) {
		heard_list_nothing(&e->list, "other_button");
		return;
	}
	const char *last = memrchr(rest.at, '_', rest.len);
	if (last == NULL || last == rest.at) {
		heard_list_nothing(&e->list, "other_button");
		return;
	}
	answer.contact = SLICE_NONE;
	answer.question = (struct slice){rest.at, (size_t)(last - rest.at)};
	answer.value = slice_from(rest, answer.question.len + 1);
	heard_list_add(&e->list, &answer);
}

static void hear_event(struct envelope *e, const cJSON *event, const cJSON *entry)
{
	struct heard_answer sender = sender_of(e, event, entry);
	const cJSON *feedback = json_tree_at(event, "messaging_feedback");
	const cJSON *reply = json_tree_at(event, "message.quick_reply.payload");
	const cJSON *postback = json_tree_at(event, "postback.payload");
	if (cJSON_IsTrue(json_tree_at(event, "message.is_echo")))
		heard_list_nothing(&e->list, "echo");
	else if (feedback != NULL)
		hear_feedback(e, feedback, &sender);
	else if (reply != NULL || postback != NULL)
		hear_button(e, reply != NULL ? reply : postback, &sender);
	else
		heard_list_nothing(&e->list, json_tree_at(event, "message") != NULL
						     ? "plain_message"
						     : "other_event");
}

static const cJSON *whatsapp_button(const cJSON *message)
{
	static const char *const places[] = {"interactive.button_reply.id",
					     "interactive.list_reply.id", "button.payload"};
	const cJSON *payload = NULL;
	for (size_t i = 0; payload == NULL && i < COUNT_OF(places); i++)
		payload = json_tree_at(message, places[i]);
	return payload;
}

static void hear_whatsapp(struct envelope *e, const cJSON *value)
{
	const cJSON *message;
	struct heard_answer sender = {
		.place = heard_list_text(&e->list, json_tree_at(value, "metadata.phone_number_id")),
	};
	if (json_tree_at(value, "statuses") != NULL)
		heard_list_nothing(&e->list, "delivery_status");
	cJSON_ArrayForEach(message, json_tree_at(value, "messages"))
	{
		const cJSON *payload = whatsapp_button(message);
		sender.observed_at = sender.contacted_at = json_tree_instant(
			json_tree_at(message, "timestamp"));
		if (payload != NULL)
			hear_button(e, payload, &sender);
		else
			heard_list_nothing(&e->list, "plain_message");
	}
}

static void hear_entry(struct envelope *e, const cJSON *entry, bool whatsapp)
{
	const cJSON *event;
	if (whatsapp) {
		cJSON_ArrayForEach(event, json_tree_at(entry, "changes"))
			hear_whatsapp(e, json_tree_at(event, "value"));
		return;
	}
	cJSON_ArrayForEach(event, json_tree_at(entry, "messaging")) hear_event(e, event, entry);
	cJSON_ArrayForEach(event, json_tree_at(entry, "standby")) hear_event(e, event, entry);
}

enum status messenger_hear(const struct setup *setup, const struct payload *payload,
			   struct arena *arena, struct heard *heard, struct trouble *why)
{
	const char *fault;
	const cJSON *tree = json_tree_read(payload->body, arena, &fault), *entry;
	struct envelope e = {heard_list_on(arena), setup};
	if (tree == NULL) {
		*heard = heard_bad(fault);
		return OK;
	}
	struct slice object = json_tree_string(json_tree_at(tree, "object"));
	bool whatsapp = slice_is(object, "whatsapp_business_account");
	if (!whatsapp && !slice_is(object, "page") && !slice_is(object, "instagram"))
		heard_list_nothing(&e.list, "other_object");
	else
		cJSON_ArrayForEach(entry, json_tree_at(tree, "entry"))
			hear_entry(&e, entry, whatsapp);
	return heard_list_end(&e.list, heard, why);
}
