#include <criterion/criterion.h>

#include "channel/adapter.h"
#include "channel/setup.h"

static struct arena arena;
static struct programme *programme;

static const char *const programme_text =
	"{'programme':'p','channels':[{'code':'phone'},{'code':'chat'}],"
	"'companies':[{'code':'A'},{'code':'B'},{'code':'C'}],"
	"'instruments':[{'code':'i',"
	"'areas':[{'code':'a'}],'items':[{'code':'helped','area':'a','options':[{'answer':0,'points':0},{'answer':1,'points':1}]}],"
	"'questions':["
	"{'code':'sat','measure':'csat','scale':{'min':1,'max':5},'good_from':4},"
	"{'code':'sat7','measure':'other','scale':{'min':1,'max':7}},"
	"{'code':'ease','measure':'ces','scale':{'min':1,'max':5},"
	"'direction':'high_is_easy','good_from':4},"
	"{'code':'nps','measure':'nps','scale':{'min':0,'max':10}},"
	"{'code':'ves','measure':'other','scale':{'min':1,'max':5}}]}],"
	"'waves':[{'code':'w','instrument':'i','minimum_base':{'publish':1,'rank':1,'cell':1},"
	"'sectors':[{'code':'S','companies':['A','B']}]}]}";

/** With ' for ". */
static struct slice quoted(const char *json)
{
	char *at = memory_new(strlen(json) + 1);
	for (size_t i = 0; json[i] != '\0'; i++)
		at[i] = json[i] == '\'' ? '"' : json[i];
	struct slice copy = arena_copy(&arena, slice_of(at));
	memory_free(at);
	return copy;
}

static void start(void)
{
	struct programme_faults faults;
	arena_init(&arena, 8 << 20);
	cr_assert_eq(programme_parse(quoted(programme_text), &arena, &programme, &faults), OK,
		     "%s at %.*s", faults.at[0].code, SLICE_ARGS(faults.at[0].pointer));
}

static void end(void)
{
	programme_free(programme);
	arena_fini(&arena);
}

TestSuite(setup, .init = start, .fini = end);

static struct setup setup;

static void expect_fault_of(const char *json, const struct programme *p, int wave,
			    const char *pointer, const char *code)
{
	struct programme_faults faults;
	cr_assert_eq(setup_read(quoted(json), p, wave, &arena, &setup, &faults), E_INPUT, "%s",
		     json);
	bool found = false;
	for (size_t i = 0; i < faults.len; i++)
		found |= slice_is(faults.at[i].pointer, pointer) &&
			 strcmp(faults.at[i].code, code) == 0;
	cr_expect(found, "%s has no %s at %s, but %s at %.*s", json, code, pointer,
		  faults.at[0].code, SLICE_ARGS(faults.at[0].pointer));
}

static void expect_fault(const char *json, const char *pointer, const char *code)
{
	expect_fault_of(json, programme, 0, pointer, code);
}

Test(setup, what_every_source_must_say_is_named_at_once)
{
	const char *nothing = "{}";
	static const char *const pointers[] = {"/kind", "/source", "/programme", "/wave",
					       "/channel"};
	for (size_t i = 0; i < COUNT_OF(pointers); i++)
		expect_fault(nothing, pointers[i], "missing");
}

Test(setup, a_text_that_is_no_document_is_one_fault)
{
	expect_fault("[]", "", "not_an_object");
	expect_fault("{", "", "not_json");
	expect_fault("{'kind':'a','kind':'b'}", "", "duplicate_key");
}

Test(setup, what_the_programme_does_not_have_is_a_fault)
{
	expect_fault("{'channel':'fax'}", "/channel", "unknown_channel");
	expect_fault("{'company':'D'}", "/company", "unknown_company");
	expect_fault("{'company':'C'}", "/company", "unknown_company");
	expect_fault("{'companies':{'3':'A','4':'C'}}", "/companies/4", "unknown_company");
	expect_fault("{'questions':{'q1':'no'}}", "/questions/q1", "unknown_column");
	expect_fault_of("{'programme':'q'}", NULL, -1, "/programme", "unknown_programme");
	expect_fault_of("{'programme':'p','wave':'x'}", programme, -1, "/wave", "unknown_wave");
}

Test(setup, a_key_that_means_nothing_is_a_fault)
{
	expect_fault("{'sorce':'a'}", "/sorce", "unknown_key");
}

Test(setup, a_kind_that_does_not_exist_is_a_fault)
{
	expect_fault("{'kind':'fax'}", "/kind", "unknown_kind");
	expect_fault("{'kind':7}", "/kind", "unknown_kind");
}

Test(setup, addresses_are_checked_and_hold_no_secret)
{
	static const char *const bad[] = {"chat.example",	"ftp://chat.example",
					  "https://",		"https://me:key@chat.example",
					  "https://a.example/", "https://a.example?x=1",
					  "https://a b"};
	for (size_t i = 0; i < COUNT_OF(bad); i++)
		expect_fault(arena_print(&arena, "{'base_url':'%s'}", bad[i]), "/base_url",
			     "not_an_address");
	expect_fault("{'origins':['https://a.example/path']}", "/origins/0", "not_an_origin");
	expect_fault("{'origins':['https://A.example']}", "/origins/0", "not_an_origin");
	expect_fault("{'mailbox':'svar+1'}", "/mailbox", "not_a_mailbox");
	expect_fault("{'mailbox':'Svar'}", "/mailbox", "not_a_mailbox");
}

Test(setup, names_of_a_provider_are_bounded)
{
	char name[SETUP_NAME_BYTES + 2] = {0};
	memset(name, 'x', SETUP_NAME_BYTES + 1);
	expect_fault(arena_print(&arena, "{'questions':{'%s':'nps'}}", name),
		     arena_print(&arena, "/questions/%s", name), "wrong_length");
	expect_fault(arena_print(&arena, "{'companies':{'%s':'A'}}", name),
		     arena_print(&arena, "/companies/%s", name), "wrong_length");
	expect_fault("{'questions':{'':'nps'}}", "/questions/", "wrong_length");
	expect_fault("{'questions':[]}", "/questions", "not_an_object");
}

Test(setup, too_little_memory_for_the_faults_is_a_limit)
{
	struct arena small;
	struct programme_faults faults;
	enum status st = E_LIMIT;
	for (size_t limit = 0; st == E_LIMIT; limit += 512) {
		cr_assert_lt(limit, 1 << 20);
		arena_init(&small, limit);
		st = setup_read(quoted("{'company':'X'}"), programme, 0, &small, &setup, &faults);
		arena_fini(&small);
	}
	cr_expect_eq(st, E_INPUT);
}

Test(setup, the_place_of_a_document_is_found_before_it_is_read)
{
	struct slice p, wave;
	cr_expect(setup_place_of(quoted("{'programme':'p','wave':'w','x':1}"), &arena, &p, &wave));
	cr_expect(slice_is(p, "p") && slice_is(wave, "w"));
	cr_expect_not(setup_place_of(quoted("{'programme':'p'}"), &arena, &p, &wave));
	cr_expect_not(setup_place_of(quoted("{'programme':1,'wave':'w'}"), &arena, &p, &wave));
	cr_expect_not(setup_place_of(SLICE("no"), &arena, &p, &wave));
}

Test(setup, a_place_has_its_company_and_others_the_source_has)
{
	const struct setup_place places[] = {{SLICE("3"), SLICE("A")}};
	struct setup one = {.places = places, .places_len = 1};
	cr_expect(slice_is(setup_company(&one, SLICE("3")), "A"));
	cr_expect_null(setup_company(&one, SLICE("4")).at);
	one.company = SLICE("B");
	cr_expect(slice_is(setup_company(&one, SLICE("4")), "B"));
}

Test(setup, a_measure_is_the_first_question_of_it_where_nothing_else_is_said)
{
	const struct setup_question own[] = {{SLICE("csat"), SLICE("sat7")},
					     {SLICE("q1"), SLICE("helped")},
					     {SLICE("nps"), SLICE_NONE}};
	struct setup one = {0};
	cr_expect(slice_is(setup_column(&one, programme, 0, SLICE("csat")), "sat"));
	cr_expect(slice_is(setup_column(&one, programme, 0, SLICE("ces")), "ease"));
	cr_expect(slice_is(setup_column(&one, programme, 0, SLICE("comment")), "comment"));
	cr_expect_null(setup_column(&one, programme, 0, SLICE("q1")).at);
	one.questions = own;
	one.questions_len = COUNT_OF(own);
	cr_expect(slice_is(setup_column(&one, programme, 0, SLICE("csat")), "sat7"));
	cr_expect(slice_is(setup_column(&one, programme, 0, SLICE("q1")), "helped"));
	cr_expect_null(setup_column(&one, programme, 0, SLICE("nps")).at, "it is not taken");
}

#define AGI	   "{'source':'s','kind':'agi','programme':'p','wave':'w','channel':'phone','form':"
#define NPS_SOUNDS setup.form.questions[0].sounds

Test(setup, a_call_plays_the_files_that_are_named)
{
	struct programme_faults faults;
	cr_assert_eq(
		setup_read(quoted(AGI "{'questions':['nps','ves'],'sounds':{'nps':{'nb':'a/b-1'},"
				      "'thanks':{'nb':'t'},'sorry':{'vi':'s'}}}}"),
			   programme, 0, &arena, &setup, &faults),
		OK, "%s at %.*s", faults.at[0].code, SLICE_ARGS(faults.at[0].pointer));
	cr_expect(slice_is(NPS_SOUNDS[FORM_NB], "a/b-1"));
	cr_expect_eq(NPS_SOUNDS[FORM_EN].len, 0);
	cr_expect(slice_is(setup.form.thanks_sounds[FORM_NB], "t"));
	cr_expect(slice_is(setup.form.sorry_sounds[FORM_VI], "s"));
}

Test(setup, a_sound_that_could_be_anything_but_a_file_is_a_fault)
{
	expect_fault(AGI "{'sounds':{'nps':{'nb':'a\\nHANGUP'}}}}", "/form/sounds/nps/nb",
		     "not_a_sound");
	expect_fault(AGI "{'sounds':{'nps':{'nb':'a b'}}}}", "/form/sounds/nps/nb", "not_a_sound");
	expect_fault(AGI "{'sounds':{'sat7':{'nb':'a'}}}}", "/form/sounds/sat7", "unknown_column");
	expect_fault(AGI "{'sounds':{'nps':{'no':'a'}}}}", "/form/sounds/nps/no", "unknown_key");
	expect_fault(AGI "{'words':{'nps':{'nb':'a'}}}}", "/form/words", "unknown_key");
}
