/** p values adjusted for many tests at once.
 *
 * Source: Benjamini & Hochberg (1995); Holm (1979); as R's p.adjust.
 * Errors: none. NAN stays NAN and is not counted.
 */
#pragma once

#include <stddef.h>

/** Fill adjusted[0 .. len - 1], which may be `p` itself. */
void adjust_benjamini_hochberg(const double *p, size_t len, double *adjusted);
void adjust_holm(const double *p, size_t len, double *adjusted);
