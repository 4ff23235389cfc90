#include "channel/lmtp.h"

#include "channel/lmtp_command.h"

#define BIT(name) (1u << LMTP_##name)

enum { REPLIES_SENT_AT_BYTES = 4096, REPLIES_LIMIT_BYTES = 65536, PATHS_LIMIT_BYTES = 32768 };

static const unsigned lmtp_successors[] = {
	[LMTP_FRESH] = BIT(READY) | BIT(ENDED),
	[LMTP_READY] = BIT(READY) | BIT(ADDRESSING) | BIT(ENDED),
	[LMTP_ADDRESSING] = BIT(READY) | BIT(ASKING) | BIT(ADMITTING) | BIT(ENDED),
	[LMTP_ASKING] = BIT(ADDRESSING) | BIT(ENDED),
	[LMTP_ADMITTING] = BIT(READY) | BIT(RECEIVING) | BIT(ENDED),
	[LMTP_RECEIVING] = BIT(READY) | BIT(STORING) | BIT(ENDED),
	[LMTP_STORING] = BIT(READY) | BIT(ENDED),
	[LMTP_ENDED] = 0,
};

static void enter(struct lmtp *l, enum lmtp_state to)
{
	must(lmtp_successors[l->state] & (1u << to));
	l->state = to;
	l->announced = false;
}

static void reply(struct lmtp *l, const char *words)
{
	buf_add_text(&l->replies, words);
	buf_add_text(&l->replies, "\r\n");
}

/** A command that is not acceptable; who sends nothing else is not listened to for ever. */
static void refuse(struct lmtp *l, const char *words)
{
	if (++l->faults > LMTP_FAULTS)
		lmtp_break_off(l, "4.7.0 too many faults");
	else
		reply(l, words);
}

void lmtp_init(struct lmtp *l, const char *domain)
{
	*l = (struct lmtp){.domain = domain};
	buf_init(&l->replies, REPLIES_LIMIT_BYTES);
	buf_init(&l->line, LMTP_COMMAND_BYTES);
	buf_init(&l->paths, PATHS_LIMIT_BYTES);
	buf_init(&l->message, LMTP_MESSAGE_BYTES);
	buf_print(&l->replies, "220 %s LMTP plauditd\r\n", domain);
}

void lmtp_fini(struct lmtp *l)
{
	buf_fini(&l->replies);
	buf_fini(&l->line);
	buf_fini(&l->paths);
	buf_fini(&l->message);
}

/** What was said of a message is over; the conversation goes on. */
static void begin_anew(struct lmtp *l)
{
	l->recipients_len = l->fates_len = l->declared_bytes = 0;
	l->utf8 = false;
	l->sender[0] = l->asked[0] = '\0';
	buf_clear(&l->paths);
	buf_fini(&l->message); /* its room goes, too: a connection may be idle for minutes */
}

/* Commands */

static void say_hello(struct lmtp *l, struct slice rest)
{
	if (rest.len == 0) {
		refuse(l, "501 5.5.4 LHLO and a name");
		return;
	}
	begin_anew(l);
	enter(l, LMTP_READY);
	buf_print(&l->replies,
		  "250-%s\r\n250-PIPELINING\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n"
		  "250-SMTPUTF8\r\n250 SIZE %d\r\n",
		  l->domain, LMTP_MESSAGE_BYTES);
}

static bool needs_utf8(struct slice address)
{
	for (size_t i = 0; i < address.len; i++)
		if ((unsigned char)address.at[i] >= 128)
			return true;
	return false;
}

static void copy_path(char to[LMTP_PATH_BYTES + 1], struct slice address)
{
	must(address.len <= LMTP_PATH_BYTES);
	if (address.len > 0)
		memcpy(to, address.at, address.len);
	to[address.len] = '\0';
}

static void take_sender(struct lmtp *l, struct slice rest)
{
	struct lmtp_path path;
	const char *refusal = NULL;
	if (l->state != LMTP_READY)
		refusal = l->state == LMTP_FRESH ? "503 5.5.1 LHLO first"
						 : "503 5.5.1 a message is under way";
	if (refusal == NULL)
		refusal = lmtp_path_read(rest, "FROM", true, &path);
	if (refusal == NULL && !path.utf8 && needs_utf8(path.address))
		refusal = "553 5.6.7 such an address needs SMTPUTF8";
	if (refusal != NULL) {
		refuse(l, refusal);
		return;
	}
	copy_path(l->sender, path.address);
	l->declared_bytes = path.size;
	l->utf8 = path.utf8;
	enter(l, LMTP_ADDRESSING);
	reply(l, "250 2.1.0 go on");
}

static void take_recipient(struct lmtp *l, struct slice rest)
{
	struct lmtp_path path;
	const char *refusal = l->state == LMTP_ADDRESSING ? NULL : "503 5.5.1 MAIL first";
	if (refusal == NULL)
		refusal = lmtp_path_read(rest, "TO", false, &path);
	if (refusal == NULL && path.address.len == 0)
		refusal = "501 5.1.3 a recipient has an address";
	if (refusal == NULL && !l->utf8 && needs_utf8(path.address))
		refusal = "553 5.6.7 such an address needs SMTPUTF8";
	if (refusal != NULL) {
		refuse(l, refusal);
		return;
	}
	if (l->recipients_len == LMTP_RECIPIENTS) {
		reply(l, "452 4.5.3 50 recipients, and no more");
		return;
	}
	copy_path(l->asked, path.address);
	enter(l, LMTP_ASKING);
}

static void ask_for_room(struct lmtp *l, struct slice rest)
{
	if (rest.len > 0)
		refuse(l, "501 5.5.4 DATA stands alone");
	else if (l->state != LMTP_ADDRESSING)
		refuse(l, "503 5.5.1 MAIL and RCPT first");
	else if (l->recipients_len == 0)
		refuse(l, "503 5.5.1 no recipient was taken");
	else
		enter(l, LMTP_ADMITTING);
}

static void forget_message(struct lmtp *l)
{
	begin_anew(l);
	if (l->state != LMTP_FRESH)
		enter(l, LMTP_READY);
	reply(l, "250 2.0.0 forgotten");
}

static void quit(struct lmtp *l)
{
	reply(l, "221 2.0.0 bye");
	enter(l, LMTP_ENDED);
}

static void obey(struct lmtp *l, struct slice line)
{
	struct lmtp_command command = lmtp_command_read(line);
	switch (command.verb) {
	case LMTP_VERB_LHLO:
		if (l->state == LMTP_ADDRESSING)
			enter(l, LMTP_READY);
		say_hello(l, command.rest);
		return;
	case LMTP_VERB_MAIL:
		take_sender(l, command.rest);
		return;
	case LMTP_VERB_RCPT:
		take_recipient(l, command.rest);
		return;
	case LMTP_VERB_DATA:
		ask_for_room(l, command.rest);
		return;
	case LMTP_VERB_RSET:
		forget_message(l);
		return;
	case LMTP_VERB_NOOP:
		reply(l, "250 2.0.0 nothing done");
		return;
	case LMTP_VERB_QUIT:
		quit(l);
		return;
	case LMTP_VERB_VRFY:
		reply(l, "252 2.5.0 RCPT tells");
		return;
	case LMTP_VERB_HELO:
		refuse(l, "500 5.5.1 this is LMTP: LHLO");
		return;
	case LMTP_VERB_OTHER:
		refuse(l, "500 5.5.1 no such command");
	}
}

/** A byte that no command holds: whoever sends it may mean another end of line than we do. */
static bool is_smuggled(const struct lmtp *l, char byte)
{
	bool after_cr = l->line.len > 0 && l->line.at[l->line.len - 1] == '\r';
	return byte == '\0' || (after_cr != (byte == '\n'));
}

static void take_command_bytes(struct lmtp *l, struct slice *in)
{
	while (in->len > 0 && l->state != LMTP_ENDED) {
		char byte = *in->at;
		*in = slice_from(*in, 1);
		if (is_smuggled(l, byte)) {
			reply(l, "500 5.5.2 a line ends in CR LF");
			lmtp_break_off(l, "4.7.0 bye");
			return;
		}
		if (byte == '\n') {
			bool long_line = buf_over(&l->line);
			struct slice line = {l->line.at, l->line.len - 1};
			if (long_line)
				refuse(l, "500 5.5.2 the line is too long");
			else
				obey(l, line);
			buf_clear(&l->line);
			return;
		}
		if (buf_over(&l->line)) /* only its end is looked for */
			l->line.at[l->line.len - 1] = byte;
		else
			buf_add_byte(&l->line, byte);
	}
}

/* The message */

static void refuse_message(struct lmtp *l, enum lmtp_fault fault)
{
	if (l->fault != LMTP_IN_ORDER)
		return;
	l->fault = fault;
	buf_fini(&l->message);
}

/** What came first where both limits are passed: a cut between them must not decide. */
static enum lmtp_fault limit_passed(const struct lmtp *l, size_t more)
{
	size_t line = l->line_bytes + more, whole = l->message.len + more;
	size_t line_over = line > LMTP_LINE_BYTES ? line - LMTP_LINE_BYTES : 0;
	size_t whole_over = whole > l->message.limit_bytes ? whole - l->message.limit_bytes : 0;
	if (line_over == 0 && whole_over == 0)
		return LMTP_IN_ORDER;
	return line_over >= whole_over ? LMTP_LONG_LINE : LMTP_TOO_LARGE;
}

static void keep(struct lmtp *l, struct slice bytes)
{
	enum lmtp_fault fault = l->fault == LMTP_IN_ORDER ? limit_passed(l, bytes.len) : l->fault;
	if (fault != LMTP_IN_ORDER) {
		refuse_message(l, fault);
		return;
	}
	l->line_bytes += bytes.len;
	buf_add(&l->message, bytes);
}

/** As much as can stand within a line. */
static void keep_run(struct lmtp *l, struct slice *in)
{
	size_t len = 0;
	while (len < in->len && in->at[len] != '\r' && in->at[len] != '\n' && in->at[len] != '\0')
		len++;
	keep(l, (struct slice){in->at, len});
	*in = slice_from(*in, len);
}

static void keep_end_of_line(struct lmtp *l)
{
	keep(l, SLICE("\r\n"));
	l->line_bytes = 0;
	l->place = LMTP_AT_START;
}

static void take_within(struct lmtp *l, char byte)
{
	if (byte == '\n' || byte == '\0')
		refuse_message(l, LMTP_BARE_BYTE);
	l->place = byte == '\r' ? LMTP_AFTER_CR : LMTP_INSIDE;
}

/** True: the byte ended the message. */
static bool take_byte(struct lmtp *l, char byte)
{
	switch (l->place) {
	case LMTP_AT_START:
		if (byte == '.')
			l->place = LMTP_AFTER_DOT;
		else
			take_within(l, byte);
		return false;
	case LMTP_AFTER_DOT:
		if (byte == '\r')
			l->place = LMTP_AFTER_DOT_CR;
		else
			take_within(l, byte);
		return false;
	case LMTP_AFTER_DOT_CR:
	case LMTP_AFTER_CR:
		if (byte == '\n' && l->place == LMTP_AFTER_DOT_CR)
			return true;
		if (byte == '\n') {
			keep_end_of_line(l);
			return false;
		}
		refuse_message(l, LMTP_BARE_BYTE);
		take_within(l, byte);
		return false;
	case LMTP_INSIDE:
		take_within(l, byte);
		return false;
	}
	never("a place in a line");
}

static const char *const fault_replies[] = {
	[LMTP_TOO_LARGE] = "552 5.3.4 larger than 10485760 bytes, or than it said",
	[LMTP_LONG_LINE] = "554 5.6.0 a line is longer than 65536 bytes",
	[LMTP_BARE_BYTE] = "554 5.6.0 a CR or LF stands alone, or a NUL",
};

static void end_message(struct lmtp *l)
{
	if (l->fault == LMTP_IN_ORDER) {
		memset(l->fates, -1, sizeof(l->fates));
		l->fates_len = 0;
		enter(l, LMTP_STORING);
		return;
	}
	for (size_t i = 0; i < l->recipients_len; i++)
		reply(l, fault_replies[l->fault]);
	begin_anew(l);
	enter(l, LMTP_READY);
}

static bool is_special(char byte)
{
	return byte == '\r' || byte == '\n' || byte == '\0';
}

/** One byte that matters, or as many as do not. True: the message ended. */
static bool take_some(struct lmtp *l, struct slice *in)
{
	char byte = *in->at;
	bool dot = byte == '.' && l->place == LMTP_AT_START;
	bool after_cr = l->place == LMTP_AFTER_CR || l->place == LMTP_AFTER_DOT_CR;
	if (!is_special(byte) && !dot && !after_cr) {
		l->place = LMTP_INSIDE;
		keep_run(l, in);
		return false;
	}
	*in = slice_from(*in, 1);
	return take_byte(l, byte);
}

static void take_message_bytes(struct lmtp *l, struct slice *in)
{
	while (in->len > 0) {
		size_t had = in->len;
		if (take_some(l, in)) {
			end_message(l);
			return;
		}
		if (l->fault != LMTP_IN_ORDER)
			l->drained_bytes += had - in->len;
		if (l->drained_bytes > LMTP_DRAINED_BYTES) {
			lmtp_break_off(l, "4.3.4 far too large");
			return;
		}
	}
}

/* Steps */

static enum lmtp_step announce(struct lmtp *l, enum lmtp_step step)
{
	if (l->announced)
		return LMTP_WAITING;
	l->announced = true;
	return step;
}

enum lmtp_step lmtp_next(struct lmtp *l, struct slice *in)
{
	for (;;) {
		if (l->replies.len > REPLIES_SENT_AT_BYTES)
			return LMTP_REPLIES;
		switch (l->state) {
		case LMTP_ASKING:
			return announce(l, LMTP_RECIPIENT);
		case LMTP_ADMITTING:
			return announce(l, LMTP_ROOM);
		case LMTP_STORING:
			return announce(l, LMTP_MESSAGE);
		case LMTP_ENDED:
			return LMTP_END;
		case LMTP_FRESH:
		case LMTP_READY:
		case LMTP_ADDRESSING:
			if (in->len == 0)
				return LMTP_MORE;
			take_command_bytes(l, in);
			break;
		case LMTP_RECEIVING:
			if (in->len == 0)
				return LMTP_MORE;
			take_message_bytes(l, in);
			break;
		}
	}
}

struct slice lmtp_recipient_asked(const struct lmtp *l)
{
	return slice_of(l->asked);
}

void lmtp_recipient(struct lmtp *l, enum lmtp_verdict verdict)
{
	static const char *const words[] = {
		[LMTP_TAKEN] = "250 2.1.5 go on",
		[LMTP_UNKNOWN] = "550 5.1.1 no such survey address",
		[LMTP_FOREIGN] = "550 5.1.2 mail of this domain is not for us",
		[LMTP_LATER] = "451 4.3.0 try later",
	};
	must(l->state == LMTP_ASKING);
	if (verdict == LMTP_TAKEN) {
		l->recipients[l->recipients_len++] = l->paths.len;
		buf_add(&l->paths, slice_of(l->asked));
		buf_add_byte(&l->paths, '\0');
		must(!buf_over(&l->paths));
	}
	enter(l, LMTP_ADDRESSING);
	reply(l, words[verdict]);
}

void lmtp_admit(struct lmtp *l, size_t most)
{
	must(l->state == LMTP_ADMITTING);
	if (most == 0) {
		begin_anew(l);
		enter(l, LMTP_READY);
		reply(l, "452 4.3.1 no room now");
		return;
	}
	buf_init(&l->message, most < LMTP_MESSAGE_BYTES ? most : LMTP_MESSAGE_BYTES);
	l->place = LMTP_AT_START;
	l->fault = LMTP_IN_ORDER;
	l->line_bytes = l->drained_bytes = 0;
	enter(l, LMTP_RECEIVING);
	reply(l, "354 the message, then a dot");
}

void lmtp_stored(struct lmtp *l, size_t recipient, enum lmtp_verdict verdict)
{
	must(l->state == LMTP_STORING && recipient < l->recipients_len);
	must(l->fates[recipient] == -1 && (verdict == LMTP_TAKEN || verdict == LMTP_LATER));
	l->fates[recipient] = (signed char)verdict;
	if (++l->fates_len < l->recipients_len)
		return;
	for (size_t i = 0; i < l->recipients_len; i++)
		reply(l, l->fates[i] == LMTP_TAKEN ? "250 2.0.0 stored" : "451 4.3.0 try later");
	begin_anew(l);
	enter(l, LMTP_READY);
}

struct slice lmtp_sender(const struct lmtp *l)
{
	return slice_of(l->sender);
}

struct slice lmtp_message(const struct lmtp *l)
{
	return buf_slice(&l->message);
}

size_t lmtp_recipients(const struct lmtp *l)
{
	return l->recipients_len;
}

struct slice lmtp_recipient_path(const struct lmtp *l, size_t recipient)
{
	must(recipient < l->recipients_len);
	return slice_of(l->paths.at + l->recipients[recipient]);
}

void lmtp_break_off(struct lmtp *l, const char *words)
{
	if (l->state == LMTP_ENDED)
		return;
	buf_print(&l->replies, "421 %s\r\n", words);
	enter(l, LMTP_ENDED);
}
