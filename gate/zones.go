package gate

import (
	"strings"
	"time"
	_ "time/tzdata" // a small machine has no zone files
)

// zonesOf names the clocks of a country, those at its two ends where it has several (IANA zone1970.tab). A country that is
// not here takes the tenant's clock.
var zonesOf = map[string]string{
	"AE": "Asia/Dubai", "AR": "America/Argentina/Buenos_Aires", "AT": "Europe/Vienna", "AU": "Australia/Sydney Australia/Perth",
	"BE": "Europe/Brussels", "BG": "Europe/Sofia", "BR": "America/Noronha America/Rio_Branco", "CA": "America/St_Johns America/Vancouver",
	"CH": "Europe/Zurich", "CL": "America/Santiago", "CN": "Asia/Shanghai", "CO": "America/Bogota", "CY": "Asia/Nicosia", "CZ": "Europe/Prague",
	"DE": "Europe/Berlin", "DK": "Europe/Copenhagen", "EE": "Europe/Tallinn", "EG": "Africa/Cairo", "ES": "Europe/Madrid Atlantic/Canary",
	"FI": "Europe/Helsinki", "FR": "Europe/Paris", "GB": "Europe/London", "GH": "Africa/Accra", "GR": "Europe/Athens", "HK": "Asia/Hong_Kong",
	"HR": "Europe/Zagreb", "HU": "Europe/Budapest", "ID": "Asia/Jakarta Asia/Jayapura", "IE": "Europe/Dublin", "IL": "Asia/Jerusalem",
	"IN": "Asia/Kolkata", "IS": "Atlantic/Reykjavik", "IT": "Europe/Rome", "JP": "Asia/Tokyo", "KE": "Africa/Nairobi", "KR": "Asia/Seoul",
	"LI": "Europe/Vaduz", "LT": "Europe/Vilnius", "LU": "Europe/Luxembourg", "LV": "Europe/Riga", "MA": "Africa/Casablanca", "MT": "Europe/Malta",
	"MX": "America/Cancun America/Tijuana", "MY": "Asia/Kuala_Lumpur", "NG": "Africa/Lagos", "NL": "Europe/Amsterdam", "NO": "Europe/Oslo",
	"NZ": "Pacific/Auckland", "PE": "America/Lima", "PH": "Asia/Manila", "PK": "Asia/Karachi", "PL": "Europe/Warsaw", "PT": "Europe/Lisbon Atlantic/Azores",
	"RO": "Europe/Bucharest", "RS": "Europe/Belgrade", "SA": "Asia/Riyadh", "SE": "Europe/Stockholm", "SG": "Asia/Singapore", "SI": "Europe/Ljubljana",
	"SK": "Europe/Bratislava", "TH": "Asia/Bangkok", "TR": "Europe/Istanbul", "TW": "Asia/Taipei", "UA": "Europe/Kyiv", "UG": "Africa/Kampala",
	"US": "America/New_York Pacific/Honolulu", "VN": "Asia/Ho_Chi_Minh", "ZA": "Africa/Johannesburg",
}

// zonesFor is the number's zone where staff set one, else the country's, else the tenant's.
func zonesFor(set, country, tenant string) []*time.Location {
	names := set
	if names == "" {
		names = zonesOf[country]
	}
	if names == "" {
		names = tenant
	}
	var out []*time.Location
	for _, name := range strings.Fields(names) {
		if z, err := time.LoadLocation(name); err == nil {
			out = append(out, z)
		}
	}
	return out
}
