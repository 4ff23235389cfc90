#include "cli/command_line.h"

static bool is_plain(const char *word)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				    "_@%+=:,./-";
	return word[0] != '\0' && strspn(word, plain) == strlen(word);
}

void command_line_add_word(struct buf *to, const char *word)
{
	if (is_plain(word)) {
		buf_add_text(to, word);
		return;
	}
	buf_add_byte(to, '\'');
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			buf_add_text(to, "'\\''");
		else
			buf_add_byte(to, *word);
	}
	buf_add_byte(to, '\'');
}

void command_line_add(struct buf *to, const struct options *o)
{
	for (int i = 0; i < o->argc; i++) {
		if (i > 0)
			buf_add_byte(to, ' ');
		command_line_add_word(to, i == o->verb_at ? verb_rows[o->verb].name : o->argv[i]);
	}
}
