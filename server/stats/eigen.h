/** Eigenvalues and eigenvectors of a symmetric matrix.
 *
 * Source: Householder reduction and implicit QL (Martin, Reinsch & Wilkinson 1968;
 *   Bowdler et al. 1968). Deterministic.
 * Errors: false where QL does not settle within 60 turns a value (not seen on finite
 *   input).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/** `a` holds n * n numbers by row, symmetric; on return column j of `a` (a[i * n + j]) is
 * the unit eigenvector of value[j]. Values are not sorted. */
bool eigen_symmetric(double *a, size_t n, double *value);
