/* The project's own migrations, by the roles they will meet: an embedded cluster's. */
#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "app/cluster.h"
#include "app/migrate.h"
#include "app/migrations.h"

static const struct migrations ours = {MIGRATIONS, MIGRATION_COUNT};

static char directory[] = "/tmp/plaudit-st-XXXXXX";
static struct cluster *cluster;
static PGconn *owner, *runtime;
static struct trouble why;
static size_t applied;

static void start(void)
{
	cr_assert_not_null(mkdtemp(directory));
	cr_assert_eq(chmod(directory, 0755), 0);
	cr_assert_eq(cluster_open(directory, &cluster, &why), OK, "%s", why.words);
	cr_assert_eq(migrate_connect(cluster_owner_conninfo(cluster), true, &owner, &why), OK);
	cr_assert_eq(migrate_connect(cluster_runtime_conninfo(cluster), true, &runtime, &why), OK);
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
	(void)about, (void)kind, (void)where;
	return remove(path);
}

static void end(void)
{
	PQfinish(owner);
	PQfinish(runtime);
	cluster_close(&cluster);
	nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

TestSuite(schema, .init = start, .fini = end, .timeout = 120);

static void up(void)
{
	cr_assert_eq(migrate_up(owner, &ours, &applied, &why), OK, "%s", why.words);
}

/** The first value, valid until the next call. */
static const char *value(PGconn *conn, const char *sql)
{
	static char text[8000];
	PGresult *answer = PQexec(conn, sql);
	const char *state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);

	snprintf(text, sizeof(text), "%s", state ? state : PQgetvalue(answer, 0, 0));
	PQclear(answer);
	return text;
}

static const char everything[] =
	"select coalesce(string_agg(n.nspname || '.' || c.relname, ' ' order by n.nspname, c.relname), '')"
	" from pg_class c join pg_namespace n on n.oid = c.relnamespace"
	" where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
	" and c.relname !~ '^(schema_migrations|plaudit_migration_checksum)'";

Test(schema, an_owner_that_is_no_superuser_can_apply_all_and_the_runtime_role_can_check)
{
	up();
	cr_assert_eq(applied, MIGRATION_COUNT);
	cr_assert_eq(migrate_check(runtime, &ours, &why), OK, "%s", why.words);
}

Test(schema, up_down_up_ends_where_up_ended)
{
	char after_up[8000];
	const struct pg_migration *undone;

	up();
	snprintf(after_up, sizeof(after_up), "%s", value(owner, everything));
	do
		cr_assert_eq(migrate_down(owner, &ours, &undone, &why), OK, "%s", why.words);
	while (undone != NULL);
	cr_assert_str_eq(value(owner, everything), "");
	up();
	cr_assert_str_eq(value(owner, everything), after_up);
}

Test(schema, a_database_with_results_goes_down_and_up_again)
{
	static const char results[] =
		"insert into organisation (code) values ('o');"
		"insert into programme (organisation_id, code, document) values (1, 'p', '{}');"
		"insert into wave (programme_id, code) values (1, 'w');"
		"insert into upload (wave_id, key_id, format) values (1, 'k', 'csv');"
		"insert into identity.shopper (organisation_id, code) values (1, 's');"
		"insert into result (upload_id, wave_id, company, channel, answered, answers, cx,"
		" area_scores, result_id) select 1, 1, 0, 0, true, '{}', '{}', '{}', i::text"
		" from generate_series(1, 1000) i;"
		"insert into tally_delta (wave_id, upload_id, changes, packed) values (1, 1, 1000, '');"
		"insert into audit (event, subject) values ('e', 's');"
		"select count(*) from result";
	const struct pg_migration *undone;

	up();
	cr_assert_str_eq(value(owner, results), "1000");
	do
		cr_assert_eq(migrate_down(owner, &ours, &undone, &why), OK, "%s", why.words);
	while (undone != NULL);
	up();
	cr_assert_eq(applied, MIGRATION_COUNT);
	cr_assert_str_eq(value(owner, results), "1000");
	cr_assert_eq(migrate_check(runtime, &ours, &why), OK, "%s", why.words);
}

/** The database as it was under the first file alone, with a wave of three results. */
static void given_the_foundation_with_results(void)
{
	static const struct migrations foundation = {MIGRATIONS, 1};
	static const char results[] =
		"insert into organisation (code) values ('o');"
		"insert into programme (organisation_id, code, document) values (1, 'p', '{}');"
		"insert into wave (programme_id, code, state) values (1, 'w', 'closed');"
		"insert into upload (wave_id, key_id, format) values (1, 'k', 'csv');"
		"insert into result (upload_id, wave_id, company, channel, answered, answers, cx,"
		" area_scores, result_id, score) select 1, 1, 0, 0, true, '{2,null}', '{}', '{50}',"
		" i::text, 50 from generate_series(1, 3) i;"
		"insert into tally_delta (wave_id, upload_id, changes, packed) values (1, 1, 3, '\\x01');"
		"select count(*) from result";

	cr_assert_eq(migrate_up(owner, &foundation, &applied, &why), OK, "%s", why.words);
	cr_assert_str_eq(value(owner, results), "3");
}

/** Everything of 0001 that is counted or published of. */
static const char kept[] =
	"select md5(string_agg(t, ' ' order by t)) from ("
	"select (r.wave_id, r.result_id, r.company, r.answered, r.answers, r.score)::text as t from result r"
	" union all select d::text from tally_delta d union all select w::text from wave w) x";

Test(schema, results_of_the_first_release_are_submitted_in_their_first_revision)
{
	given_the_foundation_with_results();
	up();
	cr_assert_eq(applied, MIGRATION_COUNT - 1);
	cr_assert_str_eq(value(owner,
			       "select string_agg(distinct (status, revision, breaches)::text, ' ')"
			       " from result"),
			 "(0,1,0)");
	cr_assert_str_eq(value(owner, "select wave_shown_state(wave_id, state) from wave"),
			 "closed");
}

/** Each file but the first is taken back and applied again over rows of its own. */
Test(schema, every_later_file_goes_down_and_up_again_over_data_and_keeps_the_results)
{
	static const char reviewed[] =
		"update result set status = 3, breaches = 16, revision = 2 where result_id = '1';"
		"insert into result_revision (wave_id, result_id, revision, key_id, reason, change_id, was)"
		" select 1, '1', 1, 'k', 'r', nextval('result_change'), to_jsonb(r) from result r"
		" where result_id = '1';"
		"insert into result_note (wave_id, result_id, key_id, words) values (1, '1', 'k', 'w');"
		"insert into appeal (wave_id, result_id, opened_by, words, status_before)"
		" values (1, '1', 'k', 'w', 3);"
		"insert into wave_step (wave_id, key_id, from_state, to_state)"
		" values (1, 'k', 'fielding', 'closed');"
		"begin;"
		"insert into publication_board (wave_id, revision, address, content_type, body)"
		" values (1, 1, 'sectors', 't', 'b');"
		"insert into publication (wave_id, revision, key_id, reason, announce_at, readers, made_by,"
		" document, packed, shoppers, version, sha256) values (1, 1, 'k', '', now(), '{}', 'v',"
		" '{}', '', '{}', 3, sha256(''));"
		"commit;"
		"update upload set reading = '{}', warnings = '[]', declared = true;"
		"insert into tus_upload (wave_id, organisation_id, key_id, metadata, length, durable,"
		" state, upload_id, expires_at) values (1, 1, 'k', '', 5, 5, 'counted', 1, now());"
		"update upload set state = 'undone', undone_at = now(), undone_by = 'k',"
		" undone_reason = 'r', undone_change = 1, removed = 1, restored = 0, kept = 0;"
		"update result_revision set cause = 2, upload_id = 1, undone = true;"
		"insert into result_removed select r.*, 1, '[]' from result r;"
		"insert into upload_met values (1, '1');"
		"insert into upload (wave_id, key_id, format, state, withheld)"
		" values (1, 'k', 'csv', 'tried', 1), (1, 'k', 'csv', 'refused', 1),"
		" (1, 'k', 'triple_s', 'done', 0);"
		"insert into idempotency_key (organisation_id, key, request_sha256, server, held_until)"
		" values (1, 'k', sha256(''), gen_random_uuid(), now()) on conflict do nothing;"
		"select count(*) from breaches_of_wave(1, 'UTC', 1, 0, 0, 63, null)";
	const struct pg_migration *undone;
	char before[40];

	given_the_foundation_with_results();
	snprintf(before, sizeof(before), "%s", value(owner, kept));
	for (int way = 0; way < 2; way++) {
		up();
		cr_assert_str_eq(value(owner, reviewed), "0");
		for (size_t left = MIGRATION_COUNT; left > 1; left--) {
			cr_assert_eq(migrate_down(owner, &ours, &undone, &why), OK, "%s",
				     why.words);
			cr_assert_str_eq(value(owner, kept), before);
		}
	}
	up();
	cr_assert_str_eq(value(owner, kept), before);
	cr_assert_str_eq(
		value(owner, "select count(*) from result where (status, revision) = (0, 1)"), "3");
	cr_assert_eq(migrate_check(runtime, &ours, &why), OK, "%s", why.words);
}

Test(schema, a_removed_result_is_kept_with_every_column_it_had)
{
	up();
	cr_assert_str_eq(value(owner, "select string_agg(a.attname, ' ') from pg_attribute a"
				      " where a.attrelid = 'result'::regclass and a.attnum > 0"
				      " and not exists (select from pg_attribute b"
				      " where b.attrelid = 'result_removed'::regclass"
				      " and (b.attname, b.atttypid) = (a.attname, a.atttypid))"),
			 "");
	cr_assert_str_eq(value(runtime, "delete from result_removed"), "42501");
}

Test(schema, the_runtime_role_can_read_every_table_but_change_no_schema)
{
	up();
	cr_assert_str_eq(
		value(runtime,
		      "select count(*) from pg_class c"
		      " where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
		      " and not has_table_privilege(c.oid, 'select')"),
		"0");
	cr_assert_str_eq(value(runtime, "create table t (x int)"), "42501");
	cr_assert_str_eq(value(runtime, "alter table schema_migrations add x int"), "42501");
	cr_assert_str_eq(value(runtime, "insert into schema_migrations values ('9')"), "42501");
}
