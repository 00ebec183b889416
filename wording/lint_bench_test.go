package wording

import "testing"

func BenchmarkLint(b *testing.B) {
	set := readSet(b, "testdata/texts.jsonl")
	Lint(set[0].Input)
	n := 0
	for i := 0; b.Loop(); i++ {
		Lint(set[i%len(set)].Input)
		n++
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(n), "µs/text")
}
