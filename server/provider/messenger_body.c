#include "provider/messenger_body.h"

#include "base/json_out.h"

/** What Messenger can ask of its own. */
struct score_type {
	const char *type, *label, *option;
	int min, max;
};

static const struct score_type score_types[MEASURE_OTHER] = {
	[MEASURE_CSAT] = {"csat", "neg_pos", "five_stars", 1, 5},
	[MEASURE_NPS] = {"nps", "unlike_like", "zero_to_ten", 0, 10},
	[MEASURE_CES] = {"ces", "hard_easy", "one_to_seven", 1, 7},
};

static size_t characters_of(struct slice text)
{
	size_t count = 0;
	for (size_t i = 0; i < text.len; i++)
		count += ((unsigned char)text.at[i] & 0xc0) != 0x80;
	return count;
}

/** NULL: none that means the same. On its scale of effort 7 is easy. */
static const struct score_type *score_type_of(const struct form_question *q)
{
	if (q->is_comment || q->measure == MEASURE_OTHER || q->high_is_effort)
		return NULL;
	const struct score_type *t = &score_types[q->measure];
	return q->scale_min == t->min && q->scale_max == t->max ? t : NULL;
}

/** Alphanumeric, with underscores. */
static bool is_id(struct slice column)
{
	for (size_t i = 0; i < column.len; i++) {
		char c = column.at[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_'))
			return false;
	}
	return true;
}

static void print_id(const struct messenger_question *q, struct buf *to)
{
	buf_print(to, "cx1_%.*s_%.*s", SLICE_ARGS(q->token), SLICE_ARGS(q->question->column));
}

static enum status check_template(const struct messenger_question *q, struct trouble *why)
{
	size_t len = characters_of(form_words(q->question, q->language));
	if (score_type_of(q->question) == NULL)
		return trouble_code(why, E_INPUT, "scale_not_messenger",
				    "a template asks csat 1 to 5, nps 0 to 10 or ces 1 to 7, high "
				    "being good; quick_replies asks others");
	if (len < MESSENGER_QUESTION_LEAST || len > MESSENGER_QUESTION_MOST)
		return trouble_code(why, E_INPUT, "question_length",
				    "the words of a question have 5 to 85 characters, these %zu",
				    len);
	if (!is_id(q->question->column) ||
	    q->token.len + q->question->column.len + 5 > MESSENGER_ID_MOST)
		return trouble_code(
			why, E_INPUT, "column_not_messenger",
			"a question's code has letters, digits and underscores, 55 at most");
	if (q->privacy_url.len == 0)
		return trouble_code(why, E_INPUT, "privacy_url_missing",
				    "a template needs the address of a privacy policy");
	return OK;
}

static enum status check_replies(const struct messenger_question *q, struct trouble *why)
{
	if (q->question->is_comment || q->comment)
		return trouble_code(why, E_INPUT, "comment_needs_template",
				    "quick replies have no room for words");
	if (q->tagged)
		return trouble_code(why, E_INPUT, "tag_needs_template",
				    "Messenger takes the tag with the template alone");
	if (q->question->scale_max - q->question->scale_min >= MESSENGER_REPLIES_MOST)
		return trouble_code(why, E_INPUT, "too_many_answers",
				    "a message has %d quick replies at most",
				    MESSENGER_REPLIES_MOST);
	return OK;
}

static void print_follow_up(const struct messenger_question *q, struct json_out *j)
{
	json_key(j, "follow_up");
	json_open_object(j);
	json_pair_text(j, "type", SLICE("free_form"));
	json_pair_text(j, "placeholder", form_word(FORM_WORD_COMMENT_HINT, q->language));
	json_close_object(j);
}

static void print_score(const struct messenger_question *q, struct json_out *j)
{
	const struct score_type *t = score_type_of(q->question);
	struct buf id;
	buf_init(&id, MESSENGER_ID_MOST + 1);
	print_id(q, &id);
	json_open_object(j);
	json_pair_text(j, "id", buf_slice(&id));
	json_pair_text(j, "type", slice_of(t->type));
	json_pair_text(j, "title", form_words(q->question, q->language));
	json_pair_text(j, "score_label", slice_of(t->label));
	json_pair_text(j, "score_option", slice_of(t->option));
	if (q->comment)
		print_follow_up(q, j);
	json_close_object(j);
	buf_fini(&id);
}

static void print_payload(const struct messenger_question *q, struct json_out *j)
{
	json_open_object(j);
	json_pair_text(j, "template_type", SLICE("customer_feedback"));
	json_pair_text(j, "title", form_word(FORM_WORD_TITLE, q->language));
	json_pair_text(j, "subtitle", form_word(FORM_WORD_SHORT, q->language));
	json_pair_text(j, "button_title", form_word(FORM_WORD_ANSWER, q->language));
	json_key(j, "feedback_screens");
	json_open_array(j);
	json_open_object(j);
	json_key(j, "questions");
	json_open_array(j);
	print_score(q, j);
	json_close_array(j);
	json_close_object(j);
	json_close_array(j);
	json_key(j, "business_privacy");
	json_open_object(j);
	json_pair_text(j, "url", q->privacy_url);
	json_close_object(j);
	json_pair_int(j, "expires_in_days", q->expires_days);
	json_close_object(j);
}

static void print_template(const struct messenger_question *q, struct json_out *j)
{
	json_key(j, "attachment");
	json_open_object(j);
	json_pair_text(j, "type", SLICE("template"));
	json_key(j, "payload");
	print_payload(q, j);
	json_close_object(j);
}

/** The ends of the scale stand in the text: a button has only its number. */
static void print_text(const struct messenger_question *q, struct json_out *j)
{
	struct slice low = form_low_end(q->question, q->language),
		     high = form_high_end(q->question, q->language);
	struct buf text;
	buf_init(&text, MESSENGER_BODY_BYTES);
	buf_add(&text, form_words(q->question, q->language));
	if (low.len > 0 && high.len > 0)
		buf_print(&text, "\n%d = %.*s\n%d = %.*s", q->question->scale_min, SLICE_ARGS(low),
			  q->question->scale_max, SLICE_ARGS(high));
	json_pair_text(j, "text", buf_slice(&text));
	buf_fini(&text);
}

static void print_reply(const struct messenger_question *q, int value, struct json_out *j)
{
	struct buf text;
	buf_init(&text, 200);
	json_open_object(j);
	json_pair_text(j, "content_type", SLICE("text"));
	buf_add_int(&text, value);
	json_pair_text(j, "title", buf_slice(&text));
	buf_clear(&text);
	print_id(q, &text);
	buf_print(&text, "_%d", value);
	json_pair_text(j, "payload", buf_slice(&text));
	json_close_object(j);
	buf_fini(&text);
}

static void print_replies(const struct messenger_question *q, struct json_out *j)
{
	print_text(q, j);
	json_key(j, "quick_replies");
	json_open_array(j);
	for (int value = q->question->scale_min; value <= q->question->scale_max; value++)
		print_reply(q, value, j);
	json_close_array(j);
}

enum status messenger_body(const struct messenger_question *q, struct buf *to, struct trouble *why)
{
	bool template = q->form == MESSENGER_TEMPLATE;
	enum status st = template ? check_template(q, why) : check_replies(q, why);
	if (st < 0)
		return st;
	struct json_out j = json_out_on(to);
	json_open_object(&j);
	json_key(&j, "recipient");
	json_open_object(&j);
	json_pair_text(&j, "id", q->to);
	json_close_object(&j);
	/* Where the template is not tagged, its page says no type. */
	if (!template || q->tagged)
		json_pair_text(&j, "messaging_type",
			       q->tagged ? SLICE("MESSAGE_TAG") : SLICE("RESPONSE"));
	if (q->tagged)
		json_pair_text(&j, "tag", SLICE("CUSTOMER_FEEDBACK"));
	json_key(&j, "message");
	json_open_object(&j);
	if (template)
		print_template(q, &j);
	else
		print_replies(q, &j);
	json_close_object(&j);
	json_close_object(&j);
	return OK;
}
