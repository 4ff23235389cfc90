#include "survey/decimal.h"

#include <criterion/criterion.h>

static void reads(const char *text, int decimals, int64_t expected)
{
	int64_t value;
	cr_expect_eq(decimal_read(slice_of(text), decimals, &value), DECIMAL_READ, "%s", text);
	cr_expect_eq(value, expected, "%s is %lld", text, (long long)value);
}

static void fails(const char *text, int decimals, enum decimal expected)
{
	int64_t value;
	cr_expect_eq(decimal_read(slice_of(text), decimals, &value), expected, "%s", text);
}

Test(decimal, a_number_is_counted_in_its_last_decimal)
{
	reads("82.5", 1, 825);
	reads("82.5", 3, 82500);
	reads("82", 2, 8200);
	reads("-0.05", 2, -5);
	reads("007", 0, 7);
	reads("0", 3, 0);
}

Test(decimal, a_decimal_too_many_is_told_from_no_number)
{
	fails("82.5", 0, DECIMAL_TOO_LONG);
	fails("82.0", 0, DECIMAL_TOO_LONG);
	fails("1.2345", 3, DECIMAL_TOO_LONG);
}

Test(decimal, only_plain_decimals_are_numbers)
{
	static const char *const texts[] = {"",	   "-",	  ".",	 ".5",	"5.",	"-.5",
					    "+5",  "5 ",  " 5",	 "5,0", "5.0.", "5.-1",
					    "1e3", "--5", "0x1", "NaN", "5a",	"5.a"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		fails(texts[i], 2, DECIMAL_NO_NUMBER);
	fails("5.000x", 2, DECIMAL_NO_NUMBER);
}

Test(decimal, what_is_far_out_stays_out)
{
	reads("99999999999999999999999999", 0, DECIMAL_FAR);
	reads("-99999999999999999999999999.5", 1, -DECIMAL_FAR);
}
