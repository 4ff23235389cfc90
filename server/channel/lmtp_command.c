#include "channel/lmtp_command.h"

#include "channel/lmtp.h"

static const struct {
	const char *word;
	enum lmtp_verb verb;
} verbs[] = {
	{"LHLO", LMTP_VERB_LHLO}, {"MAIL", LMTP_VERB_MAIL}, {"RCPT", LMTP_VERB_RCPT},
	{"DATA", LMTP_VERB_DATA}, {"RSET", LMTP_VERB_RSET}, {"NOOP", LMTP_VERB_NOOP},
	{"QUIT", LMTP_VERB_QUIT}, {"VRFY", LMTP_VERB_VRFY}, {"HELO", LMTP_VERB_HELO},
	{"EHLO", LMTP_VERB_HELO},
};

struct lmtp_command lmtp_command_read(struct slice line)
{
	struct lmtp_command command = {.verb = LMTP_VERB_OTHER};
	struct slice word;
	line = slice_trim(line);
	if (!slice_next_part(&line, ' ', &word))
		return command;
	command.rest = slice_trim(line);
	for (size_t i = 0; i < COUNT_OF(verbs); i++)
		if (slice_equal_ignoring_case(word, slice_of(verbs[i].word)))
			command.verb = verbs[i].verb;
	return command;
}

/** "FROM:" and what follows. */
static bool takes_word(struct slice *rest, const char *word)
{
	struct slice before;
	return memchr(rest->at != NULL ? rest->at : "", ':', rest->len) != NULL &&
	       slice_next_part(rest, ':', &before) &&
	       slice_equal_ignoring_case(slice_trim(before), slice_of(word));
}

/** The '>' that closes the path; a quoted local part may hold one. 0: there is none. */
static size_t closing_bracket(struct slice path)
{
	bool quoted = false;
	for (size_t i = 1; i < path.len; i++) {
		if (quoted && path.at[i] == '\\')
			i++;
		else if (path.at[i] == '"')
			quoted = !quoted;
		else if (!quoted && path.at[i] == '>')
			return i;
	}
	return 0;
}

/** "<@relay,@other:user@host>": the route is obsolete and means nothing. */
static struct slice without_route(struct slice address)
{
	const char *colon;
	if (address.len == 0 || address.at[0] != '@')
		return address;
	colon = memchr(address.at, ':', address.len);
	return colon != NULL ? slice_from(address, (size_t)(colon - address.at) + 1) : address;
}

static bool is_ascii(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] >= 128)
			return false;
	return true;
}

static const char *take_parameter(struct slice parameter, struct lmtp_path *path)
{
	struct slice value = parameter, name;
	int64_t number;
	(void)slice_next_part(&value, '=', &name);
	if (slice_equal_ignoring_case(name, SLICE("SMTPUTF8")) && value.at == NULL) {
		path->utf8 = true;
		return NULL;
	}
	if (slice_equal_ignoring_case(name, SLICE("BODY")))
		return slice_equal_ignoring_case(value, SLICE("7BIT")) ||
				       slice_equal_ignoring_case(value, SLICE("8BITMIME"))
			       ? NULL
			       : "501 5.5.4 BODY is 7BIT or 8BITMIME";
	if (!slice_equal_ignoring_case(name, SLICE("SIZE")))
		return "555 5.5.4 a parameter that was not offered";
	if (value.len > 15 || !slice_to_int64(value, &number) || number < 0)
		return "501 5.5.4 SIZE is a number";
	if (number > LMTP_MESSAGE_BYTES)
		return "552 5.3.4 larger than 10485760 bytes";
	path->size = (size_t)number;
	return NULL;
}

static const char *take_parameters(struct slice rest, struct lmtp_path *path)
{
	struct slice parameter;
	while (slice_next_part(&rest, ' ', &parameter)) {
		const char *refusal = parameter.len > 0 ? take_parameter(parameter, path) : NULL;
		if (refusal != NULL)
			return refusal;
	}
	return NULL;
}

const char *lmtp_path_read(struct slice rest, const char *word, bool parameters,
			   struct lmtp_path *path)
{
	const char *refusal = NULL;
	size_t end;
	*path = (struct lmtp_path){0};
	if (!takes_word(&rest, word))
		return "501 5.5.4 not understood";
	rest = slice_trim(rest);
	end = rest.len > 0 && rest.at[0] == '<' ? closing_bracket(rest) : 0;
	if (end == 0)
		return "501 5.1.7 an address stands in <>";
	path->address = without_route((struct slice){rest.at + 1, end - 1});
	rest = slice_from(rest, end + 1);
	if (rest.len > 0 && rest.at[0] != ' ')
		return "501 5.5.4 not understood";
	if (parameters)
		refusal = take_parameters(rest, path);
	else if (slice_trim(rest).len > 0)
		refusal = "555 5.5.4 a parameter that was not offered";
	if (refusal == NULL && path->address.len > LMTP_PATH_BYTES)
		refusal = "501 5.1.7 the address is too long";
	return refusal != NULL || is_ascii(path->address) || slice_is_utf8(path->address)
		       ? refusal
		       : "501 5.1.7 the address is not UTF-8";
}
