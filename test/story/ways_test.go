package story

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// object is a JSON object.
type object = map[string]any

// The guests of these stories. None is in the seed; the numbers are of a range kept for fiction (Bundesnetzagentur).
const (
	mareike = "491713920050"
	ole     = "491713920051"
	pia     = "491713920052"
	ruben   = "491713920053"
)

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// do makes a request to Jawort and records what stands outside of bodies.
func (w *world) do(method, address, contentType, auth string, body []byte) (*http.Response, []byte) {
	w.Helper()
	req, err := http.NewRequest(method, address, bytes.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if auth != "" {
		req.Header.Set("Authorization", "Bearer "+auth)
	}
	req.Header.Set("User-Agent", "Mozilla/5.0 (story)")
	resp, err := client.Do(req)
	if err != nil {
		w.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		w.Fatal(err)
	}
	if strings.HasPrefix(address, w.base) {
		w.seen.exchange(req, resp, text)
	}
	return resp, text
}

// api calls the API with the business's key.
func (w *world) api(method, path string, body any) (int, object) {
	w.Helper()
	return w.apiOf(w.shop, method, path, body)
}

func (w *world) apiOf(s *shop, method, path string, body any) (int, object) {
	w.Helper()
	var raw []byte
	if body != nil {
		raw, _ = json.Marshal(body)
	}
	resp, text := w.do(method, w.base+"/v1"+path, "application/json", s.APIKey, raw)
	var out object
	if len(text) > 0 {
		if err := json.Unmarshal(text, &out); err != nil {
			w.Fatalf("%s %s: %d %q", method, path, resp.StatusCode, text)
		}
	}
	return resp.StatusCode, out
}

// must is api with the status that a step of a story needs.
func (w *world) must(want int, method, path string, body any) object {
	w.Helper()
	status, out := w.api(method, path, body)
	if status != want {
		w.Fatalf("%s %s: %d, want %d: %v", method, path, status, want, out)
	}
	return out
}

// control speaks to the emulator.
func (w *world) control(method, path string, body any) object {
	w.Helper()
	var raw []byte
	if body != nil {
		raw, _ = json.Marshal(body)
	}
	resp, text := w.do(method, w.phones+"/_emulator/"+path, "application/json", "", raw)
	var out object
	if err := json.Unmarshal(text, &out); err != nil || resp.StatusCode/100 != 2 {
		w.Fatalf("emulator: %s %s: %d %s", method, path, resp.StatusCode, text)
	}
	return out
}

// says is a person writing; it returns when Jawort has answered the webhook.
func (w *world) says(phone, text string) string {
	w.Helper()
	w.seen.phone(phone)
	w.seen.keep("message text", text)
	return w.does(phone, object{"text": text})
}

// does is a person doing something in the chat: a text, a tap, a picture; it answers the message's id.
func (w *world) does(phone string, what object) string {
	w.Helper()
	return w.acts(phone, "say", what)["id"].(string)
}

// acts is something a person does in the app: stop, resume, hide-number, change-number.
func (w *world) acts(phone, deed string, body object) object {
	w.Helper()
	w.seen.phone(phone)
	if body == nil {
		body = object{}
	}
	out := w.control(http.MethodPost, "people/"+phone+"/"+deed+"?wait=1", body)
	if done, ok := out["delivered"]; ok && done != true {
		w.Fatalf("%s of a toy phone was not taken: %v", deed, out)
	}
	return out
}

// page is what a browser shows.
type page struct {
	status int
	url    string
	root   *html.Node
}

func (w *world) browse(method, address string, form url.Values) page {
	w.Helper()
	kind, body := "", []byte(nil)
	if method == http.MethodPost {
		kind, body = "application/x-www-form-urlencoded", []byte(form.Encode())
	}
	resp, text := w.do(method, address, kind, "", body)
	if to := resp.Header.Get("Location"); resp.StatusCode/100 == 3 {
		next, err := resp.Request.URL.Parse(to)
		if err != nil {
			w.Fatal(err)
		}
		return w.browse(http.MethodGet, next.String(), nil)
	}
	root, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		w.Fatal(err)
	}
	return page{resp.StatusCode, address, root}
}

func (p page) each(tag string, f func(attr func(string) string)) {
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && n.Data == tag {
			f(func(name string) string {
				for _, a := range n.Attr {
					if a.Key == name {
						return a.Val
					}
				}
				return ""
			})
		}
	}
}

// chatLink is the way into WhatsApp that a page offers.
func (p page) chatLink() (link string) {
	p.each("a", func(attr func(string) string) {
		if strings.HasPrefix(attr("href"), "https://wa.me/") {
			link = attr("href")
		}
	})
	return link
}

// fill opens a source's page, fills the form in as a person would, and sends it off; it answers the page after it.
func (w *world) fill(source, phone string, topics ...string) page {
	w.Helper()
	w.seen.phone(phone)
	p := w.browse(http.MethodGet, w.base+"/o/"+source, nil)
	if p.status != http.StatusOK {
		w.Fatalf("opt-in page: %d", p.status)
	}
	form, action := url.Values{}, ""
	p.each("form", func(attr func(string) string) {
		if attr("method") == "post" && strings.HasPrefix(attr("action"), "/o/") {
			action = attr("action")
		}
	})
	p.each("input", func(attr func(string) string) {
		switch {
		case attr("type") == "hidden":
			form.Set(attr("name"), attr("value"))
		case attr("type") == "checkbox" && attr("checked") != "":
			w.Errorf("box %s is ticked already", attr("value"))
		case attr("type") == "text":
			form.Set(attr("name"), "")
		}
	})
	form.Set("country", "DE")
	form.Set("phone", "0"+phone[2:])
	form["topic"] = topics
	w.later(3e9) // nobody fills a form in at once
	return w.browse(http.MethodPost, w.base+action, form)
}

// declaration is the text a chat link puts into the input of WhatsApp.
func declaration(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return u.Query().Get("text")
}
