#include "channel/twiml.h"

#include "base/clock.h"
#include "channel/call.h"
#include "channel/call_words.h"
#include "channel/form_fields.h"
#include "channel/setup.h"

/** What a post says. */
struct post {
	struct slice call;	      /**< its CallSid; empty: none */
	struct slice token, language; /**< of the address */
	struct slice question;	      /**< `at` NULL: nothing was asked yet */
	struct slice attempt, digits, place;
	struct slice status; /**< of the call: "in-progress", "completed" */
	bool is_over;
};

/* ---- reading ---- */

static bool is_over(struct slice status)
{
	static const char *const over[] = {"completed", "busy", "failed", "no-answer", "canceled"};
	for (size_t i = 0; i < COUNT_OF(over); i++)
		if (slice_is(status, over[i]))
			return true;
	return false;
}

static struct slice found(struct slice form, const char *name, struct arena *arena)
{
	struct slice value = form_field_of(form, name, arena);
	return value.at != NULL && slice_is_text(value) ? value : SLICE_NONE;
}

static struct post read_post(const struct payload *payload, struct arena *arena)
{
	struct slice query = payload->query, body = payload->body;
	/* Of a call that we made, "To" is the customer's own number. */
	bool outbound = slice_starts_with(found(body, "Direction", arena), SLICE("outbound"));
	struct post post = {.call = found(body, "CallSid", arena),
			    .token = found(query, "inv", arena),
			    .language = found(query, "lang", arena),
			    .question = found(query, "q", arena),
			    .attempt = found(query, "try", arena),
			    .digits = found(body, "Digits", arena),
			    .place = found(body, outbound ? "From" : "To", arena),
			    .status = found(body, "CallStatus", arena)};
	post.is_over = is_over(post.status);
	if (post.call.len > TWIML_CALL_BYTES)
		post.call = SLICE_NONE;
	return post;
}

static int64_t attempt_of(const struct post *post)
{
	int64_t attempt = 1;
	if (post->attempt.at != NULL && !slice_to_int64(post->attempt, &attempt))
		return 0;
	return attempt;
}

/* ---- the adapter ---- */

static void add_key(struct buf *key, const struct post *post)
{
	buf_add(key, post->call);
	buf_add_byte(key, ' ');
	if (post->question.at == NULL) {
		buf_add(key, post->is_over ? post->status : SLICE("began"));
		return;
	}
	buf_add(key, post->question);
	buf_add_byte(key, ' ');
	buf_add_int(key, attempt_of(post));
}

size_t twiml_dedupe(const struct payload *payload, char key[ADAPTER_DEDUPE_BYTES])
{
	struct arena arena;
	struct buf to;
	size_t len = 0;
	arena_init(&arena, (size_t)2 * TWIML_BODY_BYTES);
	buf_init(&to, ADAPTER_DEDUPE_BYTES);
	struct post post = read_post(payload, &arena);
	if (post.call.len > 0) {
		add_key(&to, &post);
		len = buf_over(&to) ? 0 : to.len;
		memcpy(key, to.at, len);
	}
	buf_fini(&to);
	arena_fini(&arena);
	return len;
}

/** Why nothing of it counts; NULL: its digits are an answer, or one to a question that is not, or
 * no longer, asked here, which whoever has the wave will say. */
static const char *why_nothing(const struct setup *setup, const struct post *post)
{
	int value;
	if (post->question.at == NULL)
		return post->is_over ? "call_ended" : "call_began";
	if (post->digits.len == 0)
		return "silence";
	const struct form_question *q = form_find(&setup->form, post->question);
	return q != NULL && !call_value(q, post->digits, &value) ? "invalid_digits" : NULL;
}

static enum status hear_answer(const struct setup *setup, const struct post *post,
			       struct arena *arena, struct heard *heard, struct trouble *why)
{
	const struct form_question *q = form_find(&setup->form, post->question);
	struct heard_answer *answer = arena_take(arena, sizeof(*answer));
	if (answer == NULL)
		return trouble(why, E_LIMIT, "the answer does not fit");
	*answer = (struct heard_answer){.token = post->token,
					.contact = post->call,
					.place = post->place,
					.question = post->question,
					.value = post->digits,
					.scale_min = q != NULL ? q->scale_min : 0,
					.scale_max = q != NULL ? q->scale_max : 0,
					.observed_at = CLOCK_NO_INSTANT,
					.contacted_at = CLOCK_NO_INSTANT};
	*heard = (struct heard){.fate = HEARD_ANSWERS, .answers = answer, .answers_len = 1};
	return OK;
}

enum status twiml_hear(const struct setup *setup, const struct payload *payload,
		       struct arena *arena, struct heard *heard, struct trouble *why)
{
	struct post post = read_post(payload, arena);
	*heard = (struct heard){.fate = HEARD_BAD, .why = "no_call"};
	if (post.call.len == 0)
		return OK;
	*heard = (struct heard){.fate = HEARD_NOTHING, .why = why_nothing(setup, &post)};
	return heard->why != NULL ? OK : hear_answer(setup, &post, arena, heard, why);
}

/* ---- what comes next ---- */

/** Nothing that this caller says would count. */
static bool is_in_vain(const struct setup *setup, bool paused, const struct post *post)
{
	return paused || (!setup->open && post->token.len == 0);
}

static enum call_action next_of(const struct setup *setup, bool paused, const struct post *post,
				struct call *c)
{
	enum call_action next;
	call_init(c, &setup->form);
	if (post->is_over)
		return call_take(c, CALL_HUNG_UP, SLICE_NONE);
	if (is_in_vain(setup, paused, post))
		return CALL_SORRY;
	if (post->question.at == NULL)
		return call_take(c, CALL_STARTED, SLICE_NONE);
	if (!call_resume(c, &setup->form, post->question, attempt_of(post)))
		return CALL_SORRY;
	next = call_take(c, post->digits.len > 0 ? CALL_DIGITS : CALL_SILENCE, post->digits);
	/* Who asks for the answer says that the post is stored. */
	return next == CALL_STORE ? call_take(c, CALL_STORED, SLICE_NONE) : next;
}

static void add_escaped(struct buf *to, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (c == '&')
			buf_add_text(to, "&amp;");
		else if (c == '<')
			buf_add_text(to, "&lt;");
		else if (c == '>')
			buf_add_text(to, "&gt;");
		else if (c == '"')
			buf_add_text(to, "&quot;");
		else if ((unsigned char)c < ' ' || c == 0x7f)
			buf_add_byte(to, ' ');
		else
			buf_add_byte(to, c);
	}
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.';
}

static void add_parameter(struct buf *to, const char *name, struct slice value)
{
	if (value.at == NULL)
		return;
	buf_print(to, "%s=", name);
	for (size_t i = 0; i < value.len; i++) {
		if (is_plain(value.at[i]))
			buf_add_byte(to, value.at[i]);
		else
			buf_print(to, "%%%02X", (unsigned)(unsigned char)value.at[i]);
	}
	buf_add_text(to, "&amp;");
}

static void add_address(struct buf *to, struct slice url, const struct post *post,
			const struct call *c)
{
	add_escaped(to, url);
	buf_add_byte(to, '?');
	add_parameter(to, "inv", post->token);
	add_parameter(to, "lang", post->language);
	add_parameter(to, "q", call_question(c)->column);
	buf_print(to, "try=%u", c->attempt);
}

static void add_say(struct buf *to, struct slice words, enum form_language language)
{
	static const char *const tags[FORM_LANGUAGE_COUNT] = {
		[FORM_EN] = "en-GB", [FORM_NB] = "nb-NO", [FORM_KO] = "ko-KR", [FORM_VI] = "vi-VN"};
	buf_print(to, "<Say language=\"%s\">", tags[language]);
	add_escaped(to, words);
	buf_add_text(to, "</Say>");
}

/** The address stands twice: <Gather> posts there what was pressed and, where the provider knows
 * actionOnEmptyResult, silence too; where it does not, it falls through to <Redirect>. */
static void add_gather(struct buf *to, struct slice url, const struct post *post,
		       const struct call *c, enum form_language language)
{
	struct buf words;
	buf_init(&words, to->limit_bytes);
	call_words_ask(&words, call_question(c), language);
	buf_print(to,
		  "<Gather input=\"dtmf\" numDigits=\"%d\" finishOnKey=\"#\" timeout=\"%d\" "
		  "method=\"POST\" actionOnEmptyResult=\"true\" action=\"",
		  call_keys(call_question(c)), CALL_PAUSE_MS / 1000);
	add_address(to, url, post, c);
	buf_add_text(to, "\">");
	add_say(to, buf_slice(&words), language);
	buf_add_text(to, "</Gather><Redirect method=\"POST\">");
	add_address(to, url, post, c);
	buf_add_text(to, "</Redirect>");
	buf_fini(&words);
}

const char *twiml_answer(const struct setup *setup, bool paused, const struct payload *payload,
			 struct slice url, struct arena *arena, struct buf *to)
{
	struct post post = read_post(payload, arena);
	enum form_language language = setup->form.language;
	struct call c;
	enum call_action next = next_of(setup, paused, &post, &c);
	(void)form_language_from(post.language, &language);
	buf_add_text(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>");
	if (next == CALL_ASK)
		add_gather(to, url, &post, &c, language);
	else if (next == CALL_THANK || next == CALL_SORRY)
		add_say(to,
			call_word(next == CALL_THANK ? CALL_WORD_THANKS : CALL_WORD_SORRY,
				  language),
			language);
	if (next == CALL_THANK || next == CALL_SORRY)
		buf_add_text(to, "<Hangup/>");
	buf_add_text(to, "</Response>\n");
	return "text/xml; charset=utf-8";
}
