#include <criterion/criterion.h>

#include "mapping/preview.h"
#include "mapping/profile.h"

static const char document[] =
	"{\"programme\":\"p\",\"channels\":[{\"code\":\"phone\"},{\"code\":\"chat\"}],\"companies\":["
	"{\"code\":\"C1\",\"name\":{\"en\":\"Alder Ltd\",\"nb\":\"Or AS\"}},"
	"{\"code\":\"C2\",\"name\":{\"en\":\"Birch\"}}],"
	"\"instruments\":[{\"code\":\"i\",\"areas\":[{\"code\":\"a\"}],"
	"\"items\":[{\"code\":\"q1\",\"name\":{\"en\":\"Did the agent greet you?\"},\"area\":\"a\","
	"\"options\":[{\"answer\":0,\"points\":0},{\"answer\":2,\"points\":2}]},"
	"{\"code\":\"q2\",\"name\":{\"en\":\"The agent was polite\"},\"area\":\"a\",\"options\":["
	"{\"answer\":1,\"points\":1},{\"answer\":2,\"points\":2},{\"answer\":3,\"points\":3},"
	"{\"answer\":4,\"points\":4},{\"answer\":5,\"points\":5}]}],"
	"\"questions\":[{\"code\":\"nps\",\"measure\":\"nps\",\"scale\":{\"min\":0,\"max\":10}}]}],"
	"\"waves\":[{\"code\":\"w\",\"instrument\":\"i\",\"time_zone\":\"Europe/Oslo\",\"sectors\":["
	"{\"code\":\"s\",\"companies\":[\"C1\",\"C2\"]}]}]}";

static struct programme *programme;
static struct arena arena;
static struct buf json;

static void start(void)
{
	struct programme_faults faults;
	arena_init(&arena, 8 << 20);
	buf_init(&json, PREVIEW_JSON_BYTES);
	cr_assert_eq(programme_parse(slice_of(document), &arena, &programme, &faults), OK);
}

static void end(void)
{
	buf_fini(&json);
	arena_fini(&arena);
	programme_free(programme);
}

TestSuite(preview, .init = start, .fini = end);

static const char *shown_by(const char *file, enum decode_format format, struct profile *profile,
			    const struct table_dictionary *dictionary)
{
	const struct preview preview = {.bytes = slice_of(file),
					.whole = true,
					.format = format,
					.programme = programme,
					.dictionary = dictionary,
					.code = SLICE("mine")};
	struct trouble why;
	buf_clear(&json);
	enum status st = preview_json(&preview, &profile, &json, &why);
	cr_assert_eq(st, OK, "%s", st == OK ? "" : why.words);
	buf_add_byte(&json, '\0');
	return json.at;
}

static const char *shown(const char *file)
{
	return shown_by(file, DECODE_CSV, NULL, NULL);
}

static void expect_part(const char *file, const char *part)
{
	const char *all = shown(file);
	cr_expect_not_null(strstr(all, part), "%s is not in %s", part, all);
}

#define START "Respondent ID,Collector ID,Firma,Kanal,"

Test(preview, canonical_columns_need_no_mapping)
{
	const char *all = shown("result_id,company,channel,nps\nr1,C1,phone,9\nr2,C9,phone,9\n");
	cr_expect_not_null(strstr(all, "\"mapping\":null"));
	cr_expect_not_null(strstr(all, "\"canonical\":true"));
	cr_expect_not_null(
		strstr(all, "\"row\":1,\"becomes\":{\"result_id\":\"r1\",\"company\":\"C1\""));
	cr_expect_not_null(strstr(all, "\"code\":\"unknown_company\",\"value\":\"C9\""));
}

Test(preview, a_file_of_rejected_rows_is_canonical_where_it_was)
{
	expect_part(
		"result_id,company,channel,nps,error_code,error_column,error_value,error_expected\n"
		"r1,C1,phone,9,unknown_company,company,X,a code\n",
		"\"canonical\":true");
}

Test(preview, a_proposal_is_a_profile_that_can_be_put)
{
	const char *all = shown(START "nps\n1,7,Alder Ltd,Telefon,9\n2,7,Birch,chat,99\n");
	const char *proposal = strstr(all, "\"proposal\":");
	struct programme_faults faults;
	struct profile *profile = NULL;
	cr_assert_not_null(proposal);
	proposal += strlen("\"proposal\":");
	struct slice text = {proposal, strlen(proposal) - 1};
	cr_assert_eq(profile_parse(text, &arena, &profile, &faults), OK, "%s", proposal);
	cr_expect_eq(profile_check(profile, programme, 0, &arena, &faults), OK);
	cr_expect(slice_is(profile->code, "mine"));
	profile_free(profile);
}

Test(preview, survey_tools_are_known_by_their_columns)
{
	expect_part(START "nps\n1,7,C1,phone,9\n", "\"producer\":\"surveymonkey\"");
	expect_part("StartDate,ResponseId,RecordedDate,company,channel\n"
		    "2026-05-04 10:15,R_1,2026-05-04 10:20,C1,phone\n",
		    "\"producer\":\"qualtrics\"");
	expect_part("id,submitdate,lastpage,startlanguage,company,channel\n"
		    "1,2026-05-04 10:15,3,en,C1,phone\n",
		    "\"producer\":\"limesurvey\"");
}

Test(preview, words_of_a_scale_become_labels)
{
	expect_part(START "The agent was polite\n1,7,C1,phone,Strongly agree\n2,7,C1,phone,Uenig\n",
		    "\"q2\":{\"column\":\"The agent was polite\",\"labels\":"
		    "{\"5\":[\"Strongly agree\"],\"2\":[\"Uenig\"]}}");
	expect_part(START "q1\n1,7,C1,phone,Yes\n2,7,C1,phone,아니오\n",
		    "\"labels\":{\"2\":[\"Yes\"],\"0\":[\"아니오\"]}");
	expect_part(START "q2. Polite?\n1,7,C1,phone,5 - very\n2,7,C1,phone,1: not at all\n",
		    "\"labels\":{\"5\":[\"5 - very\"],\"1\":[\"1: not at all\"]}");
}

Test(preview, codes_off_the_scale_and_words_for_nothing_are_proposed_as_missing)
{
	expect_part(START "nps\n1,7,C1,phone,9\n2,7,C1,phone,99\n3,7,C1,phone,Vet ikke\n"
			  "4,7,C1,phone,11\n5,7,C1,phone,5\n",
		    "\"missing\":[\"99\",\"Vet ikke\",\"11\"]");
}

Test(preview, values_that_are_no_answers_are_told_and_not_mapped)
{
	const char *all = shown(START "nps\n1,7,C1,phone,42.5\n2,7,C1,phone,37.1\n");
	cr_expect_not_null(strstr(all,
				  "too unsure to be nps: the column is called as the question; "
				  "of 2 values 0 are answers"));
	cr_expect_null(strstr(all, "\"nps\":{\"column\""));
}

Test(preview, a_date_and_a_time_of_day_are_joined)
{
	expect_part("Respondent ID,company,channel,Dato,Klokken\n1,C1,phone,04.05.2026,10:15\n",
		    "\"contacted_at\":{\"joined\":[\"Dato\",\"Klokken\"],\"by\":\" \"}");
}

Test(preview, personal_data_are_proposed_to_be_ignored_and_not_shown)
{
	const char *all = shown(START "Email Address,nps\n1,7,C1,phone,ada@example.org,9\n");
	cr_expect_not_null(strstr(all, "personal data"));
	cr_expect_null(strstr(all, "ada@"));
	cr_expect_not_null(strstr(all, "\"ignored\":[\"Collector ID\",\"Email Address\"]"));
}

Test(preview, unknown_companies_get_suggestions_and_no_label)
{
	const char *all = shown(START
				"nps\n1,7,Alder,phone,9\n2,7,Birch,phone,9\n3,7,C1,phone,1\n");
	cr_expect_not_null(strstr(all,
				  "\"companies\":[{\"value\":\"Alder\",\"rows\":1,\"perhaps\":["
				  "{\"company\":\"C1\""));
	cr_expect_null(strstr(all, "\"company\":{\"column\":\"Firma\",\"labels\""));
}

Test(preview, what_is_missing_is_told_and_no_row_is_shown)
{
	const char *all = shown("a,b\n1,2\n1,3\n");
	cr_expect_not_null(strstr(all, "\"complete\":false"));
	cr_expect_not_null(strstr(all, "{\"column\":\"channel\",\"because\":\"no column says it"));
	cr_expect_not_null(strstr(all, "\"rows\":[]"));
}

Test(preview, a_dictionary_tells_texts_of_questions_and_labels_of_codes)
{
	struct table_dictionary d;
	table_dictionary_init(&d, 1 << 16);
	(void)table_dictionary_add(&d, SLICE("V1"), SLICE("Did the agent greet you?"));
	struct table_variable *v = table_dictionary_add(&d, SLICE("V2"), SLICE("Company"));
	(void)table_variable_add(&d, v, SLICE("7"), SLICE("Birch"));
	const char *all = shown_by("Respondent ID,V1,company,channel\n1,2,7,phone\n2,0,7,phone\n",
				   DECODE_CSV, NULL, &d);
	cr_expect_not_null(strstr(all, "\"q1\":{\"column\":\"V1\"}"), "%s", all);
	v->name = SLICE("company");
	all = shown_by("Respondent ID,V1,company,channel\n1,2,7,phone\n2,0,7,phone\n", DECODE_CSV,
		       NULL, &d);
	cr_expect_not_null(
		strstr(all, "\"company\":{\"column\":\"company\",\"labels\":{\"C2\":[\"7\"]}"),
		"%s", all);
	table_dictionary_fini(&d);
}

Test(preview, twenty_rows_are_shown_of_the_beginning_of_a_file)
{
	struct buf file;
	buf_init(&file, 1 << 20);
	buf_add_text(&file, "result_id,company,channel,nps\n");
	for (int i = 1; i <= 5000; i++)
		buf_print(&file, "r%d,C1,phone,9\n", i);
	const struct preview preview = {.bytes = slice_cut(buf_slice(&file), 70000),
					.format = DECODE_CSV,
					.programme = programme,
					.code = SLICE("m")};
	struct profile *none = NULL;
	struct trouble why;
	cr_assert_eq(preview_json(&preview, &none, &json, &why), OK);
	buf_add_byte(&json, '\0');
	cr_expect_not_null(strstr(json.at, "\"row\":20,"));
	cr_expect_null(strstr(json.at, "\"row\":21,"));
	cr_expect_not_null(strstr(json.at, "\"faults\":[],\"rows\""));
	buf_fini(&file);
}

static const char *shown_of_part(struct slice part)
{
	const struct preview preview = {
		.bytes = part, .format = DECODE_CSV, .programme = programme, .code = SLICE("m")};
	struct profile *none = NULL;
	struct trouble why;
	buf_clear(&json);
	cr_assert_eq(preview_json(&preview, &none, &json, &why), OK);
	buf_add_byte(&json, '\0');
	return json.at;
}

Test(preview, of_a_small_part_the_whole_rows_are_shown_and_no_fault_of_the_cut)
{
	const char *all = shown_of_part(
		SLICE("result_id,company,channel,nps\nr1,C1,phone,9\nr2,C"));
	cr_expect_not_null(strstr(all, "\"faults\":[],\"rows\":[{\"row\":1,"), "%s", all);
	cr_expect_null(strstr(all, "\"row\":2,"), "%s", all);
	all = shown_of_part(
		SLICE("result_id,company,channel,comment\nr1,C1,phone,\nr2,C1,phone,\"a\nb"));
	cr_expect_not_null(strstr(all, "\"faults\":[],\"rows\":[{\"row\":1,"), "%s", all);
	cr_expect_null(strstr(all, "\"row\":2,"), "%s", all);
}

Test(preview, a_given_mapping_is_used_and_rows_left_out_are_told)
{
	struct programme_faults faults;
	struct profile *profile = NULL;
	const char *text =
		"{\"mapping\":\"given\",\"columns\":{\"result_id\":\"id\",\"company\":\"who\","
		"\"channel\":{\"constant\":\"phone\"}},\"leave_out\":[{\"why\":\"t\","
		"\"column\":\"id\",\"is\":[\"2\"]}]}";
	cr_assert_eq(profile_parse(slice_of(text), &arena, &profile, &faults), OK);
	const char *all = shown_by("id,who\n1,C1\n2,C1\n", DECODE_CSV, profile, NULL);
	cr_expect_not_null(strstr(all, "\"mapping\":{\"code\":\"given\",\"by\":\"given\"}"));
	cr_expect_not_null(strstr(all, "{\"row\":2,\"left_out\":true}"));
}

Test(preview, a_file_of_another_mapping_has_its_faults_and_no_rows)
{
	struct programme_faults faults;
	struct profile *profile = NULL;
	const char *text =
		"{\"mapping\":\"given\",\"columns\":{\"result_id\":\"id\",\"company\":\"who\","
		"\"channel\":{\"constant\":\"phone\"}}}";
	cr_assert_eq(profile_parse(slice_of(text), &arena, &profile, &faults), OK);
	const char *all = shown_by("id,firm\n1,C1\n", DECODE_CSV, profile, NULL);
	cr_expect_not_null(strstr(all, "\"column\":\"who\",\"code\":\"missing_column\""));
	cr_expect_not_null(strstr(all, "\"rows\":[]"));
}

Test(preview, members_of_json_are_looked_at_row_by_row)
{
	const char *all = shown_by("{\"id\":\"1\",\"company\":\"C1\",\"channel\":\"phone\","
				   "\"answers\":{\"nps\":9}}\n"
				   "{\"channel\":\"phone\",\"id\":\"2\",\"company\":\"C1\"}\n",
				   DECODE_NDJSON, NULL, NULL);
	cr_expect_not_null(strstr(all, "\"reading\":null"));
	cr_expect_not_null(strstr(all, "{\"row\":2,\"becomes\":{\"result_id\":\"2\""), "%s", all);
}

Test(preview, a_broken_file_says_why)
{
	expect_part("a,a\n1,2\n", "\"code\":\"duplicate_column\"");
	expect_part("", "\"rows\":[]");
}
