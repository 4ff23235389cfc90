#include "cli/options.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/must.h"
#include "base/slice.h"
#include "cli/outcome.h"

enum {
	KEY_ALLOW_HTTP = 256,
	KEY_TYPE,
	KEY_LANG,
	KEY_ASCII,
	KEY_NO_COLOR,
	KEY_CSV,
	KEY_ALL,
	KEY_KEY_FILE,
	KEY_TIMEOUT,
	KEY_FIELD,
	KEY_COMPANY,
	KEY_THRESHOLD,
	KEY_INCLUDE,
	KEY_REVISION,
	KEY_REASON,
	KEY_ANNOUNCE_AT,
	KEY_CEREMONY_ON,
	KEY_READER,
	KEY_BREACHES,
	KEY_SERIES,
	KEY_ENCODING,
	KEY_DELIMITER,
	KEY_DECIMAL,
	KEY_HEADER_ROWS,
	KEY_DATES,
	KEY_SHEET,
	KEY_MAPPING,
	KEY_PREVIEW,
	KEY_STATUS,
	KEY_BEFORE,
	KEY_AFTER,
	KEY_OPEN,
	KEY_FORMAT,
	KEY_COLUMNS,
	KEY_DIALECT,
	KEY_FORMULAS,
	KEY_REPLACE,
	KEY_DRY_RUN,
	KEY_ON_ERROR,
	KEY_REJECTED,
	KEY_CHANGED,
	KEY_RESUMABLE,
	KEY_SECRET_FILE,
	KEY_HOURS
};

enum { TIMEOUT_S = 60, TIMEOUT_S_MAX = 86400, NAME_BYTES = 64, DOC_BYTES = 4096 };

#define BIT(verb)  (1u << VERB_##verb)
#define OUT	   (BIT(EXPORT) | BIT(TEMPLATE))
#define COUNTS	   (BIT(BOARD) | BIT(SECTORS))
#define TAKES_FILE (BIT(UPLOAD) | BIT(MAPPING) | COUNTS)
#define OF_SERIES  (BIT(AWARDS) | BIT(HISTORY) | BIT(COMBINED))
#define DRAWS	   (COUNTS | BIT(FIELDWORK) | OF_SERIES)
#define OF_UPLOADS (BIT(UPLOAD) | BIT(UPLOADS) | BIT(REJECTED) | BIT(UNDO))
#define INVITES	   (BIT(INVITE) | BIT(INVITATIONS))
#define OF_WAVE                                                                                    \
	(INVITES | OF_UPLOADS | BIT(MAPPING) | COUNTS | BIT(FIELDWORK) | BIT(AWARDS) |             \
	 BIT(REVIEW) | BIT(WAVE) | OUT)
/* of a programme: what may stand before every verb but those that know theirs */
#define OF_PROGRAMME                                                                               \
	(INVITES | OF_UPLOADS | DRAWS | BIT(REVIEW) | BIT(PROGRAMME) | BIT(MAPPING) | BIT(WAVE) |  \
	 OUT)
#define ASKS (OF_PROGRAMME | BIT(SOURCE))

const char *argp_program_version = "plaudit " PLAUDIT_VERSION;

/* clang-format off */
const struct verb_row verb_rows[VERBS] = {
	[VERB_UPLOAD] = {"upload", "FILE", "send a file of results",
		"Sends FILE (\"-\" is standard input) to the wave and prints what became of its rows. "
		"Sending a file again is safe: a row counts once. Ends with status 6 where rows were rejected.",
		NULL, true, 1, 1},
	[VERB_UPLOADS] = {"uploads", "", "list what was uploaded into a wave",
		"The latest first, with what became of its rows.",
		NULL, false, 0, 0},
	[VERB_REJECTED] = {"rejected", "UPLOAD", "fetch the rows of an upload that were rejected",
		"UPLOAD is its number. The rows come as a file of the kind that was sent, each with what is wrong behind it: "
		"mend them and send that file as it is.",
		NULL, false, 1, 1},
	[VERB_UNDO] = {"undo", "UPLOAD", "take back everything an upload brought and replaced",
		"UPLOAD is its number. Results it brought are removed, those it replaced are what they were before; "
		"--reason says why. Where somebody has changed some of them since, nothing is undone unless --changed says "
		"what becomes of those.",
		NULL, false, 1, 1},
	[VERB_BOARD] = {"board", "", "show a sector's standings with their intervals",
		"Draws the companies of a sector in order, each with its interval on a common axis. "
		"Without --sector it shows the overview of all sectors. With --file it needs no server: it "
		"counts a file of results by --programme FILE, by the rules and code of the server.",
		NULL, false, 0, 0},
	[VERB_SECTORS] = {"sectors", "", "show every sector's level",
		"Draws the level of every sector of the wave with its interval; with --file and "
		"--programme FILE without a server.",
		NULL, false, 0, 0},
	[VERB_FIELDWORK] = {"fieldwork", "", "show how far the fieldwork of a wave is",
		"Draws what was made of what was planned, a bar a company, then when contacts were made and how "
		"many break which rule of fieldwork; with --breaches one by one, too.",
		NULL, false, 0, 0},
	[VERB_REVIEW] = {"review", "WORD [ID...]", "look at stored results, decide, correct",
		"list; show ID; approve, return, exclude or submit ID..., or all that --status, --company, --channel "
		"and --before find; correct ID COLUMN=VALUE...; note ID WORDS; appeal ID WORDS; appeals; "
		"decide APPEAL upheld|dismissed WORDS.",
		"list show approve return exclude submit correct note appeal appeals decide", false, 1, OPTIONS_WORDS},
	[VERB_AWARDS] = {"awards", "", "show who has won what, and how surely",
		"Lists every award of the wave with its rule, its winners and their figures, and how sure the "
		"data make it.",
		NULL, false, 0, 0},
	[VERB_HISTORY] = {"history", "COMPANY", "show a company from wave to wave",
		"Draws a company's figure in every wave of the series with its interval, and what changed since "
		"the wave before. COMPANY is its code.",
		NULL, false, 1, 1},
	[VERB_COMBINED] = {"combined", "CODE", "show a figure made of several waves",
		"Ranks the companies of each sector by the combined figure CODE of the programme.",
		NULL, false, 1, 1},
	[VERB_PROGRAMME] = {"programme", "put FILE | get", "store or fetch a programme file",
		"\"put FILE\" checks and stores a programme file; its code is --programme or the file's own. "
		"\"get\" prints the stored file.",
		"put get", true, 1, 2},
	[VERB_MAPPING] = {"mapping", "put FILE | get CODE | list | delete CODE | propose FILE", "say what the columns of a firm's files are",
		"A mapping profile makes canonical results of files with other columns. \"put FILE\" checks and stores one; "
		"\"get\" prints one; \"list\" lists those of the programme; \"delete\" removes one; \"propose\" makes one "
		"of a file of results, with reasons, to be read over.",
		"put get list delete propose", true, 1, 2},
	[VERB_WAVE] = {"wave", "get | open | close | publish | publications", "show a wave, lead it through its life",
		"Results are taken in only while a wave is open; a closed one is opened again with --reason. \"publish\" freezes the boards of a closed wave "
		"as its next revision; \"publications\" lists the revisions.",
		"get open close publish publications", false, 1, 1},
	[VERB_SOURCE] = {"source", "WORD [...]", "connect what sends results by itself, watch it",
		"add FILE connects a source, put FILE stores its new document; list; show CODE; check CODE says what is "
		"wrong and ends with status 1 where something is; pause CODE; resume CODE; secret CODE NAME gives it one "
		"more secret, end-secret CODE NAME N ends one; inbox CODE lists what it has sent; rerun CODE reads again what "
		"does not count.",
		"add put list show check pause resume secret end-secret inbox rerun", true, 1, 4},
	[VERB_INVITE] = {"invite", "FILE", "invite the contacts of a file",
		"FILE (\"-\" is standard input) is CSV, or NDJSON where its name says so: contact_id, company, channel and what else "
		"is known beforehand. Prints contact_id, token, link and expires_at as CSV. Sending a file again is safe: a contact "
		"keeps its token.",
		NULL, true, 1, 1},
	[VERB_INVITATIONS] = {"invitations", "", "list who is invited into a wave",
		"With what became of it: its answers, the revision of the result, or why they are none.",
		NULL, false, 0, 0},
	[VERB_EXPORT] = {"export", "", "fetch all results of a wave as a file",
		"Writes CSV, NDJSON or a workbook. A file gets its name only when every row is there and its SHA-256 is "
		"the server's; what is cut off leaves nothing, and ends with status 7.",
		NULL, false, 0, 0},
	[VERB_TEMPLATE] = {"template", "", "fetch the empty file of a wave",
		"A workbook with drop-downs for companies, channels and answers, or the header row as CSV: to be filled "
		"in and uploaded.",
		NULL, false, 0, 0},
	[VERB_COMPLETION] = {"completion", "bash | zsh | fish", "print a completion script for a shell",
		"Load it with: source <(plaudit completion bash)",
		"bash zsh fish", false, 1, 1},
	[VERB_HELP] = {"help", "[VERB]", "explain a verb", "",
		"upload uploads rejected undo board sectors fieldwork review awards history combined programme mapping wave source invite invitations export template completion", false, 0, 1},
};

const struct option_row option_rows[] = {
	{{"server", 's', "URL", 0, "address of the server (PLAUDIT_SERVER; default http://127.0.0.1:8080)", 1}, ASKS, NULL, false},
	{{"key-file", KEY_KEY_FILE, "FILE", 0, "file with the key, mode 0600 (PLAUDIT_KEY_FILE; default ~/.config/plaudit/credentials)", 1}, ASKS, NULL, true},
	{{"programme", 'p', "CODE", 0, "programme (PLAUDIT_PROGRAMME); with --file, the programme's file", 1}, OF_PROGRAMME, NULL, false},
	{{"wave", 'w', "CODE", 0, "wave of the programme (PLAUDIT_WAVE)", 1}, OF_WAVE, NULL, false},
	{{"timeout", KEY_TIMEOUT, "SECONDS", 0, "give up when nothing moves for so long (default 60)", 1}, ASKS, NULL, false},
	{{"allow-http", KEY_ALLOW_HTTP, NULL, 0, "send the key unencrypted to a server that is not this machine", 1}, ASKS, NULL, false},
	{{"json", 'j', NULL, 0, "print the server's answer unchanged", 2}, ASKS, NULL, false},
	{{"type", KEY_TYPE, "TYPE", 0, "what the file is: csv, ndjson, json, xlsx, sav, triple_s or a media type (default: by its suffix)", 2}, TAKES_FILE, "csv ndjson json xlsx sav triple_s", false},
	{{"sheet", KEY_SHEET, "NAME", 0, "which sheet of a workbook, by its name or number (default: the first)", 2}, TAKES_FILE, NULL, false},
	{{"encoding", KEY_ENCODING, "LABEL", 0, "what the CSV file is written in, such as windows-1252 or cp949 (default: found out)", 2}, TAKES_FILE, "utf-8 utf-16 windows-1252 cp949 windows-1258 macintosh", false},
	{{"delimiter", KEY_DELIMITER, "WORD", 0, "what divides its columns: comma, semicolon, tab or pipe (default: found out)", 2}, TAKES_FILE, "comma semicolon tab pipe", false},
	{{"decimal", KEY_DECIMAL, "WORD", 0, "its decimal mark: point or comma (default: that of its first fraction)", 2}, TAKES_FILE, "point comma", false},
	{{"header-rows", KEY_HEADER_ROWS, "COUNT", 0, "rows above its first result, 1 to 5 (default: found out)", 2}, TAKES_FILE, "1 2 3 4 5", false},
	{{"dates", KEY_DATES, "ORDER", 0, "what 04/05/2026 means in it: dmy or mdy (default: found out)", 2}, TAKES_FILE, "dmy mdy", false},
	{{"mapping", KEY_MAPPING, "CODE", 0, "what its columns are: a stored mapping, or one in a file FILE.json, which is stored first; with --file, the file", 2}, BIT(UPLOAD) | COUNTS, NULL, true},
	{{"preview", KEY_PREVIEW, NULL, 0, "send nothing: show how the file would be understood, and propose a mapping", 2}, BIT(UPLOAD), NULL, false},
	{{"replace", KEY_REPLACE, NULL, 0, "rows stored with other content take its place", 2}, BIT(UPLOAD), NULL, false},
	{{"dry-run", KEY_DRY_RUN, NULL, 0, "store nothing: only say what would become of the rows", 2}, BIT(UPLOAD), NULL, false},
	{{"on-error", KEY_ON_ERROR, "WORD", 0, "a rejected row: skip it (default), or abort and store nothing", 2}, BIT(UPLOAD), "skip abort", false},
	{{"rejected", KEY_REJECTED, "FILE", 0, "write the rejected rows there, to be mended", 2}, BIT(UPLOAD), NULL, true},
	{{"changed", KEY_CHANGED, "WORD", 0, "results that somebody has changed since: keep them, or undo them, too", 2}, BIT(UNDO), "keep undo", false},
	{{"format", KEY_FORMAT, "WORD", 0, "csv, ndjson or xlsx; template: xlsx or csv (default: by the file's suffix)", 2}, OUT, "csv ndjson xlsx", false},
	{{"output", 'o', "FILE", 0, "write to this file (default: standard output)", 2}, OUT | BIT(REJECTED) | BIT(INVITE), NULL, true},
	{{"columns", KEY_COLUMNS, "WORD", 0, "all (default), or canonical: those that a result file has", 2}, BIT(EXPORT), "all canonical", false},
	{{"dialect", KEY_DIALECT, "WORD", 0, "of CSV: rfc4180 (default), or excel-nb with semicolons and decimal commas", 2}, OUT, "rfc4180 excel-nb", false},
	{{"formulas", KEY_FORMULAS, "WORD", 0, "of CSV: guarded by an apostrophe (default), or kept as they are", 2}, BIT(EXPORT), "guarded kept", false},
	{{"resumable", KEY_RESUMABLE, "WHEN", 0, "send it in pieces that survive a broken line: auto (files of 64 MiB or more), always or never", 2}, BIT(UPLOAD), "auto always never", false},
	{{"quiet", 'q', NULL, 0, "no progress", 2}, BIT(UPLOAD) | OUT, NULL, false},
	{{"sector", 'S', "CODE", 0, "sector to show", 2}, BIT(BOARD) | BIT(FIELDWORK) | BIT(EXPORT), NULL, false},
	{{"file", 'f', "FILE", 0, "count this file of results here, without a server", 2}, COUNTS, NULL, true},
	{{"all-sectors", KEY_ALL, NULL, 0, "show every sector's level", 2}, BIT(BOARD), NULL, false},
	{{"field", KEY_FIELD, NULL, 0, "show all sectors' companies on one board", 2}, BIT(BOARD), NULL, false},
	{{"company", KEY_COMPANY, "CODE", 0, "of this company (board: one company's figures, with --json)", 2}, BIT(BOARD) | BIT(REVIEW) | BIT(EXPORT), NULL, false},
	{{"channel", 'c', "CODE", 0, "results of one channel only", 2}, BIT(BOARD) | BIT(REVIEW) | BIT(EXPORT), NULL, false},
	{{"metric", 'm', "METRIC", 0, "score (default), csat, ces, nps or area:CODE", 2}, BIT(BOARD) | BIT(HISTORY), "score csat ces nps", false},
	{{"series", KEY_SERIES, "CODE", 0, "series of waves (default: the only one)", 2}, BIT(HISTORY), NULL, false},
	{{"threshold", KEY_THRESHOLD, "NUMBER", 0, "how likely the metric is at least this, for --json and --csv", 2}, BIT(BOARD), NULL, false},
	{{"include", KEY_INCLUDE, "PARTS", 0, "more for --json: distribution, pairs, or both with a comma", 2}, BIT(BOARD), "distribution pairs", false},
	{{"breaches", KEY_BREACHES, NULL, 0, "list the breaches, too", 2}, BIT(FIELDWORK), NULL, false},
	{{"status", KEY_STATUS, "STATUS", 0, "results of this status; correct and decide: the status to give", 2}, BIT(REVIEW) | BIT(EXPORT), "submitted approved returned excluded disputed", false},
	{{"before", KEY_BEFORE, "INSTANT", 0, "contacted before 2020-03-01T00:00:00Z, say", 2}, BIT(REVIEW), NULL, false},
	{{"secret-file", KEY_SECRET_FILE, "[NAME=]FILE", 0, "a secret is in this file, \"-\" is standard input; NAME: signing (default), verify_token, access_token; may be repeated", 2}, BIT(SOURCE), NULL, true},
	{{"hours", KEY_HOURS, "N", 0, "check: nothing taken for so long is wrong (default 24)", 2}, BIT(SOURCE), NULL, false},
	{{"after", KEY_AFTER, "ID", 0, "go on behind this one", 2}, BIT(REVIEW) | BIT(UPLOADS) | BIT(SOURCE) | BIT(INVITATIONS), NULL, false},
	{{"open", KEY_OPEN, NULL, 0, "appeals: only those without an outcome", 2}, BIT(REVIEW), NULL, false},
	{{"revision", KEY_REVISION, "N", 0, "a published revision, 0: the firm's working view (default: the newest published); review, source: the one that is changed", 2}, COUNTS | BIT(AWARDS) | BIT(REVIEW) | BIT(SOURCE), NULL, false},
	{{"reason", KEY_REASON, "TEXT", 0, "why: a revision, a wave opened again, a change, a replacement, an undo", 2}, BIT(WAVE) | BIT(REVIEW) | BIT(UPLOAD) | BIT(UNDO), NULL, false},
	{{"announce-at", KEY_ANNOUNCE_AT, "INSTANT", 0, "publish: not before 2020-11-12T18:00:00+01:00, say", 2}, BIT(WAVE), NULL, false},
	{{"ceremony-on", KEY_CEREMONY_ON, "DATE", 0, "publish: date of the ceremony", 2}, BIT(WAVE), NULL, false},
	{{"reader", KEY_READER, "KEYID", 0, "publish: a key that may read before the announcement; may be repeated", 2}, BIT(WAVE), NULL, false},
	{{"csv", KEY_CSV, NULL, 0, "print the table as CSV", 2}, DRAWS & ~BIT(COMBINED), NULL, false},
	{{"lang", KEY_LANG, "LANG", 0, "language of the names, such as nb or ko (default: the locale's)", 2}, DRAWS, NULL, false},
	{{"ascii", KEY_ASCII, NULL, 0, "draw with ASCII characters only", 2}, DRAWS | BIT(UPLOAD) | BIT(UPLOADS) | BIT(MAPPING), NULL, false},
	{{"no-color", KEY_NO_COLOR, NULL, 0, "no colours", 2}, DRAWS, NULL, false},
};
/* clang-format on */

const size_t option_rows_len = COUNT_OF(option_rows);

static error_t read_timeout(const char *text, struct options *o, struct argp_state *state)
{
	int64_t seconds;
	if (!slice_to_int64(slice_of(text), &seconds) || seconds < 1 || seconds > TIMEOUT_S_MAX)
		argp_error(state, "--timeout takes 1 to %d seconds", TIMEOUT_S_MAX);
	else
		o->timeout_s = (long)seconds;
	return 0;
}

static bool read_switch(int key, struct options *o)
{
	const struct {
		int key;
		bool *place;
	} places[] = {
		{'j', &o->json},
		{'q', &o->quiet},
		{KEY_CSV, &o->csv},
		{KEY_ALL, &o->all_sectors},
		{KEY_FIELD, &o->field},
		{KEY_ASCII, &o->ascii},
		{KEY_NO_COLOR, &o->no_color},
		{KEY_ALLOW_HTTP, &o->allow_http},
		{KEY_BREACHES, &o->breaches},
		{KEY_OPEN, &o->open},
		{KEY_REPLACE, &o->replace},
		{KEY_DRY_RUN, &o->dry_run},
		{KEY_PREVIEW, &o->preview},
	};
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		if (places[i].key != key)
			continue;
		*places[i].place = true;
		return true;
	}
	return false;
}

/** Where a text option is kept; NULL for other options. */
static const char **text_option(int key, struct options *o)
{
	const struct {
		int key;
		const char **place;
	} places[] = {
		{'s', &o->server},
		{KEY_KEY_FILE, &o->key_file},
		{'p', &o->programme},
		{'w', &o->wave},
		{'S', &o->sector},
		{'c', &o->channel},
		{'m', &o->metric},
		{'f', &o->file},
		{KEY_TYPE, &o->type},
		{KEY_LANG, &o->language},
		{KEY_COMPANY, &o->company},
		{KEY_THRESHOLD, &o->threshold},
		{KEY_INCLUDE, &o->include},
		{KEY_ENCODING, &o->encoding},
		{KEY_DELIMITER, &o->delimiter},
		{KEY_DECIMAL, &o->decimal},
		{KEY_HEADER_ROWS, &o->header_rows},
		{KEY_DATES, &o->dates},
		{KEY_MAPPING, &o->mapping},
		{KEY_SHEET, &o->sheet},
		{KEY_REVISION, &o->revision},
		{KEY_REASON, &o->reason},
		{KEY_CHANGED, &o->changed},
		{KEY_ON_ERROR, &o->on_error},
		{KEY_REJECTED, &o->rejected},
		{KEY_RESUMABLE, &o->resumable},
		{KEY_ANNOUNCE_AT, &o->announce_at},
		{KEY_CEREMONY_ON, &o->ceremony_on},
		{KEY_SERIES, &o->series},
		{KEY_STATUS, &o->status},
		{KEY_BEFORE, &o->before},
		{KEY_AFTER, &o->after},
		{KEY_FORMAT, &o->format},
		{'o', &o->output},
		{KEY_COLUMNS, &o->columns},
		{KEY_DIALECT, &o->dialect},
		{KEY_FORMULAS, &o->formulas},
		{KEY_HOURS, &o->hours},
	};
	for (size_t i = 0; i < COUNT_OF(places); i++)
		if (places[i].key == key)
			return places[i].place;
	return NULL;
}

static error_t add_reader(const char *key_id, struct options *o, struct argp_state *state)
{
	if (o->readers_len == OPTIONS_READERS)
		argp_error(state, "at most %d readers", OPTIONS_READERS);
	else
		o->readers[o->readers_len++] = key_id;
	return 0;
}

static error_t add_secret_file(const char *file, struct options *o, struct argp_state *state)
{
	if (o->secret_files_len == OPTIONS_SECRETS)
		argp_error(state, "at most %d secrets", OPTIONS_SECRETS);
	else
		o->secret_files[o->secret_files_len++] = file;
	return 0;
}

static error_t read_option(int key, char *argument, struct options *o, struct argp_state *state)
{
	const char **place = text_option(key, o);
	if (place != NULL) {
		*place = argument;
		return 0;
	}
	if (key == KEY_READER)
		return add_reader(argument, o, state);
	if (key == KEY_SECRET_FILE)
		return add_secret_file(argument, o, state);
	if (key == KEY_TIMEOUT)
		return read_timeout(argument, o, state);
	return read_switch(key, o) ? 0 : ARGP_ERR_UNKNOWN;
}

static bool is_choice(const char *choices, const char *word)
{
	struct slice rest = slice_of(choices), choice;
	while (slice_next_part(&rest, ' ', &choice)) {
		if (slice_is(choice, word))
			return true;
	}
	return false;
}

static error_t take_word(char *word, struct options *o, struct argp_state *state)
{
	const struct verb_row *row = &verb_rows[o->verb];
	if (o->words_len == row->words_max || o->words_len == OPTIONS_WORDS)
		argp_error(state, "'%s' is one argument too many", word);
	else if (o->words_len == 0 && row->words != NULL && !is_choice(row->words, word))
		argp_error(state, "'%s' is none of: %s", word, row->words);
	else
		o->words[o->words_len++] = word;
	return 0;
}

static error_t read_verb_part(int key, char *argument, struct argp_state *state)
{
	struct options *o = state->input;
	if (key == ARGP_KEY_ARG)
		return take_word(argument, o, state);
	if (key == ARGP_KEY_END && o->words_len < verb_rows[o->verb].words_min) {
		argp_error(state, "%s is missing", verb_rows[o->verb].arguments);
		return 0;
	}
	return read_option(key, argument, o, state);
}

static bool find_verb(const char *name, enum verb *verb)
{
	for (size_t i = 0; i < VERBS; i++) {
		if (slice_is(slice_of(name), verb_rows[i].name)) {
			*verb = (enum verb)i;
			return true;
		}
	}
	return false;
}

/** The verb ends the general part: what follows is its own. */
static error_t read_general_part(int key, char *argument, struct argp_state *state)
{
	struct options *o = state->input;
	if (key == ARGP_KEY_ARG) {
		if (!find_verb(argument, &o->verb))
			argp_error(state, "there is no verb '%s'", argument);
		o->words_len = (size_t)state->next; /* where the verb's own part begins */
		state->next = state->argc;
		return 0;
	}
	if (key == ARGP_KEY_NO_ARGS) {
		argp_error(state, "a verb is missing");
		return 0;
	}
	return read_option(key, argument, o, state);
}

/** The rows of the table that belong to `verbs`, closed by an empty one. */
static void gather(struct argp_option *into, unsigned verbs)
{
	size_t len = 0;
	for (size_t i = 0; i < COUNT_OF(option_rows); i++) {
		if ((option_rows[i].verbs & verbs) != verbs)
			continue;
		must(len + 1 < OPTIONS_ROWS);
		into[len++] = option_rows[i].argp;
	}
	into[len] = (struct argp_option){0};
}

/** The general help's text; argp puts what stands after \v behind the options. */
static const char *general_doc(void)
{
	static char doc[DOC_BYTES];
	int len = snprintf(doc, sizeof(doc),
			   "Uploads mystery-shopping results and shows the standings they "
			   "make.\vVerbs:\n");
	for (size_t i = 0; i < VERBS; i++) {
		must(len > 0 && (size_t)len < sizeof(doc));
		len += snprintf(doc + len, sizeof(doc) - (size_t)len, "  %-11s %-19s %s\n",
				verb_rows[i].name, verb_rows[i].arguments, verb_rows[i].doc);
	}
	must(len > 0 && (size_t)len < sizeof(doc));
	return doc;
}

static struct argp general_argp(struct argp_option *room)
{
	gather(room, OF_PROGRAMME);
	return (struct argp){
		room, read_general_part, "VERB [ARGUMENT...]", general_doc(), NULL, NULL, NULL};
}

static struct argp verb_argp(enum verb verb, struct argp_option *room)
{
	gather(room, 1u << verb);
	const struct verb_row *row = &verb_rows[verb];
	if (room[0].name == NULL)
		room = NULL; /* glibc's help leaks the room of an empty table */
	return (struct argp){room, read_verb_part, row->arguments, row->more, NULL, NULL, NULL};
}

static const char *from_environment(const char *given, const char *name, const char *otherwise)
{
	const char *value = getenv(name);
	if (given != NULL)
		return given;
	return value != NULL && value[0] != '\0' ? value : otherwise;
}

static void complete_from_environment(struct options *o)
{
	o->server = from_environment(o->server, "PLAUDIT_SERVER", "http://127.0.0.1:8080");
	o->key_file = from_environment(o->key_file, "PLAUDIT_KEY_FILE", NULL);
	if (o->file != NULL)
		return; /* the environment's programme and wave are those of a server */
	o->programme = from_environment(o->programme, "PLAUDIT_PROGRAMME", NULL);
	o->wave = from_environment(o->wave, "PLAUDIT_WAVE", NULL);
}

static void verb_name(enum verb verb, char *room)
{
	snprintf(room, NAME_BYTES, "plaudit %s", verb_rows[verb].name);
}

void options_read(struct options *o, int argc, char **argv)
{
	struct argp_option room[OPTIONS_ROWS];
	static char name[NAME_BYTES];
	*o = (struct options){.verb = VERB_HELP, .timeout_s = TIMEOUT_S};
	argp_err_exit_status = OUTCOME_USAGE;

	struct argp general = general_argp(room);
	argp_parse(&general, argc, argv, ARGP_IN_ORDER, NULL, o);
	int verb_at = (int)o->words_len - 1;
	o->words_len = 0;
	o->argv = argv;
	o->argc = argc;
	o->verb_at = verb_at;

	struct argp own = verb_argp(o->verb, room);
	verb_name(o->verb, name);
	argv[verb_at] = name;
	argp_parse(&own, argc - verb_at, argv + verb_at, 0, NULL, o);
	complete_from_environment(o);
}

int options_help(const char *verb_asked)
{
	struct argp_option room[OPTIONS_ROWS];
	char name[NAME_BYTES] = "plaudit";
	enum verb verb;
	struct argp argp;
	argp_err_exit_status = OUTCOME_USAGE;
	if (verb_asked == NULL) {
		argp = general_argp(room);
	} else if (find_verb(verb_asked, &verb)) {
		argp = verb_argp(verb, room);
		verb_name(verb, name);
	} else {
		return OUTCOME_USAGE;
	}
	argp_help(&argp, stdout, ARGP_HELP_STD_HELP & ~(unsigned)ARGP_HELP_EXIT_OK, name);
	return OUTCOME_OK;
}

void options_refuse(const struct options *o, const char *words)
{
	fprintf(stderr, "plaudit %s: %s\nTry 'plaudit help %s' for more information.\n",
		verb_rows[o->verb].name, words, verb_rows[o->verb].name);
	exit(OUTCOME_USAGE);
}
