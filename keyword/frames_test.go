package keyword

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// framed builds sentences out of frames and the objects that stand in them: what is refused decides, not how it is refused.
func framed(t testing.TB) []labelled {
	t.Helper()
	paths, err := filepath.Glob("testdata/frames/*.txt")
	if err != nil || len(paths) != 11 {
		t.Fatalf("frames: %v, %v", paths, err)
	}
	var out []labelled
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		lang := strings.TrimSuffix(filepath.Base(p), ".txt")
		parts := map[string][]string{}
		for line := range strings.Lines(string(b)) {
			name, rest, _ := strings.Cut(strings.TrimSpace(line), ": ")
			parts[name] = strings.Split(rest, "; ")
		}
		put := func(frames, objects string, want Intent) {
			for _, f := range parts[frames] {
				for _, o := range parts[objects] {
					if frames != "no" && objects == "all" && anyNo[strings.Fields(o)[0]] {
						continue
					}
					one, two, ok := strings.Cut(o, "/")
					if !ok {
						two = one
					}
					text := strings.ReplaceAll(strings.ReplaceAll(f, "{}", one), "{2}", two)
					out = append(out, labelled{Text: text, Lang: lang, Via: Text, Want: want})
				}
			}
		}
		put("no", "all", StopAll)
		put("no", "mkt", StopMarketing)
		put("no", "topic", StopTopic)
		put("onlyno", "other", None)
		for _, o := range []string{"all", "mkt", "topic"} {
			put("start", o, Start)
			put("none", o, None)
			put("ask", o, Help)
		}
	}
	return out
}

var anyNo = words("irgendwelche weitere any anything ningún nada aucun rien nenhuma nessun niente hiçbir żadne enig iets أي कोई koi further more más mais altri verdere d'autres başka kolejne cokolwiek")
