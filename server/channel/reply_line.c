#include "channel/reply_line.h"

#include "base/must.h"

enum { SENT_BY_MOST_BYTES = 120, INTRO_MOST_BYTES = 600, QUOTING_INITIALS = 3 };

/* clang-format off */
/** Words that say that somebody wrote, in the line above what they wrote. */
static const char *const wrote[] = {
	"wrote", "writes", "schrieb", "schreef", "geschreven", "skrev", "a écrit", "escribió", "escreveu",
	"ha scritto", "napisał", "написал", "написала", "пишет", "пише", "写道", "寫道", "님이 작성", "님이 씀", "쓴 글",
	"đã viết", "のメール", "kirjoitti",
};

/** What such a line begins with, a blank behind it; or a digit, or a weekday. */
static const char *const openers[] = {
	"On", "At", "Am", "Le", "El", "Op", "Em", "Il", "Den", "Dnia", "Vào", "W dniu", "Mnd", "ma.", "ti.",
	"on.", "to.", "fr.", "lø.", "sø.", "man.", "tir.", "ons.", "tor.", "tors.", "fre.", "lør.", "søn.",
};

/** Lines that stand alone above a mail that is passed on or answered, among dashes or stars. */
static const char *const dividers[] = {
	"Original Message", "Forwarded message", "Forwarded Message", "Begin forwarded message:",
	"Ursprüngliche Nachricht", "Weitergeleitete Nachricht", "Mensaje original", "Message d'origine",
	"Message original", "Messaggio originale", "Mensagem original", "Oprindelig meddelelse",
	"Opprinnelig melding", "Opprinnelig e-post", "Videresendt melding", "Ursprungligt meddelande",
	"Oorspronkelijk bericht", "원본 메시지", "원본 메일", "전달된 메시지", "Thư gốc", "Tin nhắn gốc",
	"Thư được chuyển tiếp", "原始邮件", "Исходное сообщение", "Wiadomość oryginalna",
};

static const char *const sent_by[] = {
	"Sent from ", "Sent via ", "Sent with ", "Sent on the go", "From my ", "Sent by ", "Get Outlook for ", "Get [Outlook for ",
	"Someone from mobile", "Von meinem ", "Gesendet von ", "Diese Nachricht wurde von ",
	"Envoyé depuis ", "Envoyé de ", "Enviado desde ", "Enviado do meu ", "Inviato da ",
	"Verstuurd vanaf ", "Verzonden ", "Sendt fra ", "Skickat från ", "Lähetetty ",
	"Wysłano z ", "Отправлено с ", "나의 iPhone에서 보냄", "내 iPhone에서 보냄", "Samsung Mobile에서 보냄",
	"Gửi từ ", "Đã gửi từ ", "发自我的", "從我的 ", "iPhoneから送信",
};

static const char *const headers[] = {
	"From", "Sent", "To", "Cc", "Bcc", "Date", "Subject", "Reply-To", "Importance",
	"Von", "Gesendet", "An", "Betreff", "Datum", "De", "Enviado", "Para", "Asunto", "Fecha",
	"Fra", "Sendt", "Til", "Dato", "Emne", "Kopi", "Från", "Skickat", "Till", "Ämne",
	"Da", "A", "Data", "Oggetto", "Risposta", "Inviato", "Envoyé", "À", "Objet", "Expéditeur", "Destinataire",
	"Van", "Aan", "Verzonden", "Onderwerp", "Od", "Do", "Temat", "Wysłano", "От", "Кому", "Тема", "Дата",
	"Отправлено", "보낸 사람", "보낸사람", "받는 사람", "받는사람", "보낸 날짜", "날짜", "제목", "참조",
	"Từ", "Đến", "Tới", "Gửi", "Đã gửi", "Ngày", "Chủ đề", "Người gửi", "Người nhận", "发件人", "收件人", "主题", "日期", "发送时间",
};
/* clang-format on */

static bool has(struct slice text, const char *word)
{
	return text.len > 0 && memmem(text.at, text.len, word, strlen(word)) != NULL;
}

static bool begins(struct slice text, const char *with)
{
	size_t len = strlen(with);
	return text.len >= len &&
	       slice_equal_ignoring_case((struct slice){text.at, len}, (struct slice){with, len});
}

static bool ends(struct slice text, const char *with)
{
	size_t len = strlen(with);
	return text.len >= len && memcmp(text.at + text.len - len, with, len) == 0;
}

/** No-break and zero-width spaces, the mark of a byte order, and a dot that Gmail leaves behind. */
static const char *const blanks[] = {" ",
				     "\t",
				     "\r",
				     "\f",
				     "\xC2\xA0",
				     "\xE2\x80\x8B",
				     "\xE2\x80\x8C",
				     "\xEF\xBB\xBF",
				     "\xE3\x80\x80",
				     "\xE1\x90\xA7"};

struct slice reply_line_trim(struct slice line)
{
	for (size_t i = 0; i < COUNT_OF(blanks); i++) {
		size_t len = strlen(blanks[i]);
		if (begins(line, blanks[i])) {
			line = slice_from(line, len);
			i = (size_t)-1;
		} else if (ends(line, blanks[i])) {
			line.len -= len;
			i = (size_t)-1;
		}
	}
	return line;
}

static struct slice trim_bytes(struct slice text, const char *bytes)
{
	while (text.len > 0 && strchr(bytes, *text.at) != NULL && *text.at != '\0')
		text = slice_from(text, 1);
	while (text.len > 0 && strchr(bytes, text.at[text.len - 1]) != NULL &&
	       text.at[text.len - 1] != '\0')
		text.len--;
	return text;
}

/** "--" and the dashes that are one character. */
static bool is_sign_off(struct slice line)
{
	return slice_is(line, "--") || slice_is(line, "\xE2\x80\x94") ||
	       slice_is(line, "\xE2\x80\x93") || (line.len > 4 && trim_bytes(line, "_").len == 0);
}

static bool is_rule(struct slice line)
{
	return line.len >= 3 && trim_bytes(line, "-_*#~=+ ").len == 0;
}

static bool is_quote(struct slice line)
{
	size_t initials = 0;
	if (line.at[0] == '>' || line.at[0] == '|')
		return true;
	while (initials < line.len && initials <= QUOTING_INITIALS && line.at[initials] >= 'A' &&
	       line.at[initials] <= 'Z')
		initials++;
	return initials > 0 && initials <= QUOTING_INITIALS && initials < line.len &&
	       line.at[initials] == '>';
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static bool has_digit(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (is_digit(text.at[i]))
			return true;
	return false;
}

/** A year, or a time of day. */
static bool has_date(struct slice text)
{
	for (size_t i = 0; i + 4 <= text.len; i++) {
		const char *at = text.at + i;
		bool two = is_digit(at[2]) && is_digit(at[3]);
		if (is_digit(at[0]) && two && (at[1] == ':' || at[1] == '.'))
			return true;
		if (two && (memcmp(at, "19", 2) == 0 || memcmp(at, "20", 2) == 0))
			return true;
	}
	return false;
}

static bool has_address(struct slice text)
{
	return has(text, "@") && (has(text, "<") || has(text, "&lt;") || has(text, "("));
}

/** Letters beyond ASCII stand for the weekdays of half the world. */
static bool opens(struct slice line)
{
	if (line.len > 0 && (is_digit(line.at[0]) || (unsigned char)line.at[0] >= 128))
		return true;
	for (size_t i = 0; i < COUNT_OF(openers); i++)
		if (begins(line, openers[i]) && slice_from(line, strlen(openers[i])).len > 0 &&
		    line.at[strlen(openers[i])] == ' ')
			return true;
	return false;
}

static bool begins_with_date(struct slice line)
{
	return line.len > 10 && is_digit(line.at[0]) && is_digit(line.at[3]) &&
	       (line.at[4] == '-' || line.at[4] == '/') && is_digit(line.at[5]);
}

static bool is_divider(struct slice line)
{
	line = reply_line_trim(trim_bytes(line, "-*_ >"));
	for (size_t i = 0; i < COUNT_OF(dividers); i++)
		if (slice_equal_ignoring_case(line, slice_of(dividers[i])))
			return true;
	return false;
}

/** Without the marks of a quotation before it, and dashes and stars around it. */
static struct slice unquoted(struct slice line)
{
	while (line.len > 0 && memchr("> -*", *line.at, 4) != NULL)
		line = slice_from(line, 1);
	while (line.len > 0 && memchr(" -*", line.at[line.len - 1], 3) != NULL)
		line.len--;
	return reply_line_trim(line);
}

bool reply_line_may_introduce(struct slice line)
{
	line = unquoted(line);
	return opens(line) ? has_digit(line) : has(line, "<");
}

/** "2016-03-03 17:21 GMT+01:00 Some One", "2013/7/20 somebody <a@b>" */
static bool is_bare_date(struct slice line)
{
	return begins_with_date(line) && (has(line, " GMT") || (ends(line, ">") && has(line, "@")));
}

bool reply_line_introduces(struct slice joined)
{
	joined = unquoted(joined);
	if (joined.len == 0 || joined.len > INTRO_MOST_BYTES)
		return false;
	if (is_bare_date(joined))
		return true;
	if (!ends(joined, ":") && !ends(joined, "\xEF\xBC\x9A") && !ends(joined, "wrote"))
		return false;
	if (!has_address(joined) && !(opens(joined) && has_date(joined)))
		return false;
	/* A date and an address introduce in any language. */
	if (has_address(joined) && has_date(joined) && !ends(joined, "wrote"))
		return true;
	for (size_t i = 0; i < COUNT_OF(wrote); i++)
		if (has(joined, wrote[i]))
			return true;
	return false;
}

static bool is_header(struct slice line)
{
	struct slice word;
	line = trim_bytes(line, "*");
	if (memchr(line.at, ':', line.len) == NULL)
		return false;
	(void)slice_next_part(&line, ':', &word);
	word = reply_line_trim(trim_bytes(word, "*"));
	for (size_t i = 0; i < COUNT_OF(headers); i++)
		if (slice_equal_ignoring_case(word, slice_of(headers[i])))
			return true;
	return false;
}

static bool is_sent_by(struct slice line)
{
	if (line.len > SENT_BY_MOST_BYTES)
		return false;
	line = trim_bytes(line, "(<[");
	for (size_t i = 0; i < COUNT_OF(sent_by); i++)
		if (begins(line, sent_by[i]))
			return true;
	return false;
}

enum reply_line reply_line_of(struct slice line)
{
	line = reply_line_trim(line);
	if (line.len == 0)
		return REPLY_EMPTY;
	if (slice_starts_with(line, SLICE("```")))
		return REPLY_FENCE;
	if (is_sign_off(line))
		return REPLY_SIGN_OFF;
	if (is_rule(line))
		return REPLY_RULE;
	if (is_divider(line) || reply_line_introduces(line))
		return REPLY_INTRO;
	if (is_quote(line))
		return REPLY_QUOTE;
	if (is_sent_by(line))
		return REPLY_SENT_BY;
	return is_header(line) ? REPLY_HEADER : REPLY_TEXT;
}
