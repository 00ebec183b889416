package roster

// Harmless keeps a spreadsheet from running a cell as a formula: an apostrophe in front makes it text
// (OWASP, CSV Injection; also for the wide forms of the signs, which some programs fold).
func Harmless(cell string) string {
	for _, r := range cell {
		switch r {
		case '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '|', '%':
			return "'" + cell
		case ' ', '\u00a0', '\ufeff', '\u200b', '\u200e', '\u200f': // hidden in front of a sign
			continue
		}
		return cell
	}
	return cell
}
