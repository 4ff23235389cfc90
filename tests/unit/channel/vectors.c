#include "vectors.h"

#include "base/must.h"

#define TWILIO_FORM                                                                                \
	"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&"         \
	"To=%2B18005551212"

/* Twilio: twilio-python, tests of request_validator.py. Standard Webhooks: its own library's test.
 * The others by their documented definitions with Python's hmac, the first by openssl too. */
const struct vector vectors[] = {
	{
		.name = "meta",
		.scheme = SIGNATURE_META,
		.secret = "meta-app-secret",
		.headers = "x-hub-signature-256: sha256="
			   "5dcb51eb590634700c8d9cc1fde4d2d5981ca7bb83f250eb3fb71bfd849057ed\n",
		.body = "{\"object\":\"page\",\"entry\":[]}",
	},
	{
		.name = "chatwoot",
		.scheme = SIGNATURE_CHATWOOT,
		.secret = "chatwoot-secret",
		.headers = "x-chatwoot-timestamp: 1777888800\n"
			   "x-chatwoot-signature: sha256="
			   "04fc60d748c515ca2458f115dc92a4f0777a1a0f8285079352e920073d029030\n",
		.body = "{\"event\":\"message_updated\",\"content\":\"\\u003c3\"}",
		.at = "2026-05-04T10:00:00Z",
	},
	{
		.name = "standard webhooks",
		.scheme = SIGNATURE_STANDARD,
		.secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		.headers = "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek\n"
			   "webhook-timestamp: 1614265330\n"
			   "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\n",
		.body = "{\"test\": 2432232314}",
		.at = "2021-02-25T15:02:10Z",
	},
	{
		.name = "zendesk",
		.scheme = SIGNATURE_ZENDESK,
		.secret = "zd-secret",
		.headers = "x-zendesk-webhook-signature-timestamp: 2026-05-04T10:00:00Z\n"
			   "x-zendesk-webhook-signature: "
			   "v06v0Ya41MYFHEfGPszjDSJge/sfAeOkSI/fW98dIRU=\n",
		.body = "{\"a\":1}",
		.at = "2026-05-04T10:00:00Z",
	},
	{
		.name = "intercom",
		.scheme = SIGNATURE_INTERCOM,
		.secret = "intercom-client-secret",
		.headers = "x-hub-signature: sha1=c32ddaa34f1cee04224eeb8b1e033eb324a64044\n",
		.body = "{\"type\":\"notification_event\",\"id\":\"notif_1\","
			"\"topic\":\"conversation.rating.added\"}",
	},
	{
		.name = "mailgun",
		.scheme = SIGNATURE_MAILGUN,
		.secret = "mg-key",
		.headers = "",
		.body = "timestamp=1777888800&token=06c96bafc3f42a66b9edd546347a2fe18dc23461fe80dc52f0&"
			"signature=d5006a4c09876183c68759326ddb5521b94b291425bf447f4ecd6f423057b700",
		.at = "2026-05-04T10:00:00Z",
	},
	{
		.name = "twilio",
		.scheme = SIGNATURE_TWILIO,
		.secret = "12345",
		.url = "https://mycompany.com/myapp.php",
		.query = "foo=1&bar=2",
		.headers = "x-twilio-signature: RSOYDt4T1cUTdK1PDd93/VVr8B8=\n",
		.body = TWILIO_FORM,
	},
	{
		.name = "twilio, https and its port",
		.scheme = SIGNATURE_TWILIO,
		.secret = "12345",
		.url = "https://mycompany.com:443/myapp.php",
		.query = "foo=1&bar=2",
		.headers = "x-twilio-signature: kvajT1Ptam85bY51eRf/AJRuM3w=\n",
		.body = TWILIO_FORM,
	},
	{
		.name = "twilio, http and its port",
		.scheme = SIGNATURE_TWILIO,
		.secret = "12345",
		.url = "http://mycompany.com:80/myapp.php",
		.query = "foo=1&bar=2",
		.headers = "x-twilio-signature: 0ZXoZLH/DfblKGATFgpif+LLRf4=\n",
		.body = TWILIO_FORM,
	},
	{
		.name = "twilio, a port of its own",
		.scheme = SIGNATURE_TWILIO,
		.secret = "12345",
		.url = "http://mycompany.com:1234/myapp.php",
		.query = "foo=1&bar=2",
		.headers = "x-twilio-signature: Zmvh+3yNM1Phv2jhDCwEM3q5ebU=\n",
		.body = TWILIO_FORM,
	},
	{
		.name = "twilio, JSON",
		.scheme = SIGNATURE_TWILIO,
		.secret = "12345",
		.url = "https://mycompany.com/myapp.php",
		.query = "foo=1&bar=2&bodySHA256="
			 "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620",
		.headers = "x-twilio-signature: a9nBmqA0ju/hNViExpshrM61xv4=\n",
		.body = "{\"property\": \"value\", \"boolean\": true}",
	},
	{
		.name = "twilio, fields of one name",
		.scheme = SIGNATURE_TWILIO,
		.secret = "12345",
		.url = "https://mycompany.com/myapp.php",
		.query = "foo=1&bar=2",
		.headers = "x-twilio-signature: IK+Dwps556ElfBT0I3Rgjkr1wJU=\n",
		.body = "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234",
	},
	{
		.name = "twilio, without fields",
		.scheme = SIGNATURE_TWILIO,
		.secret = "12345",
		.url = "https://mycompany.com/myapp.php",
		.query = "foo=1&bar=2",
		.headers = "x-twilio-signature: zYQTYrRWXE7LtzbG4PfP7/bkkGo=\n",
		.body = "",
	},
};

const size_t vectors_len = COUNT_OF(vectors);
