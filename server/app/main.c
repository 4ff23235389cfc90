/* plauditd: the server and what its operator does beside it. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/serve.h"

enum {
	OPTION_FIRST = 256,
	OPTION_EXTRA = 512,
	OPTIONS_MOST = 64,
	WORDS_MOST = 3,
	PRINT_BYTES = 1 << 20
};

enum extra {
	EXTRA_CONFIG = OPTION_EXTRA,
	EXTRA_PRINT,
	EXTRA_CHECK,
	EXTRA_ORGANISATION,
	EXTRA_ROLE,
	EXTRA_NAME,
	EXTRA_EXPIRES
};

const char *argp_program_version = "plauditd " PLAUDIT_VERSION;

static const char doc[] =
	"The Plaudit server: takes survey results in and answers with boards."
	"\v"
	"Verbs:\n"
	"  serve                  run the server\n"
	"  migrate up             bring the database to this program's schema\n"
	"  migrate down           take the newest migration back\n"
	"  migrate status         which migrations are applied\n"
	"  verify                 recount all tallies from the results and compare\n"
	"  key create             make an API key (--organisation, --role, --name, --expires)\n"
	"  key list               all keys, never their secrets\n"
	"  key revoke ID          end a key now\n"
	"  healthcheck            exit 0 when the server on --host and --port is ready\n"
	"\n"
	"Every setting is also an environment variable (PLAUDIT_PORT for --port) and a line of "
	"/etc/plaudit/plauditd.conf; flags win over the environment, that over the file.\n";

struct line {
	struct config config;
	const char *config_file;
	bool print, check;
	const char *words[WORDS_MOST];
	int words_len;
	struct key_request key;
};

static struct argp_option options[OPTIONS_MOST];

static void make_options(void)
{
	static const struct argp_option extras[] = {
		{"config", EXTRA_CONFIG, "FILE", 0, "read settings from FILE", 2},
		{"print-config", EXTRA_PRINT, NULL, 0,
		 "print the settings and where they come from", 2},
		{"check-config", EXTRA_CHECK, NULL, 0, "only check the settings", 2},
		{"organisation", EXTRA_ORGANISATION, "CODE", 0, "key create: whose key", 3},
		{"role", EXTRA_ROLE, "ROLE", 0, "key create: firm, sponsor or operator (firm)", 3},
		{"name", EXTRA_NAME, "TEXT", 0, "key create: a name to know it by", 3},
		{"expires", EXTRA_EXPIRES, "INSTANT", 0, "key create: 2027-01-31T00:00:00Z", 3},
	};
	size_t made = 0;
	for (int i = 0; i < SETTING_COUNT; i++)
		if (settings[i].flag != NULL)
			options[made++] = (struct argp_option){
				settings[i].flag,     OPTION_FIRST + i,
				settings[i].argument, 0,
				settings[i].help,     1};
	must(made + COUNT_OF(extras) < OPTIONS_MOST);
	memcpy(options + made, extras, sizeof(extras));
}

static error_t take_extra(int key, const char *value, struct line *line)
{
	switch (key) {
	case EXTRA_CONFIG:
		line->config_file = value;
		return 0;
	case EXTRA_PRINT:
		line->print = true;
		return 0;
	case EXTRA_CHECK:
		line->check = true;
		return 0;
	case EXTRA_ORGANISATION:
		line->key.organisation = value;
		return 0;
	case EXTRA_ROLE:
		line->key.role = value;
		return 0;
	case EXTRA_NAME:
		line->key.name = value;
		return 0;
	case EXTRA_EXPIRES:
		line->key.expires = value;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t take(int key, char *value, struct argp_state *state)
{
	struct line *line = state->input;
	struct trouble why;
	if (key >= OPTION_FIRST && key < OPTION_FIRST + SETTING_COUNT) {
		enum setting_id id = (enum setting_id)(key - OPTION_FIRST);
		if (config_set(&line->config, id, value != NULL ? value : "1", CONFIG_FLAG, &why) <
		    0)
			argp_error(state, "%s", why.words);
		return 0;
	}
	if (key == ARGP_KEY_ARG && line->words_len < WORDS_MOST) {
		line->words[line->words_len++] = value;
		return 0;
	}
	if (key == ARGP_KEY_ARG)
		argp_error(state, "too many words from \"%s\" on", value);
	return take_extra(key, value, line);
}

static const char *environment(const char *name)
{
	return getenv(name);
}

static enum status read_settings(struct line *line, struct trouble *why)
{
	const char *file = line->config_file != NULL ? line->config_file : CONFIG_STANDARD_FILE;
	enum status st = config_read_file(&line->config, file, line->config_file != NULL, why);
	if (st == OK)
		st = config_read_environment(&line->config, environment, why);
	if (st == OK)
		st = config_finish(&line->config, why);
	return st;
}

static int print_settings(const struct config *config)
{
	struct buf text;
	buf_init(&text, PRINT_BYTES);
	config_print(config, &text);
	fprintf(stdout, "%.*s", SLICE_ARGS(buf_slice(&text)));
	buf_fini(&text);
	return EXIT_SUCCESS;
}

static bool words_are(const struct line *line, const char *first, const char *second, int count)
{
	return line->words_len == count && strcmp(line->words[0], first) == 0 &&
	       (second == NULL || strcmp(line->words[1], second) == 0);
}

static int run(const struct line *line)
{
	const struct config *config = &line->config;
	if (line->print)
		return print_settings(config);
	if (line->check)
		return EXIT_SUCCESS;
	if (words_are(line, "serve", NULL, 1))
		return serve_run(config);
	if (words_are(line, "migrate", NULL, 2))
		return command_migrate(config, line->words[1]);
	if (words_are(line, "verify", NULL, 1))
		return command_verify(config);
	if (words_are(line, "healthcheck", NULL, 1))
		return command_healthcheck(config);
	if (words_are(line, "key", "create", 2))
		return command_key_create(config, &line->key);
	if (words_are(line, "key", "list", 2))
		return command_key_list(config);
	if (words_are(line, "key", "revoke", 3))
		return command_key_revoke(config, line->words[2]);
	fprintf(stderr, "plauditd: say what to do: serve, migrate, verify, key or healthcheck "
			"(plauditd --help)\n");
	return 2;
}

int main(int argc, char **argv)
{
	static const struct argp argp = {options, take, "VERB...", doc, NULL, NULL, NULL};
	struct line line = {.key = {.role = "firm", .name = ""}};
	struct trouble why;
	argp_err_exit_status = 2;
	make_options();
	config_init(&line.config);
	argp_parse(&argp, argc, argv, 0, NULL, &line);
	int status = read_settings(&line, &why) < 0 ? command_failed(&why) : run(&line);
	config_fini(&line.config);
	return status;
}
