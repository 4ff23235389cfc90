#include "api/csv_choice.h"

#include "http/problem.h"

static bool refuse(struct exchange *x, const char *words)
{
	exchange_problem(x, 422, "bad_csv_option", "There is no such form of CSV", slice_of(words));
	return false;
}

bool csv_choice_read(struct exchange *x, bool csv, struct csv_form *form)
{
	struct slice dialect, formulas;
	bool has_dialect = exchange_query(x, "dialect", &dialect);
	bool has_formulas = exchange_query(x, "formulas", &formulas);
	*form = (struct csv_form){0};
	if (!csv && (has_dialect || has_formulas))
		return refuse(x, "dialect and formulas are of CSV: ask for .csv");
	if (has_dialect && !csv_dialect_from(dialect, &form->dialect))
		return refuse(x, "dialect is rfc4180 or excel-nb");
	if (has_formulas && !slice_is(formulas, "kept") && !slice_is(formulas, "guarded"))
		return refuse(x, "formulas is guarded or kept");
	form->formulas_kept = has_formulas && slice_is(formulas, "kept");
	return true;
}

bool csv_choice_made(const struct csv_form *form)
{
	return form->dialect != CSV_RFC4180 || form->formulas_kept;
}

const char *csv_choice_tag(const struct csv_form *form)
{
	if (form->dialect == CSV_RFC4180)
		return form->formulas_kept ? "-kept" : "";
	return form->formulas_kept ? "-nb-kept" : "-nb";
}
