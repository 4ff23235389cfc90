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

static struct setup_sent sent;

#define WHERE "'source':'s','programme':'p','wave':'w','channel':'chat'"

static void expect_good(const char *json)
{
	struct programme_faults faults;
	cr_assert_eq(setup_read(quoted(json), programme, 0, &arena, &setup, &faults), OK,
		     "%s: %s at %.*s", json, faults.at[0].code, SLICE_ARGS(faults.at[0].pointer));
}

Test(setup, everything_a_document_may_say_is_read)
{
	expect_good("{'kind':'chatwoot'," WHERE ",'company':'A','companies':{'3':'B'},"
		    "'questions':{'csat':'sat','nps':null},"
		    "'base_url':'https://chat.example:8443/cx','account':'1'}");
	cr_expect_str_eq(setup.adapter->kind, "chatwoot");
	cr_expect(slice_is(setup.code, "s") && slice_is(setup.channel, "chat"));
	cr_expect(slice_is(setup.wave, "w") && slice_is(setup.programme, "p"));
	cr_expect(slice_is(setup_company(&setup, SLICE("3")), "B"));
	cr_expect(slice_is(setup_company(&setup, SLICE("9")), "A"));
	cr_expect_null(setup_column(&setup, programme, 0, SLICE("nps")).at);
	cr_expect(slice_is(setup.base_url, "https://chat.example:8443/cx"));
	cr_expect(slice_is(setup.account, "1"));
	cr_expect(setup.open, "nobody brings a token there");
}

Test(setup, the_page_of_the_server_itself_is_no_source)
{
	expect_fault("{'kind':'page'}", "/kind", "unknown_kind");
}

Test(setup, a_key_of_another_kind_is_a_fault)
{
	expect_fault("{'kind':'zendesk','base_url':'https://a.example'}", "/base_url",
		     "unknown_key");
	expect_fault("{'kind':'chatwoot','open':true}", "/open", "unknown_key");
	expect_fault("{'kind':'agi','origins':[]}", "/origins", "unknown_key");
}

Test(setup, a_key_the_kind_needs_is_missed)
{
	expect_fault("{'kind':'widget'}", "/origins", "missing");
}

Test(setup, contacts_of_their_own_need_a_company)
{
	expect_fault("{'kind':'chatwoot'," WHERE "}", "/company", "missing");
	expect_fault("{'kind':'messenger'," WHERE ",'open':true}", "/company", "missing");
	expect_fault("{'kind':'messenger'," WHERE ",'open':'yes'}", "/open", "not_a_boolean");
	expect_good("{'kind':'messenger'," WHERE ",'questions':{'ces':null}}");
	expect_good("{'kind':'messenger'," WHERE
		    ",'open':true,'companies':{'1':'A'},'questions':{'ces':null}}");
}

Test(setup, a_scale_that_is_not_the_questions_is_a_fault)
{
	/* Messenger asks for effort on 1 to 7, the programme on 1 to 5. */
	expect_fault("{'kind':'messenger'," WHERE "}", "/questions/ces", "other_scale");
	expect_fault("{'kind':'chatwoot'," WHERE ",'company':'A','questions':{'csat':'sat7'}}",
		     "/questions/csat", "other_scale");
	expect_fault("{'kind':'chatwoot'," WHERE ",'company':'A','questions':{'csat':'helped'}}",
		     "/questions/csat", "other_scale");
	expect_fault("{'kind':'chatwoot'," WHERE ",'company':'A','questions':{'csat':'comment'}}",
		     "/questions/csat", "other_scale");
	expect_good("{'kind':'chatwoot'," WHERE ",'company':'A','questions':{'csat':'ves'}}");
	expect_good("{'kind':'messenger'," WHERE ",'questions':{'ces':'sat7'}}");
	expect_good("{'kind':'agi'," WHERE "}");
}

Test(setup, where_nothing_is_said_the_usual_is_asked)
{
	static const char *const asked[] = {"sat", "ease", "nps", "comment"};
	expect_good("{'kind':'agi'," WHERE "}");
	cr_assert_eq(setup.form.len, COUNT_OF(asked));
	for (size_t i = 0; i < COUNT_OF(asked); i++)
		cr_expect(slice_is(setup.form.questions[i].column, asked[i]), "%s", asked[i]);
	cr_expect(setup.form.questions[3].is_comment);
	cr_expect_eq(setup.form.language, FORM_EN);
	expect_good("{'kind':'zendesk'," WHERE ",'company':'A'}");
	cr_expect_eq(setup.form.len, 0, "it asks by itself");
}

Test(setup, a_form_asks_in_its_own_order_and_words)
{
	expect_good("{'kind':'twilio'," WHERE ",'form':{'questions':['nps','ves'],'language':'nb',"
		    "'words':{'ves':{'nb':'Hvor lett?'}}}}");
	cr_assert_eq(setup.form.len, 2);
	cr_expect(slice_is(setup.form.questions[0].column, "nps"));
	cr_expect_eq(setup.form.questions[0].scale_max, 10);
	cr_expect(slice_is(setup.form.questions[1].words[FORM_NB], "Hvor lett?"));
	cr_expect_eq(setup.form.language, FORM_NB);
	cr_expect(slice_is(setup_column(&setup, programme, 0, SLICE("ves")), "ves"));
}

Test(setup, faults_of_a_form_are_named)
{
	static const struct {
		const char *form, *pointer, *code;
	} faults[] = {
		{"{'questions':['helped']}", "/form/questions/0", "unknown_column"},
		{"{'questions':['nps','nps']}", "/form/questions/1", "duplicate"},
		{"{'questions':[]}", "/form/questions", "too_few"},
		{"{'questions':['ves']}", "/form/words/ves", "missing"},
		{"{'words':{'ves':{}}}", "/form/words/ves", "unknown_column"},
		{"{'words':{'nps':{'sv':'x'}}}", "/form/words/nps/sv", "unknown_key"},
		{"{'words':{'nps':{'nb':''}}}", "/form/words/nps/nb", "wrong_length"},
		{"{'language':'sv'}", "/form/language", "not_a_choice"},
	};
	for (size_t i = 0; i < COUNT_OF(faults); i++)
		expect_fault(arena_print(&arena, "{'kind':'twilio'," WHERE ",'form':%s}",
					 faults[i].form),
			     faults[i].pointer, faults[i].code);
}

static enum status read_sent(const char *json, bool first, struct programme_faults *faults)
{
	return setup_read_sent(quoted(json), programme, 0, first, &arena, &sent, faults);
}

static void expect_sent_fault(const char *json, const char *pointer, const char *code)
{
	struct programme_faults faults;
	cr_assert_eq(read_sent(json, true, &faults), E_INPUT, "%s", json);
	bool found = false;
	for (size_t i = 0; i < faults.len; i++) {
		found |= slice_is(faults.at[i].pointer, pointer) &&
			 strcmp(faults.at[i].code, code) == 0;
		cr_expect_null(memmem(faults.at[i].expected.at, faults.at[i].expected.len,
				      "topsecret", 9));
	}
	cr_expect(found, "%s has no %s at %s", json, code, pointer);
}

#define CHATWOOT "'kind':'chatwoot'," WHERE ",'company':'A'"

Test(setup, secrets_are_taken_out_of_the_document)
{
	struct programme_faults faults;
	cr_assert_eq(read_sent("{" CHATWOOT ",'secrets':{'signing':['topsecret','newer'],"
			       "'access_token':'ask'}}",
			       true, &faults),
		     OK);
	cr_expect_eq(sent.secrets.signing_len, 2);
	cr_expect(slice_is(sent.secrets.signing[0], "topsecret"));
	cr_expect(slice_is(sent.secrets.signing[1], "newer"));
	cr_expect(slice_is(sent.secrets.access_token, "ask"));
	cr_expect_null(sent.secrets.verify_token.at);
	cr_expect_null(memmem(sent.document.at, sent.document.len, "secret", 6));
	struct setup again;
	cr_expect_eq(setup_read(sent.document, programme, 0, &arena, &again, &faults), OK);
	cr_expect(slice_is(again.code, "s"));
}

Test(setup, a_document_without_secrets_is_kept_byte_for_byte)
{
	struct programme_faults faults;
	struct slice json = quoted("{ " CHATWOOT " }");
	cr_assert_eq(setup_read_sent(json, programme, 0, true, &arena, &sent, &faults), OK);
	cr_expect(slice_equal(sent.document, json));
}

Test(setup, who_signs_must_bring_a_secret_at_first)
{
	struct programme_faults faults;
	const char *json = "{'kind':'zendesk'," WHERE ",'company':'A'}";
	cr_expect_eq(read_sent(json, true, &faults), E_INPUT);
	cr_expect(slice_is(faults.at[0].pointer, "/secrets/signing"));
	cr_expect_str_eq(faults.at[0].code, "missing");
	cr_expect_eq(read_sent(json, false, &faults), OK);
}

Test(setup, faults_of_secrets_are_named_beside_those_of_the_document)
{
	expect_sent_fault("{'secrets':7}", "/secrets", "not_an_object");
	expect_sent_fault("{" CHATWOOT ",'secrets':{'signing':['topsecret','b','c']}}",
			  "/secrets/signing", "too_many");
	expect_sent_fault("{" CHATWOOT ",'secrets':{'signing':[]}}", "/secrets/signing", "too_few");
	expect_sent_fault("{" CHATWOOT ",'secrets':{'signing':'topsecret'}}", "/secrets/signing",
			  "not_a_list");
	expect_sent_fault("{" CHATWOOT ",'secrets':{'signing':['']}}", "/secrets/signing/0",
			  "not_a_secret");
	expect_sent_fault("{" CHATWOOT ",'secrets':{'access_token':{'topsecret':1}}}",
			  "/secrets/access_token", "not_a_secret");
	expect_sent_fault("{" CHATWOOT ",'secrets':{'verify_token':'topsecret'}}",
			  "/secrets/verify_token", "unknown_key");
	expect_sent_fault("{'kind':'formbricks'," WHERE ",'secrets':{'signing':['topsecret']}}",
			  "/secrets/signing/0", "not_a_secret");
	expect_sent_fault("{'kind':'chatwoot','secrets':{'signing':['topsecret']}}", "/source",
			  "missing");
}
