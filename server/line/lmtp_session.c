#include "line/lmtp_session.h"

#include "base/clock.h"
#include "base/log.h"
#include "line/lmtp_recipient.h"

enum {
	FAREWELL_MS = 5000,
	ROOM_SPARE_BYTES = 64 * 1024,
	HEADERS_BYTES = 4096,
	DIGESTED_AT_ONCE_BYTES = 256 * 1024 /* larger ones by the pool */
};

/* clang-format off */
#define LMTP_SESSION_STATES(X)                                              \
	X(TALKING,  "commands and messages come")                           \
	X(QUEUEING, "DATA waits for room")                                  \
	X(STORING,  "a mail is in the pool's or the inbox's hands")         \
	X(PARTING,  "everything is said, the other end is to close")        \
	X(LEFT,     "the stream is closed")
/* clang-format on */

enum lmtp_session_state {
#define X(name, words) SESSION_##name,
	LMTP_SESSION_STATES(X)
#undef X
};

#define BIT(name) (1u << SESSION_##name)

static const unsigned lmtp_session_next[] = {
	[SESSION_TALKING] = BIT(QUEUEING) | BIT(STORING) | BIT(PARTING) | BIT(LEFT),
	[SESSION_QUEUEING] = BIT(TALKING) | BIT(PARTING) | BIT(LEFT),
	[SESSION_STORING] = BIT(TALKING) | BIT(LEFT),
	[SESSION_PARTING] = BIT(LEFT),
	[SESSION_LEFT] = 0,
};

struct lmtp_session {
	struct lmtp_sessions *sessions;
	struct lmtp_session *next, **link;
	struct stream *stream; /* NULL: left */
	enum lmtp_session_state state;
	struct lmtp protocol;
	struct slice in; /* not taken yet; of the stream's event, or of `rest` */
	struct buf rest;
	uint64_t since_ms, deadline_ms;
	size_t room_bytes; /* of what all share */
	char mail_digest[LMTP_KEY_BYTES];
	size_t recipient; /* whose mail is being stored */
	int source_id;	  /* its source */
	unsigned mails, stored, later;
	bool storing, driven;
};

static void enter(struct lmtp_session *c, enum lmtp_session_state to)
{
	must((lmtp_session_next[c->state] & 1u << to) != 0);
	c->state = to;
}

/* ---- room ---- */

static void wake_up(void *arg);

/** Given back when the message is stored, refused or lost. */
static void give_room_back(struct lmtp_session *c)
{
	struct lmtp_sessions *all = c->sessions;
	if (c->room_bytes == 0)
		return;
	all->room_bytes += c->room_bytes;
	c->room_bytes = 0;
	if (!all->waking) {
		all->waking = true;
		loop_later(all->loop, wake_up, all);
	}
}

/** Ends of lines may be one byte where the size was told. */
static size_t room_needed(const struct lmtp *protocol)
{
	size_t declared = protocol->declared_bytes;
	if (declared == 0 || 2 * declared + ROOM_SPARE_BYTES > LMTP_MESSAGE_BYTES)
		return LMTP_MESSAGE_BYTES;
	return 2 * declared + ROOM_SPARE_BYTES;
}

/** False: it must wait. */
static bool admit(struct lmtp_session *c)
{
	size_t needed = room_needed(&c->protocol);
	if (needed > c->sessions->room_bytes)
		return false;
	c->sessions->room_bytes -= needed;
	c->room_bytes = needed;
	lmtp_admit(&c->protocol, needed);
	return true;
}

/* ---- the end ---- */

static void leave(struct lmtp_session *c)
{
	if (c->state == SESSION_LEFT)
		return;
	stream_close(&c->stream);
	enter(c, SESSION_LEFT);
}

/** The last thing each event does: nothing touches the session afterwards. */
static void end_if_left(struct lmtp_session *c)
{
	if (c->state != SESSION_LEFT || c->storing || c->driven)
		return;
	log_info("lmtp.session", LOG_NUMBER("mails", c->mails), LOG_NUMBER("stored", c->stored),
		 LOG_NUMBER("later", c->later),
		 LOG_NUMBER("dur_ms", clock_monotonic_ms() - c->since_ms));
	give_room_back(c);
	*c->link = c->next;
	if (c->next != NULL)
		c->next->link = c->link;
	c->sessions->len--;
	lmtp_fini(&c->protocol);
	buf_fini(&c->rest);
	memory_free(c);
}

/** What was said last is to arrive: a socket closed with unread bytes would take it back. */
static void part(struct lmtp_session *c)
{
	if (c->sessions->stopping) {
		leave(c);
		return;
	}
	enter(c, SESSION_PARTING);
	c->deadline_ms = clock_monotonic_ms() + FAREWELL_MS;
	stream_finish(c->stream);
	stream_resume(c->stream);
}

/* ---- storing ---- */

static void drive(struct lmtp_session *c);
static void store_next(struct lmtp_session *c);

static void stored(void *arg, enum inbox_fate fate, const struct trouble *why)
{
	struct lmtp_session *c = arg;
	c->storing = false;
	if (why != NULL) {
		log_warn("lmtp.not_stored", LOG_TEXT("err", why->words));
		c->later++;
	} else {
		sources_note(c->sessions->sources, c->source_id,
			     fate == INBOX_REPEATED ? SOURCE_REPEATED : SOURCE_TAKEN, NULL);
		c->stored++;
	}
	lmtp_stored(&c->protocol, c->recipient++, why != NULL ? LMTP_LATER : LMTP_TAKEN);
	store_next(c);
	end_if_left(c);
}

static void put(struct lmtp_session *c, struct slice path)
{
	struct slice mail = lmtp_message(&c->protocol);
	struct buf headers;
	char key[LMTP_KEY_BYTES];
	buf_init(&headers, HEADERS_BYTES);
	buf_print(&headers, "plaudit-sender: %.*s\nplaudit-recipient: %.*s\n",
		  SLICE_ARGS(lmtp_sender(&c->protocol)), SLICE_ARGS(path));
	must(!buf_over(&headers));
	struct inbox_item item = {
		.source_id = c->source_id,
		.dedupe_key = lmtp_recipient_key(path, c->mail_digest, key),
		.payload = {.query = SLICE(""), .headers = buf_slice(&headers), .body = mail},
		.body_stays = true};
	c->storing = true;
	inbox_put(c->sessions->inbox, &item, stored, c);
	buf_fini(&headers);
}

/** One recipient after the other: a mail to fifty is in memory once, and once in the inbox. */
static void store_next(struct lmtp_session *c)
{
	const struct known_source *source;
	while (c->recipient < lmtp_recipients(&c->protocol)) {
		struct slice path = lmtp_recipient_path(&c->protocol, c->recipient);
		if (lmtp_recipient_find(c->sessions->sources, c->sessions->domain, path, &source) ==
		    LMTP_TAKEN) {
			c->source_id = source->source_id;
			put(c, path);
			return;
		}
		c->later++; /* taken away since it was asked about: the next time says so */
		lmtp_stored(&c->protocol, c->recipient++, LMTP_LATER);
	}
	if (c->state == SESSION_LEFT)
		return;
	enter(c, SESSION_TALKING);
	if (c->sessions->stopping)
		lmtp_break_off(&c->protocol, "4.3.2 stopping");
	drive(c);
}

/** Touches nothing that the loop changes meanwhile. */
static void digest(void *arg)
{
	struct lmtp_session *c = arg;
	lmtp_mail_digest(lmtp_message(&c->protocol), c->mail_digest);
}

static void digested(void *arg)
{
	struct lmtp_session *c = arg;
	c->storing = false;
	store_next(c);
	end_if_left(c);
}

static void store(struct lmtp_session *c)
{
	if (lmtp_message(&c->protocol).len > DIGESTED_AT_ONCE_BYTES) {
		c->storing = true;
		loop_offload(c->sessions->loop, digest, digested, c);
		return;
	}
	digest(c);
	store_next(c);
}

/* ---- the conversation ---- */

static void send_replies(struct lmtp_session *c)
{
	struct buf *replies = &c->protocol.replies;
	if (replies->len == 0)
		return;
	enum flow flow = stream_put(c->stream, buf_slice(replies));
	buf_clear(replies);
	if (flow == FLOW_STOP)
		leave(c);
	else
		stream_flush(c->stream);
}

static void look_up(struct lmtp_session *c)
{
	const struct known_source *source;
	lmtp_recipient(&c->protocol,
		       lmtp_recipient_find(c->sessions->sources, c->sessions->domain,
					   lmtp_recipient_asked(&c->protocol), &source));
}

static struct lmtp_session *longest_waiting(const struct lmtp_sessions *all)
{
	struct lmtp_session *oldest = NULL;
	for (struct lmtp_session *c = all->first; c != NULL; c = c->next)
		if (c->state == SESSION_QUEUEING &&
		    (oldest == NULL || c->deadline_ms < oldest->deadline_ms))
			oldest = c;
	return oldest;
}

/** Small mails must not keep a large one out for ever. */
static void wait_for_room(struct lmtp_session *c)
{
	if (longest_waiting(c->sessions) == NULL && admit(c))
		return;
	enter(c, SESSION_QUEUEING);
	stream_pause(c->stream);
}

static void begin_storing(struct lmtp_session *c)
{
	c->mails++;
	c->recipient = 0;
	enter(c, SESSION_STORING);
	stream_pause(c->stream);
}

static void obey(struct lmtp_session *c, enum lmtp_step step)
{
	switch (step) {
	case LMTP_RECIPIENT:
		look_up(c);
		return;
	case LMTP_ROOM:
		wait_for_room(c);
		return;
	case LMTP_MESSAGE:
		begin_storing(c);
		return;
	case LMTP_REPLIES:
		send_replies(c);
		return;
	case LMTP_END:
		send_replies(c);
		if (c->state == SESSION_TALKING)
			part(c);
		return;
	case LMTP_MORE:
	case LMTP_WAITING:
		return;
	}
}

/** What was not taken is kept until it is: the stream takes its bytes back. */
static void keep_rest(struct lmtp_session *c)
{
	struct buf kept;
	buf_init(&kept, STREAM_READ_BYTES);
	buf_add(&kept, c->in);
	must(!buf_over(&kept));
	buf_fini(&c->rest);
	c->rest = kept;
	c->in = buf_slice(&c->rest);
}

static void drive(struct lmtp_session *c)
{
	enum lmtp_step step = LMTP_WAITING;
	c->driven = true;
	while (c->state == SESSION_TALKING) {
		step = lmtp_next(&c->protocol, &c->in);
		if (c->protocol.state != LMTP_RECEIVING && c->protocol.state != LMTP_STORING)
			give_room_back(c);
		obey(c, step);
		if (step == LMTP_MORE)
			break;
	}
	if (c->state == SESSION_TALKING || c->state == SESSION_STORING ||
	    c->state == SESSION_QUEUEING) {
		send_replies(c);
		keep_rest(c);
	}
	if (c->state == SESSION_TALKING)
		stream_resume(c->stream);
	c->driven = false;
	if (c->state == SESSION_STORING && !c->storing)
		store(c);
}

/** Who waits longest comes first. */
static void wake_up(void *arg)
{
	struct lmtp_sessions *all = arg;
	struct lmtp_session *oldest;
	all->waking = false;
	while ((oldest = longest_waiting(all)) != NULL && admit(oldest)) {
		enter(oldest, SESSION_TALKING);
		drive(oldest);
		end_if_left(oldest);
	}
}

/* ---- the stream ---- */

static void bytes_came(void *owner, struct slice in)
{
	struct lmtp_session *c = owner;
	if (c->state != SESSION_TALKING) {
		must(c->state == SESSION_PARTING); /* the others do not read */
		return;
	}
	c->deadline_ms = clock_monotonic_ms() + LMTP_IDLE_MS;
	must(c->in.len == 0);
	c->in = in;
	drive(c);
	end_if_left(c);
}

static void peer_gone(void *owner)
{
	struct lmtp_session *c = owner;
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

void lmtp_session_begin(struct lmtp_sessions *sessions, struct stream *stream)
{
	struct lmtp_session *c = memory_new(sizeof(*c));
	c->sessions = sessions;
	c->next = sessions->first;
	c->link = &sessions->first;
	if (c->next != NULL)
		c->next->link = &c->next;
	sessions->first = c;
	sessions->len++;
	c->stream = stream;
	c->since_ms = clock_monotonic_ms();
	c->deadline_ms = c->since_ms + LMTP_IDLE_MS;
	lmtp_init(&c->protocol, sessions->domain);
	stream_start(stream, &events, c);
	drive(c);
	end_if_left(c);
}

/* ---- all of them ---- */

static void say_farewell(struct lmtp_session *c, const char *words)
{
	if (c->state == SESSION_QUEUEING)
		enter(c, SESSION_TALKING);
	lmtp_break_off(&c->protocol, words);
	drive(c);
}

void lmtp_sessions_tick(struct lmtp_sessions *sessions)
{
	uint64_t now_ms = clock_monotonic_ms();
	for (struct lmtp_session *c = sessions->first, *next; c != NULL; c = next) {
		next = c->next;
		if (c->stream != NULL)
			stream_tick(c->stream, now_ms);
		if (now_ms > c->deadline_ms && c->state == SESSION_PARTING)
			leave(c);
		else if (now_ms > c->deadline_ms &&
			 (c->state == SESSION_TALKING || c->state == SESSION_QUEUEING))
			say_farewell(c, "4.4.2 nothing came for 5 minutes");
		end_if_left(c);
	}
}

void lmtp_sessions_stop(struct lmtp_sessions *sessions)
{
	sessions->stopping = true;
	for (struct lmtp_session *c = sessions->first, *next; c != NULL; c = next) {
		next = c->next;
		if (c->state == SESSION_TALKING || c->state == SESSION_QUEUEING)
			say_farewell(c, "4.3.2 stopping");
		else if (c->state == SESSION_PARTING)
			leave(c);
		end_if_left(c);
	}
}

bool lmtp_sessions_busy(const struct lmtp_sessions *sessions)
{
	return sessions->len > 0 || sessions->waking;
}
