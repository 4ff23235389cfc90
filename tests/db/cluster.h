/** A private PostgreSQL for one test program.
 *
 * In a temporary folder, without durability, on a unix socket only; run by the account
 * "postgres" where the test is root, since PostgreSQL refuses root. It dies with the test.
 * Use: link cluster.c (tests/db does). Criterion runs each test in a process of its own; the
 * cluster starts once before all of them (about a second) and stops after them.
 */
#pragma once

/** Starts it once; exits the program with a message where it cannot. */
void cluster_start(void);
void cluster_stop(void);
/** "host=<folder> dbname=postgres user=postgres"; the server's superuser. */
const char *cluster_conninfo(void);
/** A fresh empty database made from template0; its conninfo, valid until the next call. */
const char *cluster_database(const char *name);
/** Runs one or several statements as superuser in that database; 0 where one failed. */
int cluster_sql(const char *database, const char *text);
/** A crash and its recovery: every connection is lost. Back when connections are taken again. */
void cluster_crash(void);
