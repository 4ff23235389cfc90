/** plaudit: the client of survey firms and sponsors. */
#include <curl/curl.h>
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>

#include "base/must.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

static enum outcome verb_help(const struct options *o)
{
	const char *verb = o->words_len > 0 ? o->words[0] : NULL;
	return (enum outcome)options_help(verb);
}

static enum outcome (*const verbs[VERBS])(const struct options *o) = {
	[VERB_UPLOAD] = verb_upload,
	[VERB_BOARD] = verb_board,
	[VERB_SECTORS] = verb_sectors,
	[VERB_FIELDWORK] = verb_fieldwork,
	[VERB_AWARDS] = verb_awards,
	[VERB_HISTORY] = verb_history,
	[VERB_COMBINED] = verb_combined,
	[VERB_PROGRAMME] = verb_programme,
	[VERB_MAPPING] = verb_mapping,
	[VERB_REVIEW] = verb_review,
	[VERB_UPLOADS] = verb_uploads,
	[VERB_REJECTED] = verb_rejected,
	[VERB_UNDO] = verb_undo,
	[VERB_WAVE] = verb_wave,
	[VERB_SOURCE] = verb_source,
	[VERB_INVITE] = verb_invite,
	[VERB_INVITATIONS] = verb_invitations,
	[VERB_EXPORT] = verb_export,
	[VERB_TEMPLATE] = verb_template,
	[VERB_COMPLETION] = verb_completion,
	[VERB_HELP] = verb_help,
};

int main(int argc, char **argv)
{
	struct options options;
	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	options_read(&options, argc, argv);
	must(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
	enum outcome outcome = verbs[options.verb](&options);
	curl_global_cleanup();
	if (outcome == OUTCOME_OK && ferror(stdout) && errno != EPIPE) {
		terminal_say("writing the output failed: %s", strerror(errno));
		outcome = OUTCOME_FAILURE;
	}
	return (int)outcome;
}
