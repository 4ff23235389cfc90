#include "export/template.h"

#include <cjson/cJSON.h>
#include <xlsxwriter.h>

#include "base/must.h"
#include "export/undated.h"

enum {
	ROWS = 1048575,
	LIST_BYTES = 255,    /* of all words of a drop-down */
	MESSAGE_BYTES = 220, /* Excel takes 255 characters */
	TEXT_BYTES = 64 * 1024,
	CODES_COMPANY = 0,
	CODES_SECTOR = 3,
	CODES_CHANNEL = 5
};

struct making {
	const struct export_columns *columns;
	lxw_workbook *book;
	lxw_worksheet *sheet, *codes;
	lxw_format *bold;
	struct buf text;
};

void template_csv(const struct export_columns *columns, const struct csv_form *form, struct buf *to)
{
	struct csv_out c = csv_out_as(to, form);
	csv_begin(&c);
	for (size_t i = 0; i < columns->len; i++)
		csv_text(&c, columns->at[i].name);
	csv_end_row(&c);
}

/** With its NUL, until the next call. */
static char *text_of(struct making *m, struct slice text)
{
	buf_clear(&m->text);
	buf_add(&m->text, text);
	buf_add_byte(&m->text, '\0');
	must(!buf_over(&m->text));
	return m->text.at;
}

/** The first of its names, cut to what a message holds. */
static char *name_of(struct making *m, const struct names *names)
{
	cJSON *tree = cJSON_ParseWithLength(names->json.at, names->json.len);
	const char *first = tree != NULL && tree->child != NULL ? tree->child->valuestring : NULL;
	char *text = text_of(m, slice_cut(slice_of(first != NULL ? first : ""), MESSAGE_BYTES));
	cJSON_Delete(tree);
	return text;
}

/* The sheet of codes */

static void code_row(struct making *m, lxw_row_t row, lxw_col_t column, struct slice code,
		     const struct names *names)
{
	worksheet_write_string(m->codes, row, column, text_of(m, code), NULL);
	worksheet_write_string(m->codes, row, (lxw_col_t)(column + 1), name_of(m, names), NULL);
}

static void write_codes(struct making *m)
{
	static const char *const heads[] = {"company", "name",	  "sector", "sector",
					    "name",    "channel", "name"};
	const struct programme *p = m->columns->programme;
	const struct wave *w = m->columns->wave;
	lxw_row_t row = 0;
	for (size_t i = 0; i < COUNT_OF(heads); i++)
		worksheet_write_string(m->codes, 0, (lxw_col_t)i, heads[i], m->bold);
	for (size_t s = 0; s < w->sectors_len; s++) {
		code_row(m, (lxw_row_t)(s + 1), CODES_SECTOR, w->sectors[s].code,
			 &w->sectors[s].name);
		for (size_t c = 0; c < w->sectors[s].companies_len; c++) {
			const struct company *company = &p->companies[w->sectors[s].companies[c]];
			code_row(m, ++row, CODES_COMPANY, company->code, &company->name);
			worksheet_write_string(m->codes, row, CODES_COMPANY + 2,
					       text_of(m, w->sectors[s].code), NULL);
		}
	}
	for (size_t c = 0; c < p->channels_len; c++)
		code_row(m, (lxw_row_t)(c + 1), CODES_CHANNEL, p->channels[c].code,
			 &p->channels[c].name);
	worksheet_set_column(m->codes, CODES_COMPANY + 1, CODES_COMPANY + 1, 40, NULL);
	worksheet_freeze_panes(m->codes, 1, 0);
}

/* What a cell may hold */

static enum status validate(struct making *m, size_t column, lxw_data_validation *rule)
{
	rule->ignore_blank = LXW_VALIDATION_ON;
	rule->error_title = "not taken";
	lxw_error error = worksheet_data_validation_range(m->sheet, 1, (lxw_col_t)column, ROWS,
							  (lxw_col_t)column, rule);
	return error == LXW_NO_ERROR ? OK : E_INTERNAL;
}

static enum status from_codes(struct making *m, size_t column, char letter, size_t len)
{
	char formula[64];
	snprintf(formula, sizeof(formula), "=codes!$%c$2:$%c$%zu", letter, letter, len + 1);
	lxw_data_validation rule = {.validate = LXW_VALIDATION_TYPE_LIST_FORMULA,
				    .value_formula = formula,
				    .error_message = "a code of the sheet \"codes\""};
	return validate(m, column, &rule);
}

static size_t companies_of(const struct wave *w)
{
	size_t len = 0;
	for (size_t s = 0; s < w->sectors_len; s++)
		len += w->sectors[s].companies_len;
	return len;
}

static enum status number_between(struct making *m, size_t column, bool whole, double least,
				  double most, char *message)
{
	char words[80];
	snprintf(words, sizeof(words), "a %snumber from %g to %g", whole ? "whole " : "", least,
		 most);
	lxw_data_validation rule = {.validate = whole ? LXW_VALIDATION_TYPE_INTEGER
						      : LXW_VALIDATION_TYPE_DECIMAL,
				    .criteria = LXW_VALIDATION_CRITERIA_BETWEEN,
				    .minimum_number = least,
				    .maximum_number = most,
				    .input_message = message,
				    .error_message = words};
	return validate(m, column, &rule);
}

static enum status text_of_most(struct making *m, size_t column, int bytes)
{
	char words[64];
	snprintf(words, sizeof(words), "text of at most %d bytes", bytes);
	lxw_data_validation rule = {.validate = LXW_VALIDATION_TYPE_LENGTH,
				    .criteria = LXW_VALIDATION_CRITERIA_LESS_THAN_OR_EQUAL_TO,
				    .value_number = bytes,
				    .error_message = words};
	return validate(m, column, &rule);
}

/** Its answers as a drop-down, as long as Excel takes the list. */
static enum status one_of(struct making *m, size_t column, const struct item *item, char *message)
{
	char *list[PROGRAMME_OPTIONS_LIMIT + 1] = {NULL}, words[LIST_BYTES + 1];
	size_t len = 0;
	for (size_t o = 0; o < item->options_len; o++) {
		list[o] = words + len;
		len += (size_t)snprintf(words + len, sizeof(words) - len, "%d",
					item->options[o].answer) +
		       1;
		if (len + 8 > sizeof(words))
			return number_between(m, column, true, item->options[0].answer,
					      item->options[item->options_len - 1].answer, message);
	}
	lxw_data_validation rule = {.validate = LXW_VALIDATION_TYPE_LIST,
				    .value_list = list,
				    .input_message = message,
				    .error_message = "one of the item's answers, or empty"};
	return validate(m, column, &rule);
}

static enum status of_item(struct making *m, size_t column, const struct item *item)
{
	char message[MESSAGE_BYTES + 1];
	snprintf(message, sizeof(message), "%s", name_of(m, &item->name));
	char *said = message[0] != '\0' ? message : NULL;
	if (!item->measured.given)
		return one_of(m, column, item, said);
	double scale = 1;
	for (int i = 0; i < item->measured.decimals; i++)
		scale *= 10;
	return number_between(m, column, false, item->measured.min / scale,
			      item->measured.max / scale, said);
}

static enum status of_question(struct making *m, size_t column, const struct question *q)
{
	char message[MESSAGE_BYTES + 1];
	snprintf(message, sizeof(message), "%s", name_of(m, &q->name));
	return number_between(m, column, true, q->scale_min, q->scale_max,
			      message[0] != '\0' ? message : NULL);
}

static enum status yes_or_no(struct making *m, size_t column)
{
	char yes[] = "1", no[] = "0";
	char *list[] = {yes, no, NULL};
	lxw_data_validation rule = {.validate = LXW_VALIDATION_TYPE_LIST,
				    .value_list = list,
				    .error_message = "1 or 0"};
	return validate(m, column, &rule);
}

static enum status of_column(struct making *m, size_t column)
{
	const struct export_column *at = &m->columns->at[column];
	const struct wave *w = m->columns->wave;
	switch (at->kind) {
	case EXPORT_RESULT_ID:
		return text_of_most(m, column, RESULT_ID_BYTES);
	case EXPORT_SHOPPER:
		return text_of_most(m, column, SHOPPER_BYTES);
	case EXPORT_COMPANY:
		return from_codes(m, column, 'A', companies_of(w));
	case EXPORT_SECTOR:
		return from_codes(m, column, 'D', w->sectors_len);
	case EXPORT_CHANNEL:
		return from_codes(m, column, 'F', m->columns->programme->channels_len);
	case EXPORT_ANSWERED:
	case EXPORT_CUSTOMER:
		return yes_or_no(m, column);
	case EXPORT_ATTEMPT:
		return number_between(m, column, true, 1, ATTEMPT_LIMIT, NULL);
	case EXPORT_WAIT_SECONDS:
	case EXPORT_DURATION_SECONDS:
		return number_between(m, column, true, 0, WAIT_SECONDS_LIMIT, NULL);
	case EXPORT_ITEM:
		return of_item(m, column, &m->columns->instrument->items[at->index]);
	case EXPORT_QUESTION:
		return of_question(m, column, &m->columns->instrument->questions[at->index]);
	default:
		return OK;
	}
}

/** Ids stay the text they are; a contact's time is a date where the wave says on whose clocks. */
static lxw_format *format_of(struct making *m, enum export_kind kind)
{
	lxw_format *format = NULL;
	if (kind == EXPORT_RESULT_ID || kind == EXPORT_SHOPPER) {
		format = workbook_add_format(m->book);
		format_set_num_format(format, "@");
	} else if (kind == EXPORT_CONTACTED_AT && m->columns->wave->time_zone_given) {
		format = workbook_add_format(m->book);
		format_set_num_format(format, "yyyy-mm-dd hh:mm:ss");
	}
	return format;
}

static enum status write_sheet(struct making *m)
{
	for (size_t i = 0; i < m->columns->len; i++) {
		lxw_col_t column = (lxw_col_t)i;
		enum export_kind kind = m->columns->at[i].kind;
		double width = kind == EXPORT_COMMENT ? 50 : kind == EXPORT_CONTACTED_AT ? 20 : 12;
		worksheet_set_column(m->sheet, column, column, width, format_of(m, kind));
		worksheet_write_string(m->sheet, 0, column, text_of(m, m->columns->at[i].name),
				       m->bold);
		enum status st = of_column(m, i);
		if (st < 0)
			return st;
	}
	worksheet_freeze_panes(m->sheet, 1, 1);
	return OK;
}

enum status template_workbook(const struct export_columns *columns, const char *folder,
			      struct temporary *file, struct trouble *why)
{
	enum status st = temporary_open(folder, file, why);
	if (st < 0)
		return st;
	char tmpdir[256];
	snprintf(tmpdir, sizeof(tmpdir), "%s", folder);
	lxw_workbook_options options = {.tmpdir = tmpdir};
	struct making m = {.columns = columns, .book = workbook_new_opt(file->path, &options)};
	must(m.book != NULL);
	undated_make(m.book);
	buf_init(&m.text, TEXT_BYTES);
	m.sheet = workbook_add_worksheet(m.book, "results");
	m.codes = workbook_add_worksheet(m.book, "codes");
	m.bold = workbook_add_format(m.book);
	format_set_bold(m.bold);
	write_codes(&m);
	if (write_sheet(&m) < 0)
		st = trouble(why, E_INTERNAL, "a column of the template cannot be written");
	if (workbook_close(m.book) != LXW_NO_ERROR && st == OK)
		st = trouble(why, E_BUSY, "the workbook cannot be written");
	buf_fini(&m.text);
	if (st == OK)
		st = temporary_measure(file, why);
	if (st < 0)
		temporary_close(file);
	return st;
}
