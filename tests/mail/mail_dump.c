/** `mail_dump FILE...`: what is read of each mail, a line of JSON each; `mail_dump --reply FILE...`
 * takes the files for the text of a reply. What leaks, LeakSanitizer tells: this is no Criterion.
 */
#include <stdio.h>

#include "base/json_out.h"
#include "channel/adapters.h"
#include "channel/mail.h"
#include "channel/reply.h"
#include "channel/setup.h"

enum { FILE_BYTES = 32 << 20, ARENA_BYTES = 128 << 20, JSON_BYTES = 64 << 20 };

static const struct slice questions[] = {{"nps", 3}, {"csat", 4}, {"ces", 3}};

static bool read_file(const char *path, struct buf *to)
{
	char piece[65536];
	size_t len;
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		return false;
	while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_add(to, (struct slice){piece, len});
	fclose(file);
	return !buf_over(to);
}

static void tell_reply(struct slice text, struct arena *arena, struct json_out *j)
{
	struct reply *reply = arena_take(arena, sizeof(*reply));
	must(reply_read(text, questions, COUNT_OF(questions), arena, reply) == OK);
	json_pair_text(j, "visible", reply->visible);
	json_pair_int(j, "answers", (int64_t)reply->answers_len);
}

/** As if it had come for an invitation: whether it would count. */
static void tell_heard(struct slice raw, struct arena *arena, struct json_out *j)
{
	static const char *const fates[] = {"answers", "nothing", "bad"};
	struct setup setup = {.code = SLICE("x")};
	struct payload payload = {
		.headers = SLICE("plaudit-sender: a@b.test\n"
				 "plaudit-recipient: abc+aaaaaaaaaaaaaaaaaaaa@cx.test\n"),
		.body = raw};
	struct heard heard;
	struct trouble why;
	must(mail_hear(&setup, &payload, arena, &heard, &why) == OK);
	json_pair_text(j, "fate", slice_of(fates[heard.fate]));
	json_pair_text(j, "why", slice_of(heard.why != NULL ? heard.why : ""));
}

static void tell_mail(struct slice raw, struct arena *arena, struct json_out *j)
{
	struct mail mail;
	struct trouble why = {0};
	enum status st = mail_read(raw, false, arena, &mail, &why);
	must(st == OK || st == E_INPUT);
	json_pair_text(j, "class", slice_of(st == OK ? mail_class_word(mail.class) : why.code));
	json_pair_text(j, "text", mail.text);
	json_pair_text(j, "message_id", mail.message_id);
	must(mail.text.len == 0 || slice_is_utf8(mail.text));
	tell_reply(mail.text, arena, j);
	tell_heard(raw, arena, j);
}

static bool tell(const char *path, bool as_reply)
{
	struct buf file, text;
	struct arena arena;
	buf_init(&file, FILE_BYTES);
	buf_init(&text, JSON_BYTES);
	arena_init(&arena, ARENA_BYTES);
	bool read = read_file(path, &file);
	struct json_out j = json_out_on(&text);
	json_open_object(&j);
	json_pair_text(&j, "file", slice_of(path));
	if (read && as_reply)
		tell_reply(buf_slice(&file), &arena, &j);
	else if (read)
		tell_mail(buf_slice(&file), &arena, &j);
	json_close_object(&j);
	fwrite(text.at, 1, text.len, stdout);
	putchar('\n');
	arena_fini(&arena);
	buf_fini(&file);
	buf_fini(&text);
	return read;
}

int main(int argc, char **argv)
{
	bool as_reply = argc > 1 && strcmp(argv[1], "--reply") == 0;
	bool all = true;
	for (int i = as_reply ? 2 : 1; i < argc; i++)
		all &= tell(argv[i], as_reply);
	return all ? 0 : 1;
}
