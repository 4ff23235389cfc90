#include "channel/mail_heard.h"

#include "base/clock.h"
#include "channel/heard_list.h"
#include "channel/mail.h"
#include "channel/reply.h"
#include "channel/setup.h"

enum { TOKEN_CHARS = 20, QUESTIONS_MOST = SETUP_QUESTIONS_MOST + 3 };

#define DAY_US (INT64_C(86400) * 1000000)

static const struct slice measures[] = {{"nps", 3}, {"csat", 4}, {"ces", 3}};

static size_t questions_of(const struct setup *setup, struct slice names[QUESTIONS_MOST])
{
	size_t len = 0;
	for (size_t i = 0; i < setup->questions_len && i < SETUP_QUESTIONS_MOST; i++)
		names[len++] = setup->questions[i].heard;
	for (size_t i = 0; i < COUNT_OF(measures); i++)
		names[len++] = measures[i];
	return len;
}

/** A clock that is wrong must not move an answer before or behind others. */
static int64_t believed(const struct mail_said *said)
{
	int64_t at = said->written_at;
	if (at == CLOCK_NO_INSTANT || at > said->received_at ||
	    at < said->received_at - MAIL_DATE_DAYS * DAY_US)
		return CLOCK_NO_INSTANT;
	return at;
}

static enum status hear_reply(const struct setup *setup, const struct mail_said *said,
			      struct arena *arena, struct heard_list *l, struct trouble *why)
{
	struct slice names[QUESTIONS_MOST];
	struct reply *reply = arena_take(arena, sizeof(*reply));
	size_t names_len = questions_of(setup, names);
	struct heard_answer answer = {.token = said->token,
				      .observed_at = believed(said),
				      .contacted_at = CLOCK_NO_INSTANT};
	if (reply == NULL || reply_read(said->text, names, names_len, arena, reply) < 0)
		return trouble(why, E_LIMIT, "the reply does not fit its memory");
	if (reply->answers_len == 0) {
		heard_list_nothing(l, "no_rating");
		return OK;
	}
	for (size_t i = 0; i < reply->answers_len; i++) {
		answer.question = reply->answers[i].question;
		answer.value = reply->answers[i].value;
		heard_list_add(l, &answer);
	}
	heard_list_add_comment(l, &answer, reply->comment);
	return OK;
}

/** Behind the '+' of the local part. */
static struct slice token_of(struct slice recipient)
{
	struct slice local = recipient, part;
	for (size_t i = recipient.len; i > 0; i--)
		if (recipient.at[i - 1] == '@') {
			local.len = i - 1;
			break;
		}
	(void)slice_next_part(&local, '+', &part);
	return local.at != NULL ? local : SLICE("");
}

enum status mail_heard(const struct setup *setup, struct mail_said *said, struct arena *arena,
		       struct heard *heard, struct trouble *why)
{
	struct heard_list l = heard_list_on(arena);
	enum status st = OK;
	if (said->token.len == 0)
		said->token = token_of(said->recipient);
	if (said->class != MAIL_ANSWER)
		heard_list_nothing(&l, mail_class_word(said->class));
	else if (said->token.len == 0)
		heard_list_nothing(&l, "no_token");
	else
		st = hear_reply(setup, said, arena, &l, why);
	return st < 0 ? st : heard_list_end(&l, heard, why);
}

static bool looks_like_token(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		char byte = (char)(text.at[i] | 0x20);
		if ((byte < 'a' || byte > 'z') && (text.at[i] < '2' || text.at[i] > '7'))
			return false;
	}
	return text.len == TOKEN_CHARS;
}

/** "token@domain", of the domain that the mail came for. */
static struct slice token_answered(const struct mail *mail, struct slice recipient)
{
	struct slice domain = recipient, local, id;
	(void)slice_next_part(&domain, '@', &local);
	for (size_t i = 0; i < mail->references_len && domain.at != NULL; i++) {
		id = mail->references[i];
		if (slice_next_part(&id, '@', &local) && looks_like_token(local) &&
		    slice_equal_ignoring_case(id, domain))
			return local;
	}
	return SLICE("");
}

enum status mail_heard_whole(const struct setup *setup, struct slice raw, bool null_sender,
			     struct mail_said *said, struct arena *arena, struct heard *heard,
			     struct trouble *why)
{
	struct trouble own = {0};
	struct mail mail;
	enum status st = mail_read(raw, null_sender, arena, &mail, &own);
	if (st == E_INPUT) {
		*heard = heard_bad(slice_is(slice_of(own.code), "not_a_mail") ? "not_a_mail"
									      : "mail_too_complex");
		return OK;
	}
	if (st < 0)
		return trouble(why, st, "%s", own.words);
	said->class = mail.class;
	said->text = mail.text;
	said->written_at = mail.written_at;
	if (said->token.len == 0 && token_of(said->recipient).len == 0)
		said->token = token_answered(&mail, said->recipient);
	return mail_heard(setup, said, arena, heard, why);
}
