/** Dot and whisker in text: a point with its interval on a common axis.
 *
 * Units: columns of the terminal; values as the metric's own.
 * Promise: pure; a row is exactly `axis->width` columns wide; the dot is drawn
 * over the whisker and both over the reference line.
 */
#pragma once

#include "base/buf.h"

enum { PLOT_WIDTH_MIN = 12, PLOT_WIDTH_WANTED = 20, PLOT_WIDTH_MAX = 120 };

struct axis {
	double lower, upper; /**< lower < upper */
	double step;	     /**< between labels */
	size_t width;	     /**< PLOT_WIDTH_MIN..PLOT_WIDTH_MAX */
};

struct whisker {
	double value, lower, upper; /**< lower or upper NAN: the dot alone */
};

enum plot_dot { PLOT_FULL, PLOT_HOLLOW, PLOT_DIAMOND };

struct plot_row {
	struct whisker whisker; /**< value NAN: nothing but the reference line */
	double reference;	/**< NAN: no reference line */
	enum plot_dot dot;
};

/** An axis around [lower, upper] on round numbers, never past floor or ceiling. */
struct axis axis_around(double lower, double upper, double floor_at, double ceiling, size_t width);

/** The whole of [lower, upper], as it is. */
struct axis axis_whole(double lower, double upper, size_t width);

/** The labels of the axis, `width` columns, each centred on its place where it fits. */
void axis_add_labels(struct buf *to, const struct axis *axis, bool ascii);

/** The axis itself: a rule with a tick below each label. */
void axis_add_rule(struct buf *to, const struct axis *axis, bool ascii);

void plot_add_row(struct buf *to, const struct axis *axis, const struct plot_row *row, bool ascii);
