#include "unit/channel/fastagi_told.h"

/** A command is out whenever none is: replies are what is looked at here. */
static void ask(struct fastagi *a)
{
	struct buf ignored;
	if (a->state != FASTAGI_IDLE)
		return;
	buf_init(&ignored, 1000);
	fastagi_verbose(a, &ignored, SLICE("x"));
	buf_fini(&ignored);
}

static void tell(const struct fastagi *a, const struct fastagi_said *said, struct buf *to)
{
	switch (said->kind) {
	case FASTAGI_READY:
		buf_add_text(to, "ready");
		for (size_t i = 0; i < FASTAGI_VARIABLE_COUNT; i++)
			buf_print(to, " <%s>", a->variables[i]);
		buf_print(to, " %s\n", a->script);
		return;
	case FASTAGI_REPLY:
		buf_print(to, "%d <%.*s>%s\n", said->code, SLICE_ARGS(said->result),
			  said->timed_out ? " timeout" : "");
		return;
	case FASTAGI_HANGUP:
		buf_add_text(to, "hangup\n");
		return;
	}
}

void fastagi_told(struct slice bytes, size_t (*piece)(void *arg), void *arg, struct buf *to)
{
	struct fastagi a;
	struct fastagi_said said;
	struct trouble why;
	enum status st = OK;
	fastagi_init(&a);
	while (bytes.len > 0 && st == OK) {
		size_t len = piece == NULL ? bytes.len : piece(arg);
		struct slice in = {bytes.at, len < bytes.len ? len : bytes.len};
		bytes = slice_from(bytes, in.len);
		while (fastagi_read(&a, &in, &said, &st, &why)) {
			tell(&a, &said, to);
			ask(&a);
		}
	}
	if (st != OK)
		buf_print(to, "%s: %s\n", status_name(st), why.words);
}
