/** What every view of figures shares: how a number, a name and "undefined" look.
 *
 * Promise: pure. Numbers are rounded half up (towards plus infinity) to one
 * decimal, for display only. Undefined is a dash with a footnote, never 0.
 * Limits: VIEW_NOTES different reasons; later ones share the last footnote's sign.
 */
#pragma once

#include "cli/answer.h"
#include "cli/width.h"

enum { VIEW_NOTES = 9, VIEW_COLUMNS_MIN = 40, VIEW_COLUMNS_MAX = 400 };

struct view {
	size_t columns;	      /**< of the terminal */
	bool ascii;	      /**< draw with ASCII only */
	bool colour;	      /**< SGR sequences may be used */
	enum text_set set;    /**< what the locale can show of names */
	const char *language; /**< "nb", "ko"; never NULL */
	const char *metric;   /**< which of several figures is drawn; NULL: the score */
};

/** Reasons met while drawing, in the order of their signs. */
struct view_notes {
	struct slice reasons[VIEW_NOTES];
	size_t len;
};

/** The drawing set: ASCII where either the drawing or the locale asks for it. */
enum text_set view_set(const struct view *view);

double view_rounded(double number); /**< half up to one decimal, no negative zero */
/** One decimal and U+2212 for the sign ("-" in ASCII); NAN is the bare dash. */
void view_add_number(struct buf *to, const struct view *view, double number);
/** The number, or the dash with the sign of its reason's footnote. */
void view_add_figure(struct buf *to, const struct view *view, double number, struct slice reason,
		     struct view_notes *notes);
/** Without decimals; NAN is the bare dash. */
void view_add_whole(struct buf *to, const struct view *view, double number);
void view_add_dash(struct buf *to, const struct view *view);
/** "71.6 to 90.5", nothing where either end is undefined. */
void view_add_interval(struct buf *to, const struct view *view, double lower, double upper);
void view_add_notes(struct buf *to, const struct view *view, const struct view_notes *notes);

/** Safe text of the best words for the reader: their language, English, `otherwise`. In an
 * ASCII locale words it cannot show are passed over. */
void view_add_words(struct buf *to, const struct view *view, const cJSON *names,
		    struct slice otherwise);
/** The same of a thing's name, else its code. */
void view_add_name(struct buf *to, const struct view *view, const cJSON *named);

/** A stable reason word as a sentence; an unknown word is shown as it is, made safe. */
void view_add_reason(struct buf *to, const struct view *view, struct slice reason);

/** "2 companies", "1 company". */
void view_add_count(struct buf *to, double count, const char *one, const char *many);
