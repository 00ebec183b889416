package look

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Spaces that do not break (LOOK section 8).
const (
	narrow = "\u202f" // groups thousands, stands before % and units
	firm   = "\u00a0" // in 9. November, 10:42 Uhr
)

// Integer sets a whole number: 8 214, in English and Hindi 8,214.
func Integer(lang string, n int64) string {
	sign := ""
	if n < 0 {
		sign = "−"
	}
	digits := strings.TrimPrefix(strconv.FormatInt(n, 10), "-")
	group := narrow // as ISO 80000 has it, in every language that does not have its own
	if lang == "en" || lang == "hi" {
		group = ","
	}
	var out []string
	for len(digits) > 3 {
		out = append([]string{digits[len(digits)-3:]}, out...)
		digits = digits[:len(digits)-3]
	}
	return sign + strings.Join(append([]string{digits}, out...), group)
}

// Percent sets part of whole with one digit; a share that is not nought never reads as nought.
func Percent(lang string, part, whole int64) string {
	if whole <= 0 {
		return "–"
	}
	share := 100 * float64(part) / float64(whole)
	word := fmt.Sprintf("%.1f", share)
	few := map[bool]string{true: "unter ", false: "under "}[lang == "de"]
	switch {
	case part == 0:
		word = "0"
	case share < 0.1:
		word = few + "0.1"
	}
	if lang == "de" {
		return strings.Replace(word, ".", ",", 1) + narrow + "%"
	}
	return word + "%"
}

var months = map[string][]string{
	"de": {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
	"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	"ar": {"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"},
	"es": {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
	"fr": {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	"hi": {"जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर"},
	"it": {"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"},
	"nl": {"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"},
	"pl": {"stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października", "listopada", "grudnia"},
	"pt": {"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"},
	"tr": {"Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim", "Kasım", "Aralık"},
}

// Date sets a day: 17. November 2026, 17 November 2026, 17 de noviembre de 2026.
func Date(lang string, t time.Time) string {
	names, ok := months[lang]
	if !ok {
		names = months["en"]
	}
	form := "%d" + firm + "%s %d"
	switch lang {
	case "de":
		form = "%d." + firm + "%s %d"
	case "es", "pt":
		form = "%d" + firm + "de %s de %d"
	}
	return fmt.Sprintf(form, t.Day(), names[t.Month()-1], t.Year())
}

// shortMonths are what stands below an axis.
var shortMonths = [12]string{"Jan.", "Feb.", "März", "April", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."}

// AxisDate sets a day for axes: 17. Nov., 17 Nov.
func AxisDate(lang string, t time.Time) string {
	if lang == "de" {
		return strconv.Itoa(t.Day()) + "." + firm + shortMonths[t.Month()-1]
	}
	return t.Format("2" + firm + "Jan")
}

// ShortDate sets a day for tables: 17.11.2026, 17 Nov 2026.
func ShortDate(lang string, t time.Time) string {
	if lang == "de" {
		return t.Format("02.01.2006")
	}
	return t.Format("2 Jan 2006")
}

// Clock sets a time of day: 10:42 Uhr, 10:42.
func Clock(lang string, t time.Time) string {
	if lang == "de" {
		return t.Format("15:04") + firm + "Uhr"
	}
	return t.Format("15:04")
}

// DateTime sets a moment in full.
func DateTime(lang string, t time.Time) string {
	comma := ", "
	if lang == "ar" {
		comma = "، "
	}
	return Date(lang, t) + comma + Clock(lang, t)
}

// When sets a moment as seen from now: today and yesterday by name.
func When(lang string, t, now time.Time) string {
	t = t.In(now.Location())
	words := map[string][2]string{"de": {"Heute", "Gestern"}, "en": {"Today", "Yesterday"}}
	w, ok := words[lang]
	if !ok {
		w = words["en"]
	}
	switch day := t.Format(time.DateOnly); day {
	case now.Format(time.DateOnly):
		return w[0] + ", " + Clock(lang, t)
	case now.AddDate(0, 0, -1).Format(time.DateOnly):
		return w[1] + ", " + Clock(lang, t)
	}
	return DateTime(lang, t)
}

// daysWithin are today and yesterday as When says them, behind a word or a comma: "seit Heute, 13:20 Uhr".
var daysWithin = regexp.MustCompile(`[\p{L},] (Heute|Gestern|Today|Yesterday), \d`)

// Within is a sentence with the moments in it as they are written there: "seit heute, 13:20 Uhr".
func Within(sentence string) string {
	return daysWithin.ReplaceAllStringFunc(sentence, func(s string) string {
		before, day, _ := strings.Cut(s, " ")
		return before + " " + strings.ToLower(day)
	})
}

// Decimal sets a number with one digit: 1,4 in German, 1.4 in English.
func Decimal(lang string, n float64) string {
	word := fmt.Sprintf("%.1f", n)
	if lang == "de" {
		return strings.Replace(word, ".", ",", 1)
	}
	return word
}
