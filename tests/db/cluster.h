/** A private PostgreSQL for one test program.
 *
 * In a temporary folder, without durability, on a unix socket only; run by the account
 * "postgres" where the test is root, since PostgreSQL refuses root. It dies with the test.
 * Use: Criterion runs each test in a process of its own, so the cluster is started once, before
 * all of them (about a second), by
 *	ReportHook(PRE_ALL)(struct criterion_test_set *tests) { (void)tests; cluster_start(); }
 *	ReportHook(POST_ALL)(struct criterion_global_stats *stats) { (void)stats; cluster_stop(); }
 * which CLUSTER_HOOKS does.
 */
#pragma once

#include <criterion/hooks.h>

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

#define CLUSTER_HOOKS                                                                              \
	ReportHook(PRE_ALL)(struct criterion_test_set * tests)                                     \
	{                                                                                          \
		(void)tests;                                                                       \
		cluster_start();                                                                   \
	}                                                                                          \
	ReportHook(POST_ALL)(struct criterion_global_stats * stats)                                \
	{                                                                                          \
		(void)stats;                                                                       \
		cluster_stop();                                                                    \
	}
