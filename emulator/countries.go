package emulator

import "strings"

// country is what a telephone number says about itself by its first digits.
type country struct {
	iso, code string
	min, max  int // digits in all, with the calling code
}

// callingCodes holds the countries the emulator tells apart; the longest prefix wins. Where several share a code the
// biggest stands for it (ITU-T E.164, list of calling codes).
var callingCodes = buildCodes(`
1 US 11 11|7 RU 11 11|20 EG|27 ZA 11 11|30 GR 12 12|31 NL 11 11|32 BE 10 11|33 FR 11 11|34 ES 11 11|36 HU|39 IT 11 13
40 RO|41 CH 11 11|43 AT 10 15|44 GB 12 12|45 DK 10 10|46 SE 10 12|47 NO 10 10|48 PL 11 11|49 DE 11 15|51 PE|52 MX 12 13|53 CU
54 AR 12 13|55 BR 12 13|56 CL|57 CO|58 VE|60 MY|61 AU 11 11|62 ID|63 PH|64 NZ|65 SG 10 10|66 TH|81 JP 11 12|82 KR 11 12
84 VN|86 CN 13 13|90 TR 12 12|91 IN 12 12|92 PK|93 AF|94 LK|95 MM|98 IR|211 SS|212 MA|213 DZ|216 TN|218 LY|220 GM|221 SN
223 ML|224 GN|225 CI|226 BF|227 NE|228 TG|229 BJ|230 MU|231 LR|232 SL|233 GH|234 NG|237 CM|241 GA|243 CD|244 AO|249 SD
250 RW|251 ET|252 SO|254 KE|255 TZ|256 UG|260 ZM|261 MG|263 ZW|264 NA|265 MW|267 BW|351 PT|352 LU|353 IE|354 IS 10 12
355 AL|356 MT|357 CY|358 FI|359 BG|370 LT|371 LV|372 EE|373 MD|374 AM|375 BY|376 AD|377 MC|380 UA|381 RS|382 ME|383 XK
385 HR|386 SI|387 BA|389 MK|420 CZ|421 SK|423 LI|501 BZ|502 GT|503 SV|504 HN|505 NI|506 CR|507 PA|509 HT|591 BO|592 GY
593 EC|595 PY|597 SR|598 UY|673 BN|852 HK|853 MO|855 KH|856 LA|880 BD|886 TW|960 MV|961 LB|962 JO|963 SY|964 IQ|965 KW
966 SA|967 YE|968 OM|970 PS|971 AE|972 IL|973 BH|974 QA|975 BT|976 MN|977 NP|992 TJ|993 TM|994 AZ|995 GE|996 KG|998 UZ`)

func buildCodes(table string) map[string]country {
	m := map[string]country{}
	for line := range strings.Lines(strings.TrimSpace(table)) {
		for item := range strings.SplitSeq(strings.TrimSpace(line), "|") {
			f := strings.Fields(item)
			c := country{code: f[0], iso: f[1], min: 10, max: 15}
			if len(f) == 4 {
				c.min, c.max = small(f[2]), small(f[3])
			}
			m[c.code] = c
		}
	}
	return m
}

func small(s string) int {
	n := 0
	for _, r := range s {
		n = n*10 + int(r-'0')
	}
	return n
}

func countryOf(digits string) country {
	for n := 3; n >= 1; n-- {
		if len(digits) > n {
			if c, ok := callingCodes[digits[:n]]; ok {
				return nanp(c, digits)
			}
		}
	}
	return country{iso: "ZZ", min: 7, max: 15}
}

// otherNANP are the +1 area codes outside the United States.
var otherNANP = areaCodes(map[string]string{
	"CA": "204 226 236 249 250 257 263 289 306 343 354 365 367 368 382 403 416 418 428 431 437 438 450 460 468 474 506 514 519 " +
		"537 548 579 581 584 587 600 604 613 639 647 672 683 705 709 742 753 778 780 782 807 819 825 867 873 879 902 905 942",
	"DO": "809 829 849", "JM": "876 658", "PR": "787 939", "BS": "242", "BB": "246", "TT": "868",
})

func areaCodes(by map[string]string) map[string]string {
	m := map[string]string{}
	for iso, codes := range by {
		for _, c := range strings.Fields(codes) {
			m[c] = iso
		}
	}
	return m
}

func nanp(c country, digits string) country {
	if c.code == "1" && len(digits) >= 4 {
		if iso, ok := otherNANP[digits[1:4]]; ok {
			c.iso = iso
		}
	}
	return c
}

// uncapped are the places where the per-user marketing limit is not active: EEA, UK, Japan, South Korea
// (WA/templates/marketing-templates/per-user-limits).
var uncapped = set("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO GB JP KR")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}
