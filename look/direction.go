package look

import (
	"slices"
	"strings"
)

// rightToLeft are the languages written so (CLDR), as far as anybody here may use them.
var rightToLeft = []string{"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ku", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"}

// RightToLeft says whether a language (BCP 47) is written from the right.
func RightToLeft(lang string) bool {
	base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(lang), "_", "-"), "-")
	return slices.Contains(rightToLeft, base)
}
