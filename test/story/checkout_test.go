package story

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// snippets are the parts of a source's page that are there to be copied, by their ids.
func (w *world) snippets(source string) map[string]string {
	w.Helper()
	root, err := html.Parse(strings.NewReader(w.reads(w.signedIn(), "/sources/"+source+"/site")))
	if err != nil {
		w.Fatal(err)
	}
	out := map[string]string{}
	page{root: root}.each("textarea", func(attr func(string) string) { out[attr("id")] = "" })
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == "textarea" && n.FirstChild != nil {
			for _, a := range n.Attr {
				if a.Key == "id" {
					out[a.Val] = n.FirstChild.Data
				}
			}
		}
	}
	return out
}

// runs lets a program run with the business's key in its environment, as the snippets want it.
func (w *world) runs(name string, args ...string) string {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), 60*time.Second)
	defer cancel()
	c := exec.CommandContext(ctx, name, args...)
	c.Env = append(c.Environ(), "JAWORT_KEY="+w.APIKey)
	out, err := c.CombinedOutput()
	if err != nil {
		w.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// pasted runs a curl command as a shell reads it, and sends what curl would.
func (w *world) pasted(command string) object {
	w.Helper()
	words := strings.Split(w.runs("sh", "-c", "curl() { printf '%s\\036' \"$@\"; }\n"+command), "\x1e")
	address, body, header := "", "", map[string]string{}
	for i := 0; i < len(words); i++ {
		switch {
		case words[i] == "-H" && i+1 < len(words):
			name, value, _ := strings.Cut(words[i+1], ": ")
			header[name], i = value, i+1
		case words[i] == "-d" && i+1 < len(words):
			body, i = words[i+1], i+1
		case address == "":
			address = words[i]
		}
	}
	r, err := http.NewRequestWithContext(w.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	for name, value := range header {
		r.Header.Set(name, value)
	}
	a, err := client.Do(r)
	if err != nil {
		w.Fatal(err)
	}
	defer a.Body.Close()
	text, _ := io.ReadAll(a.Body)
	var out object
	if err := json.Unmarshal(text, &out); err != nil || a.StatusCode != http.StatusCreated {
		w.Fatalf("the command gets %d %s", a.StatusCode, text)
	}
	return out
}

// What the manager gives to copy for a checkout does what it says when it is pasted: news of orders count at once, offers wait for the
// yes in WhatsApp, whose link comes back; pasted twice it is one opt-in.
func TestCheckoutAsItIsCopied(t *testing.T) {
	each(t, func(w *world) {
		copied := w.snippets(w.Source)
		if !strings.HasPrefix(copied["box"], `<label><input type="checkbox" name="whatsapp" value="yes"> `) || strings.Contains(copied["box"], "checked") {
			w.Errorf("the box is %q", copied["box"])
		}
		for i, way := range []struct {
			id    string
			paste func(text string) string
		}{
			{"call", func(text string) string { return w.pasted(text)["confirmation"].(object)["url"].(string) }},
			{"node", func(text string) string {
				return strings.TrimSpace(w.runs("node", "--input-type=module", "-e", text))
			}},
		} {
			phone := fmt.Sprintf("49171392006%d", i)
			text := strings.NewReplacer("4915112345678", phone, "1047", fmt.Sprint(2000+i)).Replace(copied[way.id])
			link := way.paste(text)
			if !strings.HasPrefix(link, "https://wa.me/") || way.paste(text) != link {
				w.Errorf("%s: leads to %q, or to another place the second time", way.id, link)
			}
			w.stands(phone, "order_updates=declared", "offers=requested")
			w.says(phone, declaration(link))
			w.stands(phone, "offers=granted")
		}
	})
}
