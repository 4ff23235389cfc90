/** Verbs and options: one table for parsing, help and shell completion.
 *
 * Promise: a flag never carries a secret. Flags win over the environment, which wins
 * over the default. A wrong command line prints why on stderr and ends with status 2.
 */
#pragma once

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

enum verb {
	VERB_UPLOAD,
	VERB_UPLOADS,
	VERB_REJECTED,
	VERB_UNDO,
	VERB_BOARD,
	VERB_SECTORS,
	VERB_FIELDWORK,
	VERB_REVIEW,
	VERB_AWARDS,
	VERB_HISTORY,
	VERB_COMBINED,
	VERB_PROGRAMME,
	VERB_MAPPING,
	VERB_WAVE,
	VERB_SOURCE,
	VERB_INVITE,
	VERB_INVITATIONS,
	VERB_EXPORT,
	VERB_TEMPLATE,
	VERB_COMPLETION,
	VERB_HELP,
	VERBS
};

enum { OPTIONS_WORDS = 1024, OPTIONS_ROWS = 48, OPTIONS_READERS = 64, OPTIONS_SECRETS = 4 };

/** What a verb is, and what may follow it. */
struct verb_row {
	const char *name;
	const char *arguments; /**< "FILE" */
	const char *doc;       /**< one line */
	const char *more;      /**< the paragraph of its own help */
	const char *words;     /**< the first argument's choices, space separated; NULL: none */
	bool takes_file;       /**< an argument is a file's name */
	size_t words_min, words_max;
};

struct option_row {
	struct argp_option argp; /**< name, key, argument, flags, doc */
	unsigned verbs;		 /**< bit per verb */
	const char *choices;	 /**< of the argument, space separated; NULL: free */
	bool takes_file;
};

struct options {
	enum verb verb;
	const char *server, *key_file, *programme, *wave;
	const char *type, *sector, *channel, *metric, *language;
	const char *encoding, *delimiter, *decimal, *header_rows, *dates; /**< of a CSV file */
	const char *file, *company, *threshold, *include, *revision, *series;
	const char *mapping, *sheet;
	const char *reason;
	const char *changed;					    /* of undo */
	const char *announce_at, *ceremony_on;			    /* of publish */
	const char *status, *before, *after;			    /* of review */
	const char *format, *output, *columns, *dialect, *formulas; /* of export */
	const char *readers[OPTIONS_READERS];
	size_t readers_len;
	const char *secret_files[OPTIONS_SECRETS]; /**< of source: FILE, or NAME=FILE */
	size_t secret_files_len;
	const char *hours; /**< of source */
	long timeout_s;
	bool field, json, csv, ascii, no_color, allow_http, all_sectors, quiet, breaches, open,
		replace, preview, dry_run;
	const char *on_error;  /**< of upload: skip, abort */
	const char *rejected;  /**< of upload: where its rejected rows go */
	const char *resumable; /**< of upload: auto, always, never */
	char *const *argv;     /**< as given, but for the verb at verb_at */
	int argc, verb_at;
	const char *words[OPTIONS_WORDS]; /**< what followed the verb */
	size_t words_len;
};

extern const struct verb_row verb_rows[VERBS];
extern const struct option_row option_rows[];
extern const size_t option_rows_len;

/** Ends the program by itself for --help, --version and a wrong command line. */
void options_read(struct options *o, int argc, char **argv);
/** Prints the help of a verb, or the general help where `verb` is NULL; 2 for no such verb. */
int options_help(const char *verb_asked);
/** "the words", usage hint, exit status 2. */
_Noreturn void options_refuse(const struct options *o, const char *words);
