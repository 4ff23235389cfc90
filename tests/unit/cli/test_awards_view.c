#include <criterion/criterion.h>

#include "cli/awards_view.h"
#include "cli/combined_view.h"
#include "cli/drawn.h"
#include "cli/history_view.h"

static const struct view wide = {.columns = 100, .set = TEXT_UTF8, .language = "en"};
static const struct view narrow = {
	.columns = 56, .ascii = true, .set = TEXT_ASCII, .language = "en"};

/** JSON with ' for ", so that it can be read here. */
static cJSON *document_of(const char *json)
{
	struct buf text;
	buf_init(&text, 100000);
	for (; *json != '\0'; json++)
		buf_add_byte(&text, *json == '\'' ? '"' : *json);
	cJSON *document = cJSON_ParseWithLength(text.at, text.len);
	buf_fini(&text);
	cr_assert_not_null(document);
	return document;
}

static void expect_page(draws *draw, const char *json, const struct view *view, const char *wanted)
{
	struct trouble why;
	struct buf made;
	cJSON *document = document_of(json);
	buf_init(&made, 100000);
	cr_assert_eq(draw(&made, document, view, &why), OK, "%s", why.words);
	buf_add_byte(&made, '\0');
	cr_expect_str_eq(made.at, wanted, "drawn:\n%s\nwanted:\n%s", made.at, wanted);
	buf_fini(&made);
	cJSON_Delete(document);
}

static void expect_refused(draws *draw, const char *json)
{
	struct trouble why;
	struct buf made;
	cJSON *document = document_of(json);
	buf_init(&made, 100000);
	cr_expect_eq(draw(&made, document, &wide, &why), E_INPUT);
	buf_fini(&made);
	cJSON_Delete(document);
}

/* clang-format off */
static const char awards[] =
	"{'programme':'kundeservice','wave':'2020','state':'closed','revision':0,'version':4,"
	"'series':'shoppers','waves':[{'wave':'2018','available':true},{'wave':'2019','available':false},"
	"{'wave':'2020','available':true}],'awards':[{'code':'best_centre','name':{"
	"'en':'Best call centre','nb':'Beste kundesenter'},'rule':{'kind':'line','metric':'score',"
	"'at_least':90},'candidates':{'companies':6,'suppressed':1,'below_minimum_base':0,'no_answers':0,"
	"'not_eligible':0,'not_won':2,'won':3},'verdicts':{'undetermined':2,'at_or_above':1,'below':2},"
	"'sectors':{'compared':2,'reaching':1},'since_last_wave':{'wave':'2019','comparable':false,"
	"'risen':['C2'],'fallen':['C5','C6'],'newcomers':[],'gone':[],'stayed':2,'sectors':{'compared':2,"
	"'reaching':0}},'winners':[{'company':{'code':'C1','name':{'en':'Alder'}},'sector':{'code':'S1',"
	"'name':{'en':'Banks'}},'n':100,'figure':93.24,'comparator':'at_least','line':90,"
	"'verdict':'at_or_above','p_at_least':0.9987,'joint':1},{'company':{'code':'C2','name':{"
	"'en':'오아시스'}},'sector':{'code':'S1','name':{'en':'Banks'}},'n':98,'figure':90.04,"
	"'verdict':'undetermined','p_at_least':0.53,'joint':1}]},{'code':'winner','name':{},'rule':{"
	"'kind':'rank','metric':'nps','channel':'phone','scope':'sector','rank':1},'candidates':{"
	"'companies':6,'won':2},'winners':[{'company':{'code':'C1','name':{'en':'Alder'}},'sector':{"
	"'code':'S1','name':{'en':'Banks'}},'n':100,'figure':-3.24,'rank':1,'rank_lower':1,"
	"'rank_upper':3,'tied_with_best':true,'joint':2}]},{'code':'pass','name':{'en':'Pass'},'rule':{"
	"'kind':'no_nonconformity','conformity':'major'},'candidates':{'companies':6,'won':1},"
	"'winners':[{'company':{'code':'C1','name':{'en':'Alder'}},'sector':{'code':'S1','name':{"
	"'en':'Banks'}},'n':100,'minor':3,'major':0,'joint':1}]},{'code':'streak','name':{"
	"'en':'Five running'},'rule':{'kind':'running','of':'best_centre','times':5},'candidates':{"
	"'companies':6,'won':1},'winners':[{'company':{'code':'C1','name':{'en':'Alder'}},'sector':{"
	"'code':'S1','name':{'en':'Banks'}},'n':100,'times':7,'waves':[{'wave':'2014','company':'C9'},{"
	"'wave':'2015','company':'C9'},{'wave':'2020','company':'C1'}],'joint':1}]},{'code':'none',"
	"'name':{'en':'Certified'},'rule':{'kind':'all','of':['pass','streak'],"
	"'prerequisites':['certified_manager']},'candidates':{'companies':6,'won':0,'not_eligible':6},"
	"'winners':[]}]}";

static const char history[] =
	"{'programme':'kundeservice','company':{'code':'C1','name':{'en':'Alder Insurance'}},"
	"'series':'shoppers','succeeds':[],'succeeded_by':[],'waves':[{'wave':{'code':'2017','name':{"
	"'en':'2017'}},'comparable':false,'comparable_reason':'first_wave','company':{'code':'C9',"
	"'name':{'en':'Old Alder'}},'sector':{'code':'S1','name':{}},'base_status':'ranked','n':25,"
	"'score':{'n':25,'mean':71.2,'ci_lower':65,'ci_upper':77,'change':null,"
	"'change_reason':'first_wave'},'nps':{'n':25,'nps':-12,'ci_lower':-40,'ci_upper':18},'rank':3,"
	"'companies_ranked':9,'awards':[]},{'wave':{'code':'2018','name':{'en':'2018'}},"
	"'comparable':true,'company':{'code':'C1','name':{'en':'Alder Insurance'}},'n':25,'score':{"
	"'n':25,'mean':82.2,'ci_lower':78,'ci_upper':86,'change':{'change':11.0,'p_adjusted':0.003,"
	"'significant':true}},'nps':null,'nps_reason':'not_applicable_scale','rank':1,"
	"'companies_ranked':9,'awards':['winner']},{'wave':{'code':'2019','name':{'en':'2019'}},"
	"'comparable':true,'company':null,'company_reason':'not_in_wave','n':null,"
	"'n_reason':'not_in_wave','score':null,'score_reason':'not_in_wave','nps':null,"
	"'nps_reason':'not_in_wave','rank':null,'rank_reason':'not_in_wave','companies_ranked':9,"
	"'awards':[]},{'wave':{'code':'2020','name':{'en':'2020'}},'comparable':true,'company':{"
	"'code':'C1','name':{'en':'Alder Insurance'}},'n':25,'score':{'n':25,'mean':80.2,'ci_lower':75,"
	"'ci_upper':85.2,'change':{'change':-2.0,'p_adjusted':0.4,'significant':false}},'nps':{'n':25,"
	"'nps':20,'ci_lower':-10,'ci_upper':48},'rank':1,'companies_ranked':9,'awards':['winner',"
	"'best_centre']},{'wave':{'code':'2021','name':{'en':'2021'}},'comparable':false,"
	"'comparable_reason':'series_break','series_break':{'en':'two areas became one'},'company':{"
	"'code':'C1','name':{'en':'Alder Insurance'}},'n':25,'score':{'n':25,'mean':88.2,'ci_lower':85,"
	"'ci_upper':91.2,'change':{'change':8.0,'significant':null,"
	"'significant_reason':'not_comparable'}},'nps':{'n':25,'nps':20,'ci_lower':-10,'ci_upper':48},"
	"'rank':1,'companies_ranked':9,'awards':['winner','best_centre']}],'streaks':[{"
	"'award':'five_star','rule':{'kind':'times','of':'winner','times':5},'times':3,'won':false,"
	"'waves':[{'wave':'2018','company':'C1'},{'wave':'2020','company':'C1'},{'wave':'2021',"
	"'company':'C1'}]}]}";

static const char combined[] =
	"{'programme':'kundeservice','combined':{'code':'2023','name':{'en':'Best of both surveys'}},"
	"'of':[{'wave':'2023-s','weight':1,'available':true},{'wave':'2023-c','weight':2,"
	"'available':true}],'definition':{'level':0.95},'summary':{'companies':3,'ranked':2},"
	"'standings':[{'rank':1,'rank_in_sector':1,'company':{'code':'C1','name':{"
	"'en':'Alder Insurance'}},'sector':{'code':'S1','name':{'en':'Insurance'}},'score':{'n':50,"
	"'mean':82.3,'ci_lower':79,'ci_upper':85.5},'parts':[{'wave':'2023-s','n':25,'mean':80},{"
	"'wave':'2023-c','n':25,'mean':83.4}]},{'rank':2,'rank_in_sector':1,'company':{'code':'C2',"
	"'name':{'en':'Birch'}},'sector':{'code':'S2','name':{'en':'Telecom'}},'score':{'n':50,"
	"'mean':72.3,'ci_lower':69,'ci_upper':75.5},'parts':[{'wave':'2023-s','n':25,'mean':70},{"
	"'wave':'2023-c','n':25,'mean':73.4}]},{'rank':null,'rank_reason':'below_minimum_base',"
	"'rank_in_sector':null,'company':{'code':'C3','name':{'en':'Cedar'}},'sector':{'code':'S2',"
	"'name':{'en':'Telecom'}},'score':null,'score_reason':'below_minimum_base','parts':[{"
	"'wave':'2023-s','n':25,'mean':70},{'wave':'2023-c','n':2,'mean':null,"
	"'mean_reason':'below_minimum_base'}]}]}";

Test(awards_view, an_award_is_its_rule_its_winners_and_how_sure_it_is)
{
	expect_page(awards_view_add, awards, &wide,
		"Awards of kundeservice 2020 (closed)\n"
		"\n"
		"Best call centre (best_centre): score at or above 90\n"
		"  won by 3 of 6 companies, 1 with too few contacts to publish\n"
		"  the level of 1 of 2 sectors reaches the line, in 2019 of 0 of 2\n"
		"  since 2019, across a break: 1 risen (C2), 2 fallen (C5, C6)\n"
		"  Company   Sector    n  Score  Interval  Chance\n"
		"  Alder     Banks   100   93.2  clear     99.9 %\n"
		"  오아시스  Banks    98   90.0  crosses   53.0 %\n"
		"\n"
		"winner: best of its sector by NPS in channel phone\n"
		"  won by 2 of 6 companies\n"
		"  Company  Sector    n   NPS  Rank  Between\n"
		"  Alder    Banks   100  −3.2     1  1-3      shared by 2\n"
		"\n"
		"Pass (pass): no major nonconformity\n"
		"  won by 1 of 6 companies\n"
		"  Company  Sector    n  Nonconformities\n"
		"  Alder    Banks   100  0 major, 3 minor\n"
		"\n"
		"Five running (streak): best_centre in 5 waves running\n"
		"  won by 1 of 6 companies\n"
		"  Company  Sector    n  Times  Waves\n"
		"  Alder    Banks   100      7  2014 (as C9) to 2020\n"
		"\n"
		"Certified (none): pass and streak; only with certified_manager\n"
		"  won by nobody of 6 companies, 6 not eligible\n"
		"\n"
		"interval: of the company's own contacts; all of it on the winning side is clear of the line\n"
		"chance: that the true figure is on that side, by the figures of all companies together\n"
		"between: the ranks that the data cannot tell apart\n"
		"\n"
		"Not to be seen, and so taken as missed: 2019\n");
}

Test(awards_view, a_narrow_ascii_terminal_has_the_same_awards_in_fewer_columns)
{
	expect_page(awards_view_add, awards, &narrow,
		"Awards of kundeservice 2020 (closed)\n"
		"\n"
		"Best call centre (best_centre): score at or above 90\n"
		"  won by 3 of 6 companies, 1 with too few contacts to publish\n"
		"  the level of 1 of 2 sectors reaches the line, in 2019 of 0 of 2\n"
		"  since 2019, across a break: 1 risen (C2), 2 fallen (C5, C6)\n"
		"  Company  Sector    n  Score  Interval  Chance\n"
		"  Alder    Banks   100   93.2  clear     99.9 %\n"
		"  C2       Banks    98   90.0  crosses   53.0 %\n"
		"\n"
		"winner: best of its sector by NPS in channel phone\n"
		"  won by 2 of 6 companies\n"
		"  Company  Sector    n   NPS  Rank  Between\n"
		"  Alder    Banks   100  -3.2     1  1-3      shared by 2\n"
		"\n"
		"Pass (pass): no major nonconformity\n"
		"  won by 1 of 6 companies\n"
		"  Company  Sector    n  Nonconformities\n"
		"  Alder    Banks   100  0 major, 3 minor\n"
		"\n"
		"Five running (streak): best_centre in 5 waves running\n"
		"  won by 1 of 6 companies\n"
		"  Company  Sector    n  Times  Waves\n"
		"  Alder    Banks   100      7  2014 (as C9) to 2020\n"
		"\n"
		"Certified (none): pass and streak; only with certified_manager\n"
		"  won by nobody of 6 companies, 6 not eligible\n"
		"\n"
		"interval: of the company's own contacts; all of it on the winning side is clear of the line\n"
		"chance: that the true figure is on that side, by the figures of all companies together\n"
		"between: the ranks that the data cannot tell apart\n"
		"\n"
		"Not to be seen, and so taken as missed: 2019\n");
}

Test(history_view, breaks_and_changes_are_marked_between_the_waves)
{
	expect_page(history_view_add, history, &wide,
		"Alder Insurance in kundeservice, series shoppers: score, with its interval\n"
		"\n"
		"Wave  As          n  Score  60        80     100  Interval      Change     Rank  Awards\n"
		"                            ┼─────────┼────────┼\n"
		"2017  Old Alder  25   71.2    ├──●──┤             65.0 to 77.0           3 of 9\n"
		"2018             25   82.2           ├─●┤         78.0 to 86.0  ▲ +11.0  1 of 9  winner\n"
		"2019                    –¹\n"
		"2020             25   80.2         ├──●─┤         75.0 to 85.2  ▽ −2.0   1 of 9  winner, best_centre\n"
		"── not comparable with before: two areas became one\n"
		"2021             25   88.2              ├●─┤      85.0 to 91.2  +8.0     1 of 9  winner, best_centre\n"
		"▲ ▼ more than chance   △ ▽ may be chance\n"
		"\n"
		"five_star (winner in 5 waves in all): 3 so far, 2018 to 2021\n"
		"\n"
		"–¹ not in this wave\n");
}

Test(history_view, a_narrow_ascii_terminal_keeps_the_plot_and_the_changes)
{
	expect_page(history_view_add, history, &narrow,
		"Alder Insurance in kundeservice, series shoppers: score, with its interval\n"
		"\n"
		"Wave   n  Score  60            80          100  Change\n"
		"                 +-------------+-------------+\n"
		"2017  25   71.2      |---*---|\n"
		"2018  25   82.2               |--*-|            ^ +11.0\n"
		"2019       -[1]\n"
		"2020  25   80.2             |--*---|            (v) -2.0\n"
		"-- not comparable with before: two areas became one\n"
		"2021  25   88.2                    |-*-|        +8.0\n"
		"^ v more than chance   (^) (v) may be chance\n"
		"\n"
		"five_star (winner in 5 waves in all): 3 so far, 2018 to 2021\n"
		"\n"
		"-[1] not in this wave\n");
}

/** Longest line of the first table, which stands behind the heading and an empty line. */
static size_t table_width(draws *draw, const char *json, size_t columns)
{
	const struct view view = {
		.columns = columns, .ascii = true, .set = TEXT_ASCII, .language = "en"};
	struct trouble why;
	struct buf made;
	struct slice rest, line;
	size_t longest = 0;
	cJSON *document = document_of(json);
	buf_init(&made, 100000);
	cr_assert_eq(draw(&made, document, &view, &why), OK, "%s", why.words);
	rest = buf_slice(&made);
	while (slice_next_part(&rest, '\n', &line) && line.len > 0)
		continue;
	while (slice_next_part(&rest, '\n', &line) && line.len > 0)
		longest = line.len > longest ? line.len : longest;
	buf_fini(&made);
	cJSON_Delete(document);
	return longest;
}

Test(combined_view, no_line_is_wider_than_the_terminal)
{
	for (size_t columns = VIEW_COLUMNS_MIN; columns <= 120; columns++)
		cr_expect_leq(table_width(combined_view_add, combined, columns), columns,
			      "%zu columns", columns);
}

Test(combined_view, who_lacks_a_wave_is_listed_with_the_reason)
{
	expect_page(combined_view_add, combined, &wide,
		"Best of both surveys: mean of the scores in 2023-s (weight 1), 2023-c (weight 2)\n"
		"\n"
		"Rank  In sector  Company          Sector     Score  60      70       80     90  Interval      2023-s\n"
		"                                                    ┼───────┼────────┼───────┼\n"
		"   1          1  Alder Insurance  Insurance   82.3                  ├──●─┤      79.0 to 85.5    80.0\n"
		"   2          1  Birch            Telecom     72.3          ├─●──┤              69.0 to 75.5    70.0\n"
		"   –          –  Cedar            Telecom       –¹                                              70.0\n"
		"\n"
		"–¹ too few results to publish\n");
}

/* clang-format on */

Test(history_view, another_metric_is_drawn_where_the_view_asks_for_it)
{
	struct view nps = wide;
	struct trouble why;
	struct buf made;
	cJSON *document = document_of(history);
	nps.metric = "nps";
	buf_init(&made, 100000);
	cr_assert_eq(history_view_add(&made, document, &nps, &why), OK);
	buf_add_byte(&made, '\0');
	cr_expect_not_null(strstr(made.at, "\u221212.0"));
	cr_expect_null(strstr(made.at, "71.2"));
	buf_fini(&made);
	cJSON_Delete(document);
}

/** What is drawn of this document; valid until the next call. */
static const char *page_of(draws *draw, const char *json)
{
	static char page[20000];
	struct trouble why;
	struct buf made;
	cJSON *document = document_of(json);
	buf_init(&made, sizeof(page) - 1);
	cr_assert_eq(draw(&made, document, &wide, &why), OK, "%s", why.words);
	memset(page, 0, sizeof(page));
	memcpy(page, made.at, made.len);
	buf_fini(&made);
	cJSON_Delete(document);
	return page;
}

#define LINE_WON_BY(chance)                                                                        \
	"{'wave':'w','awards':[{'code':'a','rule':{'kind':'line','metric':'combined:x',"           \
	"'at_least':90},'winners':[{'company':{'code':'C'},'sector':{'code':'S'},'figure':93,"     \
	"'verdict':'undetermined','p_at_least':" chance "}]}]}"

Test(awards_view, a_chance_is_never_printed_as_certain_or_impossible)
{
	cr_expect_not_null(strstr(page_of(awards_view_add, LINE_WON_BY("0.99951")), "> 99.9 %"));
	cr_expect_not_null(strstr(page_of(awards_view_add, LINE_WON_BY("1")), "> 99.9 %"));
	cr_expect_not_null(strstr(page_of(awards_view_add, LINE_WON_BY("0.9994")), " 99.9 %"));
	cr_expect_null(strstr(page_of(awards_view_add, LINE_WON_BY("0.9994")), ">"));
	cr_expect_not_null(strstr(page_of(awards_view_add, LINE_WON_BY("0.0004")), "< 0.1 %"));
}

Test(awards_view, what_is_not_in_the_table_is_not_explained_below_it)
{
	const char *page = page_of(awards_view_add, LINE_WON_BY("null"));
	cr_expect_not_null(strstr(page, "interval: "));
	cr_expect_null(strstr(page, "chance"));
	cr_expect_null(strstr(page, "between"));
	cr_expect_not_null(strstr(page, "  Combined  Interval\n"));
}

Test(awards_view, wins_that_are_not_running_are_not_drawn_as_a_run)
{
	cr_expect_not_null(strstr(
		page_of(awards_view_add,
			"{'wave':'w','awards':[{'code':'a','rule':{'kind':'times','of':'b','times':2},"
			"'winners':[{'company':{'code':'C'},'sector':{'code':'S'},'times':3,'waves':["
			"{'wave':'2012','company':'B'},{'wave':'2015','company':'C'},"
			"{'wave':'2021','company':'C'}]}]}]}"),
		"first 2012 (as B), last 2021"));
}

Test(history_view, a_change_that_rounds_to_nothing_has_no_direction)
{
	const char *page = page_of(
		history_view_add,
		"{'company':{'code':'C'},'waves':[{'wave':{'code':'1'},'comparable':true,'company':{"
		"'code':'C'},'n':25,'score':{'mean':71.24,'ci_lower':65,'ci_upper':77,'change':{"
		"'change':-0.04,'p_adjusted':0.9,'significant':false}}}]}");
	cr_expect_not_null(strstr(page, " 0.0"));
	cr_expect_null(strstr(page, "\u25BD"));
}

Test(awards_view, another_document_is_refused)
{
	expect_refused(awards_view_add, "{'standings':[]}");
	expect_refused(awards_view_add, "{'awards':[{'code':'x'}]}");
	expect_refused(history_view_add, "{'awards':[]}");
	expect_refused(combined_view_add, "{'standings':[]}");
}

Test(awards_view, a_name_cannot_move_the_cursor)
{
	struct trouble why;
	struct buf made;
	cJSON *document = document_of(
		"{'wave':'\\u001b[2J','awards':[{'code':'a\\u001b','rule':{'kind':'\\u001b'},"
		"'winners':[{'company':{'code':'\\u001b[31m'},'sector':{'code':'\\u202e'}}]}]}");
	buf_init(&made, 100000);
	cr_assert_eq(awards_view_add(&made, document, &wide, &why), OK);
	cr_expect_null(memchr(made.at, '\033', made.len));
	cr_expect_null(memmem(made.at, made.len, "\u202e", 3));
	buf_fini(&made);
	cJSON_Delete(document);
}
