package address

import "github.com/nyaruka/phonenumbers"

// CallingCode is what stands in front of a country's numbers, without plus; empty for a country that is none.
func CallingCode(region string) string {
	if code := phonenumbers.GetCountryCodeForRegion(dialledIn(region)); code != 0 {
		return itoa(code)
	}
	return ""
}
