#include "mapping/propose_private.h"

struct word {
	const char *text;
	double sure;
};

static bool contains(struct slice text, const char *part)
{
	struct slice wanted = slice_of(part);
	for (size_t i = 0; i + wanted.len <= text.len; i++)
		if (memcmp(text.at + i, wanted.at, wanted.len) == 0)
			return true;
	return false;
}

static bool is_one_of(struct slice text, const char *const *words)
{
	for (; *words != NULL; words++)
		if (slice_is(text, *words))
			return true;
	return false;
}

/* Survey tools: two of their own columns, and it is their file. */

static const struct {
	const char *producer;
	const char *columns[8];
} producers[] = {
	{"qualtrics",
	 {"responseid", "recordeddate", "distributionchannel", "userlanguage",
	  "duration (in seconds)", "startdate", "enddate"}},
	{"surveymonkey",
	 {"respondent id", "collector id", "date created", "date modified", "start date",
	  "end date"}},
	{"limesurvey",
	 {"submitdate", "lastpage", "startlanguage", "seed", "datestamp", "startdate"}},
	{"chatwoot",
	 {"conversation id", "assigned agent", "agent name", "feedback message", "contact name",
	  "recorded date"}},
	{"google forms", {"timestamp", "email address", "username", "score"}},
};

static bool has_column(const struct proposal *p, const char *name)
{
	for (size_t c = 0; c < p->columns_len; c++)
		if (slice_is(p->columns[c].folded, name))
			return true;
	return false;
}

const char *producer_of(const struct proposal *p)
{
	const char *best = NULL;
	size_t most = 1;
	for (size_t i = 0; i < COUNT_OF(producers); i++) {
		size_t found = 0;
		for (size_t c = 0; c < 8 && producers[i].columns[c] != NULL; c++)
			found += has_column(p, producers[i].columns[c]) ? 1 : 0;
		if (found > most) {
			best = producers[i].producer;
			most = found;
		}
	}
	return best;
}

/* Names of columns */

static const char *const personal[] = {"ip address",
				       "ipaddress",
				       "ipaddr",
				       "email",
				       "e-mail",
				       "e-post",
				       "epost",
				       "email address",
				       "recipientemail",
				       "recipient email",
				       "first name",
				       "firstname",
				       "last name",
				       "lastname",
				       "recipientfirstname",
				       "recipientlastname",
				       "name",
				       "navn",
				       "contact name",
				       "username",
				       "contact email",
				       "contact email address",
				       "contact phone number",
				       "phone number",
				       "telefon",
				       "telephone",
				       "mobile",
				       "locationlatitude",
				       "locationlongitude",
				       "latitude",
				       "longitude",
				       "zip",
				       "zip code",
				       "address",
				       "adresse",
				       "custom data 1",
				       "token",
				       "이름",
				       "이메일",
				       "전화번호",
				       "họ tên",
				       "tên",
				       "số điện thoại",
				       NULL};

bool word_is_personal(struct slice name)
{
	return is_one_of(name, personal);
}

static const struct {
	enum column column;
	struct word words[16];
} names[] = {
	{COLUMN_RESULT_ID,
	 {{"respondent id", 0.9},
	  {"responseid", 0.9},
	  {"response id", 0.9},
	  {"respnum", 0.9},
	  {"*respnum", 0.9},
	  {"external_id", 0.8},
	  {"case id", 0.8},
	  {"caseid", 0.8},
	  {"survey id", 0.6},
	  {"call id", 0.8},
	  {"contact id", 0.8},
	  {"conversation id", 0.8},
	  {"id", 0.7},
	  {"nr", 0.4},
	  {"løpenummer", 0.7},
	  {"응답번호", 0.8}}},
	{COLUMN_COMPANY,
	 {{"company", 0.9},
	  {"company code", 0.9},
	  {"company name", 0.9},
	  {"firma", 0.9},
	  {"bedrift", 0.9},
	  {"selskap", 0.9},
	  {"organisation", 0.7},
	  {"organization", 0.7},
	  {"brand", 0.7},
	  {"airline", 0.5},
	  {"업체", 0.9},
	  {"기업", 0.9},
	  {"회사", 0.9},
	  {"công ty", 0.9},
	  {"doanh nghiệp", 0.9},
	  {"store", 0.5}}},
	{COLUMN_SECTOR,
	 {{"sector", 0.9},
	  {"industry", 0.7},
	  {"bransje", 0.9},
	  {"업종", 0.9},
	  {"ngành", 0.9},
	  {"area", 0.4}}},
	{COLUMN_CHANNEL,
	 {{"channel", 0.9},
	  {"kanal", 0.9},
	  {"contact channel", 0.9},
	  {"mode", 0.5},
	  {"method", 0.5},
	  {"채널", 0.9},
	  {"kênh", 0.9},
	  {"inbox", 0.5}}},
	{COLUMN_SHOPPER,
	 {{"shopper", 0.9},
	  {"shopper id", 0.9},
	  {"evaluator", 0.7},
	  {"interviewer", 0.6},
	  {"observatør", 0.8},
	  {"조사원", 0.9},
	  {"khách hàng bí mật", 0.9}}},
	{COLUMN_CONTACTED_AT,
	 {{"timestamp", 0.7},
	  {"start date", 0.7},
	  {"startdate", 0.7},
	  {"date", 0.6},
	  {"dato", 0.7},
	  {"submitdate", 0.6},
	  {"end date", 0.5},
	  {"enddate", 0.5},
	  {"recordeddate", 0.4},
	  {"datestamp", 0.5},
	  {"date created", 0.6},
	  {"contact date", 0.8},
	  {"recorded date", 0.6},
	  {"일시", 0.8},
	  {"ngày", 0.7},
	  {"tidspunkt", 0.8}}},
	{COLUMN_ANSWERED, {{"answered", 0.9}, {"besvart", 0.9}, {"응대", 0.6}}},
	{COLUMN_ATTEMPT, {{"attempt", 0.9}, {"forsøk", 0.9}, {"시도", 0.8}}},
	{COLUMN_WAIT_SECONDS,
	 {{"wait seconds", 0.9},
	  {"wait", 0.6},
	  {"waiting time", 0.7},
	  {"ventetid", 0.8},
	  {"ventetid (sek)", 0.9},
	  {"대기시간", 0.8}}},
	{COLUMN_DURATION_SECONDS,
	 {{"duration (in seconds)", 0.9}, {"duration", 0.6}, {"varighet", 0.7}, {"통화시간", 0.8}}},
	{COLUMN_COMMENT,
	 {{"comment", 0.9},
	  {"comments", 0.9},
	  {"kommentar", 0.9},
	  {"feedback", 0.7},
	  {"feedback message", 0.9},
	  {"remark", 0.7},
	  {"merknad", 0.7},
	  {"any other feedback", 0.7},
	  {"의견", 0.8},
	  {"ý kiến", 0.8},
	  {"nhận xét", 0.8},
	  {"merknader", 0.7}}},
	{COLUMN_CUSTOMER, {{"customer", 0.5}, {"kunde", 0.5}}},
};

double word_names_column(struct slice name, enum column column)
{
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (names[i].column != column)
			continue;
		for (size_t w = 0; w < 16 && names[i].words[w].text != NULL; w++)
			if (slice_is(name, names[i].words[w].text))
				return names[i].words[w].sure;
	}
	return 0;
}

static const struct {
	enum measure measure;
	struct word parts[16];
} measures[] = {
	{MEASURE_NPS,
	 {{"net promoter", 0.9},
	  {"netpro", 0.8},
	  {"recommend", 0.7},
	  {"anbefal", 0.7},
	  {"추천", 0.7},
	  {"giới thiệu", 0.6}}},
	{MEASURE_CSAT,
	 {{"overall satisfaction", 0.8},
	  {"satisf", 0.6},
	  {"fornøyd", 0.7},
	  {"tilfreds", 0.7},
	  {"alt i alt", 0.5},
	  {"만족", 0.7},
	  {"hài lòng", 0.7},
	  {"overall experience", 0.5},
	  {"rating", 0.5}}},
	{MEASURE_CES,
	 {{"effort", 0.7},
	  {"how easy", 0.7},
	  {"easy or difficult", 0.8},
	  {"enkelt", 0.6},
	  {"쉬", 0.5},
	  {"dễ dàng", 0.6}}},
};

double word_names_measure(struct slice name, enum measure measure)
{
	for (size_t i = 0; i < COUNT_OF(measures); i++) {
		if (measures[i].measure != measure)
			continue;
		for (size_t w = 0; w < 16 && measures[i].parts[w].text != NULL; w++)
			if (contains(name, measures[i].parts[w].text))
				return measures[i].parts[w].sure;
	}
	return 0;
}

/* Values */

static const char *const missing[] = {"n/a",
				      "na",
				      "#n/a",
				      "-",
				      "--",
				      ".",
				      "null",
				      "nan",
				      "blank",
				      "don't know",
				      "don\xE2\x80\x99t know",
				      "dont know",
				      "i don't know",
				      "i don\xE2\x80\x99t know",
				      "not applicable",
				      "not sure",
				      "no answer",
				      "prefer not to say",
				      "vet ikke",
				      "ikke aktuelt",
				      "ikke relevant",
				      "ubesvart",
				      "모름",
				      "해당 없음",
				      "해당없음",
				      "무응답",
				      "không biết",
				      "không áp dụng",
				      "88",
				      "96",
				      "97",
				      "98",
				      "99",
				      "-1",
				      "-8",
				      "-9",
				      "-99",
				      "888",
				      "997",
				      "998",
				      "999",
				      NULL};

bool word_is_missing(struct slice value)
{
	return is_one_of(value, missing);
}

static const struct {
	int counts;
	const char *words[16];
} five[] = {
	{5,
	 {"strongly agree", "very satisfied", "very easy", "excellent", "svært enig", "helt enig",
	  "svært fornøyd", "매우 그렇다", "매우 만족", "hoàn toàn đồng ý", "rất hài lòng"}},
	{4,
	 {"agree", "satisfied", "easy", "good", "enig", "litt enig", "fornøyd", "그렇다", "만족",
	  "đồng ý", "hài lòng"}},
	{3,
	 {"neutral", "neither agree nor disagree", "neither satisfied nor dissatisfied", "fair",
	  "neither easy nor difficult", "verken enig eller uenig", "verken eller", "nøytral",
	  "보통", "보통이다", "trung lập", "bình thường"}},
	{2,
	 {"disagree", "dissatisfied", "somewhat dissatisfied", "difficult", "poor", "uenig",
	  "litt uenig", "misfornøyd", "그렇지 않다", "불만족", "không đồng ý", "không hài lòng"}},
	{1,
	 {"strongly disagree", "very dissatisfied", "very difficult", "very poor", "svært uenig",
	  "helt uenig", "svært misfornøyd", "전혀 그렇지 않다", "매우 불만족",
	  "hoàn toàn không đồng ý", "rất không hài lòng"}},
};

int word_on_five(struct slice value)
{
	for (size_t i = 0; i < COUNT_OF(five); i++)
		if (is_one_of(value, five[i].words))
			return five[i].counts;
	return 0;
}

int word_yes_no(struct slice value)
{
	static const char *const yes[] = {"yes", "yes.", "y", "ja", "true", "예", "네", "có", NULL};
	static const char *const no[] = {"no",	   "no.",    "n",     "nei", "false",
					 "아니오", "아니요", "không", NULL};
	if (is_one_of(value, yes))
		return 1;
	return is_one_of(value, no) ? 0 : -1;
}

int word_channel(const struct programme *p, struct slice value)
{
	static const struct {
		const char *word, *code;
	} words[] = {{"telefon", "phone"},	 {"tlf", "phone"},
		     {"telephone", "phone"},	 {"call", "phone"},
		     {"voice", "phone"},	 {"전화", "phone"},
		     {"điện thoại", "phone"},	 {"e-mail", "email"},
		     {"e-post", "email"},	 {"epost", "email"},
		     {"mail", "email"},		 {"이메일", "email"},
		     {"thư điện tử", "email"},	 {"nettprat", "chat"},
		     {"livechat", "chat"},	 {"live chat", "chat"},
		     {"채팅", "chat"},		 {"trò chuyện", "chat"},
		     {"messenger", "messenger"}, {"facebook messenger", "messenger"},
		     {"메신저", "messenger"}};
	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (slice_is(value, words[i].word))
			return programme_find_channel(p, slice_of(words[i].code));
	return -1;
}
