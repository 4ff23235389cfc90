/** What customers read and hear, in the four languages: English, Bokmål, Korean, Vietnamese.
 *
 * Polite throughout: 합쇼체 and 해요체, "Quý khách". "{}" stands for the company's name.
 * Lifetime: static.
 */
#pragma once

#include "base/slice.h"

/* clang-format off */
#define FORM_LANGUAGES(X)      \
	X(EN, "en", "English") \
	X(NB, "nb", "Norsk")   \
	X(KO, "ko", "한국어")  \
	X(VI, "vi", "Tiếng Việt")

#define FORM_WORDS(X) \
	X(TITLE, "Your opinion", \
	  "Din mening", \
	  "고객 의견", \
	  "Ý kiến của Quý khách") \
	X(ABOUT, "Your contact with {}", \
	  "Din kontakt med {}", \
	  "{} 이용 경험", \
	  "Trải nghiệm của Quý khách với {}") \
	X(CSAT, "How satisfied are you with the help you received?", \
	  "Hvor fornøyd er du med hjelpen du fikk?", \
	  "받으신 도움에 얼마나 만족하십니까?", \
	  "Quý khách hài lòng đến mức nào với sự hỗ trợ đã nhận được?") \
	X(CSAT_LOW, "Very dissatisfied", \
	  "Svært misfornøyd", \
	  "매우 불만족", \
	  "Rất không hài lòng") \
	X(CSAT_HIGH, "Very satisfied", \
	  "Svært fornøyd", \
	  "매우 만족", \
	  "Rất hài lòng") \
	X(CES, "How easy was it to get the help you needed?", \
	  "Hvor enkelt var det å få hjelpen du trengte?", \
	  "필요한 도움을 받기가 얼마나 쉬웠습니까?", \
	  "Quý khách thấy việc nhận được sự hỗ trợ mình cần dễ hay khó?") \
	X(CES_LOW, "Very difficult", \
	  "Svært vanskelig", \
	  "매우 어려움", \
	  "Rất khó") \
	X(CES_HIGH, "Very easy", \
	  "Svært enkelt", \
	  "매우 쉬움", \
	  "Rất dễ") \
	X(EFFORT, "How much effort did it take to get the help you needed?", \
	  "Hvor mye innsats krevde det å få hjelpen du trengte?", \
	  "필요한 도움을 받는 데 얼마나 많은 노력이 들었습니까?", \
	  "Quý khách đã phải mất bao nhiêu công sức để nhận được sự hỗ trợ mình cần?") \
	X(EFFORT_LOW, "Very little", \
	  "Svært lite", \
	  "매우 적음", \
	  "Rất ít") \
	X(EFFORT_HIGH, "Very much", \
	  "Svært mye", \
	  "매우 많음", \
	  "Rất nhiều") \
	X(NPS, "How likely are you to recommend us to a friend or colleague?", \
	  "Hvor sannsynlig er det at du vil anbefale oss til en venn eller kollega?", \
	  "저희를 친구나 동료에게 추천하실 의향이 어느 정도입니까?", \
	  "Khả năng Quý khách giới thiệu chúng tôi với bạn bè hoặc đồng nghiệp là bao nhiêu?") \
	X(NPS_LOW, "Not at all likely", \
	  "Slett ikke sannsynlig", \
	  "전혀 추천하지 않음", \
	  "Hoàn toàn không có khả năng") \
	X(NPS_HIGH, "Extremely likely", \
	  "Svært sannsynlig", \
	  "적극 추천함", \
	  "Rất có khả năng") \
	X(COMMENT, "Is there anything else you would like to tell us?", \
	  "Er det noe mer du vil fortelle oss?", \
	  "그 밖에 하시고 싶은 말씀이 있으십니까?", \
	  "Quý khách có muốn chia sẻ thêm điều gì không?") \
	X(COMMENT_HINT, "Optional. Please leave out names and phone numbers.", \
	  "Valgfritt. Ikke oppgi navn eller telefonnummer.", \
	  "선택 사항입니다. 이름이나 전화번호는 적지 말아 주세요.", \
	  "Không bắt buộc. Vui lòng không ghi tên và số điện thoại.") \
	X(SHORT, "One question. It takes a few seconds.", \
	  "Ett spørsmål. Det tar noen sekunder.", \
	  "질문은 하나이며, 몇 초면 충분합니다.", \
	  "Một câu hỏi, chỉ mất vài giây.") \
	X(ANSWER, "Answer", \
	  "Svar", \
	  "답변하기", \
	  "Trả lời") \
	X(SEND, "Send my answers", \
	  "Send inn svarene", \
	  "답변 보내기", \
	  "Gửi câu trả lời") \
	X(SENDING, "Sending …", \
	  "Sender …", \
	  "보내는 중입니다…", \
	  "Đang gửi…") \
	X(THANKS, "Thank you!", \
	  "Takk for svaret!", \
	  "답변해 주셔서 감사합니다!", \
	  "Xin cảm ơn Quý khách!") \
	X(RECEIVED, "We have received your answers.", \
	  "Vi har mottatt svarene dine.", \
	  "답변이 접수되었습니다.", \
	  "Chúng tôi đã nhận được câu trả lời của Quý khách.") \
	X(CLOSE_PAGE, "You may close this page.", \
	  "Du kan lukke siden.", \
	  "이제 이 창을 닫으셔도 됩니다.", \
	  "Quý khách có thể đóng trang này.") \
	X(CHANGE, "Change my answers", \
	  "Endre svarene", \
	  "답변 수정하기", \
	  "Sửa câu trả lời") \
	X(ANSWERED, "You have answered already. What you send now takes the place of your earlier answers.", \
	  "Du har svart allerede. Det du sender nå, erstatter de tidligere svarene.", \
	  "이미 답변하셨습니다. 지금 다시 보내시면 이전 답변이 새 답변으로 바뀝니다.", \
	  "Quý khách đã trả lời trước đó. Câu trả lời gửi bây giờ sẽ thay thế câu trả lời cũ.") \
	X(CHOSEN, "Your choice is marked below. It counts once you send it.", \
	  "Valget ditt er markert nedenfor. Det teller når du sender det inn.", \
	  "선택하신 점수가 아래에 표시되어 있습니다. 답변을 보내셔야 반영됩니다.", \
	  "Lựa chọn của Quý khách đã được đánh dấu bên dưới và chỉ được tính khi Quý khách gửi.") \
	X(EMPTY, "Please answer at least one question.", \
	  "Svar på minst ett av spørsmålene.", \
	  "하나 이상의 질문에 답해 주세요.", \
	  "Vui lòng trả lời ít nhất một câu hỏi.") \
	X(EXPIRED, "This survey is closed", \
	  "Denne undersøkelsen er avsluttet", \
	  "종료된 설문입니다", \
	  "Khảo sát này đã kết thúc") \
	X(EXPIRED_MORE, "The link has expired, or it is not complete. Thank you for wanting to answer.", \
	  "Lenken er utløpt eller ikke fullstendig. Takk for at du ville svare.", \
	  "링크의 기한이 지났거나 주소가 완전하지 않습니다. 관심을 가져 주셔서 감사합니다.", \
	  "Liên kết đã hết hạn hoặc không đầy đủ. Cảm ơn Quý khách đã quan tâm.") \
	X(SORRY, "That did not work", \
	  "Det gikk ikke", \
	  "처리하지 못했습니다", \
	  "Không thực hiện được") \
	X(SORRY_MORE, "Nothing has been stored. Please try again in a moment.", \
	  "Ingenting er lagret. Prøv igjen om litt.", \
	  "아무것도 저장되지 않았습니다. 잠시 후 다시 시도해 주세요.", \
	  "Chưa có gì được lưu. Vui lòng thử lại sau giây lát.")
/* clang-format on */

enum form_language {
#define X(name, tag, own_name) FORM_##name,
	FORM_LANGUAGES(X)
#undef X
		FORM_LANGUAGE_COUNT
};

enum form_word {
#define X(name, en, nb, ko, vi) FORM_WORD_##name,
	FORM_WORDS(X)
#undef X
		FORM_WORD_COUNT
};

struct slice form_word(enum form_word word, enum form_language language);
/** "Norsk": a language by its own name. */
struct slice form_language_name(enum form_language language);
