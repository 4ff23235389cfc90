#include "line/agi_call.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "channel/agi_answer.h"
#include "channel/call.h"
#include "channel/call_sounds.h"
#include "channel/fastagi.h"
#include "channel/form_fields.h"

enum {
	VARIABLES_MOST_MS = 10000,
	REPLY_MOST_MS = 120000, /* a prompt is played meanwhile */
	COMMAND_BYTES = 2048,
	QUERY_BYTES = 2048
};

/* clang-format off */
#define AGI_CALL_STATES(X)                                                  \
	X(HEARING, "the variables of the call are awaited")                 \
	X(ASKING,  "a question is played, its reply is awaited")            \
	X(STORING, "an answer is in the inbox's hands")                     \
	X(TELLING, "the survey is over, the dialplan is told how")          \
	X(LEFT,    "the stream is closed")
/* clang-format on */

enum agi_call_state {
#define X(name, words) AGI_##name,
	AGI_CALL_STATES(X)
#undef X
};

#define BIT(name) (1u << AGI_##name)

static const unsigned agi_call_next[] = {
	[AGI_HEARING] = BIT(ASKING) | BIT(TELLING) | BIT(LEFT),
	[AGI_ASKING] = BIT(ASKING) | BIT(STORING) | BIT(TELLING) | BIT(LEFT),
	[AGI_STORING] = BIT(ASKING) | BIT(TELLING) | BIT(LEFT),
	[AGI_TELLING] = BIT(LEFT),
	[AGI_LEFT] = 0,
};

struct agi_call {
	struct agi_calls *calls;
	struct agi_call *next, **link;
	struct stream *stream; /* NULL: left */
	enum agi_call_state state;
	uint64_t since_ms, deadline_ms;
	struct fastagi protocol;
	struct call survey;
	const struct known_source *source; /* held */
	enum form_language language;
	const char *status;    /* how it ended, a stable word */
	enum call_action last; /* THANK or SORRY: there is a sound to it */
	unsigned told;	       /* of what the dialplan is told */
	bool hung;	       /* Asterisk has said so */
	bool storing;
	bool answered[FORM_QUESTIONS_MOST];
	int values[FORM_QUESTIONS_MOST];
};

static void enter(struct agi_call *c, enum agi_call_state to)
{
	must((agi_call_next[c->state] & 1u << to) != 0);
	c->state = to;
}

/* ---- the end ---- */

static unsigned answers_of(const struct agi_call *c)
{
	unsigned answers = 0;
	for (size_t i = 0; i < FORM_QUESTIONS_MOST; i++)
		answers += c->answered[i];
	return answers;
}

static void leave(struct agi_call *c)
{
	if (c->state == AGI_LEFT)
		return;
	stream_close(&c->stream);
	enter(c, AGI_LEFT);
}

/** The last thing each event does: nothing touches the call afterwards. */
static void end_if_left(struct agi_call *c)
{
	if (c->state != AGI_LEFT || c->storing)
		return;
	log_info("agi.call", LOG_SLICE("source", c->source != NULL ? c->source->code : SLICE("")),
		 LOG_TEXT("status", c->status), LOG_NUMBER("answers", answers_of(c)),
		 LOG_NUMBER("dur_ms", clock_monotonic_ms() - c->since_ms));
	*c->link = c->next;
	if (c->next != NULL)
		c->next->link = c->link;
	c->calls->len--;
	if (c->source != NULL)
		source_release(&c->source);
	memory_free(c);
}

/* ---- commands ---- */

static void send_out(struct agi_call *c, struct buf *command)
{
	must(!buf_over(command));
	c->deadline_ms = clock_monotonic_ms() + REPLY_MOST_MS;
	(void)stream_put(c->stream, buf_slice(command));
	stream_flush(c->stream);
}

static void ask(struct agi_call *c)
{
	const struct form_question *q = call_question(&c->survey);
	struct buf file, command;
	buf_init(&file, COMMAND_BYTES);
	buf_init(&command, COMMAND_BYTES);
	call_sound_ask(&file, q, c->language);
	fastagi_get_data(&c->protocol, &command, buf_slice(&file), CALL_PAUSE_MS, call_keys(q));
	enter(c, AGI_ASKING);
	send_out(c, &command);
	buf_fini(&file);
	buf_fini(&command);
}

/** PLAUDIT_NPS of "nps". */
static void set_answer(struct agi_call *c, size_t question, struct buf *command)
{
	struct slice column = c->survey.form->questions[question].column;
	struct buf name, value;
	buf_init(&name, COMMAND_BYTES);
	buf_init(&value, COMMAND_BYTES);
	buf_add_text(&name, "PLAUDIT_");
	for (size_t i = 0; i < column.len; i++) {
		char letter = column.at[i];
		if (letter >= 'a' && letter <= 'z')
			letter = (char)(letter - 'a' + 'A');
		else if (letter == '.' || letter == '-')
			letter = '_';
		buf_add_byte(&name, letter);
	}
	buf_add_int(&value, c->values[question]);
	fastagi_set_variable(&c->protocol, command, buf_slice(&name), buf_slice(&value));
	buf_fini(&name);
	buf_fini(&value);
}

static void play_last(struct agi_call *c, struct buf *command)
{
	struct buf file;
	buf_init(&file, COMMAND_BYTES);
	if (c->last == CALL_THANK)
		call_sound_thanks(&file, c->survey.form, c->language);
	else
		call_sound_sorry(&file, c->survey.form, c->language);
	fastagi_stream_file(&c->protocol, command, buf_slice(&file));
	buf_fini(&file);
}

enum { TELL_SOUND, TELL_LOG, TELL_STATUS, TELL_ANSWERS };

/** -1 is what Asterisk answers when the caller hangs up, and when there is no such file; HANGUP
 * comes before its next reply in the first case alone. */
static const char *status_of(struct agi_call *c)
{
	if (strcmp(c->status, "hung_up") == 0 && !c->hung)
		c->status = "no_sound";
	return c->status;
}

/** Writes the next thing that is to be told; nothing where there is none. */
static void write_next(struct agi_call *c, struct buf *command)
{
	char words[80];
	if (c->told == TELL_SOUND && c->last == CALL_NOTHING)
		c->told++;
	while (c->told >= TELL_ANSWERS && c->told < TELL_ANSWERS + FORM_QUESTIONS_MOST &&
	       !c->answered[c->told - TELL_ANSWERS])
		c->told++;
	switch (c->told) {
	case TELL_SOUND:
		play_last(c, command);
		break;
	case TELL_LOG:
		(void)snprintf(words, sizeof(words), "plaudit: answers=%u", answers_of(c));
		fastagi_verbose(&c->protocol, command, slice_of(words));
		break;
	case TELL_STATUS:
		fastagi_set_variable(&c->protocol, command, SLICE("PLAUDIT_STATUS"),
				     slice_of(status_of(c)));
		break;
	default:
		if (c->told < TELL_ANSWERS + FORM_QUESTIONS_MOST)
			set_answer(c, c->told - TELL_ANSWERS, command);
	}
	c->told++;
}

static void tell_next(struct agi_call *c)
{
	struct buf command;
	buf_init(&command, COMMAND_BYTES);
	write_next(c, &command);
	if (command.len > 0)
		send_out(c, &command);
	else
		leave(c);
	buf_fini(&command);
}

static void finish(struct agi_call *c, const char *status, enum call_action last)
{
	c->status = status;
	c->last = last;
	enter(c, AGI_TELLING);
	tell_next(c);
}

/* ---- storing ---- */

static void act(struct agi_call *c, enum call_action action);

static void stored(void *arg, enum inbox_fate fate, const struct trouble *why)
{
	struct agi_call *c = arg;
	c->storing = false;
	if (why != NULL) {
		log_warn("agi.not_stored", LOG_SLICE("source", c->source->code),
			 LOG_TEXT("err", why->words));
	} else {
		sources_note(c->calls->sources, c->source->source_id,
			     fate == INBOX_REPEATED ? SOURCE_REPEATED : SOURCE_TAKEN, NULL);
		c->answered[c->survey.question] = true;
		c->values[c->survey.question] = c->survey.value;
	}
	act(c, call_take(&c->survey, why != NULL ? CALL_NOT_STORED : CALL_STORED, SLICE_NONE));
	end_if_left(c);
}

/** Of the address the dialplan calls; empty where it is not there. */
static struct slice parameter(const struct agi_call *c, const char *name, struct arena *arena)
{
	arena_init(arena, (size_t)FASTAGI_LINE_BYTES * 2);
	return form_field_of(fastagi_query(&c->protocol), name, arena);
}

static struct slice place_of(const struct fastagi *protocol)
{
	struct slice dialled = fastagi_variable(protocol, FASTAGI_DNID);
	return dialled.len > 0 ? dialled : fastagi_variable(protocol, FASTAGI_EXTENSION);
}

static void add_headers(const struct fastagi *protocol, struct buf *to)
{
	for (int v = 0; v < FASTAGI_VARIABLE_COUNT; v++)
		buf_print(to, "%s: %.*s\n", fastagi_variable_name((enum fastagi_variable)v),
			  SLICE_ARGS(fastagi_variable(protocol, (enum fastagi_variable)v)));
}

static void store(struct agi_call *c)
{
	const struct form_question *q = call_question(&c->survey);
	struct agi_answer answer = {.call = fastagi_variable(&c->protocol, FASTAGI_UNIQUEID),
				    .place = place_of(&c->protocol),
				    .question = q->column,
				    .value = c->survey.value,
				    .scale_min = q->scale_min,
				    .scale_max = q->scale_max};
	char key[ADAPTER_DEDUPE_BYTES];
	struct buf body, headers;
	struct arena arena;
	answer.token = parameter(c, "inv", &arena);
	buf_init(&body, AGI_ANSWER_BYTES);
	buf_init(&headers, COMMAND_BYTES);
	agi_answer_write(&body, &answer);
	add_headers(&c->protocol, &headers);
	must(!buf_over(&body) && !buf_over(&headers));
	struct inbox_item item = {.source_id = c->source->source_id,
				  .dedupe_key = {key, agi_answer_key(&answer, key)},
				  .payload = {.query = fastagi_query(&c->protocol),
					      .headers = buf_slice(&headers),
					      .body = buf_slice(&body)}};
	enter(c, AGI_STORING);
	c->storing = true;
	inbox_put(c->calls->inbox, &item, stored, c);
	arena_fini(&arena);
	buf_fini(&body);
	buf_fini(&headers);
}

/* ---- the survey ---- */

static void act(struct agi_call *c, enum call_action action)
{
	if (c->state == AGI_LEFT)
		return;
	switch (action) {
	case CALL_ASK:
		ask(c);
		return;
	case CALL_STORE:
		store(c);
		return;
	case CALL_THANK:
		finish(c, "complete", action);
		return;
	case CALL_SORRY:
		finish(c, "not_stored", action);
		return;
	case CALL_NOTHING:
		finish(c, "hung_up", action);
		return;
	}
}

static bool has_token(const struct agi_call *c)
{
	struct arena arena;
	bool has = parameter(c, "inv", &arena).len > 0;
	arena_fini(&arena);
	return has;
}

static enum form_language language_of(const struct agi_call *c)
{
	enum form_language language = c->source->setup->form.language;
	struct arena arena;
	if (!form_language_from(parameter(c, "lang", &arena), &language))
		(void)form_language_from(fastagi_variable(&c->protocol, FASTAGI_LANGUAGE),
					 &language);
	arena_fini(&arena);
	return language;
}

/** NULL: the call may begin. Otherwise why not. */
static const char *refusal(struct agi_call *c)
{
	const struct known_source *source = sources_find(c->calls->sources,
							 fastagi_path(&c->protocol));
	if (!sources_ready(c->calls->sources))
		return "not_ready";
	if (source == NULL || source->setup->adapter == NULL || !source->setup->adapter->agi)
		return "unknown_source";
	source_hold(source);
	c->source = source;
	if (source->paused)
		return "paused";
	if (fastagi_variable(&c->protocol, FASTAGI_UNIQUEID).len == 0)
		return "no_uniqueid";
	if (!source->setup->open && !has_token(c))
		return "no_invitation";
	return NULL;
}

static void begin(struct agi_call *c)
{
	const char *refused = refusal(c);
	if (refused != NULL) {
		if (c->source != NULL)
			sources_note(c->calls->sources, c->source->source_id, SOURCE_REFUSED,
				     refused);
		finish(c, refused, CALL_NOTHING);
		return;
	}
	c->language = language_of(c);
	call_init(&c->survey, &c->source->setup->form);
	act(c, call_take(&c->survey, CALL_STARTED, SLICE_NONE));
}

static enum call_event event_of(const struct fastagi_said *said)
{
	if (said->code != 200 || slice_is(said->result, "-1"))
		return CALL_HUNG_UP;
	return said->result.len > 0 ? CALL_DIGITS : CALL_SILENCE;
}

static void step(struct agi_call *c, const struct fastagi_said *said)
{
	switch (said->kind) {
	case FASTAGI_READY:
		begin(c);
		return;
	case FASTAGI_HANGUP:
		/* A reply that is awaited will say so itself, and may still bring keys. */
		c->hung = true;
		if (c->state == AGI_STORING)
			(void)call_take(&c->survey, CALL_HUNG_UP, SLICE_NONE);
		return;
	case FASTAGI_REPLY:
		if (c->state == AGI_ASKING)
			act(c, call_take(&c->survey, event_of(said), said->result));
		else if (c->state == AGI_TELLING)
			tell_next(c);
		return;
	}
}

/* ---- the stream ---- */

static void bytes_came(void *owner, struct slice in)
{
	struct agi_call *c = owner;
	struct fastagi_said said;
	struct trouble why;
	enum status st = OK;
	while (c->state != AGI_LEFT && fastagi_read(&c->protocol, &in, &said, &st, &why))
		step(c, &said);
	if (st < 0) {
		log_warn("agi.not_understood", LOG_TEXT("err", why.words));
		leave(c);
	}
	end_if_left(c);
}

static void peer_gone(void *owner)
{
	struct agi_call *c = owner;
	if (c->state == AGI_ASKING || c->state == AGI_STORING)
		c->status = "hung_up";
	leave(c);
	end_if_left(c);
}

static void nothing(void *owner)
{
	(void)owner;
}

static const struct stream_events events = {.bytes = bytes_came,
					    .eof = peer_gone,
					    .gone = peer_gone,
					    .writable = nothing,
					    .flushed = nothing,
					    .finished = nothing};

void agi_call_begin(struct agi_calls *calls, struct stream *stream)
{
	struct agi_call *c = memory_new(sizeof(*c));
	c->calls = calls;
	c->next = calls->first;
	c->link = &calls->first;
	if (c->next != NULL)
		c->next->link = &c->next;
	calls->first = c;
	calls->len++;
	c->stream = stream;
	c->since_ms = clock_monotonic_ms();
	c->deadline_ms = c->since_ms + VARIABLES_MOST_MS;
	c->status = "broken_off";
	fastagi_init(&c->protocol);
	stream_start(stream, &events, c);
}

void agi_calls_tick(struct agi_calls *calls)
{
	uint64_t now_ms = clock_monotonic_ms();
	for (struct agi_call *c = calls->first, *next; c != NULL; c = next) {
		next = c->next;
		if (c->stream != NULL)
			stream_tick(c->stream, now_ms);
		if (c->state != AGI_STORING && now_ms > c->deadline_ms)
			leave(c);
		end_if_left(c);
	}
}

void agi_calls_leave(struct agi_calls *calls)
{
	for (struct agi_call *c = calls->first, *next; c != NULL; c = next) {
		next = c->next;
		leave(c);
		end_if_left(c);
	}
}
