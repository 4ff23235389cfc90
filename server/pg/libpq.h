/** libpq under a name that is not ours.
 *
 * libpq-fe.h calls its own handle `struct pg_conn`, the tag of our connection:
 * without the rename the compiler would take one for the other in silence.
 */
#pragma once

#define pg_conn libpq_conn
#include <libpq-fe.h>
#undef pg_conn
