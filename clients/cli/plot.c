#include "cli/plot.h"

#include <math.h>
#include <stdio.h>

enum { LEAST_ROOM = 6, LABEL_ROOM = 8 /* columns a label needs to stand free of its neighbour */ };

struct brush {
	const char *unicode, *ascii;
};

enum mark { NOTHING, REFERENCE, LINE, LEFT_END, RIGHT_END, DOTS };

/* clang-format off */
static const struct brush brushes[] = {
	[NOTHING]   = {" ",      " "},
	[REFERENCE] = {"\u250A", ":"},
	[LINE]      = {"\u2500", "-"},
	[LEFT_END]  = {"\u251C", "|"},
	[RIGHT_END] = {"\u2524", "|"},
	[DOTS + PLOT_FULL]    = {"\u25CF", "*"},
	[DOTS + PLOT_HOLLOW]  = {"\u25CB", "o"},
	[DOTS + PLOT_DIAMOND] = {"\u25C7", "x"},
};
/* clang-format on */

static const double steps[] = {0.5, 1, 2, 5, 10, 20, 25, 50, 100};

static double span_step(double span, size_t width)
{
	double labels = fmax(1, floor((double)width / LABEL_ROOM));
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		if (span / steps[i] <= labels)
			return steps[i];
	}
	return steps[COUNT_OF(steps) - 1];
}

static size_t width_within(size_t width)
{
	if (width < PLOT_WIDTH_MIN)
		return PLOT_WIDTH_MIN;
	return width > PLOT_WIDTH_MAX ? PLOT_WIDTH_MAX : width;
}

static bool divides(double step, double value)
{
	return fabs(value / step - round(value / step)) < 1e-9;
}

/** Ticks at both ends and even between them, where labels closer than usual still fit. */
static double even_step(double lower, double upper, double step, size_t width)
{
	for (size_t i = COUNT_OF(steps); i > 0; i--) {
		double room = (double)width * steps[i - 1] / (upper - lower);
		if (steps[i - 1] <= step && room >= LEAST_ROOM && divides(steps[i - 1], lower) &&
		    divides(steps[i - 1], upper))
			return steps[i - 1];
	}
	return step;
}

struct axis axis_around(double lower, double upper, double floor_at, double ceiling, size_t width)
{
	width = width_within(width);
	if (!(lower <= upper) || upper - lower >= ceiling - floor_at)
		return axis_whole(floor_at, ceiling, width);
	double step = span_step(fmax(upper - lower, 1), width);
	struct axis a = {.step = step, .width = width};
	a.lower = fmax(floor_at, floor(lower / step) * step);
	a.upper = fmin(ceiling, ceil(upper / step) * step);
	if (a.upper - a.lower < step) {
		a.lower = fmax(floor_at, a.lower - step);
		a.upper = fmin(ceiling, a.upper + step);
	}
	a.step = span_step(a.upper - a.lower, width);
	a.step = even_step(a.lower, a.upper, a.step, width);
	return a;
}

struct axis axis_whole(double lower, double upper, size_t width)
{
	width = width_within(width);
	return (struct axis){lower, upper, span_step(upper - lower, width), width};
}

/** The column of x; values outside stand at the edge. */
static size_t column_of(const struct axis *a, double x)
{
	double share = (x - a->lower) / (a->upper - a->lower);
	share = fmin(1, fmax(0, share));
	return (size_t)lround(share * (double)(a->width - 1));
}

/** The i-th label's value: the lower end, then every whole step above it. */
static double tick_value(const struct axis *a, size_t i)
{
	if (i == 0)
		return a->lower;
	return (floor(a->lower / a->step + 1e-9) + (double)i) * a->step;
}

static size_t add_label(struct buf *to, const struct axis *a, double x, size_t from, bool ascii)
{
	char digits[32];
	int len = snprintf(digits, sizeof(digits), "%g", fabs(x));
	size_t width = (size_t)len + (x < 0 ? 1 : 0);
	size_t at = column_of(a, x), half = (width - 1) / 2;
	size_t start = at > half ? at - half : 0;
	if (start + width > a->width)
		start = a->width - width;
	if (from > 0 && start < from + 1)
		return from; /* would touch the label before it */
	for (; from < start; from++)
		buf_add_byte(to, ' ');
	if (x < 0)
		buf_add_text(to, ascii ? "-" : "\u2212");
	buf_add_text(to, digits);
	return start + width;
}

void axis_add_labels(struct buf *to, const struct axis *axis, bool ascii)
{
	size_t from = 0;
	for (size_t i = 0; tick_value(axis, i) <= axis->upper + 1e-9; i++)
		from = add_label(to, axis, tick_value(axis, i), from, ascii);
	for (; from < axis->width; from++)
		buf_add_byte(to, ' ');
}

void axis_add_rule(struct buf *to, const struct axis *axis, bool ascii)
{
	bool ticks[PLOT_WIDTH_MAX] = {false};
	for (size_t i = 0; tick_value(axis, i) <= axis->upper + 1e-9; i++)
		ticks[column_of(axis, tick_value(axis, i))] = true;
	for (size_t i = 0; i < axis->width; i++) {
		if (ascii)
			buf_add_byte(to, ticks[i] ? '+' : '-');
		else
			buf_add_text(to, ticks[i] ? "\u253C" : "\u2500");
	}
}

static void draw(unsigned char *marks, const struct axis *a, const struct plot_row *row)
{
	const struct whisker *w = &row->whisker;
	if (!isnan(row->reference))
		marks[column_of(a, row->reference)] = REFERENCE;
	if (isnan(w->value))
		return;
	if (!isnan(w->lower) && !isnan(w->upper) && w->lower <= w->upper) {
		size_t left = column_of(a, w->lower), right = column_of(a, w->upper);
		for (size_t i = left; i <= right; i++)
			marks[i] = LINE;
		marks[left] = LEFT_END;
		marks[right] = RIGHT_END;
	}
	marks[column_of(a, w->value)] = (unsigned char)(DOTS + row->dot);
}

void plot_add_row(struct buf *to, const struct axis *axis, const struct plot_row *row, bool ascii)
{
	unsigned char marks[PLOT_WIDTH_MAX] = {NOTHING};
	draw(marks, axis, row);
	for (size_t i = 0; i < axis->width; i++)
		buf_add_text(to, ascii ? brushes[marks[i]].ascii : brushes[marks[i]].unicode);
}
