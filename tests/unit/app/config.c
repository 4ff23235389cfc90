#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/config.h"
#include "app/database.h"

static struct config config;
static struct trouble why;
static char path[64];

static const char *const (*environment)[2];

static const char *given(const char *name)
{
	for (size_t i = 0; environment != NULL && environment[i][0] != NULL; i++)
		if (strcmp(environment[i][0], name) == 0)
			return environment[i][1];
	return NULL;
}

static void given_file(const char *text)
{
	int file;

	snprintf(path, sizeof(path), "/tmp/plaudit-test-XXXXXX");
	file = mkstemp(path);
	cr_assert_geq(file, 0);
	cr_assert_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
	close(file);
}

static void start(void)
{
	config_init(&config);
}

static void end(void)
{
	config_fini(&config);
	if (path[0] != '\0')
		unlink(path);
}

TestSuite(config, .init = start, .fini = end);

static enum status set(enum setting_id id, const char *value, enum config_source source)
{
	return config_set(&config, id, value, source, &why);
}

Test(config, every_setting_has_a_name_a_variable_and_help)
{
	for (int i = 0; i < SETTING_COUNT; i++) {
		cr_assert_not_null(settings[i].name, "%d", i);
		cr_assert_not_null(settings[i].help, "%s", settings[i].name);
		cr_assert(strncmp(settings[i].environment, "PLAUDIT_", 8) == 0);
	}
}

Test(config, a_secret_has_no_flag)
{
	for (int i = 0; i < SETTING_COUNT; i++)
		cr_assert(!settings[i].secret || settings[i].flag == NULL, "%s", settings[i].name);
}

Test(config, without_anything_the_defaults_stand)
{
	cr_assert_eq(set(SETTING_EMBEDDED, "/tmp/x", CONFIG_FLAG), OK);
	cr_assert_eq(config_finish(&config, &why), OK);
	cr_assert_str_eq(config.host, "127.0.0.1");
	cr_assert_eq(config.port, 8080);
	cr_assert_eq(config.pool_size, 4);
	cr_assert_eq(config.ingest_lanes, 2);
	cr_assert_eq(config.log_level, LOG_INFO);
	cr_assert_not(config.migrate_on_start);
	cr_assert_not(config.allow_old_server);
	cr_assert_null(config.database);
}

Test(config, uploaded_files_are_kept_beside_the_private_cluster)
{
	cr_assert_eq(set(SETTING_EMBEDDED, "/tmp/x", CONFIG_FLAG), OK);
	cr_assert_eq(config_finish(&config, &why), OK);
	cr_assert_str_eq(config.spool, "/tmp/x/spool");
	cr_assert_eq(config.spool_days, 7);
	cr_assert_eq(config.spool_bytes, (int64_t)10 << 30);
}

Test(config, uploaded_files_have_a_place_of_their_own_beside_another_database)
{
	cr_assert_eq(set(SETTING_DATABASE, "host=h", CONFIG_FLAG), OK);
	cr_assert_eq(config_finish(&config, &why), OK);
	cr_assert_str_eq(config.spool, "/var/lib/plaudit/spool");
}

Test(config, uploaded_files_are_kept_where_it_is_said)
{
	cr_assert_eq(set(SETTING_EMBEDDED, "/tmp/x", CONFIG_FLAG), OK);
	cr_assert_eq(set(SETTING_SPOOL, "/srv/files", CONFIG_ENVIRONMENT), OK);
	cr_assert_eq(config_finish(&config, &why), OK);
	cr_assert_str_eq(config.spool, "/srv/files");
}

Test(config, a_flag_beats_the_environment_and_the_environment_a_file_in_any_order)
{
	static const enum config_source orders[][3] = {
		{CONFIG_FLAG, CONFIG_ENVIRONMENT, CONFIG_FILE},
		{CONFIG_FILE, CONFIG_ENVIRONMENT, CONFIG_FLAG},
		{CONFIG_ENVIRONMENT, CONFIG_FLAG, CONFIG_FILE},
	};
	static const char *const ports[] = {
		[CONFIG_FILE] = "1001", [CONFIG_ENVIRONMENT] = "1002", [CONFIG_FLAG] = "1003"};

	for (size_t o = 0; o < COUNT_OF(orders); o++) {
		config_fini(&config);
		config_init(&config);
		for (size_t i = 0; i < 3; i++)
			cr_assert_eq(set(SETTING_PORT, ports[orders[o][i]], orders[o][i]), OK);
		cr_assert_str_eq(config.value[SETTING_PORT].text, "1003");
	}
}

Test(config, a_number_outside_its_range_is_refused_with_the_range)
{
	cr_assert_eq(set(SETTING_PORT, "65536", CONFIG_FLAG), E_INPUT);
	cr_assert_str_eq(why.words, "port is \"65536\", not a number from 0 to 65535");
	cr_assert_eq(set(SETTING_POOL_SIZE, "0", CONFIG_FLAG), E_INPUT);
	cr_assert_eq(set(SETTING_POOL_SIZE, "4x", CONFIG_FLAG), E_INPUT);
}

Test(config, a_public_address_is_one_that_a_path_can_be_put_behind)
{
	static const char *const bad[] = {"cx.example.org",
					  "https://",
					  "https:///x",
					  "https://cx.example.org/",
					  "https://cx.example.org?a",
					  "https://me@cx.example.org",
					  "ftp://cx.example.org",
					  "https://cx example"};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		cr_expect_eq(set(SETTING_PUBLIC_URL, bad[i], CONFIG_FLAG), E_INPUT, "%s", bad[i]);
	cr_expect_eq(set(SETTING_PUBLIC_URL, "https://cx.example.org:8443/cx", CONFIG_FLAG), OK);
}

Test(config, a_switch_is_on_or_off_and_nothing_else)
{
	cr_assert_eq(set(SETTING_MIGRATE_ON_START, "yes", CONFIG_FLAG), OK);
	cr_assert_eq(set(SETTING_MIGRATE_ON_START, "0", CONFIG_FLAG), OK);
	cr_assert_eq(set(SETTING_MIGRATE_ON_START, "maybe", CONFIG_FLAG), E_INPUT);
}

Test(config, an_empty_value_is_refused)
{
	cr_assert_eq(set(SETTING_HOST, "", CONFIG_FLAG), E_INPUT);
}

Test(config, a_value_over_the_limit_is_refused)
{
	char *text = calloc(1, 4098);

	memset(text, 'a', 4097);
	cr_assert_eq(set(SETTING_HOST, text, CONFIG_FLAG), E_LIMIT);
	free(text);
}

Test(config, a_file_may_have_comments_a_section_and_dos_line_ends)
{
	given_file("# comment\r\n; another\r\n[plauditd]\r\n\r\nport = 9000\r\nhost=::1\n"
		   "database = host=/run dbname=x\n");
	cr_assert_eq(config_read_file(&config, path, true, &why), OK, "%s", why.words);
	cr_assert_str_eq(config.value[SETTING_PORT].text, "9000");
	cr_assert_str_eq(config.value[SETTING_HOST].text, "::1");
	cr_assert_str_eq(config.value[SETTING_DATABASE].text, "host=/run dbname=x");
}

Test(config, an_unknown_key_names_file_and_line)
{
	char expected[200];

	given_file("port = 9000\nprot = 1\n");
	cr_assert_eq(config_read_file(&config, path, true, &why), E_INPUT);
	snprintf(expected, sizeof(expected), "%s line 2: there is no setting \"prot\"", path);
	cr_assert_str_eq(why.words, expected);
}

Test(config, a_line_without_an_equals_sign_is_refused)
{
	given_file("port 9000\n");
	cr_assert_eq(config_read_file(&config, path, true, &why), E_INPUT);
}

Test(config, another_section_is_refused)
{
	given_file("[plaudit]\nport = 9000\n");
	cr_assert_eq(config_read_file(&config, path, true, &why), E_INPUT);
}

Test(config, a_missing_file_matters_only_where_it_was_asked_for)
{
	cr_assert_eq(config_read_file(&config, "/nonexistent/conf", false, &why), OK);
	cr_assert_eq(config_read_file(&config, "/nonexistent/conf", true, &why), E_INPUT);
}

Test(config, the_environment_is_read_by_its_own_names)
{
	static const char *const table[][2] = {
		{"PLAUDIT_PORT", "9001"}, {"PLAUDIT_LOG_LEVEL", "debug"}, {NULL, NULL}};

	environment = table;
	cr_assert_eq(config_read_environment(&config, given, &why), OK);
	cr_assert_str_eq(config.value[SETTING_PORT].text, "9001");
	cr_assert_str_eq(config.value[SETTING_LOG_LEVEL].text, "debug");
}

Test(config, an_empty_variable_is_as_good_as_none)
{
	static const char *const table[][2] = {{"PLAUDIT_PORT", ""}, {NULL, NULL}};

	environment = table;
	cr_assert_eq(config_read_environment(&config, given, &why), OK);
	cr_assert_str_eq(config.value[SETTING_PORT].text, "8080");
}

Test(config, a_password_file_is_merged_into_the_connection_string)
{
	static const char *table[][2] = {{"PLAUDIT_DATABASE_URL", "host=h user=u"},
					 {"PLAUDIT_DATABASE_PASSWORD_FILE", path},
					 {NULL, NULL}};

	given_file("hunter2\n");
	environment = (const char *const(*)[2])table;
	cr_assert_eq(config_read_environment(&config, given, &why), OK, "%s", why.words);
	cr_assert_eq(config_finish(&config, &why), OK);
	cr_assert_str_eq(config.database, "user='u' password='hunter2' host='h'");
	cr_assert_str_eq(config.owner_database, config.database);
}

Test(config, the_owner_does_not_get_the_runtime_password)
{
	cr_assert_eq(set(SETTING_DATABASE, "host=h user=r", CONFIG_FLAG), OK);
	cr_assert_eq(set(SETTING_OWNER_DATABASE, "host=h user=o", CONFIG_FLAG), OK);
	cr_assert_eq(set(SETTING_DATABASE_PASSWORD, "hunter2", CONFIG_ENVIRONMENT), OK);
	cr_assert_eq(config_finish(&config, &why), OK);
	cr_assert_str_eq(config.owner_database, "user='o' host='h'");
}

Test(config, a_secret_given_twice_is_refused)
{
	static const char *const table[][2] = {{"PLAUDIT_DATABASE_PASSWORD", "a"},
					       {"PLAUDIT_DATABASE_PASSWORD_FILE", "/etc/hostname"},
					       {NULL, NULL}};

	environment = table;
	cr_assert_eq(config_read_environment(&config, given, &why), E_INPUT);
}

Test(config, a_secret_file_that_is_missing_is_an_error)
{
	static const char *const table[][2] = {{"PLAUDIT_DATABASE_PASSWORD_FILE", "/nonexistent/x"},
					       {NULL, NULL}};

	environment = table;
	cr_assert_eq(config_read_environment(&config, given, &why), E_INPUT);
}

Test(config, no_database_at_all_says_how_to_name_one)
{
	struct database database;
	cr_assert_eq(config_finish(&config, &why), OK); /* healthcheck needs none */
	cr_assert_eq(database_open(&config, DATABASE_COMMAND, &database, &why), E_INPUT);
	cr_assert(strstr(why.words, "PLAUDIT_DATABASE_URL"));
}

Test(config, a_database_and_an_embedded_one_contradict)
{
	cr_assert_eq(set(SETTING_DATABASE, "host=h", CONFIG_ENVIRONMENT), OK);
	cr_assert_eq(set(SETTING_EMBEDDED, "/tmp/x", CONFIG_FLAG), OK);
	cr_assert_eq(config_finish(&config, &why), E_INPUT);
}

Test(config, a_bad_connection_string_is_refused_without_repeating_it)
{
	cr_assert_eq(set(SETTING_DATABASE, "passwrod=hunter2", CONFIG_FLAG), E_INPUT);
	cr_assert_null(strstr(why.words, "hunter2"));
}

Test(config, what_is_printed_holds_no_secret_and_can_be_read_again)
{
	struct config again;
	struct buf text;

	cr_assert_eq(set(SETTING_DATABASE, "postgresql://u:hunter2@h/d", CONFIG_FLAG), OK);
	cr_assert_eq(set(SETTING_DATABASE_PASSWORD, "hunter3", CONFIG_ENVIRONMENT), OK);
	cr_assert_eq(set(SETTING_PORT, "9", CONFIG_FILE), OK);
	buf_init(&text, 65536);
	config_print(&config, &text);
	buf_add_byte(&text, '\0');
	cr_assert_null(strstr(text.at, "hunter"));
	given_file(text.at);
	buf_fini(&text);
	config_init(&again);
	cr_assert_eq(config_read_file(&again, path, true, &why), OK, "%s", why.words);
	cr_assert_str_eq(again.value[SETTING_PORT].text, "9");
	config_fini(&again);
}

Test(config, mail_is_taken_for_a_domain_and_not_without_one)
{
	cr_assert_eq(set(SETTING_LMTP, "127.0.0.1:2424", CONFIG_FLAG), OK);
	cr_assert_eq(config_finish(&config, &why), E_INPUT);
	cr_assert_eq(set(SETTING_MAIL_DOMAIN, "a@b.test", CONFIG_FILE), OK);
	cr_assert_eq(config_finish(&config, &why), E_INPUT);
	cr_assert_eq(set(SETTING_MAIL_DOMAIN, "svar.b.test", CONFIG_FLAG), OK);
	cr_assert_eq(config_finish(&config, &why), OK, "%s", why.words);
	cr_assert_str_eq(config.mail_domain, "svar.b.test");
}
