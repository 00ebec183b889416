package address

import (
	"sync"

	"github.com/nyaruka/phonenumbers"
)

// plan is what the fast path knows of the world's numbering plans: per calling code the lengths a number may
// have and the one country it belongs to. Read once out of libphonenumber's data, which costs 11 µs a number
// where this costs a tenth of one.
type plan struct {
	lengths [1000]uint32 // bit n: n digits after the calling code are possible; 0: no such code
	country [1000]string // empty where several countries share the code
	america [1000]string // by area code behind +1
}

var world = sync.OnceValue(func() *plan {
	p := new(plan)
	for code := range phonenumbers.GetSupportedCallingCodes() {
		p.lengths[code] = possibleLengths(code)
		if regions := phonenumbers.GetRegionCodesForCountryCode(code); len(regions) == 1 && regions[0] != "001" {
			p.country[code] = regions[0]
		}
	}
	for area := 200; area < 1000; area++ {
		n := number(1, uint64(area)*10_000_000+2345678)
		p.america[area] = phonenumbers.GetRegionCodeForNumber(n)
	}
	return p
})

func possibleLengths(code int) uint32 {
	var bits uint32
	national := uint64(222)
	for digits := 3; digits+len(itoa(code)) <= 15; digits++ {
		if phonenumbers.IsPossibleNumberWithReason(number(code, national)) == phonenumbers.IS_POSSIBLE {
			bits |= 1 << digits
		}
		national = national*10 + 2
	}
	return bits
}

func number(code int, national uint64) *phonenumbers.PhoneNumber {
	c := int32(code)
	return &phonenumbers.PhoneNumber{CountryCode: &c, NationalNumber: &national}
}

// callingCode is the calling code at the start of E.164 digits; empty where there is none.
// No code is the beginning of another (ITU-T E.164), so the first that fits is the one.
func callingCode(d string) string {
	n := 0
	for i := 0; i < 3 && i < len(d); i++ {
		n = n*10 + int(d[i]-'0')
		if world().lengths[n] != 0 {
			return d[:i+1]
		}
	}
	return ""
}

// possible asks whether the country has numbers of this length.
func possible(d string) error {
	code := callingCode(d)
	if code == "" {
		return fault(UnknownCountry)
	}
	lengths, have := world().lengths[atoi(code)], len(d)-len(code)
	switch {
	case lengths&(1<<have) != 0:
		return nil
	case lengths>>have == 0:
		return fault(TooLong)
	}
	return fault(TooShort)
}

// countryOf is the ISO code a number belongs to. Behind +1 the area code tells (Meta delivers no marketing
// templates to US numbers, so this is asked for each); 555 and unused area codes count as the US.
func countryOf(d string) string {
	code := callingCode(d)
	if code == "" {
		return ""
	}
	if only := world().country[atoi(code)]; only != "" {
		return only
	}
	if code == "1" && len(d) == 11 {
		if c := world().america[atoi(d[1:4])]; c != "" {
			return c
		}
		return "US"
	}
	return sharedCountry(code, d)
}

// sharedCountry asks the full data about +7, +39, +44, +47, +61, +212, +262, +290, +358, +590, +599.
func sharedCountry(code, d string) string {
	if n, err := phonenumbers.Parse("+"+d, ""); err == nil {
		if region := phonenumbers.GetRegionCodeForNumber(n); region != "" {
			return iso(region)
		}
	}
	return iso(phonenumbers.GetRegionCodeForCountryCode(atoi(code)))
}

// iso leaves out "001", the world, under which satellite and international service codes run.
func iso(region string) string {
	if region == "001" || region == "ZZ" {
		return ""
	}
	return region
}

func atoi(digits string) int {
	n := 0
	for i := 0; i < len(digits); i++ {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}
