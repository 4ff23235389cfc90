#include "unit/channel/lmtp_talk.h"

#include "channel/lmtp.h"

static bool begins(struct slice path, const char *with)
{
	return slice_starts_with(path, slice_of(with));
}

static enum lmtp_verdict verdict_of(struct slice path)
{
	if (begins(path, "no"))
		return LMTP_UNKNOWN;
	if (begins(path, "far"))
		return LMTP_FOREIGN;
	return begins(path, "wait") ? LMTP_LATER : LMTP_TAKEN;
}

static void write_down(const struct lmtp *l, struct buf *told)
{
	buf_print(told, "<message %.*s to", SLICE_ARGS(lmtp_sender(l)));
	for (size_t i = 0; i < lmtp_recipients(l); i++)
		buf_print(told, " %.*s", SLICE_ARGS(lmtp_recipient_path(l, i)));
	buf_add_text(told, ": ");
	buf_add(told, lmtp_message(l));
	buf_add_text(told, ">\n");
}

static void store(struct lmtp *l, struct buf *told)
{
	write_down(l, told);
	for (size_t i = lmtp_recipients(l); i > 0; i--)
		lmtp_stored(l, i - 1,
			    begins(lmtp_recipient_path(l, i - 1), "tmp") ? LMTP_LATER : LMTP_TAKEN);
}

static void take_replies(struct lmtp *l, struct buf *told)
{
	buf_add(told, buf_slice(&l->replies));
	buf_clear(&l->replies);
}

/** False at the end. */
static bool step(struct lmtp *l, struct slice *in, struct buf *told)
{
	enum lmtp_step step = lmtp_next(l, in);
	take_replies(l, told);
	switch (step) {
	case LMTP_MORE:
		must(in->len == 0);
		return false;
	case LMTP_END:
		*in = SLICE_NONE;
		return false;
	case LMTP_RECIPIENT:
		must(lmtp_next(l, in) == LMTP_WAITING);
		lmtp_recipient(l, verdict_of(lmtp_recipient_asked(l)));
		break;
	case LMTP_ROOM:
		lmtp_admit(l, begins(lmtp_recipient_path(l, 0), "full") ? 0 : 200000);
		break;
	case LMTP_MESSAGE:
		store(l, told);
		break;
	case LMTP_REPLIES:
		break;
	case LMTP_WAITING:
		never("everything was answered");
	}
	take_replies(l, told);
	return true;
}

void lmtp_talk(struct slice client, size_t (*cut)(void *arg, size_t left), void *arg,
	       struct buf *told)
{
	struct lmtp l;
	lmtp_init(&l, "cx.test");
	while (client.len > 0) {
		size_t len = cut(arg, client.len);
		struct slice part = {client.at, len};
		client = slice_from(client, len);
		while (step(&l, &part, told))
			;
	}
	lmtp_fini(&l);
}
