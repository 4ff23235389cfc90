#include "decode/csv_text.h"

#include "decode/detect.h"

void csv_text_init(struct csv_text *t, const struct csv_options *options)
{
	*t = (struct csv_text){.options = *options};
	charset_init(&t->charset, options->encoding, &t->reading);
	buf_init(&t->head, CSV_HEAD_BYTES);
}

void csv_text_fini(struct csv_text *t)
{
	charset_fini(&t->charset);
	buf_fini(&t->head);
}

static enum charset_step begin(struct csv_text *t, struct slice *text)
{
	struct slice head = t->head.len > 0 ? buf_slice(&t->head) : SLICE("");
	size_t skip;
	detect_layout(head, &t->options, &t->reading, &skip);
	t->begun = true;
	*text = slice_from(head, skip);
	return CHARSET_TEXT;
}

static enum charset_step collect(struct csv_text *t, struct slice *text)
{
	while (t->head.len < CSV_HEAD_BYTES) {
		struct slice piece;
		enum charset_step step = charset_next(&t->charset, &piece);
		if (step == CHARSET_END && !t->charset.clashes)
			break;
		if (step != CHARSET_TEXT)
			return step;
		size_t room = CSV_HEAD_BYTES - t->head.len;
		size_t len = piece.len < room ? piece.len : room;
		buf_add(&t->head, (struct slice){piece.at, len});
		t->later = slice_from(piece, len);
	}
	return begin(t, text);
}

enum charset_step csv_text_next(struct csv_text *t, struct slice *text)
{
	if (!t->begun)
		return collect(t, text);
	if (t->later.len > 0) {
		*text = t->later;
		t->later = SLICE_NONE;
		return CHARSET_TEXT;
	}
	if (t->head.room > 0) {
		buf_fini(&t->head);
		buf_init(&t->head, CSV_HEAD_BYTES);
	}
	return charset_next(&t->charset, text);
}

size_t csv_text_held_bytes(const struct csv_text *t)
{
	return t->head.room + t->charset.head.room + t->charset.text.room;
}
