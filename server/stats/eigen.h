/** Eigenvalues and eigenvectors of a symmetric matrix.
 *
 * Source: Householder reduction to a tridiagonal matrix, then the implicit QL method
 *   (Martin, Reinsch & Wilkinson 1968; Dubrulle, Martin & Wilkinson 1968). Eigenvalues
 *   are good to a few units in the last place of the largest. Deterministic.
 * Errors: false where QL does not settle within 60 turns a value, as with input that is
 *   not finite.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/must.h"

/** `a` holds n * n numbers by row, symmetric; on return row j of `a` is the unit
 * eigenvector of value[j]. Values are not sorted. */
bool eigen_symmetric(double *a, size_t n, double *value) NODISCARD;
