/** `plaudit completion SHELL`: scripts made from the verb and option table. */
#include <stdio.h>

#include "cli/terminal.h"
#include "cli/verbs.h"

enum { SCRIPT_BYTES = 64 * 1024 };

static bool belongs(const struct option_row *row, size_t verb)
{
	return (row->verbs & (1u << verb)) != 0;
}

static void add_verbs(struct buf *to)
{
	for (size_t i = 0; i < VERBS; i++)
		buf_print(to, "%s%s", i > 0 ? " " : "", verb_rows[i].name);
}

static void add_options_of(struct buf *to, size_t verb)
{
	for (size_t i = 0; i < option_rows_len; i++) {
		if (belongs(&option_rows[i], verb))
			buf_print(to, "--%s ", option_rows[i].argp.name);
	}
	buf_add_text(to, "--help --usage --version");
}

/** "--metric|-m", the ways to write an option. */
static void add_spellings(struct buf *to, const struct option_row *row)
{
	buf_print(to, "--%s", row->argp.name);
	if (row->argp.key < 128)
		buf_print(to, "|-%c", row->argp.key);
}

static void add_bash_values(struct buf *to)
{
	for (size_t i = 0; i < option_rows_len; i++) {
		const struct option_row *row = &option_rows[i];
		if (row->argp.arg == NULL)
			continue;
		buf_add_text(to, "\t");
		add_spellings(to, row);
		if (row->takes_file)
			buf_add_text(to, ") COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n");
		else
			buf_print(to, ") COMPREPLY=($(compgen -W '%s' -- \"$word\")); return ;;\n",
				  row->choices != NULL ? row->choices : "");
	}
}

static void add_bash_verbs(struct buf *to)
{
	for (size_t i = 0; i < VERBS; i++) {
		buf_print(to, "\t%s) options='", verb_rows[i].name);
		add_options_of(to, i);
		buf_print(to, "' words='%s' files=%d ;;\n",
			  verb_rows[i].words != NULL ? verb_rows[i].words : "",
			  verb_rows[i].takes_file ? 1 : 0);
	}
}

static void add_bash(struct buf *to)
{
	buf_add_text(to,
		     "# bash completion of plaudit\n_plaudit()\n{\n"
		     "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
		     "\tlocal verb= options= words= files=0 i\n\tcase $before in\n");
	add_bash_values(to);
	buf_add_text(to, "\tesac\n\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
			 "\t\tcase \" ");
	add_verbs(to);
	buf_add_text(to, " \" in\n\t\t*\" ${COMP_WORDS[i]} \"*) verb=${COMP_WORDS[i]}; break ;;\n"
			 "\t\tesac\n\tdone\n\tcase $verb in\n");
	add_bash_verbs(to);
	buf_add_text(to, "\t*) words='");
	add_verbs(to);
	buf_add_text(to,
		     "' options='--help --usage --version' ;;\n\tesac\n"
		     "\tif [[ $word == -* ]]; then\n"
		     "\t\tCOMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n\t\treturn\n\tfi\n"
		     "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
		     "\tif ((files)); then\n"
		     "\t\tCOMPREPLY+=($(compgen -f -- \"$word\"))\n\tfi\n}\n"
		     "complete -o filenames -F _plaudit plaudit\n");
}

/** Text inside '...' of zsh and fish, where colons and brackets mean something to zsh. */
static void add_quoted(struct buf *to, const char *text, const char *escaped)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			buf_add_text(to, "'\\'");
		else if (strchr(escaped, *text) != NULL)
			buf_add_byte(to, '\\');
		buf_add_byte(to, *text);
	}
}

static void add_zsh_option(struct buf *to, const struct option_row *row)
{
	buf_print(to, "\t\t\t'--%s%s[", row->argp.name, row->argp.arg != NULL ? "=" : "");
	add_quoted(to, row->argp.doc, "[]:\\");
	buf_add_text(to, "]");
	if (row->argp.arg != NULL && row->takes_file)
		buf_print(to, ":%s:_files", row->argp.arg);
	else if (row->argp.arg != NULL && row->choices != NULL)
		buf_print(to, ":%s:(%s)", row->argp.arg, row->choices);
	else if (row->argp.arg != NULL)
		buf_print(to, ":%s: ", row->argp.arg);
	buf_add_text(to, "' \\\n");
}

static void add_zsh_verb(struct buf *to, size_t verb)
{
	const struct verb_row *row = &verb_rows[verb];
	buf_print(to, "\t%s)\n\t\t_arguments \\\n", row->name);
	for (size_t i = 0; i < option_rows_len; i++) {
		if (belongs(&option_rows[i], verb))
			add_zsh_option(to, &option_rows[i]);
	}
	if (row->words != NULL)
		buf_print(to, "\t\t\t'1:word:(%s)' \\\n", row->words);
	if (row->takes_file)
		buf_print(to, "\t\t\t'%d:file:_files' \\\n", row->words != NULL ? 2 : 1);
	buf_add_text(to, "\t\t\t'--help[explain the verb]'\n\t\t;;\n");
}

static void add_zsh(struct buf *to)
{
	buf_add_text(to, "#compdef plaudit\n_plaudit()\n{\n\tlocal -a verbs=(\n");
	for (size_t i = 0; i < VERBS; i++) {
		buf_print(to, "\t\t'%s:", verb_rows[i].name);
		add_quoted(to, verb_rows[i].doc, ":\\");
		buf_add_text(to, "'\n");
	}
	buf_add_text(to, "\t)\n\tif ((CURRENT == 2)); then\n\t\t_describe verb verbs\n"
			 "\t\treturn\n\tfi\n\tlocal verb=${words[2]}\n\tshift words\n"
			 "\t((CURRENT--))\n\tcase $verb in\n");
	for (size_t i = 0; i < VERBS; i++)
		add_zsh_verb(to, i);
	buf_add_text(to, "\tesac\n}\ncompdef _plaudit plaudit\n");
}

static void add_fish_option(struct buf *to, const struct option_row *row, const char *verb)
{
	buf_print(to, "complete -c plaudit -n '__fish_seen_subcommand_from %s' -l %s", verb,
		  row->argp.name);
	if (row->argp.key < 128)
		buf_print(to, " -s %c", row->argp.key);
	if (row->argp.arg != NULL)
		buf_add_text(to, row->takes_file ? " -r -F" : " -x");
	if (row->choices != NULL)
		buf_print(to, " -a '%s'", row->choices);
	buf_add_text(to, " -d '");
	add_quoted(to, row->argp.doc, "\\");
	buf_add_text(to, "'\n");
}

static void add_fish_verb(struct buf *to, size_t verb)
{
	const struct verb_row *row = &verb_rows[verb];
	buf_print(to, "complete -c plaudit -n __fish_use_subcommand -a %s -d '", row->name);
	add_quoted(to, row->doc, "\\");
	buf_add_text(to, "'\n");
	if (row->words != NULL)
		buf_print(to, "complete -c plaudit -n '__fish_seen_subcommand_from %s' -a '%s'\n",
			  row->name, row->words);
	if (row->takes_file)
		buf_print(to, "complete -c plaudit -n '__fish_seen_subcommand_from %s' -F\n",
			  row->name);
	for (size_t i = 0; i < option_rows_len; i++) {
		if (belongs(&option_rows[i], verb))
			add_fish_option(to, &option_rows[i], row->name);
	}
}

static void add_fish(struct buf *to)
{
	buf_add_text(to, "# fish completion of plaudit\ncomplete -c plaudit -f\n"
			 "complete -c plaudit -l help -d 'explain'\n"
			 "complete -c plaudit -l version -d 'print the version'\n");
	for (size_t i = 0; i < VERBS; i++)
		add_fish_verb(to, i);
}

enum outcome verb_completion(const struct options *o)
{
	struct buf script;
	struct slice shell = slice_of(o->words[0]);
	buf_init(&script, SCRIPT_BYTES);
	if (slice_is(shell, "bash"))
		add_bash(&script);
	else if (slice_is(shell, "zsh"))
		add_zsh(&script);
	else
		add_fish(&script);
	must(!buf_over(&script));
	terminal_write(buf_slice(&script));
	buf_fini(&script);
	return OUTCOME_OK;
}
