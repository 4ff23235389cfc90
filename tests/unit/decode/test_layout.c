/* How the text of a CSV file is laid out: separator, header rows, dates; and that it is said. */
#include "said.h"

static void reads(const char *text, const struct csv_options *options, const char *told,
		  const char *known)
{
	struct slice bytes = slice_of(text);
	for (size_t part = bytes.len; part > 0; part = part > 3 ? 3 : part - 1) {
		struct transcript t = transcribe_csv(options, bytes, part);
		cr_assert_str_eq(t.text.at, told, "in parts of %zu:\n%s", part, t.text.at);
		cr_assert_not_null(strstr(t.reading.at, known), "%s", t.reading.at);
		transcript_fini(&t);
	}
}

static const struct csv_options undeclared;

#define DELIMITER(name, by) "\"delimiter\":{\"is\":\"" name "\",\"by\":\"" by "\""
#define HEADER(rows, by)    "\"header\":{\"is\":" rows ",\"by\":\"" by "\""
#define DATES(order, by)    "\"dates\":{\"is\":" order ",\"by\":\"" by "\""

Test(layout, semicolon_tab_and_pipe_divide_as_the_comma_does)
{
	reads("id;note\nr1;a,b\n", &undeclared, "1 id=r1 note=a,b\nend\n",
	      DELIMITER("semicolon", "detected"));
	reads("id\tnote\nr1\ta,b\n", &undeclared, "1 id=r1 note=a,b\nend\n",
	      DELIMITER("tab", "detected"));
	reads("id|note\nr1|a;b\n", &undeclared, "1 id=r1 note=a;b\nend\n",
	      DELIMITER("pipe", "detected"));
	reads("id,note\nr1,a;b\n", &undeclared, "1 id=r1 note=a;b\nend\n",
	      DELIMITER("comma", "detected"));
}

Test(layout, separators_within_quotes_do_not_count)
{
	reads("id;note;x\nr1;\"a,b,c\";1\nr2;\"a\n,b,\"\"c\";2\n", &undeclared,
	      "1 id=r1 note=a,b,c x=1\n2 id=r2 note=a\n,b,\"c x=2\nend\n",
	      DELIMITER("semicolon", "detected"));
}

Test(layout, the_separator_that_most_rows_agree_on_wins)
{
	reads("q1,q2;q3\n1,5;2\n2,5;3\n3;4\n", &undeclared,
	      "1 q1,q2=1,5 q3=2\n2 q1,q2=2,5 q3=3\n3 q1,q2=3 q3=4\nend\n",
	      DELIMITER("semicolon", "detected"));
}

Test(layout, one_column_needs_no_separator)
{
	reads("id\nr1\n", &undeclared, "1 id=r1\nend\n", DELIMITER("comma", "assumed"));
}

Test(layout, a_sep_line_says_it)
{
	reads("sep=;\r\nid;note\r\nr1;a\r\n", &undeclared, "1 id=r1 note=a\nend\n",
	      DELIMITER("semicolon", "marked"));
	reads("\xEF\xBB\xBFsep=|\nid|a,b\n1|2,3\n", &undeclared, "1 id=1 a,b=2,3\nend\n",
	      DELIMITER("pipe", "marked"));
}

Test(layout, a_declared_separator_wins_over_a_sep_line)
{
	const struct csv_options semicolon = {.delimiter = ';'};
	reads("sep=,\nid;note\nr1;a,b\n", &semicolon, "1 id=r1 note=a,b\nend\n",
	      DELIMITER("semicolon", "declared"));
}

Test(layout, three_header_rows_of_qualtrics_are_one_header)
{
	reads("StartDate,Q1,Q2\n"
	      "Start Date,\"How easy,\n really?\",Comment\n"
	      "\"{\"\"ImportId\"\":\"\"startDate\"\"}\",\"{\"\"ImportId\"\":\"\"QID1\"\"}\",x\n"
	      "2026-05-04,5,fine\n",
	      &undeclared, "1 StartDate=2026-05-04 Q1=5 Q2=fine\nend\n", HEADER("3", "detected"));
}

Test(layout, two_header_rows_of_surveymonkey_name_each_choice)
{
	reads("Respondent ID,Collector ID,How was it?,Why?,,\n"
	      ",,Response,Price,Staff,Other\n"
	      "118,40,5,1,,\n",
	      &undeclared,
	      "1 Respondent ID=118 Collector ID=40 How was it?=5 Why? [Price]=1 "
	      "Why? [Staff]= Why? [Other]=\nend\n",
	      HEADER("2", "detected"));
}

Test(layout, surveymonkey_without_respondents_is_known_by_its_words)
{
	reads("Where?,Which?,,Any other?\nResponse,Red,Blue,Open-Ended Response\nAsia,,Blue,no\n",
	      &undeclared, "1 Where?=Asia Which? [Red]= Which? [Blue]=Blue Any other?=no\nend\n",
	      HEADER("2", "detected"));
	reads("Where?,Any other?\nResponse,no\n", &undeclared,
	      "1 Where?=Response Any other?=no\nend\n", HEADER("1", "assumed"));
}

Test(layout, choices_that_read_alike_are_told_by_their_place)
{
	const struct csv_options two = {.header_rows = 2};
	reads("a,Which?,,\n,x,y,x\n1,2,3,4\n", &two,
	      "1 a=1 Which? [x]=2 Which? [y]=3 Which? [x] (column 4)=4\nend\n",
	      HEADER("2", "declared"));
}

Test(layout, declared_header_rows_are_passed_over)
{
	const struct csv_options two = {.header_rows = 2};
	reads("V1,V2\nResponse,Score\nr1,4\n", &two, "1 V1=r1 V2=4\nend\n",
	      HEADER("2", "declared"));
}

Test(layout, a_header_that_lacks_a_declared_row_is_missing)
{
	const struct csv_options three = {.header_rows = 3};
	reads("a,b\nc,d\n", &three, "broken 0! missing_header [] \n", HEADER("3", "declared"));
}

Test(layout, names_of_limesurvey_are_taken_as_they_are)
{
	reads("\xEF\xBB\xBF\"id\",\"submitdate\",\"Q2[SQ001]\",\"Q2[other]\"\n"
	      "\"1\",\"2026-05-04 10:15:00\",\"4\",\"\"\n",
	      &undeclared, "1 id=1 submitdate=2026-05-04 10:15:00 Q2[SQ001]=4 Q2[other]=\nend\n",
	      HEADER("1", "assumed"));
}

Test(layout, a_thirteenth_month_tells_the_order_of_dates)
{
	reads("id,at\nr1,04/05/2026 10:15\nr2,13/05/2026 10:15\n", &undeclared,
	      "1 id=r1 at=04/05/2026 10:15\n2 id=r2 at=13/05/2026 10:15\nend\n",
	      DATES("\"dmy\"", "detected"));
	reads("id;at\nr1;\"5/13/2026\"\n", &undeclared, "1 id=r1 at=5/13/2026\nend\n",
	      DATES("\"mdy\"", "detected"));
}

Test(layout, dates_that_may_be_read_both_ways_tell_nothing)
{
	reads("id,at\nr1,04/05/2026\n", &undeclared, "1 id=r1 at=04/05/2026\nend\n",
	      DATES("null", "assumed"));
	reads("id,at\nr1,13/05/2026\nr2,05/13/2026\n", &undeclared,
	      "1 id=r1 at=13/05/2026\n2 id=r2 at=05/13/2026\nend\n", DATES("null", "assumed"));
}

Test(layout, without_such_dates_no_order_is_needed)
{
	reads("id,at\nr1,2026-05-04\nr2,04.05.2026\nr3,1/2\nr4,13/13/2026\n", &undeclared,
	      "1 id=r1 at=2026-05-04\n2 id=r2 at=04.05.2026\n3 id=r3 at=1/2\n"
	      "4 id=r4 at=13/13/2026\nend\n",
	      DATES("null", "unneeded"));
}

Test(layout, what_is_declared_is_read_from_words)
{
	struct csv_options o;
	const struct csv_words words = {.encoding = SLICE("ks_c_5601-1987"),
					.delimiter = SLICE("Semicolon"),
					.decimal = SLICE(","),
					.header_rows = SLICE("3"),
					.dates = SLICE("mdy")};
	cr_assert_eq(csv_options_read(&o, &words, NULL), OK);
	cr_assert_str_eq(o.encoding->name, "cp949");
	cr_assert_eq(o.delimiter, ';');
	cr_assert_eq(o.decimal, ',');
	cr_assert_eq(o.header_rows, 3);
	cr_assert_eq(o.dates, DATES_MONTH_FIRST);
	cr_assert(!csv_options_empty(&o));
}

Test(layout, words_that_say_nothing_are_refused)
{
	const struct {
		struct csv_words words;
		const char *wanted;
	} cases[] = {
		{{.encoding = SLICE("klingon")}, "encoding is utf-8,"},
		{{.delimiter = SLICE("x")}, "delimiter is comma,"},
		{{.decimal = SLICE(";")}, "decimal is point"},
		{{.header_rows = SLICE("0")}, "header_rows is 1 to 5"},
		{{.header_rows = SLICE("6")}, "header_rows is 1 to 5"},
		{{.dates = SLICE("ymd")}, "dates is dmy"},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct csv_options o;
		struct trouble why;
		cr_assert_eq(csv_options_read(&o, &cases[i].words, &why), E_INPUT);
		cr_assert_not_null(strstr(why.words, cases[i].wanted), "%s", why.words);
	}
}
