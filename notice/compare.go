package notice

import (
	"strings"
	"unicode"
)

// Part is a stretch of a text beside another version of it.
type Part struct {
	Text    string
	Added   bool // only in the newer one
	Removed bool // only in the older one
}

// mostPairs bounds the work: what differs in more places than a wording ever has is shown as a whole.
const mostPairs = 4 << 20

// Compare says word by word what became of a text. The parts that are not added are the older text, exactly; those that are
// not removed the newer one.
func Compare(older, newer string) []Part {
	a, b := words(older), words(newer)
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	var out []Part
	out = join(out, Part{Text: strings.Join(a[:start], "")})
	for _, p := range middle(a[start:len(a)-end], b[start:len(b)-end]) {
		out = join(out, p)
	}
	return join(out, Part{Text: strings.Join(a[len(a)-end:], "")})
}

// middle compares what is not the same at both ends, by the longest common sequence of words.
func middle(a, b []string) []Part {
	if len(a)*len(b) > mostPairs {
		return []Part{{Text: strings.Join(a, ""), Removed: true}, {Text: strings.Join(b, ""), Added: true}}
	}
	long := make([][]int16, len(a)+1)
	for i := range long {
		long[i] = make([]int16, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			long[i][j] = max(long[i+1][j], long[i][j+1])
			if a[i] == b[j] {
				long[i][j] = long[i+1][j+1] + 1
			}
		}
	}
	var out []Part
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, Part{Text: a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && long[i+1][j] >= long[i][j+1]:
			out = append(out, Part{Text: a[i], Removed: true})
			i++
		default:
			out = append(out, Part{Text: b[j], Added: true})
			j++
		}
	}
	return gather(out)
}

// gather puts what was taken out before what came in its place, across the spaces between.
func gather(parts []Part) []Part {
	var out []Part
	for i := 0; i < len(parts); {
		if !parts[i].Added && !parts[i].Removed {
			out, i = append(out, parts[i]), i+1
			continue
		}
		var gone, come string
		for i < len(parts) {
			p := parts[i]
			same := !p.Added && !p.Removed
			bridge := same && strings.TrimSpace(p.Text) == "" && i+1 < len(parts) && (parts[i+1].Added || parts[i+1].Removed)
			if same && !bridge {
				break
			}
			if !p.Added {
				gone += p.Text
			}
			if !p.Removed {
				come += p.Text
			}
			i++
		}
		out = append(out, Part{Text: gone, Removed: true}, Part{Text: come, Added: true})
	}
	return out
}

// join appends a part, to the last one where both are alike.
func join(out []Part, p Part) []Part {
	if p.Text == "" {
		return out
	}
	if n := len(out); n > 0 && out[n-1].Added == p.Added && out[n-1].Removed == p.Removed {
		out[n-1].Text += p.Text
		return out
	}
	return append(out, p)
}

// words cuts a text into words and what stands between them; together they are the text.
func words(s string) []string {
	var out []string
	kind := -1
	for _, r := range s {
		k := 2
		switch {
		case unicode.IsSpace(r):
			k = 0
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			k = 1
		}
		if k != kind || k == 2 {
			out = append(out, "")
		}
		out[len(out)-1] += string(r)
		kind = k
	}
	return out
}
